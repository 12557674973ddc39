package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/locust-http/locust-http/load"
	"pgregory.net/rapid"
)

// genPlan draws a plan that Decode accepts: every shape that works today.
func genPlan(t *rapid.T) *load.Plan {
	p := &load.Plan{
		Version: 1, Name: genName(t, "plan"), Description: rapid.String().Filter(valid).Draw(t, "description"),
		BaseURL: "http://h", Transactions: []load.Transaction{},
		Cookies:     rapid.SampledFrom([]load.Sharing{"", load.PerUser, load.Shared, load.None}).Draw(t, "cookies"),
		Connections: load.Connections{Mode: load.ConnShared, Idle: genDuration(t)},
		OnFailure:   genReaction(t),
		Load:        genLoad(t),
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "variables") {
		p.Variables = append(p.Variables, load.Variable{Name: fmt.Sprint("v", i), Value: genJSON(t, 3)})
	}
	p.Defaults.Headers = genPairs(t, false)
	p.Setup = genSteps(t, 2)
	for i := range rapid.IntRange(1, 4).Draw(t, "transactions") {
		weight := rapid.IntRange(1, 9).Draw(t, "weight")
		think := load.Range{Min: genDuration(t)}
		think.Max = think.Min + genDuration(t)
		p.Transactions = append(p.Transactions, load.Transaction{
			Name: fmt.Sprint("t", i), Weight: &weight, Think: &think, OnFailure: genReaction(t),
			Steps: append(genSteps(t, 3), load.Step{Request: &load.Request{URL: "/"}}),
		})
	}
	if rapid.Bool().Draw(t, "thresholds") {
		rule, err := ParseThreshold("p99.9(t0) <= 1.5s")
		if err != nil {
			t.Fatal(err)
		}
		p.Thresholds = []load.Threshold{rule}
	}
	if seed := rapid.Uint64().Draw(t, "seed"); seed > 0 {
		p.Run.Seed = &seed
	}
	p.Run.Tags = []load.Label{{Name: "a b", Value: "c\"d"}}
	return p
}

func valid(s string) bool {
	return bytes.IndexFunc([]byte(s), func(r rune) bool { return r == 0xFFFD }) < 0
}

func genName(t *rapid.T, label string) string {
	return rapid.StringMatching(`[a-zé首][a-z0-9 /]{0,9}[a-z]`).Draw(t, label)
}

func genDuration(t *rapid.T) load.Duration {
	return load.Duration(rapid.Int64Range(0, 3_600_000_000_000).Draw(t, "duration"))
}

func genReaction(t *rapid.T) load.Reaction {
	return rapid.SampledFrom([]load.Reaction{"", load.Continue, load.StopUser, load.AbortRun}).Draw(t, "on_failure")
}

func genLoad(t *rapid.T) *load.Profile {
	p := &load.Profile{
		Model:   rapid.SampledFrom([]load.Model{load.UsersModel, load.ArrivalsModel}).Draw(t, "model"),
		MaxWait: genDuration(t), GracefulStop: genDuration(t), Iterations: rapid.Int64Range(0, 1e12).Draw(t, "iterations"),
	}
	if p.Model == load.ArrivalsModel {
		p.MaxUsers = rapid.IntRange(1, 500).Draw(t, "max_users")
	}
	for range rapid.IntRange(1, 4).Draw(t, "stages") {
		p.Stages = append(p.Stages, load.Stage{
			Target: rapid.Float64Range(0.001, 1e6).Draw(t, "target"), Jump: rapid.Bool().Draw(t, "jump"), Duration: 1 + genDuration(t),
		})
	}
	return p
}

func genPairs(t *rapid.T, drop bool) []load.Pair {
	var pairs []load.Pair
	for range rapid.IntRange(0, 3).Draw(t, "pairs") {
		p := load.Pair{
			Name: rapid.SampledFrom([]string{"A", "B", "X-C"}).Draw(t, "pair"),
			Off:  rapid.Bool().Draw(t, "off"), Note: rapid.SampledFrom([]string{"", "n"}).Draw(t, "note"),
		}
		if drop && rapid.Bool().Draw(t, "drop") {
			p.Drop = true
		} else {
			p.Value = load.Text(rapid.SampledFrom([]string{"", "x", "1.10", "true", "null", "é"}).Draw(t, "value"))
		}
		pairs = append(pairs, p)
	}
	return pairs
}

func genSteps(t *rapid.T, most int) []load.Step {
	var steps []load.Step
	for i := range rapid.IntRange(0, most).Draw(t, "steps") {
		r := &load.Request{Method: "POST", URL: "/x", Headers: genPairs(t, true), Query: genPairs(t, false)}
		switch rapid.IntRange(0, 2).Draw(t, "body") {
		case 0:
			r.JSON = genJSON(t, 4)
		case 1:
			r.Form = append(genPairs(t, false), load.Pair{Name: "f"})
		default:
			body := load.Text(rapid.StringMatching(`[a-z\n\t"]{0,20}`).Draw(t, "text"))
			r.Text = &body
		}
		s := load.Step{Name: fmt.Sprint("s", i), Off: rapid.Bool().Draw(t, "off"), Request: r, Think: load.Range{Min: 1, Max: 2}}
		s.Extract = []load.Extract{{Name: "x", JSON: "$.a", Pick: "2", Default: genJSON(t, 1)}}
		s.Check = []load.Check{
			{Status: []load.Status{{From: 200, To: 299}, {From: 404, To: 404}}},
			{JSON: "$.a", Test: load.Test{Equals: genJSON(t, 1)}, Warn: true},
		}
		steps = append(steps, s)
	}
	return steps
}

