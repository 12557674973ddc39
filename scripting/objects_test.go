package scripting

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

// TestObjects runs expressions that must be true in the hooks of a step.
func TestObjects(t *testing.T) {
	for hook, lines := range map[Hook][]string{
		Before: {
			`req.method == "POST"`, `req.url == "http://127.0.0.1:1/buy?id=1&tag=a%20b"`, `req.path == "/buy?id=1&tag=a%20b"`, `req.name == "buy"`,
			`req.body == '{"n":[1,2]}'`, `req.json.n[2] == 2`, `tostring(req) == "req"`, `type(req) == "userdata"`,
			`req.headers["accept"] == "text/html"`, `req.headers.Nothing == nil`,
			`req.query.id == "1"`, `req.query.tag == "a b"`, `req.query.none == nil`,
			`req.cookies.a == "1"`, `req.cookies.b == "2"`, `req.cookies.c == nil`,
			`req.headers == req.headers`, `getmetatable(req) == false`,
			`(function() local s = "" for k, v in pairs(req.headers) do s = s .. k .. "=" .. v .. ";" end return s end)() == "Accept=text/html;Cookie=a=1; b=2;"`,
			`(function() local n = 0 for k, v in pairs(req.query) do n = n + 1 end return n end)() == 2`,
			`(function() local s = "" for k, v in pairs(req.cookies) do s = s .. k .. v end return s end)() == "a1b2"`,
			`user.id == 7`, `user.iteration == 3`, `user.worker == "w1"`, `user.scenario == "buyers"`, `user.vars.none == nil`,
			`user.data.accounts.name == "name!"`, `user.data.accounts == user.data.accounts`,
			`vars.shop == "books"`, `vars.sizes[2] == 2`, `vars.sizes == vars.sizes`, `vars.none == nil`,
			`(function() local s = "" for k, v in pairs(vars) do s = s .. k end return s end)() == "shopsizes"`,
			`secret.KEY == "s3cret"`,
			`run.id == "r1"`, `run.scenario == "buyers"`, `run.stage == "peak"`, `run.elapsed == 1.5`, `run.environment == "test"`,
			`_G._G == _G`, `_VERSION == "Lua 5.1"`, `undefined == nil`, `load == nil and loadstring == nil and dofile == nil and collectgarbage == nil and setfenv == nil`,
			`check("yes", 5) == 5`, `res == nil`,
		},
		After: {
			`res.status == 200`, `res.ok == true`, `res.reason == "OK"`, `res.size == 42`, `#res.body == 42`, `res.latency == 12.5`, `res.ttfb == 10`, `res.error == nil`,
			`res.headers["content-type"] == "application/json"`, `res.headers.None == nil`, `#res.headers:all("X-Two") == 2`, `res.headers:all("X-Two")[2] == "2"`, `#res.headers:all("None") == 0`,
			`(function() local s = "" for k, v in pairs(res.headers) do s = s .. k .. v end return s end)() == "Content-Typeapplication/jsonX-Two1X-Two2"`,
			`res.cookies.sid == "c-sid"`, `res.cookies.none == nil`, `res.request.method == "GET"`, `res.request.path == "/sent"`,
			`res:json("$.token") == "t1"`, `res:json("$.items[1].id") == 2`, `res:json("$.none") == nil`, `res:json().items[1].id == 1`, `#res:json("$.items[*].id") == 2`,
			`res:match('"token":"(%w+)"') == nil`, `res:match('"token":"(\\w+)"') == "t1"`,
			`res:check("good", true) == true`, `res == res`, `tostring(res) == "res"`,
			`select(2, pcall(function() return res.request.skip end)):find("no field")`,
		},
	} {
		for _, line := range lines {
			h := newFakeHost()
			names := map[Hook]string{Before: "req", After: "res"}
			if f := play(t, h, hook, "function "+hook.String()+"("+names[hook]+", user) check('it', "+line+") end"); f != nil {
				t.Errorf("%s: %v", line, f)
				continue
			}
			if c := h.checks[len(h.checks)-1]; !c.OK {
				t.Errorf("%s does not hold", line)
			}
		}
	}
}

