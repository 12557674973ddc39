package libtest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/locust-http/locust-http/scripting/libtest"
)

// run runs test files, and returns what was printed.
func run(t *testing.T, files map[string]string) (string, libtest.Summary) {
	t.Helper()
	folder := fstest.MapFS{}
	for name, text := range files {
		folder[name] = &fstest.MapFile{Data: []byte(text)}
	}
	var out strings.Builder
	shipped := fstest.MapFS{
		"greet.lua": {Data: []byte(`return {hello = function() return "shipped" end}`)},
		"other.lua": {Data: []byte(`return "other"`)},
	}
	sum, err := libtest.Run(t.Context(), libtest.Options{Files: folder, Folder: "lib", Shipped: shipped, Out: &out})
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), sum
}

// Each file is one test, printed as wanted, without the lines that count.
func TestFailures(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"passes": {`test("a", function() equal(1, 1) end)`, ""},
		"numbers": {"test('a', function()\n  equal(1, 2)\nend)",
			"lib/x_test.lua:2: a: found 1, wanted 2"},
		"kinds": {`test("a", function() equal("1", 1) end)`,
			`lib/x_test.lua:1: a: found "1", wanted 1`},
		"nil": {`test("a", function() equal(nil, false) end)`,
			`lib/x_test.lua:1: a: found nil, wanted false`},
		"tables": {`test("a", function() equal({x = {1, {y = 2}}, z = true}, {x = {1, {y = 3}}, z = true}) end)`,
			`lib/x_test.lua:1: a: found {x = {1, {y = 2}}, z = true}, wanted {x = {1, {y = 3}}, z = true} (they differ at .x[2].y)`},
		"more in one": {`test("a", function() equal({1, 2}, {1}) end)`,
			`lib/x_test.lua:1: a: found {1, 2}, wanted {1} (they differ at [2])`},
		"less in one": {`test("a", function() equal({}, {["a b"] = 1}) end)`,
			`lib/x_test.lua:1: a: found {}, wanted {["a b"] = 1} (they differ at ["a b"])`},
		"one value": {`test("a", function() equal(1) end)`,
			`lib/x_test.lua:1: a: equal(found, wanted) needs two values`},
		"within a function": {"local function check(n)\n  equal(n, 2)\nend\ntest('a', function()\n  check(1)\nend)",
			"lib/x_test.lua:2: a: found 1, wanted 2"},
		"error": {"local function deep() error('oh') end\ntest('a', function()\n  deep()\nend)",
			"lib/x_test.lua:1: a: oh\n    lib/x_test.lua:1: in function 'deep'\n    lib/x_test.lua:3: in function <lib/x_test.lua:2>"},
		"error of a library": {"local broken = require 'broken'\ntest('a', function()\n  broken()\nend)",
			"lib/broken.lua:2: a: oh no\n    lib/broken.lua:2: in function 'broken'\n    lib/x_test.lua:3: in function <lib/x_test.lua:2>"},
		"fail":   {`test("a", function() fail("no") end)`, "lib/x_test.lua:1: a: check: no"},
		"syntax": {"test('a', function()\n  local = 1\nend)", "lib/x_test.lua:2: "},
		"library that does not compile": {"local bad = require 'bad'\ntest('a', function() end)",
			"lib/bad.lua:2: "},
		"no library":       {"require 'nothing'", "lib/x_test.lua:1: "},
		"no test":          {"local x = 1", "lib/x_test.lua: there is no test in it"},
		"error of a file":  {"\n\nerror('oh')", "lib/x_test.lua:3: oh\n    lib/x_test.lua:3: in main chunk"},
		"two of one name":  {"test('a', function() end)\ntest('a', function() end)", `lib/x_test.lua:2: two tests are called "a"`},
		"test within":      {"test('a', function() test('b', function() end) end)", "lib/x_test.lua:1: a: a test cannot have a test in it"},
		"no function":      {"test('a')", "lib/x_test.lua:1: "},
		"a secret":         {"test('a', function() return secret.KEY .. '' end)", `lib/x_test.lua:1: a: a test has no secret "KEY"`},
		"nothing answers":  {"test('a', function() http.get{url = '/'} end)", "lib/x_test.lua:1: a: a test sends nothing: say with fake(f) what is answered"},
		"a url of nobody":  {"test('a', function() http.get{url = 'http:///x'} end)", "lib/x_test.lua:1: a: "},
		"a bad answer":     {"test('a', function() fake(function() return 1 end) http.get{url = '/'} end)", "lib/x_test.lua:1: a: "},
		"an unknown word":  {"test('a', function() fake(function() return {stats = 1} end) http.get{url = '/'} end)", `lib/x_test.lua:1: a: fake: an answer has no "stats"`},
		"no error":         {"test('a', function() raises(function() end, 'oh') end)", `lib/x_test.lua:1: a: no error was raised, wanted one with "oh"`},
		"another error":    {"test('a', function() raises(function() error('ah') end, 'oh') end)", `lib/x_test.lua:1: a: the error is "lib/x_test.lua:1: ah", wanted one with "oh"`},
		"other than a run": {"test('a', function() os.exit() end)", "lib/x_test.lua:1: a: "},
	} {
		t.Run(name, func(t *testing.T) {
			out, sum := run(t, map[string]string{
				"x_test.lua": c.text, "broken.lua": "return function()\n  error('oh no')\nend", "bad.lua": "\nlocal = 1",
			})
			failed := 0
			if c.want != "" {
				failed = 1
			}
			if sum.Failed != failed || sum.Passed != 1-failed {
				t.Errorf("%+v", sum)
			}
			if i := strings.Index(out, "x_test.lua  "); i < 0 || !strings.HasPrefix(out[:i], c.want) || c.want == "" && i > 0 {
				t.Errorf("printed:\n%s\nwanted:\n%s", out, c.want)
			}
		})
	}
}

