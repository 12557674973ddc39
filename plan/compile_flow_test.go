package plan

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/locust-http/locust-http/load"
)

func use(block string) load.Step { return load.Step{Use: block} }

// block is a block of the given steps.
func block(name string, steps ...load.Step) load.Block { return load.Block{Name: name, Steps: steps} }

func until(name, word string) *load.Condition {
	return &load.Condition{Var: name, Test: load.Test{Equals: load.JSON(`"` + word + `"`)}}
}

// outline is compiled steps as lines, indented by their depth.
func outline(steps []*Step) []string {
	var lines []string
	for _, s := range steps {
		lines = append(lines, fmt.Sprintf("%s [%s] %s", s.Name, s.Path, s.OnFailure))
		for _, inner := range outline(s.Steps) {
			lines = append(lines, "  "+inner)
		}
		for _, inner := range outline(s.Else) {
			lines = append(lines, "  else "+inner)
		}
	}
	return lines
}

func TestFlow(t *testing.T) {
	poll := get("/poll")
	poll.Extract = []load.Extract{{Name: "state", JSON: "$.state"}}
	own := get("/own")
	own.OnFailure = load.AbortRun
	off := get("/off/{{item}}")
	off.Off = true
	p := planOf(
		load.Step{Group: "assets", OnFailure: load.Continue, Steps: []load.Step{get("/a"), use("twice"), off}},
		load.Step{Repeat: &load.Repeat{Until: until("state", "done"), Every: 5, Within: 7}, Steps: []load.Step{poll}},
		load.Step{Repeat: &load.Repeat{Times: "3"}, Steps: []load.Step{use("twice")}, Name: "thrice"},
		load.Step{Repeat: &load.Repeat{Each: "ids", As: "item"}, Steps: []load.Step{get("/{{item}}")}},
		load.Step{If: &load.Condition{Var: "state", Test: load.Test{In: []load.JSON{`"done"`, "5"}}}, Steps: []load.Step{own}, Else: []load.Step{
			{If: &load.Condition{Var: "ids"}, OnFailure: load.StopUser, Steps: []load.Step{get("/deep")}},
		}},
	)
	p.Variables = []load.Variable{{Name: "ids", Value: `["a",1.10,{"b":null},"{{'{{'}}"]`}}
	p.Blocks = []load.Block{block("twice", own, load.Step{Use: "once", Think: load.Range{Min: 1, Max: 1}}), block("once", get("/once"))}
	p.OnFailure = load.StopUser
	p.Transactions[0].OnFailure = load.StopTransaction
	prog, steps := mustCompile(t, p)
	want := []string{
		"assets [transactions[0].steps[0]] continue",
		"  GET /a [transactions[0].steps[0].steps[0]] continue",
		"  use twice [transactions[0].steps[0].steps[1]] continue",
		"    GET /own [blocks.twice[0]] abort_run",
		"    use once [blocks.twice[1]] continue",
		"      GET /once [blocks.once[0]] continue",
		"repeat until state equals done [transactions[0].steps[1]] stop_transaction",
		"  GET /poll [transactions[0].steps[1].steps[0]] stop_transaction",
		"thrice [transactions[0].steps[2]] stop_transaction",
		"  use twice [transactions[0].steps[2].steps[0]] stop_transaction",
		"    GET /own [blocks.twice[0]] abort_run",
		"    use once [blocks.twice[1]] stop_transaction",
		"      GET /once [blocks.once[0]] stop_transaction",
		"repeat each ids [transactions[0].steps[3]] stop_transaction",
		"  GET /{item} [transactions[0].steps[3].steps[0]] stop_transaction",
		"if state in done, 5 [transactions[0].steps[4]] stop_transaction",
		"  GET /own [transactions[0].steps[4].steps[0]] abort_run",
		"  else if ids exists [transactions[0].steps[4].else[0]] stop_user",
		"  else   GET /deep [transactions[0].steps[4].else[0].steps[0]] stop_user",
	}
	if got := outline(steps); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if g := steps[0]; !g.Group || g.Repeat != nil || g.If != nil || g.Request != nil {
		t.Errorf("group: %+v", g)
	}
	if r := steps[1].Repeat; r.Every != 5 || r.Within != 7 || r.Until == nil || r.Times != nil || r.Each || r.As != -1 {
		t.Errorf("repeat until: %+v", r)
	}
	if u := steps[0].Steps[1]; u.Request != nil || u.Group || u.Steps[1].Think.Min != 1 {
		t.Errorf("use: %+v", u)
	}
	s := scopeOf(prog, nil)
	if r := steps[3].Repeat; !r.Each || prog.Vars[r.As] != "item" {
		t.Errorf("repeat each: %+v", r)
	}
	checkItems(t, steps[3].Repeat, s, []load.Value{
		load.StringValue("a"), {Kind: load.Number, Text: "1.10"}, {Kind: load.Composite, Text: `{"b":null}`}, load.StringValue("{{"),
	})
	if n, err := steps[2].Repeat.Count(s); n != 3 || err != nil {
		t.Errorf("count %d, %v", n, err)
	}
}

