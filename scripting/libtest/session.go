package libtest

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting"
	"github.com/locust-http/locust-http/scripting/sandbox"
	"github.com/locust-http/locust-http/scripting/value"
)

// maxTests bounds the tests of one file.
const maxTests = 10_000

// session is one test file: what it has said with the functions of doc.go.
type session struct {
	host   *Host
	state  *scripting.State
	script *scripting.Script
	tests  []testCase
	spent  bool // a call within a test has left the state unusable
	// asserted: the error that ends the test was made by an assertion, so its stack says
	// no more than its line.
	asserted bool
	running  bool
}

// testCase is one test("name", function).
type testCase struct {
	name string
	run  *lua.LFunction
}

// library is the globals of the state of s.
func (s *session) library() *sandbox.Library {
	return &sandbox.Library{Name: "libtest", Functions: map[string]lua.LGFunction{
		"test": s.test, "equal": s.equal, "raises": s.raises,
		"clock": s.clock, "checks": s.checks, "calls": s.calls, "fake": s.fake,
	}}
}

// Globals are the names of what a test file finds beside the globals of every script, sorted.
func Globals() []string { return slices.Sorted(maps.Keys(new(session).library().Functions)) }

// begin makes everything as it is at the beginning of a test.
func (s *session) begin() {
	s.host.Reset()
	s.asserted, s.running, s.spent = false, true, false
}

// fail ends the test, at the line of whoever called the assertion.
func (s *session) fail(L *lua.LState, format string, args ...any) {
	s.asserted = true
	L.RaiseError(format, args...)
}

// test collects one.
func (s *session) test(L *lua.LState) int {
	name, run := L.CheckString(1), L.CheckFunction(2)
	switch {
	case s.running:
		L.RaiseError("a test cannot have a test in it")
	case len(s.tests) == maxTests:
		L.RaiseError("a file can have %d tests", maxTests)
	}
	for _, t := range s.tests {
		if t.name == name {
			L.RaiseError("two tests are called %q", name)
		}
	}
	s.tests = append(s.tests, testCase{name, run})
	return 0
}

func (s *session) equal(L *lua.LState) int {
	found, wanted := L.Get(1), L.Get(2)
	if L.GetTop() < 2 {
		L.RaiseError("equal(found, wanted) needs two values")
	}
	if at, alike := difference(found, wanted); !alike {
		message := "found " + show(found) + ", wanted " + show(wanted)
		if at != "" {
			message += " (they differ at " + at + ")"
		}
		s.fail(L, "%s", message)
	}
	return 0
}

// raises runs a function that must raise an error, or call fail. It has a deadline of its
// own, and what ends it does not end the test.
func (s *session) raises(L *lua.LState) int {
	run, wanted := L.CheckFunction(1), L.OptString(2, "")
	if s.spent { // else a test that goes on and on would have as many deadlines
		scripting.End(L, &scripting.Failure{
			Class: load.ClassLuaTimeout, Message: "raises: a call of this test has been ended: nothing more runs in it", Spent: true,
		})
	}
	f := s.state.Do(s.script, nil, func(L *lua.LState) {
		L.Push(run)
		L.Call(0, 0)
	})
	if f == nil {
		s.fail(L, "no error was raised, wanted one with %q", wanted)
	}
	s.spent = s.spent || f.Spent
	text := f.Error()
	if !strings.Contains(text, wanted) {
		s.fail(L, "the error is %q, wanted one with %q", text, wanted)
	}
	L.Push(lua.LString(text))
	return 1
}

func (s *session) clock(L *lua.LState) int {
	if L.GetTop() == 0 {
		s.host.StopClock(time.Time{})
		return 0
	}
	seconds, fraction := math.Modf(float64(L.CheckNumber(1)))
	if math.Abs(seconds) > 1<<33 {
		L.RaiseError("clock(seconds): seconds since 1970, up to the year 2242")
	}
	s.host.StopClock(time.Unix(int64(seconds), int64(math.Round(fraction*1e9))))
	return 0
}

func (s *session) checks(L *lua.LState) int {
	list := L.NewTable()
	for _, c := range s.host.Checks {
		t := L.NewTable()
		t.RawSetString("name", lua.LString(c.Name))
		t.RawSetString("ok", lua.LBool(c.OK))
		if c.Detail != "" {
			t.RawSetString("detail", lua.LString(c.Detail))
		}
		t.RawSetString("place", lua.LString(c.Place))
		list.Append(t)
	}
	L.Push(list)
	return 1
}