// genJSON draws canonical JSON without {{, which would be a placeholder.
func genJSON(t *rapid.T, depth int) load.JSON {
	kind := rapid.IntRange(0, 5).Draw(t, "json")
	if depth == 0 {
		kind %= 4
	}
	var b bytes.Buffer
	switch kind {
	case 0:
		writeString(&b, rapid.StringMatching(`[a-zé"\\\n\x01 ]{0,8}`).Draw(t, "string"))
	case 1:
		b.WriteString(rapid.SampledFrom([]string{"0", "-0", "1.10", "1e400", "12345678901234567890.00"}).Draw(t, "number"))
	case 2:
		b.WriteString("true")
	case 3:
		b.WriteString("null")
	case 4:
		b.WriteString("[" + string(genJSON(t, depth-1)) + "," + string(genJSON(t, depth-1)) + "]")
	default:
		b.WriteString(`{"z":` + string(genJSON(t, depth-1)) + `,"a":` + string(genJSON(t, depth-1)) + "}")
	}
	return load.JSON(b.String())
}

// TestEncodeRoundTrip wants Decode(Encode(p)) to be p, whatever p is.
func TestEncodeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { roundTrip(t, genPlan(t)) })
}

// TestEncodeRefuses wants an error for what no text can say.
func TestEncodeRefuses(t *testing.T) {
	for name, p := range map[string]*load.Plan{
		"json":   {Variables: []load.Variable{{Name: "a", Value: "{"}}},
		"utf8":   {Description: "\xff"},
		"status": {Setup: []load.Step{{Check: []load.Check{{Status: []load.Status{{From: 200, To: 250}}}}}}},
		"size":   {Description: string(make([]byte, maxText))},
	} {
		if text, err := Encode(p); err == nil {
			t.Errorf("%s: %.100s", name, text)
		}
	}
}

// TestEncodeEveryField fills every field of the plan's types by reflection and wants
// each key in the canonical text, so that a field cannot be forgotten.
func TestEncodeEveryField(t *testing.T) {
	p := &load.Plan{}
	fill(reflect.ValueOf(p).Elem(), 0)
	text, err := Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(text) {
		t.Fatalf("not JSON: %s", text)
	}
	for _, f := range fieldsOf(reflect.TypeFor[load.Plan]()) {
		if !bytes.Contains(text, []byte(`"`+f.key+`":`)) {
			t.Errorf("%s is not in %s", f.key, text)
		}
	}
	d := &decoder{source: &source{file: "p.json", text: string(text)}}
	root, problems := d.source.parse()
	if root == nil {
		t.Fatal(problems)
	}
	d.root = root
	q := &load.Plan{}
	d.structure(root, reflect.ValueOf(q).Elem(), "")
	if !reflect.DeepEqual(p, q) {
		again, _ := Encode(q)
		t.Errorf("a field was lost:\n%s\n%s\n%v", text, again, d.problems)
	}
}

// fill sets v and everything in it to something that its type allows.
func fill(v reflect.Value, depth int) {
	switch x := v.Addr().Interface().(type) {
	case *load.JSON:
		*x = `{"b":1.10}`
		return
	case *load.Range:
		*x = load.Range{Min: 1, Max: 2}
		return
	case *load.UserLife:
		*x = load.UserLife{After: load.Range{Min: 1, Max: 2}}
		return
	case *load.Auth:
		*x = load.Auth{Bearer: "b"}
		return
	case *load.Script:
		*x = load.Script{File: "f"}
		return
	case *load.Pick:
		*x = "random"
		return
	case *load.Pair:
		*x = load.Pair{Name: "n", Value: "v", Off: true, Note: "o"}
		return
	case *[]load.Status:
		*x = []load.Status{{From: 404, To: 404}}
		return
	case *[]load.Threshold:
		rule, _ := ParseThreshold("p95 < 1s")
		*x = []load.Threshold{rule}
		return
	case *load.Profile:
		*x = load.Profile{Model: load.ArrivalsModel, Stages: []load.Stage{{Name: "n", Target: 1.5, Duration: 5, Jump: true}}, MaxUsers: 1, MaxWait: 2, ReadyUsers: 1, Iterations: 3, GracefulStop: 4}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.Type == reflect.TypeFor[[]load.Step]() && depth > 4 || f.Name == "Count" && depth > 6 {
				continue
			}
			if words := f.Tag.Get("oneof"); words != "" {
				v.Field(i).SetString("" + firstWord(words))
				continue
			}
			fill(v.Field(i), depth+1)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), depth+1)
	case reflect.String:
		v.SetString("s")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint64:
		v.SetUint(7)
	case reflect.Float64:
		v.SetFloat(7)
	}
}

func firstWord(s string) string {
	var word string
	fmt.Sscan(s, &word)
	return word
}