func checkItems(t testing.TB, r *Repeat, s *Scope, want []load.Value) {
	t.Helper()
	before := load.StringValue("before")
	got, err := r.Items([]load.Value{before}, s)
	if err != nil || !slices.Equal(got, append([]load.Value{before}, want...)) {
		t.Errorf("items %v, %v; want %v", got, err, want)
	}
}

func TestCount(t *testing.T) {
	p := planOf(load.Step{Repeat: &load.Repeat{Times: "{{n}}"}, Steps: []load.Step{{Request: &load.Request{URL: "/"}, Set: []load.Variable{{Name: "n", Value: "1"}}}}})
	prog, steps := mustCompile(t, p)
	for text, want := range map[string]string{
		"0": "0", "7": "7", " 12\n": "12", "1000000": "1000000", "2.0": "2", "1e3": "1000",
		"1000001": "repeat: 1000001 times: from 0 to 1000000 are possible",
		"-1":      "repeat: -1 times: from 0 to 1000000 are possible",
		"1e999":   "repeat: 1e999 times: from 0 to 1000000 are possible",
		"2.5":     "repeat: 2.5 times: a whole number is needed",
		"1e-3":    "repeat: 1e-3 times: a whole number is needed",
		"":        `repeat: "" is no number of times`,
		"many":    `repeat: "many" is no number of times`,
		"0x10":    `repeat: "0x10" is no number of times`,
		"NaN":     `repeat: "NaN" is no number of times`,
	} {
		n, err := steps[0].Repeat.Count(scopeOf(prog, map[string]load.Value{"n": load.StringValue(text)}))
		if got := fmt.Sprint(n); err == nil && got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		} else if err != nil {
			checkExpandError(t, err, load.ClassTemplate, want)
		}
	}
	_, err := steps[0].Repeat.Count(scopeOf(prog, nil))
	checkExpandError(t, err, load.ClassUnsetVariable, "variable n is not set")
	_, err = steps[0].Repeat.Count(scopeOf(prog, map[string]load.Value{"n": {Kind: load.Bool, Text: "true"}}))
	checkExpandError(t, err, load.ClassTemplate, `repeat: "true" is no number of times`)
}

func TestItems(t *testing.T) {
	p := planOf(load.Step{Repeat: &load.Repeat{Each: "list"}, Steps: []load.Step{{Request: &load.Request{URL: "/"}, Set: []load.Variable{{Name: "list", Value: "1"}}}}})
	prog, steps := mustCompile(t, p)
	r := steps[0].Repeat
	scope := func(kind load.Kind, text string) *Scope {
		return scopeOf(prog, map[string]load.Value{"list": {Kind: kind, Text: text}})
	}
	checkItems(t, r, scope(load.Composite, "[]"), nil)
	checkItems(t, r, scope(load.String, " [ \"a\\n\" , true ,null,[1,[]] ]\n"), []load.Value{
		load.StringValue("a\n"), {Kind: load.Bool, Text: "true"}, {Kind: load.Null, Text: "null"}, {Kind: load.Composite, Text: "[1,[]]"},
	})
	for _, bad := range []string{`{"a":1}`, "1", "", "[1", "[1] 2", "null"} {
		_, err := r.Items(nil, scope(load.Composite, bad))
		checkExpandError(t, err, load.ClassTemplate, "repeat: list is no list")
	}
	_, err := r.Items(nil, scopeOf(prog, nil))
	checkExpandError(t, err, load.ClassUnsetVariable, "variable list is not set")
	many := scope(load.Composite, "["+strings.Repeat("0,", MaxRounds-1)+"0]")
	if items, err := r.Items(nil, many); err != nil || len(items) != MaxRounds {
		t.Errorf("%d items, %v", len(items), err)
	}
	_, err = r.Items(nil, scope(load.Composite, "["+strings.Repeat("0,", MaxRounds)+"0]"))
	checkExpandError(t, err, load.ClassTemplate, "repeat: list has over 1000000 items")
}

