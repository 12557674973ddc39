package scripting

import (
	"errors"
	"slices"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/load"
)

func sorted(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return names
}

// check is check(name, ok [, detail]).
func check(L *lua.LState) int {
	c, ok := checkArguments(L, 1)
	frameOf(L).state.host.Check(c)
	L.Push(ok)
	return 1
}

// checkArguments reads a check whose name is argument n.
func checkArguments(L *lua.LState, n int) (Check, lua.LValue) {
	name, isText := L.Get(n).(lua.LString)
	if !isText {
		L.RaiseError(`check takes a name and whether it holds: check("has a token", token ~= nil)`)
	}
	if L.GetTop() < n+1 {
		L.RaiseError(`check(%q) says not whether it holds`, clip(string(name), 100))
	}
	ok := L.Get(n + 1)
	c := Check{Name: string(name), OK: lua.LVAsBool(ok)}
	if detail := L.Get(n + 2); detail != lua.LNil {
		c.Detail = describeValue(L, detail)
	}
	if !c.OK || frameOf(L).state.shows {
		c.Place = callerPlace(L)
	}
	return c, ok
}

// fail is fail(reason): it ends the transaction, whatever encloses it.
func fail(L *lua.LState) int {
	reason := "the script called fail"
	if L.Get(1) != lua.LNil {
		reason = describeValue(L, L.Get(1))
	}
	frameOf(L).end(causeFailure, &Failure{Class: load.ClassCheck, Place: callerPlace(L), Message: reason})
	L.RaiseError("%s", reason)
	return 0
}

// raise raises an error of the Host.
func raise(L *lua.LState, err error) {
	f := frameOf(L)
	var (
		limit   *LimitError
		failure *Failure
	)
	switch {
	case errors.Is(err, ErrInterrupted):
		f.end(causeInterrupted, nil)
	case errors.As(err, &failure):
		f.end(causeFailure, failure)
	case errors.As(err, &limit):
		f.Exceeded(limit.Message)
	}
	L.RaiseError("%s", err.Error())
}

func metric(L *lua.LState) int {
	name, ok := L.Get(1).(lua.LString)
	n, isNumber := L.Get(2).(lua.LNumber)
	if !ok || !isNumber {
		L.RaiseError(`metric takes a name and a number: metric("cart_size", 3)`)
	}
	must(L, frameOf(L).state.host.Metric(string(name), float64(n)))
	return 0
}

// use is use "block". A block that fails in a way that ends the transaction ends the hook.
func use(L *lua.LState) int {
	block, ok := L.Get(1).(lua.LString)
	if !ok {
		L.RaiseError(`use takes the name of a block: use "login"`)
	}
	f := frameOf(L)
	f.state.handOver(L)
	f.pause()
	failed, err := f.state.host.Use(string(block))
	f.resume()
	must(L, err)
	if failed {
		message := "a step of the block " + string(block) + " failed"
		f.end(causeFailure, &Failure{Class: load.ClassCheck, Place: callerPlace(L), Message: message})
		L.RaiseError("%s", message)
	}
	return 0
}

// handOver gives the Host what scripts did to tables of user.vars before it goes on with
// something that may read them.
func (s *State) handOver(L *lua.LState) {
	if len(s.tables.touched) == 0 {
		return
	}
	if err := s.keepTables(); err != nil {
		L.RaiseError("%s", err.Error())
	}
}

func sleep(L *lua.LState) int { return wait(L, "sleep", Host.Sleep) }
func think(L *lua.LState) int { return wait(L, "think", Host.Think) }

func wait(L *lua.LState, name string, wait func(Host, time.Duration) error) int {
	d := duration(L, name, L.Get(1))
	f := frameOf(L)
	f.pause()
	err := wait(f.state.host, d)
	f.resume()
	must(L, err)
	return 0
}

// duration reads "1s"; a bare number could be seconds or milliseconds.
func duration(L *lua.LState, name string, v lua.LValue) time.Duration {
	switch v := v.(type) {
	case lua.LNumber:
		L.RaiseError(`%s: add the unit: "%ss" or "%sms"`, name, v.String(), v.String())
	case lua.LString:
		d, err := time.ParseDuration(string(v))
		if err == nil && d >= 0 {
			return d
		}
		if n, ok := parseNumber(string(v), 10); ok && n >= 0 {
			L.RaiseError(`%s: add the unit: "%ss" or "%sms"`, name, string(v), string(v))
		}
		L.RaiseError(`%s: %q is no duration: for example "90s", "1m30s" or "200ms"`, name, clip(string(v), 60))
	}
	L.RaiseError(`%s takes a duration as text, for example "200ms", not a %s`, name, v.Type())
	return 0
}
