package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// dataPlan is planOf with the data sources accounts and docs.
func dataPlan(steps ...load.Step) *load.Plan {
	p := planOf(steps...)
	p.Data = []load.DataSource{{Name: "accounts", File: "a.csv"}, {Name: "docs", File: "d.jsonl"}}
	return p
}

func TestDataColumns(t *testing.T) {
	p := dataPlan(
		load.Step{
			Set: []load.Variable{{Name: "who", Value: `"{{accounts.name}}"`}, {Name: "n", Value: `{"n":"{{docs.n}}"}`}},
			Request: &load.Request{
				URL: "/{{accounts.name | urlencode}}", Query: []load.Pair{{Name: "q", Value: "{{accounts.first.name}}"}},
				JSON: `{"n":"{{docs.n}}","t":"n={{docs.n}}","w":"{{accounts.'full name'}}"}`,
			},
			Check: []load.Check{{Var: "accounts.kind", Test: load.Test{Equals: `"{{accounts.wanted}}"`}}},
		},
		load.Step{If: until("docs.kind", "x"), Steps: []load.Step{get("/{{accounts.name}}")}, Else: []load.Step{get("/")}},
		load.Step{Repeat: &load.Repeat{Each: "docs.list"}, Steps: []load.Step{get("/{{item}}")}},
		load.Step{Repeat: &load.Repeat{Times: "{{docs.n}}"}, Steps: []load.Step{get("/")}},
	)
	prog, steps := mustCompile(t, p)
	a, d := prog.Data[0], prog.Data[1]
	if want := []string{"name", "first.name", "full name", "wanted", "kind"}; a.Source != &p.Data[0] || len(a.Paths) != len(want) || !sameSet(a.Columns, want) {
		t.Errorf("accounts: %+v", a)
	}
	if want := []string{"n", "kind", "list"}; d.Source != &p.Data[1] || !slices.Equal(d.Columns, want) || d.Paths[1] != "transactions[0].steps[1].if.var" {
		t.Errorf("docs: %+v", d)
	}
	for i, want := range [][]int{{0, 1}, {1}, {1}, {1}} {
		if !slices.Equal(steps[i].Data, want) {
			t.Errorf("step %d: data %v, want %v", i, steps[i].Data, want)
		}
	}
	if got := steps[1].Steps[0].Data; !slices.Equal(got, []int{0}) || steps[1].Else[0].Data != nil {
		t.Errorf("inner steps: %v %v", got, steps[1].Else[0].Data)
	}
	s := scopeOf(prog, nil)
	s.Rows = rowsOfProgram(prog, map[string]load.Value{
		"accounts.name": load.StringValue("a b"), "accounts.first.name": load.StringValue("A"), "accounts.full name": load.StringValue("A B"),
		"accounts.kind": load.StringValue("x"), "accounts.wanted": load.StringValue("x"),
		"docs.n": {Kind: load.Number, Text: "1.0"}, "docs.kind": load.StringValue("x"), "docs.list": load.StringValue("[3]"),
	})
	r := steps[0].Request
	checkExpanded(t, r.AppendURL, s, "http://shop.test/a%20b?q=A")
	checkExpanded(t, r.AppendBody, s, `{"n":1.0,"t":"n=1.0","w":"A B"}`)
	if v, err := steps[0].Set[0].Value.Eval(s); err != nil || v != load.StringValue("a b") {
		t.Errorf("set: %v, %v", v, err)
	}
	if v, err := steps[0].Set[1].Value.Eval(s); err != nil || v != (load.Value{Kind: load.Composite, Text: `{"n":1.0}`}) {
		t.Errorf("set: %v, %v", v, err)
	}
	if !steps[0].Checks[0].Holds(&View{}, s) || !steps[1].If.Holds(s) {
		t.Error("a condition on a column does not hold")
	}
	checkItems(t, steps[2].Repeat, s, []load.Value{{Kind: load.Number, Text: "3"}})
	if n, err := steps[3].Repeat.Count(s); n != 1 || err != nil {
		t.Errorf("count %d, %v", n, err)
	}
	if n := testing.AllocsPerRun(100, func() { _, _ = steps[0].Set[0].Value.Eval(s) }); n != 0 {
		t.Errorf("a column as a value: %v allocations", n)
	}
	var buf []byte
	if n := testing.AllocsPerRun(100, func() { buf, _ = r.AppendBody(buf[:0], s) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func sameSet(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}

// rowsOfProgram is one row of each source; what values does not name is Unset.
func rowsOfProgram(prog *Program, values map[string]load.Value) [][]load.Value {
	rows := make([][]load.Value, len(prog.Data))
	for i, d := range prog.Data {
		rows[i] = make([]load.Value, len(d.Columns))
		for k, column := range d.Columns {
			rows[i][k] = values[d.Source.Name+"."+column]
		}
	}
	return rows
}

// Every step that sends to base_url needs the rows that base_url asks for.
func TestDataOfBaseURL(t *testing.T) {
	p := dataPlan(get("/a"), get("http://other.test/"), get("/{{accounts.name}}"))
	p.BaseURL = "http://{{docs.host}}"
	_, steps := mustCompile(t, p)
	for i, want := range [][]int{{1}, nil, {0, 1}} {
		if !slices.Equal(steps[i].Data, want) {
			t.Errorf("step %d: data %v, want %v", i, steps[i].Data, want)
		}
	}
}

func TestMissingRows(t *testing.T) {
	prog, steps := mustCompile(t, dataPlan(get("/{{accounts.name}}"), load.Step{Repeat: &load.Repeat{Each: "accounts.ids"}, Steps: []load.Step{get("/")}}))
	s := scopeOf(prog, nil)
	_, err := steps[0].Request.AppendURL(nil, s)
	checkExpandError(t, err, load.ClassUnsetVariable, "data accounts: there is no row for column name")
	s.Rows = make([][]load.Value, 2)
	_, err = steps[0].Request.AppendURL(nil, s)
	checkExpandError(t, err, load.ClassUnsetVariable, "data accounts: there is no row for column name")
	s.Rows[0] = make([]load.Value, 2)
	_, err = steps[0].Request.AppendURL(nil, s)
	checkExpandError(t, err, load.ClassUnsetVariable, "data accounts: the row has no column name")
	_, err = steps[1].Repeat.Items(nil, s)
	checkExpandError(t, err, load.ClassUnsetVariable, "data accounts: the row has no column ids")
	prog, steps = mustCompile(t, dataPlan(get("/{{accounts.name | default 'x'}}")))
	checkExpanded(t, steps[0].Request.AppendURL, scopeOf(prog, nil), "http://shop.test/x")
}

func TestSecrets(t *testing.T) {
	p := planOf(load.Step{
		Set:     []load.Variable{{Name: "t", Value: `"{{secret.TOKEN}}"`}},
		Request: &load.Request{URL: "/{{secret.PATH_2}}", Headers: []load.Pair{{Name: "X", Value: "{{ secret.TOKEN | base64 }}"}}},
	}, get("/{{secret.TOKEN | number}}"))
	prog, steps := mustCompile(t, p)
	if want := []string{"PATH_2", "TOKEN"}; !slices.Equal(prog.Secrets, want) {
		t.Errorf("secrets %v, want %v", prog.Secrets, want)
	}
	s := scopeOf(prog, nil)
	_, err := steps[0].Request.AppendURL(nil, s)
	checkExpandError(t, err, load.ClassUnsetVariable, "secret PATH_2 has no value where the run was started")
	s.Secrets = map[string]string{"TOKEN": "hunter2", "PATH_2": "p"}
	checkExpanded(t, steps[0].Request.AppendURL, s, "http://shop.test/p")
	checkExpanded(t, steps[0].Request.Headers[2].Append, s, "aHVudGVyMg==")
	if v, err := steps[0].Set[0].Value.Eval(s); err != nil || v != load.StringValue("hunter2") {
		t.Errorf("set: %v, %v", v, err)
	}
	_, err = steps[1].Request.AppendURL(nil, s)
	checkExpandError(t, err, load.ClassTemplate, "{{secret.TOKEN}}: the value is nothing that number can take")
	s.Secrets["PATH_2"] = "pass word"
	_, err = steps[0].Request.AppendURL(nil, s)
	checkExpandError(t, err, load.ClassTemplate, "the url with a secret in it has the character ' ' in it")
	if strings.Contains(err.Error(), "word") {
		t.Errorf("the secret is in %q", err)
	}
}

func TestDataIssues(t *testing.T) {
	const url = "transactions[0].steps[0].request.url: "
	constant := func(value load.JSON) *load.Plan {
		p := dataPlan(get("/"))
		p.Variables = []load.Variable{{Name: "v", Value: value}}
		return p
	}
	variable := dataPlan(get("/{{item.id}}"))
	variable.Variables = []load.Variable{{Name: "item", Value: "1"}}
	for want, p := range map[string]*load.Plan{
		url + "{{acounts.name}}: unknown data source acounts (did you mean accounts?)":                                                                                                 dataPlan(get("/{{acounts.name}}")),
		url + "{{secrets.KEY}}: unknown data source secrets (did you mean secret?)":                                                                                                    dataPlan(get("/{{secrets.KEY}}")),
		url + "{{item.id}}: unknown data source item (a variable has no parts: take out what you need with extract)":                                                                   variable,
		url + "{{accounts.}}: the column is missing (write {{accounts.name}})":                                                                                                         dataPlan(get("/{{accounts.}}")),
		url + "{{accounts.first name}}: a column takes no arguments (a filter comes after a bar: {{name | urlencode}}; a column that is no word is quoted: {{accounts.'first name'}})": dataPlan(get("/{{accounts.first name}}")),
		url + `{{secret.a-b}}: "a-b" is no name for a secret: letters, digits and _`:                                                                                                   dataPlan(get("/{{secret.a-b}}")),
		url + `{{secret.}}: "" is no name for a secret: letters, digits and _`:                                                                                                         dataPlan(get("/{{secret.}}")),
		"variables.v: {{secret.KEY}}: a variable of the plan may be shown, and a secret never is (write {{secret.KEY}} where it is needed)":                                            constant(`"x {{secret.KEY}}"`),
		"variables.v: {{accounts.name}}: a variable of the plan is a constant, and a row of data is not (evaluate it for each user with set: in a step)":                               constant(`"{{accounts.name}}"`),
		"transactions[0].steps[0].check[0].var: unknown variable acounts.name":                                                                                                         dataPlan(load.Step{Request: &load.Request{URL: "/"}, Check: []load.Check{{Var: "acounts.name"}}}),
	} {
		prog, issues := Compile(p)
		if got := issueTexts(issues); prog != nil || !slices.Equal(got, []string{want}) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}