// What a test leaves behind, the next one does not find; all of a file run.
func TestEachTestBeginsAnew(t *testing.T) {
	out, sum := run(t, map[string]string{"x_test.lua": `
test("first", function()
  clock(5)
  fake(function() return {} end)
  http.get{url = "/a"}
  check("c", true)
  equal(#calls(), 1)
  equal(require("time").now(), 5)
end)
test("second", function()
  equal(calls(), {})
  equal(checks(), {})
  equal(require("time").now() > 5, true)
  raises(function() http.get{url = "/"} end, "a test sends nothing")
end)
test("third", function() equal(1, 2) end)
test("fourth", function() equal(1, 1) end)
`})
	if sum != (libtest.Summary{Files: 1, Passed: 3, Failed: 1}) {
		t.Errorf("%+v\n%s", sum, out)
	}
}

// An endless loop ends its test and no other, wherever it is.
func TestEndless(t *testing.T) {
	out, sum := run(t, map[string]string{"x_test.lua": `
test("first", function() while true do end end)
test("second", function() raises(function() while true do end end, "more than 1s") end)
test("third", function() fake(function() while true do end end) http.get{url = "/"} end)
test("fourth", function() equal(1, 1) end)
`})
	if sum.Passed < 1 || sum.Failed < 2 || !strings.Contains(out, "first: lua_timeout: ") || strings.Contains(out, "fourth") {
		t.Errorf("%+v\n%s", sum, out)
	}
}

// Each raises has a deadline of its own; a test does not get them without end.
func TestEndlessRaises(t *testing.T) {
	out, sum := run(t, map[string]string{"x_test.lua": `
test("x", function()
  while true do pcall(raises, function() while true do end end) end
end)`})
	if sum.Failed != 1 || !strings.Contains(out, "x: lua_timeout: raises: a call of this test has been ended") {
		t.Errorf("%+v\n%s", sum, out)
	}
}