func TestEditingARequest(t *testing.T) {
	for line, holds := range map[string]func(r *fakeRequest) bool{
		`req.method = "PUT"`:         func(r *fakeRequest) bool { return r.method == "PUT" },
		`req.url = "http://x.test/"`: func(r *fakeRequest) bool { return r.url == "http://x.test/" },
		`req.path = "/a?b=" .. 1`:    func(r *fakeRequest) bool { return r.Path() == "/a?b=1" },
		`req.name = "other"`:         func(r *fakeRequest) bool { return r.name == "other" },
		`req.body = "text"`:          func(r *fakeRequest) bool { return r.body == "text" },
		`req.body = nil`:             func(r *fakeRequest) bool { return r.body == "" },
		`req.json = {a = {1, true}, b = "x"}`: func(r *fakeRequest) bool {
			v, _ := r.Header("Content-Type")
			return r.body == `{"a":[1,true],"b":"x"}` && v == "application/json"
		},
		`req.headers["X-N"] = 5`:                 func(r *fakeRequest) bool { v, _ := r.Header("X-N"); return v == "5" },
		`req.headers.X = {"a", "b"}`:             func(r *fakeRequest) bool { v, _ := r.Header("X"); return v == "a, b" },
		`req.headers.Accept = nil`:               func(r *fakeRequest) bool { _, ok := r.Header("Accept"); return !ok },
		`req.query.page = 2`:                     func(r *fakeRequest) bool { return r.Path() == "/buy?id=1&tag=a%20b&page=2" },
		`req.query.id = "ä &"`:                   func(r *fakeRequest) bool { return r.Path() == "/buy?id=%C3%A4%20%26&tag=a%20b" },
		`req.query.id = {1, 2}`:                  func(r *fakeRequest) bool { return r.Path() == "/buy?id=1&id=2&tag=a%20b" },
		`req.query.id = nil req.query.tag = nil`: func(r *fakeRequest) bool { return r.Path() == "/buy" },
		`req.form.a = "b c" req.form.d = true`: func(r *fakeRequest) bool {
			v, _ := r.Header("Content-Type")
			return r.body == "a=b+c&d=true" && v == formType
		},
		`req.form.a = 1 req.form.b = req.form.a req.form.a = nil`: func(r *fakeRequest) bool { return r.body == "b=1" },
		`req.cookies.c = "3" req.cookies.a = nil`:                 func(r *fakeRequest) bool { v, _ := r.Header("Cookie"); return v == "b=2; c=3" },
		`req.cookies.b = nil req.cookies.a = nil`:                 func(r *fakeRequest) bool { _, ok := r.Header("Cookie"); return !ok },
		`req:skip("not today")`:                                   func(r *fakeRequest) bool { return r.skipped == "not today" },
	} {
		h := newFakeHost()
		if f := play(t, h, Before, "function before(req, user) "+line+" end"); f != nil || !holds(h.request) {
			t.Errorf("%s: %v %+v", line, f, h.request)
		}
	}
}

