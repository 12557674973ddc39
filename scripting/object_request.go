package scripting

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/value"
)

// requestParts makes the objects within requests.
type requestParts struct{ headers, query, form, cookies *lua.LTable } // metatables

func newRequestParts() *requestParts {
	return &requestParts{pairsMeta("req.headers"), pairsMeta("req.query"), pairsMeta("req.form"), pairsMeta("req.cookies")}
}

// part is one of them; nil: there is none of that name.
func (p *requestParts) part(r requestOf, name string) lua.LValue {
	switch name {
	case "headers":
		return newPairs(headerPairs{r}, p.headers)
	case "query":
		return newPairs(queryPairs{r}, p.query)
	case "form":
		return newPairs(formPairs{r}, p.form)
	case "cookies":
		return newPairs(cookiePairs{r}, p.cookies)
	}
	return nil
}

// fields are all of them.
func (p *requestParts) fields(r requestOf) map[string]lua.LValue {
	all := make(map[string]lua.LValue)
	for _, name := range []string{"headers", "query", "form", "cookies"} {
		all[name] = p.part(r, name)
	}
	return all
}

// newRequestObject is req.
func newRequestObject(p *requestParts) *lua.LUserData {
	fields := p.fields(requestOf{})
	fields["skip"] = function(requestSkip)
	return &lua.LUserData{Metatable: metatableWith("req", fields, requestIndex, requestSet)}
}

// requestOf finds a request: that of a response, or if it is nil the one at hand.
type requestOf struct{ response *responseObject }

func (r requestOf) request(L *lua.LState) Request {
	if r.response != nil {
		return r.response.sent(L)
	}
	f := frameOf(L)
	if f.request == nil {
		f.request = f.state.host.Request()
	}
	if f.request == nil {
		L.RaiseError("there is no request at hand: req is that of before and after")
	}
	return f.request
}

var requestFields = []string{"method", "url", "path", "name", "body", "json", "headers", "query", "form", "cookies", "skip"}

func requestIndex(L *lua.LState) int { return pushRequestField(L, requestOf{}.request(L), field(L)) }

func pushRequestField(L *lua.LState, r Request, name string) int {
	switch name {
	case "method":
		return pushText(L, r.Method())
	case "url":
		return pushText(L, r.URL())
	case "path":
		return pushText(L, r.Path())
	case "name":
		return pushText(L, r.Name())
	case "body":
		body, err := r.Body()
		must(L, err)
		return pushText(L, string(body))
	case "json":
		body, err := r.Body()
		must(L, err)
		v, err := value.DecodeJSON(L, string(body))
		if err != nil {
			value.Raise(L, "req.json: the body is not JSON", err)
		}
		L.Push(v)
		return 1
	}
	return noField(L, "req", name, append([]string{}, requestFields...)...)
}

func requestSet(L *lua.LState) int {
	r, name := requestOf{}.request(L), field(L)
	var err error
	switch name {
	case "method":
		err = r.SetMethod(textField(L, "req"))
	case "url":
		err = r.SetURL(textField(L, "req"))
	case "path":
		err = r.SetPath(textField(L, "req"))
	case "name":
		err = r.SetName(textField(L, "req"))
	case "body":
		if L.Get(3) == lua.LNil {
			err = r.SetBody(nil)
			break
		}
		err = r.SetBody([]byte(textField(L, "req")))
	case "json":
		body, bad := value.AppendJSON(L, nil, L.Get(3))
		if bad != nil {
			value.Raise(L, "req.json", bad)
		}
		if err = r.SetBody(body); err == nil {
			err = r.SetHeader("Content-Type", "application/json")
		}
	case "headers", "query", "form", "cookies":
		L.RaiseError("req.%s cannot be replaced: set its fields, req.%s[\"name\"] = …", name, name)
	default:
		return noField(L, "req", name, append([]string{}, requestFields...)...)
	}
	must(L, err)
	return 0
}

// requestSkip is req:skip("why").
func requestSkip(L *lua.LState) int {
	reason, ok := L.Get(2).(lua.LString)
	if !ok {
		L.RaiseError(`skip takes a reason: req:skip("why")`)
	}
	must(L, requestOf{}.request(L).Skip(string(reason)))
	return 0
}
