package plan

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// TestMuchOfLittle bounds what a plan of up to 1 MiB may make Compile allocate: what it
// says once could stand in everything else.
func TestMuchOfLittle(t *testing.T) {
	const n = 1<<20 - 1000
	const start = `{"version":1,"base_url":"http://h","load":{"users":1},`
	const end = `{"request":{"url":"/"}}]}]}`
	fill := func(s string, n int) string { return strings.Repeat(s, n/len(s)) }
	one := func(step string) string {
		return start + `"transactions":[{"name":"a","steps":[` + step + "," + end
	}
	var doubling strings.Builder
	for i := 1; i < 60; i++ {
		fmt.Fprintf(&doubling, `"v%d":"{{v%d}}{{v%d}}",`, i, i-1, i-1)
	}
	long := `"variables":{"v":"` + fill("x", 300_000) + `"},`
	steps := `"transactions":[{"name":"a","steps":[` + fill(`{"request":{"url":"/{{v}}"}},`, 280_000) + end
	for name, c := range map[string]struct{ text, problem string }{
		"constants of constants": {start + `"variables":{"v0":"` + fill("x", 16) + `",` + doubling.String() + `"z":1},"transactions":[{"name":"a","steps":[` + end, "over 4 MiB of one another"},
		"a long constant":        {start + long + steps, ""},
		"a long constant in a word": {start + long + `"transactions":[{"name":"a","steps":[{"if":{"var":"v","in":[` + fill(`"{{v}}",`, n-310_000) +
			`1]},"steps":[{"request":{"url":"/"}}]},` + end, ""},
		"headers of defaults":  {start + `"variables":{"v":1},"defaults":{"headers":{` + unique(100_000, `"h%d":"{{$uuid}}",`) + `"z":"1"}},` + steps, "headers: at most 100 go into one list"},
		"shared headers":       {start + `"variables":{"v":1},"defaults":{"headers":{` + unique(1_600, `"h%d":"{{$uuid}}",`) + `"z":"1"}},` + steps, ""},
		"own headers":          {one(`{"request":{"url":"/","headers":{` + unique(n, `"h%d":"x",`) + `"z":"1"}}}`), "headers: at most 100 go into one list"},
		"a long base_url":      {`{"version":1,"base_url":"http://h/` + fill("x", 300_000) + `","load":{"users":1},"variables":{"v":1},` + steps, "is longer than 4096 bytes"},
		"a long proxy":         {start + `"defaults":{"proxy":"http://{{v}}` + fill("x", 300_000) + `"},"variables":{"v":1},` + steps, "is longer than 4096 bytes"},
		"many parameters":      {one(`{"request":{"url":"/","query":[` + fill(`{"name":"a","value":"b"},`, n) + `{"name":"a","value":""}]}}`), ""},
		"regular expressions":  {one(`{"request":{"url":"/"},"check":[` + unique(n, `{"regex":"(((a%d{10}){10}){9})"},`) + `{"status":200}]}`), "regular expressions of the plan are too large"},
		"one long expression":  {one(`{"request":{"url":"/"},"check":[{"regex":"` + fill(`[a-z]{1,30}`, n) + `"}]}`), "is longer than 4096 bytes"},
		"filters":              {one(`{"request":{"url":"/{{$uuid` + fill("|json", 35) + `}}"}}`), "7 filters, at most 6 go into one placeholder"},
		"steps":                {one(strings.TrimSuffix(fill(`{"request":{"url":"/"}},`, n), ",")), "steps: at most 10000 go into one"},
		"steps within a block": {start + `"blocks":{"b":[{"group":"g","steps":[` + fill(`{"request":{"url":"/"}},`, n) + `{"use":"c"}]}]},"transactions":[{"name":"a","steps":[` + end, "steps: at most 10000 go into one"},
	} {
		if len(c.text) > maxText {
			t.Errorf("%s: %d bytes", name, len(c.text))
		}
		spent, bytes := cost(func() {
			_, problems := Decode("p.json", []byte(c.text))
			switch err := problems.Err(); {
			case c.problem == "" && err != nil:
				t.Errorf("%s: %.300v", name, err)
			case c.problem != "" && (err == nil || !strings.Contains(err.Error(), c.problem) || len(err.Error()) > 100_000):
				t.Errorf("%s: %d problems, %.300v, want %s", name, len(problems), err, c.problem)
			}
		})
		if bytes > 600<<20 {
			t.Errorf("%s: allocated %d MiB", name, bytes>>20)
		}
		t.Logf("%s: %v, %d MiB", name, spent, bytes>>20)
	}
}

// TestExpandedBound refuses to make more of a variable than memory may hold.
func TestExpandedBound(t *testing.T) {
	text := load.Text(strings.Repeat("{{v}}", 60))
	prog, _ := mustCompile(t, planOf(load.Step{
		Set:     []load.Variable{{Name: "v", Value: `"a"`}},
		Request: &load.Request{URL: "/", Text: &text},
	}))
	s := &Scope{Vars: make([]load.Value, len(prog.Vars)), Consts: prog.Consts}
	slot, _ := prog.Slot("v")
	s.Vars[slot] = load.StringValue(strings.Repeat("x", 2<<20))
	dst, err := prog.Transactions[0].Steps[0].Request.AppendBody(nil, s)
	var e *ExpandError
	if !errors.As(err, &e) || e.Class != load.ClassTemplate || len(dst) > maxExpanded+2<<20 {
		t.Errorf("%d bytes, %v", len(dst), err)
	}
}

// TestLongConstants are used as they are, though they are not copied into each place.
func TestLongConstants(t *testing.T) {
	long := strings.Repeat("é", maxFolded)
	text := load.Text("a {{v}} b {{v | base64}}")
	p := planOf(load.Step{Request: &load.Request{URL: "/", Text: &text, Headers: []load.Pair{{Name: "X", Value: "{{v}}"}}}})
	p.Variables = []load.Variable{{Name: "v", Value: load.JSON(`"` + long + `"`)}, {Name: "w", Value: `"{{v}}"`}}
	prog, _ := mustCompile(t, p)
	r := prog.Transactions[0].Steps[0].Request
	body, err := r.AppendBody(nil, &Scope{Consts: prog.Consts})
	if err != nil || !strings.HasPrefix(string(body), "a "+long+" b w6nDq") {
		t.Errorf("%.100s, %v", body, err)
	}
	if slot, _ := prog.Slot("w"); prog.Consts[slot].Text != long {
		t.Errorf("w is %.100s", prog.Consts[slot].Text)
	}
}

// TestSharedHeaders ask for the rows of their data in every request that has them.
func TestSharedHeaders(t *testing.T) {
	p := planOf(load.Step{Request: &load.Request{URL: "/1"}}, load.Step{Request: &load.Request{URL: "/2"}},
		load.Step{Request: &load.Request{URL: "/3", Headers: []load.Pair{{Name: "x", Drop: true}}}})
	p.Data = []load.DataSource{{Name: "d", File: "d.csv"}}
	p.Defaults.Headers = []load.Pair{{Name: "X", Value: "{{d.name}}"}}
	prog, _ := mustCompile(t, p)
	for i, want := range []int{1, 1, 0} {
		if got := len(prog.Transactions[0].Steps[i].Data); got != want {
			t.Errorf("request %d asks for %d sources, want %d", i+1, got, want)
		}
	}
}