func TestMistakesSayWhatToDo(t *testing.T) {
	for line, want := range map[string]string{
		`x = res.stauts`:                 "res has no field `stauts`: did you mean status?",
		`x = req.headres`:                "req has no field `headres`: did you mean headers?",
		`req.methd = "GET"`:              "req has no field `methd`: did you mean method?",
		`x = user.idd`:                   "user has no field `idd`: did you mean id?",
		`x = run.elapse`:                 "did you mean elapsed?",
		`req.headers.x = {{}}`:           `req.headers["x"]: a list must have texts, numbers and booleans, not a table`,
		`req.headers.x = function() end`: `req.headers["x"] must be a text, a number or a boolean, not a function`,
		`req.method = {}`:                "req.method must be a text, a number or a boolean, not a table",
		`req.query = {}`:                 `req.query cannot be replaced: set its fields, req.query["name"] = …`,
		`req.json = print`:               "req.json",
		`vars.x = 1`:                     "vars.x cannot be set: vars is read only",
		`res.status = 1`:                 "res.status cannot be set: res is read only",
		`x = secret.NOPE`:                "the plan has no secret NOPE",
		`x = user.data.cars.x`:           "there is no data source cars",
		`user.vars.f = print`:            "user.vars.f is a function",
		`user.vars.f = {a = {print}}`:    "user.vars.f.a[1] is a function",
		`user.vars.l = {} table.insert(user.vars.l, print)`: "user.vars.l[1] is a function",
		`sleep(1)`:                          `sleep: add the unit: "1s" or "1ms"`,
		`think("2")`:                        `think: add the unit: "2s" or "2ms"`,
		`sleep("soon")`:                     `"soon" is no duration: for example "90s", "1m30s" or "200ms"`,
		`sleep()`:                           "sleep takes a duration as text",
		`sleep("-1s")`:                      "is no duration",
		`check(true)`:                       `check takes a name and whether it holds`,
		`check("x")`:                        `check("x") says not whether it holds`,
		`metric("x")`:                       "metric takes a name and a number",
		`use(5)`:                            "use takes the name of a block",
		`req.skip()`:                        "skip takes a reason",
		`run.stop()`:                        "run.stop takes a reason",
		`res:json("token")`:                 "res:json: ",
		`res:css("[")`:                      "res:css: ",
		`res:match("(")`:                    "res:match: ",
		`res.headers.all("X")`:              "call it with a colon: res.headers:all(name)",
		`res.json("$.x")`:                   "call it with a colon: res:json(…)",
		`res:xpath()`:                       "res:xpath takes a text, not nil",
		`http.get{}`:                        "http.get: url is missing",
		`http:get{url = "/"}`:               "call it with a dot: http.get{…}",
		`user.token = 1`:                    "user.token cannot be set: user is read only; what a user keeps is in user.vars.token",
		`vars.a = 1`:                        "vars.a cannot be set: vars is read only; what a user keeps is in user.vars.a",
		`print(user.token)`:                 "user has no field `token`: what a user keeps is in user.vars",
		`http.fetch{url = "/"}`:             "what is called here is no function: nil, or misspelt",
		`http.get{url = "/", haeders = {}}`: "http.get: unknown key `haeders`: did you mean headers?",
		`http.get{url = "/", headers = {x = {{}}}}`:         `http.get: headers["x"] must be a text, a number or a boolean, not a table`,
		`http.get{url = "/", headers = {"x"}}`:              "http.get: headers must have names",
		`http.get{url = "/", timeout = 5}`:                  `http.get: timeout: add the unit: "5s" or "5ms"`,
		`http.get{url = "/", timeout = "0s"}`:               "timeout must be more than 0",
		`http.get{url = "/", status = "ok"}`:                "status must be a number such as 404, or a list of them",
		`http.get{url = "/", method = "PUT"}`:               "method is for http.request",
		`http.request{url = "/"}`:                           "http.request: method is missing",
		`http.post{url = "/", json = {}, text = ""}`:        "are two bodies",
		`http.post{url = "/", json = print}`:                "http.post: json",
		`http.post{url = "/", multipart = {}}`:              "multipart has no parts",
		`http.post{url = "/", multipart = {{value = "x"}}}`: "multipart[1] has no name",
		`http.post{url = "/", multipart = {{name = "x"}}}`:  "multipart[1] takes either value or file",
		`http.post{url = "/", multipart = {{nam = "x"}}}`:   "multipart[1]: unknown key `nam`: did you mean name?",
		`http.get("/", "x")`:                                "http.get takes a table, or a URL and a table",
		`http.get(5)`:                                       "http.get takes a table",
		`http.get{url = 5}`:                                 "http.get: url must be a text, not a number",
		`http.get{url = "/", follow_redirects = -1}`:        "follow_redirects is how many to follow",
		`setmetatable(req, {})`:                             "table expected",
	} {
		h := newFakeHost()
		f := play(t, h, After, "local req = nil\nfunction after(res, user)\n req = req0 "+line+" end")
		if strings.Contains(line, "req") {
			f = play(t, newFakeHost(), Before, "function before(req, user)\n "+line+" end")
		}
		if f == nil || f.Class != load.ClassLuaError || !strings.Contains(f.Message, want) {
			t.Errorf("%s: %v", line, f)
		}
	}
}

func TestThereIsNothingAtHand(t *testing.T) {
	p := program(t, Config{}, map[string]string{"script": `
local kept, gone
function before(req) kept = req end
function after(res) gone = res end
function transaction(user) return kept.path end
function begin(user) return gone.status end
function finish(user, ok) check("ok", ok == true) check("still", gone.status == 200) end`})
	h := newFakeHost()
	s, script := p.NewState(h, [2]uint64{1, 2}), p.Script("script")
	for _, hook := range []Hook{Before, After, Finish} {
		if _, f := s.Call(hook, script, nil, true); f != nil {
			t.Fatal(f)
		}
	}
	h.request, h.response.gone = nil, true
	if _, f := s.Call(Transaction, script, nil, false); f == nil || !strings.Contains(f.Message, "there is no request at hand") {
		t.Error(f)
	}
	for range 2 {
		if _, f := s.Call(Begin, script, nil, false); f == nil || !strings.Contains(f.Message, "there is no response at hand") {
			t.Error(f)
		}
		h.response = nil
	}
}