func TestConditions(t *testing.T) {
	yes, no := true, false
	contains := load.Text("on{{n}}")
	number := load.Value{Kind: load.Number, Text: "2"}
	tests := []struct {
		test load.Test
		v    load.Value
		want bool
		rule string
	}{
		{load.Test{}, number, true, "v exists"},
		{load.Test{}, load.Value{}, false, "v exists"},
		{load.Test{Exists: &no}, load.Value{}, true, "v does not exist"},
		{load.Test{Exists: &yes, GT: "1"}, number, true, "v gt 1 and exists"},
		{load.Test{Equals: `"2"`}, number, true, "v equals 2"},
		{load.Test{Not: "3", Between: []load.JSON{"1", "2"}}, number, true, "v not 3 and between 1 and 2"},
		{load.Test{In: []load.JSON{"1", "3"}}, number, false, "v in 1, 3"},
		{load.Test{Contains: &contains}, load.StringValue("on2"), true, "v contains on{{n}}"},
		{load.Test{Matches: "^a+$"}, load.StringValue("aab"), false, "v matches ^a+$"},
		{load.Test{Not: `"x"`}, load.Value{}, false, "v not x"},
	}
	for _, tt := range tests {
		p := planOf(load.Step{If: &load.Condition{Var: "v", Test: tt.test}, Steps: []load.Step{{Request: &load.Request{URL: "/"}, Set: []load.Variable{{Name: "v", Value: "1"}, {Name: "n", Value: "2"}}}}})
		prog, steps := mustCompile(t, p)
		s := scopeOf(prog, map[string]load.Value{"n": number, "v": tt.v})
		if got := steps[0].If.Holds(s); got != tt.want || steps[0].If.Rule != tt.rule {
			t.Errorf("%q of %v: %v; want %q, %v", steps[0].If.Rule, tt.v, got, tt.rule, tt.want)
		}
	}
}

