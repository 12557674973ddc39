package proto

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// planDraw draws plans that mean something: they pass every check of package plan.
type planDraw struct {
	t     *rapid.T
	names int
}

func (d *planDraw) name() string {
	d.names++
	return fmt.Sprintf("n%d%s", d.names, rapid.SampledFrom([]string{"", " b", "é", ": #", "'\"", "日本"}).Draw(d.t, "name"))
}

func (d *planDraw) text() load.Text {
	return load.Text(rapid.SampledFrom([]string{"", "1.10", "010", "{{x}}", "{{rows.a}}", "{{'{{'}}", "a\nb\n", "\t# :", "😀", "{{secret.KEY}}"}).Draw(d.t, "text"))
}

func (d *planDraw) json() load.JSON {
	return load.JSON(rapid.SampledFrom([]string{`1.10`, `"010"`, `null`, `{"b":1,"a":[1.0,-0,1e400,"{{x}}"]}`, `[]`, `"{{x}}"`, `12345678901234567890`}).Draw(d.t, "json"))
}

func (d *planDraw) pairs() (out []load.Pair) {
	for range rapid.IntRange(0, 2).Draw(d.t, "pairs") {
		p := load.Pair{Name: "X-" + fmt.Sprint(len(out)%2), Value: d.text()}
		p.Off = rapid.Bool().Draw(d.t, "off")
		out = append(out, p)
	}
	return out
}

func (d *planDraw) request() *load.Request {
	r := &load.Request{Method: "POST", URL: "/a/{{x}}", Query: d.pairs(), Headers: []load.Pair{{Name: "Accept", Drop: true}}}
	switch rapid.IntRange(0, 4).Draw(d.t, "body") {
	case 0:
		r.JSON = d.json()
	case 1:
		r.Form = append(d.pairs(), load.Pair{Name: "a", Value: d.text()})
	case 2:
		r.Multipart = []load.Part{{Name: "v", Value: d.text()}, {Name: "f", File: "data/a.bin", Filename: "b"}}
	case 3:
		r.File = "data/{{x}}.bin"
	}
	return r
}

func (d *planDraw) steps(depth int) (out []load.Step) {
	for range rapid.IntRange(1, 3).Draw(d.t, "steps") {
		s := load.Step{Think: load.Range{Min: time.Second, Max: time.Duration(rapid.IntRange(1, 9).Draw(d.t, "think")) * time.Second}}
		kind := 0
		if depth > 0 {
			kind = rapid.IntRange(0, 4).Draw(d.t, "kind")
		}
		switch kind {
		case 0:
			s.Name, s.Request = d.name(), d.request()
			s.Set = []load.Variable{{Name: "x", Value: d.json()}}
			s.Extract = []load.Extract{{Name: "y", JSON: "$.a[0]", Pick: "last", Default: d.json()}}
			s.Check = []load.Check{{Status: []load.Status{{From: 200, To: 299}}}, {JSON: "$.ok", Test: load.Test{Equals: d.json()}, Warn: true}}
		case 1:
			s.Group, s.Steps = d.name(), d.steps(depth-1)
		case 2:
			s.Repeat, s.Steps = &load.Repeat{Until: d.condition(), Every: time.Second, Within: time.Minute}, d.steps(depth-1)
		case 3:
			s.If, s.Steps, s.Else = d.condition(), d.steps(depth-1), d.steps(depth-1)
		case 4:
			s.Use = "block"
		}
		s.OnFailure = rapid.SampledFrom([]load.Reaction{"", load.Continue, load.StopUser, load.AbortRun}).Draw(d.t, "on failure")
		out = append(out, s)
	}
	return out
}

func (d *planDraw) condition() *load.Condition {
	return &load.Condition{Var: "x", Test: load.Test{In: []load.JSON{d.json(), d.json()}}}
}

func (d *planDraw) plan() *load.Plan {
	p := &load.Plan{
		Version: 1, Name: d.name(), BaseURL: "http://127.0.0.1:1", Files: []string{"data/*.bin"},
		Defaults:  load.Defaults{Headers: []load.Pair{{Name: "Accept", Value: "text/plain"}}, Proxy: "http://me:{{secret.KEY}}@127.0.0.1:3128"},
		Variables: []load.Variable{{Name: "x", Value: `"1.10"`}},
		Data:      []load.DataSource{{Name: "rows", File: "data/rows.csv", Pick: load.PickUnique, Per: load.RowPerIteration, AtEnd: load.AtEndStop}},
		Blocks:    []load.Block{{Name: "block", Steps: []load.Step{{Name: "in a block", Request: &load.Request{URL: "/b"}}}}},
		UserLife:  load.UserLife{Iterations: int64(rapid.IntRange(0, 3).Draw(d.t, "life"))},
		Setup:     d.steps(0), UserStart: d.steps(1),
		Measure: load.Window{From: time.Second, To: 5 * time.Second},
	}
	for range rapid.IntRange(1, 3).Draw(d.t, "transactions") {
		p.Transactions = append(p.Transactions, load.Transaction{Name: d.name(), Steps: d.steps(3)})
	}
	for i := range rapid.IntRange(1, 2).Draw(d.t, "scenarios") {
		profile := load.Profile{Model: load.UsersModel, Stages: load.Ramp(5, 1, time.Minute), MaxWait: load.DefaultMaxWait, GracefulStop: load.DefaultGracefulStop}
		s := load.Scenario{Name: fmt.Sprint("s", i), StartAt: time.Duration(i) * time.Second, Load: &profile}
		for _, t := range p.Transactions {
			s.Transactions = append(s.Transactions, load.Weight{Transaction: t.Name, Weight: i + 1})
		}
		p.Scenarios = append(p.Scenarios, s)
	}
	return p
}

// TestGeneratedPlansArriveWhole: plan, job, wire, job, plan.
func TestGeneratedPlansArriveWhole(t *testing.T) {
	var r recorder
	c := journeys(t, ServerOptions{})["tcp and pipe"](&r)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		want := (&planDraw{t: rt}).plan()
		sent, err := plan.Encode(want)
		if err != nil {
			rt.Fatal(err)
		}
		want, problems := plan.Decode("drawn.json", sent)
		if err := problems.Err(); err != nil {
			rt.Fatalf("drawn plan: %v\n%s", err, sent)
		}
		n++
		if _, err := c.Prepare(bounded(t), load.Job{Run: fmt.Sprint("r", n), Epoch: 1, Plan: sent}); err == nil || err.Error() != errRecorded.Error() {
			rt.Fatal(err)
		}
		got, problems := plan.Decode("drawn.json", r.job.Plan)
		if problems.Err() != nil || !reflect.DeepEqual(got, want) {
			rt.Fatalf("arrived as another plan: %v\n%s\n%s", problems.Err(), sent, r.job.Plan)
		}
	})
}
