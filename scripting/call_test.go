package scripting

import "testing"

func TestBeforeAndAfter(t *testing.T) {
	p := program(t, Config{}, map[string]string{"script": `
local n = 0
function before(req, user)
  n = n + 1
  req.path = "/items/" .. n
  req.headers["X-Request"] = user.id
end
function after(res, user)
  check("ok", res.status == 200)
  user.vars.token = res:json("$.token")
end`})
	h := newFakeHost()
	s := p.NewState(h, [2]uint64{1, 2})
	script := p.Script("script")
	for range 2 {
		for _, hook := range []Hook{Before, After} {
			if ran, failure := s.Call(hook, script, nil, false); !ran || failure != nil {
				t.Fatalf("%v: ran %v, %+v", hook, ran, failure)
			}
		}
	}
	if h.request.Path() != "/items/2" || h.vars["token"].Text != "t1" || len(h.checks) != 2 || !h.checks[1].OK {
		t.Errorf("path %s, token %q, checks %+v", h.request.Path(), h.vars["token"].Text, h.checks)
	}
	if v, _ := h.request.Header("X-Request"); v != "7" {
		t.Errorf("header %q", v)
	}
	if ran, failure := s.Call(Begin, script, nil, false); ran || failure != nil {
		t.Errorf("begin ran %v, %v", ran, failure)
	}
}