func (s *session) calls(L *lua.LState) int {
	list := L.NewTable()
	for _, r := range s.host.Sent {
		t, err := callTable(L, r)
		if err != nil {
			L.RaiseError("calls(): %s", err)
		}
		list.Append(t)
	}
	L.Push(list)
	return 1
}

// callTable is a request as a test sees it. Its headers are found as they are usually
// written (Content-Type); what a body of JSON or of a form says is read.
func callTable(L *lua.LState, r *Request) (*lua.LTable, error) {
	t, headers := L.NewTable(), L.NewTable()
	r.EachHeader(func(name, value string) {
		headers.RawSetString(http.CanonicalHeaderKey(name), lua.LString(value))
	})
	for name, value := range map[string]string{
		"method": r.Verb, "url": r.URL(), "path": r.Path(), "name": r.Row, "body": string(r.Content), "place": r.Place,
	} {
		t.RawSetString(name, lua.LString(value))
	}
	t.RawSetString("headers", headers)
	switch kind, _ := r.Header("Content-Type"); {
	case strings.Contains(kind, "json"):
		body, err := value.DecodeJSON(L, string(r.Content))
		if err != nil {
			return nil, fmt.Errorf("the body sent is no JSON: %w", err)
		}
		t.RawSetString("json", body)
	case strings.Contains(kind, "x-www-form-urlencoded"):
		fields, err := url.ParseQuery(string(r.Content))
		if err != nil {
			return nil, fmt.Errorf("the body sent is no form: %w", err)
		}
		form := L.NewTable()
		for name := range fields {
			form.RawSetString(name, lua.LString(fields.Get(name)))
		}
		t.RawSetString("form", form)
	}
	return t, nil
}

// fake has requests answered by a Lua function, which has a deadline of its own.
func (s *session) fake(L *lua.LState) int {
	answer := L.CheckFunction(1)
	s.host.Answer = func(r *Request) (a *Answer, err error) {
		f := s.state.Do(s.script, nil, func(L *lua.LState) {
			call, bad := callTable(L, r)
			if bad != nil {
				err = bad
				return
			}
			L.Push(answer)
			L.Push(call)
			L.Call(1, 1)
			reply, ok := L.Get(-1).(*lua.LTable)
			if !ok {
				L.RaiseError("fake: its function must return a table")
			}
			a, err = answerOf(L, reply)
		})
		if f != nil {
			s.spent = s.spent || f.Spent
			return nil, f
		}
		return a, err
	}
	return 0
}

// answerOf reads the table that a fake target has returned.
func answerOf(L *lua.LState, t *lua.LTable) (*Answer, error) {
	a := &Answer{Headers: make(http.Header)}
	var err error
	t.ForEach(func(k, v lua.LValue) {
		switch name := k.String(); name {
		case "status":
			a.Status = int(lua.LVAsNumber(v))
		case "body":
			a.Body = []byte(v.String())
		case "json":
			a.Headers.Add("Content-Type", "application/json")
			a.Body, err = value.AppendJSON(L, nil, v)
		case "latency":
			a.Latency = time.Duration(float64(lua.LVAsNumber(v)) * float64(time.Millisecond))
		case "headers":
			each(v, func(name, value string) { a.Headers.Set(name, value) })
		case "cookies":
			each(v, func(name, value string) { a.Headers.Add("Set-Cookie", name+"="+value) })
		case "error":
			each(v, a.fault)
		default:
			err = fmt.Errorf("fake: an answer has no %q", name)
		}
	})
	return a, err
}

func (a *Answer) fault(name, value string) {
	switch name {
	case "class":
		a.Class = load.Class(value)
	case "message":
		a.Message = value
	}
}

func each(v lua.LValue, visit func(name, value string)) {
	if t, ok := v.(*lua.LTable); ok {
		t.ForEach(func(k, v lua.LValue) { visit(k.String(), v.String()) })
	}
}

// ended is why a test has failed, as it is printed; empty: it has not.
func (s *session) ended(f *scripting.Failure) (message, stack string) {
	if f == nil {
		return "", ""
	}
	message = f.Message
	if f.Class != load.ClassLuaError && f.Class != "" {
		message = string(f.Class) + ": " + message
	}
	if !s.asserted {
		stack = f.Stack
	}
	return message, stack
}