func TestResponsesOfCallsStay(t *testing.T) {
	h := newFakeHost()
	h.send = func(c *Call) (Response, error) {
		return &fakeResponse{status: 404, body: c.URL, class: "conn_refused", headers: map[string][]string{"X-A": {"1"}}}, nil
	}
	p := program(t, Config{}, map[string]string{"script": `
local a, b
function begin() a = http.get("/a") b = http.head{url = "/b"} end
function transaction()
  check("a", a.body == "/a" and b.body == "/b" and a ~= b)
  check("parts", a.status == 404 and not a.ok and a.headers["X-A"] == "1" and a.headers == a.headers and a.request.method == "GET" and a.request.headers.X == nil and b.headers:all("X-A")[1] == "1" and a.cookies.sid == "c-sid")
  check("error", a.error.class == "conn_refused" and a.error.message == "no route")
  check("not json", select("#", a:json()) == 2 and a:json() == nil and select(2, a:json("$.x")) ~= nil)
  a:check("own", false, "detail")
end`})
	s, script := p.NewState(h, [2]uint64{1, 2}), p.Script("script")
	for _, hook := range []Hook{Begin, Transaction} {
		if _, f := s.Call(hook, script, nil, true); f != nil {
			t.Fatal(f)
		}
	}
	for _, c := range h.checks {
		if !c.OK {
			t.Error(c.Name)
		}
	}
}

func TestVariablesOfTheUser(t *testing.T) {
	p := program(t, Config{}, map[string]string{"script": `
function before(req, user)
  local v = user.vars
  v.text, v.n, v.yes, v.list = "a", 1.5, true, {1}
  local list = v.list
  table.insert(v.list, 2)
  check("same", list == v.list and #v.list == 2 and v.n == 1.5 and v.yes == true)
  v.gone = 1
  v.gone = nil
end
function after(res, user)
  local s = ""
  for name in pairs(user.vars) do s = s .. name .. " " end
  check("names", s == "list n text yes ", s)
  user.vars.list[3] = {x = 1}
end
function begin(user) check("changed", user.vars.list == 5) end
function setup(vars)
  check("plan", vars.shop == "books" and vars.sizes[1] == 1)
  vars.token = "t"
  vars.all = {}
  vars.all[1] = "x"
  local s = ""
  for name in pairs(vars) do s = s .. name .. " " end
  check("names", s == "all list n text token yes shop sizes ", s)
end
function teardown(v) check("read", v.shop == "books") v.x = 1 end`})
	h := newFakeHost()
	s, script := p.NewState(h, [2]uint64{1, 2}), p.Script("script")
	call := func(hook Hook) *Failure {
		_, f := s.Call(hook, script, nil, true)
		return f
	}
	if f := call(Before); f != nil || h.vars["list"] != (load.Value{Kind: load.Composite, Text: "[1,2]"}) || h.vars["n"].Text != "1.5" || h.vars["yes"].Kind != load.Bool {
		t.Errorf("%v %v", f, h.vars)
	}
	if f := call(After); f != nil || h.vars["list"].Text != `[1,2,{"x":1}]` {
		t.Errorf("%v %v", f, h.vars)
	}
	if f := call(Setup); f != nil || h.vars["all"].Text != `["x"]` || h.vars["token"].Text != "t" {
		t.Errorf("%v %v", f, h.vars)
	}
	h.vars["list"] = load.Value{Kind: load.Number, Text: "5"} // an extraction
	if f := call(Begin); f != nil || h.vars["list"].Text != "5" {
		t.Errorf("%v %v", f, h.vars)
	}
	if f := call(Teardown); f == nil || !strings.Contains(f.Message, "read only") {
		t.Error(f)
	}
	for _, c := range h.checks {
		if !c.OK {
			t.Errorf("%s: %s", c.Name, c.Detail)
		}
	}
}