func TestConditionsAllocateNothing(t *testing.T) {
	p := planOf(load.Step{If: until("v", "done"), Steps: []load.Step{{Request: &load.Request{URL: "/"}, Set: []load.Variable{{Name: "v", Value: "1"}}}}})
	prog, steps := mustCompile(t, p)
	s := scopeOf(prog, map[string]load.Value{"v": load.StringValue("running")})
	if n := testing.AllocsPerRun(100, func() { steps[0].If.Holds(s) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if got := steps[0].If.Explain(s); got != `got "running"` {
		t.Errorf("explained: %s", got)
	}
}

func TestFlowIssues(t *testing.T) {
	with := func(steps []load.Step, blocks ...load.Block) *load.Plan {
		p := planOf(append(steps, get("/"))...)
		p.Blocks = blocks
		return p
	}
	one := func(s load.Step) *load.Plan { return with([]load.Step{s}) }
	bad, off := get("/{{nobody}}"), get("/")
	off.Off = true
	offGroup := load.Step{Group: "g", Off: true, Steps: []load.Step{off}}
	offBad := load.Step{Group: "g", Off: true, Steps: []load.Step{bad}}
	const step = "transactions[0].steps[0]"
	tests := []struct {
		plan *load.Plan
		want []string
	}{
		{with([]load.Step{use("refesh"), use("b")}, block("refresh", get("/")), block("b", get("/"))), []string{step + ".use: unknown block refesh (did you mean refresh?)"}},
		{with([]load.Step{use("a"), use("a"), use("b")}, block("a", bad), block("b", use("a"))), []string{"blocks.a[0].request.url: {{nobody}}: unknown variable nobody"}},
		{with(nil, block("a", bad)), []string{"blocks.a[0].request.url: {{nobody}}: unknown variable nobody"}},
		{with(nil, block("a", use("a"))), []string{"blocks.a[0].use: block a uses itself: a → a"}},
		{with([]load.Step{use("c")}, block("a", load.Step{If: until("x", "y"), Steps: []load.Step{get("/")}, Else: []load.Step{use("b")}}), block("b", get("/"), use("a")),
			block("c", load.Step{Request: &load.Request{URL: "/"}, Set: []load.Variable{{Name: "x", Value: "1"}}}, use("b"))),
			[]string{"blocks.b[1].use: block a uses itself: a → b → a"}},
		{with(nil, block("a", off)), []string{`blocks.a: every step of block "a" is switched off`}},
		{with(nil, block("a")), []string{`blocks.a: block "a" has no steps`}},
		{with(nil, block("a", get("/")), block("a", get("/"))), []string{`blocks.a: there are two blocks named "a"`}},
		{one(offGroup), nil},
		{one(offBad), []string{step + ".steps[0].request.url: {{nobody}}: unknown variable nobody"}},
		{one(load.Step{Group: "g", Steps: []load.Step{off}}), []string{step + `: every step of "g" is switched off (switch it off as a whole: enabled: false)`}},
		{one(load.Step{Repeat: &load.Repeat{Times: "2"}}), []string{step + `: "repeat 2 times" has no steps`}},
		{one(load.Step{Repeat: &load.Repeat{Times: "2.5"}, Steps: []load.Step{get("/")}}), []string{step + `.repeat.times: repeat: 2.5 times: a whole number is needed`}},
		{one(load.Step{Repeat: &load.Repeat{Each: "idz"}, Steps: []load.Step{get("/")}}), []string{step + `.repeat.each: unknown variable idz`}},
		{one(load.Step{Repeat: &load.Repeat{Each: "x", As: "x"}, Steps: []load.Step{get("/{{x}}")}}), nil},
		{one(load.Step{Repeat: &load.Repeat{Times: "2", As: "a b"}, Steps: []load.Step{get("/")}}), []string{step + `.repeat.as: "a b" is no name for a variable: a letter, then letters, digits, _ and -`}},
		{one(load.Step{Repeat: &load.Repeat{}, Steps: []load.Step{get("/")}}), []string{step + `.repeat: has 0 of times, each and until (write times: 5, each: ids or until: {var: state, equals: done})`}},
		{one(load.Step{If: until("nobody", "x"), Steps: []load.Step{get("/")}}), []string{step + `.if.var: unknown variable nobody`}},
		{one(load.Step{Repeat: &load.Repeat{Until: &load.Condition{Var: "v", Test: load.Test{GT: `"{{w}}"`}}, As: "v"}, Steps: []load.Step{get("/")}}), []string{step + `.repeat.until.gt: {{w}}: unknown variable w (did you mean v?)`}},
		{one(load.Step{Name: "nothing"}), []string{step + ": is none of request, group, repeat, if and use"}},
	}
	for _, tt := range tests {
		prog, issues := Compile(tt.plan)
		if got := issueTexts(issues); !slices.Equal(got, tt.want) || (prog == nil) != (len(tt.want) > 0) {
			t.Errorf("got  %q\nwant %q", got, tt.want)
		}
	}
}

// Fifty blocks that use the next one twice are more steps than anything can count.
func TestExpansionIsBounded(t *testing.T) {
	p := planOf(use("b0"))
	for i := range 50 {
		next := fmt.Sprintf("b%d", i+1)
		p.Blocks = append(p.Blocks, block(fmt.Sprintf("b%d", i), use(next), use(next)))
	}
	p.Blocks = append(p.Blocks, block("b50", get("/")))
	checkOneIssue(t, p, "the plan has over 10000 steps")

	p = planOf(use("b0"))
	for i := range 70 {
		p.Blocks = append(p.Blocks, block(fmt.Sprintf("b%d", i), use(fmt.Sprintf("b%d", i+1))))
	}
	p.Blocks = append(p.Blocks, block("b70", get("/")))
	checkOneIssue(t, p, "steps are nested over 64 levels")
}

func checkOneIssue(t testing.TB, p *load.Plan, message string) {
	t.Helper()
	prog, issues := Compile(p)
	if prog != nil || len(issues) != 1 || !strings.HasPrefix(issues[0].Message, message) {
		t.Errorf("issues %q, want one that begins with %q", issueTexts(issues), message)
	}
}

// Whatever blocks use each other, Compile ends: with a cycle named, a bound kept, or a
// program in which no step is there twice.
func TestBlocksProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "blocks")
		p := planOf(get("/"), use("b0"))
		for i := range n {
			steps := []load.Step{get("/")}
			for range rapid.IntRange(0, 3).Draw(t, "uses") {
				s := use(fmt.Sprintf("b%d", rapid.IntRange(0, n-1).Draw(t, "used")))
				if rapid.Bool().Draw(t, "nested") {
					s = load.Step{Group: "g", Steps: []load.Step{s}}
				}
				steps = append(steps, s)
			}
			p.Blocks = append(p.Blocks, block(fmt.Sprintf("b%d", i), steps...))
		}
		prog, issues := Compile(p)
		if prog == nil {
			for _, i := range issues {
				if !strings.Contains(i.Message, "uses itself") && !strings.Contains(i.Message, "over 10000 steps") {
					t.Fatalf("issue %v", i)
				}
			}
			return
		}
		seen := map[*Step]bool{}
		count(t, seen, prog.Transactions[0].Steps)
		if len(seen) > maxSteps {
			t.Fatalf("%d steps", len(seen))
		}
	})
}

