package scripting

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/scripting/value"
)

// responseJSON is res:json([path]): the whole document, or what the JSONPath finds. What is
// not JSON gives nil and why.
func responseJSON(L *lua.LState) int {
	o := ownResponse(L)
	if L.Get(2) == lua.LNil {
		return wholeJSON(L, o.response(L))
	}
	return query(L, o, plan.JSONQuery, "json", "")
}

func responseXPath(L *lua.LState) int {
	return query(L, ownResponse(L), plan.XPathQuery, "xpath", "")
}

// responseCSS is res:css(selector [, attribute]).
func responseCSS(L *lua.LState) int {
	return query(L, ownResponse(L), plan.CSSQuery, "css", L.OptString(3, ""))
}

func responseMatch(L *lua.LState) int {
	return query(L, ownResponse(L), plan.RegexQuery, "match", "")
}

// query asks a question whose text is argument 2. A text that does not compile is
// a mistake of the script; a body that cannot be searched gives nil and why.
func query(L *lua.LState, o *responseObject, kind plan.QueryKind, name, attr string) int {
	text, ok := L.Get(2).(lua.LString)
	if !ok {
		L.RaiseError("res:%s takes a text, not %s", name, article(L.Get(2)))
	}
	r := o.response(L)
	q, err := frameOf(L).state.program.queries.Compile(kind, string(text), attr)
	if err != nil {
		L.RaiseError("res:%s: %s", name, err.Error())
	}
	v, err := q.Value(r.View())
	if err != nil {
		return pushProblem(L, err)
	}
	if v.Kind == load.Unset {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(value.ToLua(L, v))
	return 1
}
