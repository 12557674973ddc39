package scripting

import (
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/value"
)

// responseParts is what all response objects share.
type responseParts struct {
	methods map[string]lua.LValue
	meta    *lua.LTable // of those that http calls return
}

func newResponseParts() *responseParts {
	p := &responseParts{methods: map[string]lua.LValue{}}
	for name, f := range map[string]lua.LGFunction{
		"json": responseJSON, "xpath": responseXPath, "css": responseCSS, "match": responseMatch, "check": responseCheck,
	} {
		p.methods[name] = function(f)
	}
	p.meta = metatable("res", nil, func(L *lua.LState) int {
		o := ownResponse(L)
		name := field(L)
		if m := p.methods[name]; m != nil {
			L.Push(m)
			return 1
		}
		return pushResponseField(L, o, name)
	}, readOnly("res"))
	return p
}

// atHand is the object for the response of the step at hand.
func (p *responseParts) atHand() *lua.LUserData {
	o := &responseObject{}
	fields := o.parts()
	for name, m := range p.methods {
		fields[name] = m
	}
	index := func(L *lua.LState) int { return pushResponseField(L, o, field(L)) }
	return &lua.LUserData{Value: o, Metatable: metatableWith("res", fields, index, readOnly("res"))}
}

// own is the object for a response that stays.
func (p *responseParts) own(r Response) *lua.LUserData {
	return &lua.LUserData{Value: &responseObject{r: r}, Metatable: p.meta}
}

// responseObject is one response; its own, or, where r is nil, the one at hand.
type responseObject struct {
	r       Response
	headers *lua.LUserData // of r; made when they are asked for
	cookies *lua.LUserData
	request *lua.LUserData
}

func ownResponse(L *lua.LState) *responseObject {
	if u, ok := L.Get(1).(*lua.LUserData); ok {
		if o, ok := u.Value.(*responseObject); ok {
			return o
		}
	}
	L.RaiseError("call it with a colon: res:json(…)")
	return nil
}

func (o *responseObject) response(L *lua.LState) Response {
	r := o.r
	if r == nil {
		f := frameOf(L)
		if f.response == nil {
			f.response = f.state.host.Response()
		}
		r = f.response
	}
	if r == nil || !r.Valid() {
		L.RaiseError("there is no response at hand: that of a step is gone when its after ends; keep what you need of it")
	}
	return r
}

func (o *responseObject) parts() map[string]lua.LValue {
	return map[string]lua.LValue{"headers": o.headersObject(), "cookies": o.cookiesObject(), "request": o.requestObject()}
}

func (o *responseObject) headersObject() *lua.LUserData {
	index := func(L *lua.LState) int {
		text, ok := o.response(L).Header(field(L))
		if !ok {
			L.Push(lua.LNil)
			return 1
		}
		return pushText(L, text)
	}
	all := function(func(L *lua.LState) int {
		t := newTable(0)
		for _, v := range o.response(L).Headers(L.CheckString(2)) {
			t.Append(lua.LString(v))
		}
		L.Push(t)
		return 1
	})
	return &lua.LUserData{Value: lister(responseHeaders{o}), Metatable: metatableWith("res.headers", map[string]lua.LValue{"all": all}, index, nil)}
}

type responseHeaders struct{ o *responseObject }

func (h responseHeaders) list(L *lua.LState) (all []lua.LValue) {
	h.o.response(L).EachHeader(func(name, value string) { all = append(all, lua.LString(name), lua.LString(value)) })
	return all
}

func (o *responseObject) cookiesObject() *lua.LUserData {
	return &lua.LUserData{Metatable: metatable("res.cookies", nil, func(L *lua.LState) int {
		text, ok := o.response(L).Cookie(field(L))
		if !ok {
			L.Push(lua.LNil)
			return 1
		}
		return pushText(L, text)
	}, nil)}
}

func (o *responseObject) requestObject() *lua.LUserData {
	at := requestOf(nil)
	index := func(L *lua.LState) int { return pushRequestField(L, o.response(L).Request(), field(L)) }
	if o.r != nil {
		at = func() Request { return o.r.Request() }
	}
	fields := at.parts()
	return &lua.LUserData{Metatable: metatableWith("res.request", fields, index, readOnly("res.request"))}
}

var responseFields = []string{"status", "ok", "reason", "body", "size", "latency", "ttfb", "error", "headers", "cookies", "request", "json", "xpath", "css", "match", "check"}

func pushResponseField(L *lua.LState, o *responseObject, name string) int {
	r := o.response(L)
	objects := frameOf(L).state.program.objects
	switch name {
	case "status":
		return objects.push(L, int64(r.Status()))
	case "ok":
		L.Push(lua.LBool(r.OK()))
		return 1
	case "reason":
		return pushText(L, r.Reason())
	case "body":
		body, err := r.Body()
		must(L, err)
		return pushText(L, string(body))
	case "size":
		return objects.push(L, r.Size())
	case "latency":
		return pushMilliseconds(L, r.Latency())
	case "ttfb":
		return pushMilliseconds(L, r.FirstByte())
	case "error":
		return pushExchangeError(L, r)
	}
	return pushResponsePart(L, o, name)
}

func pushResponsePart(L *lua.LState, o *responseObject, name string) int {
	part := func(kept **lua.LUserData, make func() *lua.LUserData) int {
		if *kept == nil {
			*kept = make()
		}
		L.Push(*kept)
		return 1
	}
	switch name {
	case "headers":
		return part(&o.headers, o.headersObject)
	case "cookies":
		return part(&o.cookies, o.cookiesObject)
	case "request":
		return part(&o.request, o.requestObject)
	}
	return noField(L, "res", name, append([]string{}, responseFields...)...)
}

func pushMilliseconds(L *lua.LState, d time.Duration) int {
	L.Push(lua.LNumber(float64(d) / float64(time.Millisecond)))
	return 1
}

// pushExchangeError is {class, message}, or nil.
func pushExchangeError(L *lua.LState, r Response) int {
	class, message := r.Failure()
	if class == "" {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(tableOf(map[string]lua.LValue{"class": lua.LString(class), "message": lua.LString(message)}))
	return 1
}

// responseCheck is res:check(name, ok [, detail]).
func responseCheck(L *lua.LState) int {
	r := ownResponse(L).response(L)
	c, ok := checkArguments(L, 2)
	r.Check(c)
	L.Push(ok)
	return 1
}

// pushProblem is nil and why.
func pushProblem(L *lua.LState, err error) int {
	L.Push(lua.LNil)
	L.Push(lua.LString(err.Error()))
	return 2
}

func wholeJSON(L *lua.LState, r Response) int {
	body, err := r.Body()
	if err != nil {
		return pushProblem(L, err)
	}
	v, err := value.DecodeJSON(L, string(body))
	if err != nil {
		if wrong, ok := err.(*value.SyntaxError); ok && wrong.Limit {
			value.Raise(L, "res:json", err)
		}
		return pushProblem(L, err)
	}
	L.Push(v)
	return 1
}
