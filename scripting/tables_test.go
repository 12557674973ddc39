package scripting

import (
	"testing"

	"github.com/locust-http/locust-http/load"
)

// A script that only reads a variable does not change it, though Lua has no number for
// some of what is in it.
func TestReadingKeepsVariables(t *testing.T) {
	const text = `{"id": 9007199254740993, "price": 1.10}`
	p := program(t, Config{}, map[string]string{"script": `
function before(req, user) check("read", user.vars.order.price == 1.1 and user.vars.order.id == "9007199254740993") end
function after(res, user) user.vars.order.price = 2 end`})
	h := newFakeHost()
	h.vars["order"] = load.Value{Kind: load.Composite, Text: text}
	s, script := p.NewState(h, [2]uint64{1, 2}), p.Script("script")
	for _, step := range []struct {
		hook Hook
		want string
	}{{Before, text}, {Before, text}, {After, `{"id":"9007199254740993","price":2}`}} {
		if _, f := s.Call(step.hook, script, nil, true); f != nil || h.vars["order"].Text != step.want {
			t.Errorf("after %v: %v, %s", step.hook, f, h.vars["order"].Text)
		}
	}
	if len(h.checks) != 2 || !h.checks[0].OK {
		t.Error(h.checks)
	}
}

// A table that is too large for a variable has broken a bound, whenever that is found.
func TestTablesTooLargeAreALimit(t *testing.T) {
	for _, text := range []string{
		"function before(req, user) local t = {} for i = 1, 9 do t[i] = string.rep('x', 1e6) end user.vars.big = t end",
		"function before(req, user) user.vars.big = {} for i = 1, 9 do user.vars.big[i] = string.rep('x', 1e6) end end",
	} {
		f := play(t, newFakeHost(), Before, text)
		if f == nil || f.Class != load.ClassLuaLimit {
			t.Errorf("%s: %+v", text, f)
		}
	}
}