// The fake target: what it is asked, and what it can answer.
func TestFake(t *testing.T) {
	out, sum := run(t, map[string]string{"x_test.lua": `
test("a", function()
  fake(function(call)
    equal(call.method, "POST")
    equal(call.url, "http://127.0.0.1:8099/a?b=c")
    equal(call.path, "/a?b=c")
    equal(call.name, "row")
    equal(call.headers["X-One"], "1")
    equal(call.json, {x = {1, 2}})
    equal(call.place, "lib/x_test.lua:13")
    return {status = 404, json = {y = 1}, headers = {["X-Two"] = "2"}, cookies = {c = "d"}, latency = 7}
  end)
  local res = http.post{url = "/a?b=c", name = "row", headers = {["x-one"] = "1"}, json = {x = {1, 2}}, status = {404}}
  equal({res.status, res.ok, res.reason, res.latency, res.size}, {404, true, "Not Found", 7, 7})
  equal(res:json("$.y"), 1)
  equal(res.headers["x-two"], "2")
  equal(res.cookies.c, "d")
  equal(res.request.path, "/a?b=c")
  equal(res.error, nil)
end)
test("failed", function()
  fake(function() return {error = {class = "timeout_connect", message = "slow"}} end)
  local res = http.get{url = "/"}
  equal({res.status, res.ok, res.error.class, res.error.message}, {0, false, "timeout_connect", "slow"})
end)
test("form", function()
  fake(function(call) return {body = call.form.a} end)
  equal(http.post{url = "/", form = {a = "1 2"}}.body, "1 2")
  equal(calls()[1].name, "POST /")
end)
test("a request of an answer", function()
  fake(function(call) return call.path == "/outer" and {body = http.get{url = "/inner"}.body} or {body = "deep"} end)
  equal(http.get{url = "/outer"}.body, "deep")
  equal(#calls(), 2)
end)
test("checks", function()
  check("one", true)
  check("two", false, "because")
  equal(checks(), {{name = "one", ok = true, place = "lib/x_test.lua:37"},
    {name = "two", ok = false, detail = "because", place = "lib/x_test.lua:38"}})
end)
test("sleep", function()
  clock(10)
  sleep("2s")
  think("500ms")
  equal(require("time").now(), 12.5)
end)
`})
	if sum.Failed != 0 || sum.Passed != 6 {
		t.Errorf("%+v\n%s", sum, out)
	}
}

// Libraries of the folder come before shipped ones; tests of folders below run too.
func TestLibraries(t *testing.T) {
	out, sum := run(t, map[string]string{
		"greet.lua":          `return {hello = function() return require("sub.name") end}`,
		"sub/name.lua":       `return "mine"`,
		"sub/greet_test.lua": `test("a", function() equal(require("greet").hello(), "mine") equal(require "other", "other") end)`,
		"z_test.lua":         `test("a", function() equal(require "sub/name", "mine") end)`,
	})
	want := "sub/greet_test.lua  1 passed\nz_test.lua          1 passed\ntotal               2 passed\n"
	if out != want || sum != (libtest.Summary{Files: 2, Passed: 2}) {
		t.Errorf("%+v\n%s", sum, out)
	}
}

func TestRunErrors(t *testing.T) {
	var out strings.Builder
	if _, err := libtest.Run(t.Context(), libtest.Options{Files: fstest.MapFS{"a.lua": {}}, Out: &out}); err == nil || !strings.Contains(err.Error(), "no test files") {
		t.Errorf("no test files: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := libtest.Run(ctx, libtest.Options{Files: fstest.MapFS{"a_test.lua": {}}, Out: &out}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	long := fstest.MapFS{"a_test.lua": {Data: []byte(strings.Repeat("-", 300<<10))}}
	if sum, err := libtest.Run(t.Context(), libtest.Options{Files: long, Out: &out}); err != nil || sum.Failed != 1 {
		t.Errorf("a long file: %+v, %v", sum, err)
	}
}