func count(t *rapid.T, seen map[*Step]bool, steps []*Step) {
	for _, s := range steps {
		if seen[s] {
			t.Fatalf("%s stands in two places", s.Path)
		}
		seen[s] = true
		count(t, seen, s.Steps)
		count(t, seen, s.Else)
	}
}

// A name may be set at any depth, in a block, or after where it is used.
func TestNamesAreKnownFromEveryDepth(t *testing.T) {
	set := func(name string) load.Step {
		return load.Step{Request: &load.Request{URL: "/"}, Set: []load.Variable{{Name: name, Value: "1"}}}
	}
	p := planOf(get("/{{inElse}}/{{inGroup}}/{{inBlock}}/{{each}}/{{item}}"),
		load.Step{If: &load.Condition{Var: "inGroup"}, Else: []load.Step{set("inElse")}},
		load.Step{Group: "g", Steps: []load.Step{{Group: "h", Steps: []load.Step{set("inGroup")}}}},
		load.Step{Repeat: &load.Repeat{Each: "inElse", As: "each"}, Steps: []load.Step{get("/")}},
		load.Step{Repeat: &load.Repeat{Each: "inElse"}, Steps: []load.Step{get("/")}},
	)
	p.Blocks = []load.Block{block("unused", set("inBlock"))}
	prog, steps := mustCompile(t, p)
	if steps[0].Request.Static {
		t.Error("names that change are taken for constants")
	}
	if r := steps[4].Repeat; r.As < 0 || prog.Vars[r.As] != "item" {
		t.Errorf("the item of a repeat without as: slot %d", r.As)
	}
}

// TestHostileBlocks bounds what plans that are nothing but blocks make Compile allocate,
// which stands for time too.
func TestHostileBlocks(t *testing.T) {
	const n = 20_000
	name := func(i int) string { return fmt.Sprintf("block%d", i%n) }
	chain, unknown, star := planOf(get("/")), planOf(get("/")), planOf(get("/"))
	var all []load.Step
	for i := range n {
		chain.Blocks = append(chain.Blocks, block(name(i), get("/"), use(name(i+1))))
		unknown.Blocks = append(unknown.Blocks, block(name(i), use("x"+name(i))))
		all = append(all, use(name(i)))
	}
	star.Blocks = append(unknown.Blocks[:n:n], block("all", all...), block("again", use("all"), use("all")))
	for what, p := range map[string]*load.Plan{"one long cycle": chain, "unknown blocks": unknown, "all of them": star} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		prog, _ := Compile(p)
		runtime.ReadMemStats(&after)
		if prog != nil {
			t.Errorf("%s: compiled", what)
		}
		if got := after.TotalAlloc - before.TotalAlloc; got > 200<<20 {
			t.Errorf("%s: %d MiB allocated", what, got>>20)
		}
	}
}
