package scripting

import (
	"maps"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/plan"
)

// objects are what scripts know as req, res, user and so on. They hold nothing: what they
// show is asked of the Host of the call that they are used in. So all users have the same
// ones, and one that a script keeps means the request at hand.
type objects struct {
	request  *lua.LUserData
	response *lua.LUserData // of the step at hand
	user     *lua.LUserData
	vars     *lua.LUserData
	setup    *lua.LUserData // vars of setup
	secret   *lua.LUserData
	run      *lua.LUserData

	made    *responseParts // of the responses of http calls
	source  *lua.LTable    // metatable of a row's data source
	globals *lua.LTable    // metatable of a user's globals
	text    *lua.LTable    // metatable of strings
	numbers [600]lua.LValue
}

func newObjects() *objects {
	o := &objects{}
	for i := range o.numbers {
		o.numbers[i] = lua.LNumber(i)
	}
	o.globals = tableOf(map[string]lua.LValue{"__metatable": lua.LFalse})
	o.text = tableOf(map[string]lua.LValue{"__metatable": lua.LFalse})
	request := newRequestParts()
	o.request = newRequestObject(request)
	o.made = newResponseParts(request)
	o.response = o.made.atHand()
	o.user = newUserObject()
	o.source = metatable("data source", nil, sourceIndex, nil)
	o.vars = &lua.LUserData{Value: lister(sharedNames{}), Metatable: metatable("vars", nil, varsIndex, readOnly("vars"))}
	o.setup = &lua.LUserData{Value: lister(setupNames{}), Metatable: metatable("vars", nil, setupIndex, userVarsSet)}
	o.secret = &lua.LUserData{Metatable: metatable("secret", nil, secretIndex, readOnly("secret"))}
	o.run = &lua.LUserData{Metatable: metatable("run", map[string]lua.LGFunction{"stop": runStop}, runIndex, readOnly("run"))}
	return o
}

// lister is the value of an object that pairs can visit.
type lister interface {
	// list is all that is there: name, value, name, value.
	list(L *lua.LState) []lua.LValue
}

// metatable is that of an object called name. What methods has is found without a call;
// for all else index is called, with the name as its second argument. A script cannot get
// at a metatable.
func metatable(name string, methods map[string]lua.LGFunction, index, set lua.LGFunction) *lua.LTable {
	values := make(map[string]lua.LValue, len(methods))
	for key, f := range methods {
		values[key] = function(f)
	}
	return metatableWith(name, values, index, set)
}

func metatableWith(name string, fields map[string]lua.LValue, index, set lua.LGFunction) *lua.LTable {
	meta := map[string]lua.LValue{
		"__metatable": lua.LFalse,
		"__index":     function(index),
		"__tostring":  function(func(L *lua.LState) int { return pushText(L, name) }),
	}
	if len(fields) > 0 {
		t := tableOf(fields)
		t.Metatable = tableOf(map[string]lua.LValue{"__index": function(index)})
		meta["__index"] = t
	}
	if set == nil {
		set = readOnly(name)
	}
	meta["__newindex"] = function(set)
	return tableOf(meta)
}

// readOnly refuses to change anything of an object.
func readOnly(name string) lua.LGFunction {
	return func(L *lua.LState) int {
		field, hint := clip(L.Get(2).String(), 60), ""
		if name == "user" || name == "vars" {
			hint = "; what a user keeps is in user.vars." + field
		}
		L.RaiseError("%s.%s cannot be set: %s is read only%s", name, field, name, hint)
		return 0
	}
}

// field is the name that an index function is asked for.
func field(L *lua.LState) string {
	if name, ok := L.Get(2).(lua.LString); ok {
		return string(name)
	}
	return L.Get(2).String()
}

// noField raises that an object has no such field.
func noField(L *lua.LState, object, name string, known ...string) int {
	hint := didYouMean(name, known)
	if hint == "" && object == "user" {
		hint = ": what a user keeps is in user.vars"
	}
	L.RaiseError("%s has no field `%s`%s", object, clip(name, 60), hint)
	return 0
}

func didYouMean(name string, known []string) string {
	slices.Sort(known)
	if near := plan.Nearest(name, known); near != "" {
		return ": did you mean " + near + "?"
	}
	return ""
}

// text is v as what HTTP can carry: a string, a number or a boolean.
func textOf(v lua.LValue) (string, bool) {
	switch v := v.(type) {
	case lua.LString:
		return string(v), true
	case lua.LNumber, lua.LBool:
		return v.String(), true
	}
	return "", false
}

// textField is the value that is set, as text.
func textField(L *lua.LState, object string) string {
	text, ok := textOf(L.Get(3))
	if !ok {
		L.RaiseError("%s.%s must be a text, a number or a boolean, not a %s", object, field(L), L.Get(3).Type())
	}
	return text
}

// push pushes a whole number without making a value of it each time.
func (o *objects) push(L *lua.LState, n int64) int {
	if n >= 0 && n < int64(len(o.numbers)) {
		L.Push(o.numbers[n])
	} else {
		L.Push(lua.LNumber(n))
	}
	return 1
}

func pushText(L *lua.LState, text string) int {
	L.Push(lua.LString(text))
	return 1
}

// must raises err as a mistake of the script, or ends the hook, if it is not nil.
func must(L *lua.LState, err error) {
	if err != nil {
		raise(L, err)
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