func TestWhatScriptsDo(t *testing.T) {
	h := newFakeHost()
	f := play(t, h, Transaction, `function transaction(user)
  sleep("1.5s") think("20ms")
  use "login"
  metric("cart", 3)
  user:retire()
  run.stop("empty") run:stop("again")
  log.info("a", 1, nil, true, {1, {x = "y"}}, require("json").decode("[null, 12345678901234567890.1]")) log.warn("w") log.error(setmetatable({}, {__tostring = function() return "me" end}))
  print(("x"):rep(5000))
end`)
	if f != nil {
		t.Fatal(f)
	}
	long := h.did[len(h.did)-1]
	h.did = h.did[:len(h.did)-1]
	want := []string{"sleep 1.5s", "think 20ms", "use login", "metric cart 3", "retire", "stop empty", "stop again",
		`info plan.yaml:7 a 1 nil true [1, {x: "y"}] [null, 1.2345678901234567e+19]`, "warn plan.yaml:7 w", "error plan.yaml:7 me"}
	if !slices.Equal(h.did, want) || len(long) > maxText+len("info plan.yaml:8 ") || !strings.HasSuffix(long, "…") {
		t.Errorf("%q\n%d", h.did, len(long))
	}
}

func TestChecks(t *testing.T) {
	h := newFakeHost()
	if f := play(t, h, After, "function after(res)\n check('a', nil, {1})\n check('b', 0)\n res:check('c', false, 'why')\nend"); f != nil {
		t.Fatal(f)
	}
	want := []Check{{Name: "a", Detail: "[1]", Place: "plan.yaml:2"}, {Name: "b", OK: true}}
	if !slices.Equal(h.checks, want) || !slices.Equal(h.response.checks, []Check{{Name: "c", Detail: "why", Place: "plan.yaml:4"}}) {
		t.Errorf("%+v %+v", h.checks, h.response.checks)
	}
}

func TestCalls(t *testing.T) {
	two := 2
	for line, want := range map[string]Call{
		`http.get("/a")`:                                    {Method: "GET", URL: "/a"},
		`http.get{"/a"}`:                                    {Method: "GET", URL: "/a"},
		`http.delete{url = "/a", name = "del"}`:             {Method: "DELETE", URL: "/a", Name: "del"},
		`http.get("/a", {query = {b = {1, 2}, a = "x y"}})`: {Method: "GET", URL: "/a?a=x%20y&b=1&b=2"},
		`http.get{query = {q = 1}, url = "/a?b#c"}`:         {Method: "GET", URL: "/a?b&q=1#c"},
		`http.post{url = "/a", json = {1}}`:                 {Method: "POST", URL: "/a", HasBody: true, Body: []byte("[1]"), Headers: []load.Header{{Name: "Content-Type", Value: "application/json"}}},
		`http.put{url = "/a", text = "t", headers = {["content-type"] = "text/x", A = true}}`:                                                {Method: "PUT", URL: "/a", HasBody: true, Body: []byte("t"), Headers: []load.Header{{Name: "A", Value: "true"}, {Name: "content-type", Value: "text/x"}}},
		`http.patch{url = "/a", form = {b = "1 2", a = "&"}}`:                                                                                {Method: "PATCH", URL: "/a", HasBody: true, Body: []byte("a=%26&b=1+2"), Headers: []load.Header{{Name: "Content-Type", Value: formType}}},
		`http.post{url = "/a", body = "raw"}`:                                                                                                {Method: "POST", URL: "/a", HasBody: true, Body: []byte("raw")},
		`http.request{url = "/a", method = "purge", timeout = "5s", status = {200, 404}, follow_redirects = 2}`:                              {Method: "PURGE", URL: "/a", Timeout: 5 * time.Second, Status: []int{200, 404}, Follow: &two},
		`http.get{url = "/a", status = 204}`:                                                                                                 {Method: "GET", URL: "/a", Status: []int{204}},
		`http.post{url = "/a", multipart = {{name = "f", file = "a.png", filename = "b.png", type = "image/png"}, {name = "v", value = 1}}}`: {Method: "POST", URL: "/a", Parts: []Part{{Name: "f", File: "a.png", Filename: "b.png", Type: "image/png"}, {Name: "v", Value: "1"}}},
		`http.post{url = "/a", multipart = {b = "2", a = 1}}`:                                                                                {Method: "POST", URL: "/a", Parts: []Part{{Name: "a", Value: "1"}, {Name: "b", Value: "2"}}},
	} {
		h := newFakeHost()
		if f := play(t, h, Transaction, "function transaction()\n "+line+" end"); f != nil || len(h.calls) != 1 {
			t.Errorf("%s: %v", line, f)
			continue
		}
		want.Place = "plan.yaml:2"
		got := *h.calls[0]
		if got.Follow != nil && want.Follow != nil && *got.Follow == *want.Follow {
			got.Follow, want.Follow = nil, nil
		}
		if d := describeCall(got); d != describeCall(want) {
			t.Errorf("%s:\n got %s\nwant %s", line, d, describeCall(want))
		}
	}
}
