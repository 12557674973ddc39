package plan

import (
	"slices"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// scriptPlan asks for what, with page_size as a variable of the plan.
func scriptPlan(script *load.Script, what string) *load.Plan {
	p := planOf(get("/" + what))
	p.Variables = []load.Variable{{Name: "page_size", Value: "20"}, {Name: "twice", Value: `"{{page_size}}{{page_size}}"`}}
	p.Script = script
	return p
}

// What a script may set is no constant; what none can name still is, and a name that
// nothing sets is an error where that is sure.
func TestVariablesOfScripts(t *testing.T) {
	inline := func(text string) *load.Script { return &load.Script{Source: text} }
	const unset, static, dynamic = "an error", "static", "dynamic"
	for name, tt := range map[string]struct {
		script *load.Script
		what   string
		want   string
	}{
		"no script":              {nil, "{{page_size}}", static},
		"another name":           {inline("user.vars.other = 1"), "{{page_size}}", static},
		"part of a word":         {inline("user.vars.page_sizes = 1"), "{{page_size}}", static},
		"the name":               {inline("user.vars.page_size = 1"), "{{page_size}}", dynamic},
		"in brackets":            {inline(`user.vars["page_size"] = 1`), "{{page_size}}", dynamic},
		"another in brackets":    {inline(`user.vars["other"] = 1`), "{{page_size}}", static},
		"made of it":             {inline("user.vars.page_size = 1"), "{{twice}}", static},
		"a file":                 {&load.Script{File: "scripts/x.lua"}, "{{page_size}}", dynamic},
		"a library":              {inline(`require "x"`), "{{page_size}}", dynamic},
		"a name that is made":    {inline(`user.vars[name] = 1`), "{{page_size}}", dynamic},
		"joined":                 {inline(`user.vars["page" .. "_size"] = 1`), "{{page_size}}", dynamic},
		"escaped":                {inline(`user.vars["page\95size"] = 1`), "{{page_size}}", dynamic},
		"of setup":               {inline("function setup(vars) vars.other = 1 end"), "{{page_size}}", static},
		"set in setup":           {inline("function setup(vars) vars.page_size = 1 end"), "{{page_size}}", dynamic},
		"handed on":              {inline(`local v = user.vars f(v)`), "{{page_size}}", dynamic},
		"unknown, no script":     {nil, "{{token}}", unset},
		"unknown":                {inline("x()"), "{{token}}", unset},
		"unknown, but mentioned": {inline("user.vars.token = 1"), "{{token}}", dynamic},
		"unknown, with a dash":   {inline(`user.vars["auth-token"] = 1`), "{{auth-token}}", dynamic},
		"unknown, with a file":   {&load.Script{File: "scripts/x.lua"}, "{{token}}", dynamic},
	} {
		t.Run(name, func(t *testing.T) {
			prog, issues := Compile(scriptPlan(tt.script, tt.what))
			got := unset
			if prog != nil {
				got = dynamic
				if prog.Transactions[0].Steps[0].Request.Static {
					got = static
				}
			}
			if got != tt.want || (got == unset) != (len(issues) > 0) {
				t.Errorf("%s, want %s; %q", got, tt.want, issueTexts(issues))
			}
		})
	}
}

func TestScriptedVariablesAreListed(t *testing.T) {
	p := scriptPlan(&load.Script{File: "scripts/x.lua"}, "{{token}}/{{token}}/{{page_size}}")
	prog, issues := Compile(p)
	if prog == nil {
		t.Fatal(issueTexts(issues))
	}
	if want := []ScriptVariable{{"token", "transactions[0].steps[0].request.url"}}; !slices.Equal(prog.Scripted, want) {
		t.Errorf("%+v", prog.Scripted)
	}
	if slot, ok := prog.Slot("token"); !ok || prog.Vars[slot] != "token" {
		t.Error("token has no slot")
	}
}

// Every script is where the engine looks for it, and blocks can be played by name.
func TestScriptsOfAProgram(t *testing.T) {
	hook := &load.Script{Source: "function before() end"}
	step := get("/")
	step.Script = hook
	p := planOf(step, use("b"))
	p.OnFailure = load.StopUser
	p.Script, p.Transactions[0].Script = hook, hook
	p.Blocks = []load.Block{block("a", step), block("b", get("/"), use("a"))}
	prog, issues := Compile(p)
	if prog == nil {
		t.Fatal(issueTexts(issues))
	}
	inner := prog.Blocks["b"][1].Steps[0]
	if prog.Script != hook || prog.Transactions[0].Script != hook || prog.Transactions[0].Steps[0].Script != hook || inner.Script != hook {
		t.Error("a script is not there")
	}
	if inner.Path != "blocks.a[0]" || inner.OnFailure != load.StopUser {
		t.Errorf("%s %s", inner.Path, inner.OnFailure)
	}
	p.Script, p.Transactions[0].Script, p.Transactions[0].Steps[0].Script, p.Blocks[0].Steps[0].Script = nil, nil, nil, nil
	if prog, _ := Compile(p); prog.Blocks != nil {
		t.Error("blocks of a plan without scripts are kept")
	}
}

func TestStepName(t *testing.T) {
	if got := StepName("GET", "http://h/items/17?x=1"); got != "GET /items/{id}" {
		t.Errorf("%q", got)
	}
}
