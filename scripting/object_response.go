package scripting

import (
	"maps"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/value"
)

// responseParts is what all response objects share: their methods, and the metatables of
// those that http calls return and of the objects within.
type responseParts struct {
	methods map[string]lua.LValue
	all     lua.LValue // of headers
	request *requestParts

	metaResponse, metaHeaders, metaCookies, metaRequest *lua.LTable
}

func newResponseParts(request *requestParts) *responseParts {
	p := &responseParts{methods: map[string]lua.LValue{}, all: function(allHeaders), request: request}
	for name, f := range map[string]lua.LGFunction{
		"json": responseJSON, "xpath": responseXPath, "css": responseCSS, "match": responseMatch, "check": responseCheck,
	} {
		p.methods[name] = function(f)
	}
	p.metaResponse = metatable("res", nil, p.index, nil)
	p.metaHeaders = metatable("res.headers", nil, p.headersIndex, nil)
	p.metaCookies = metatable("res.cookies", nil, cookiesIndex, nil)
	p.metaRequest = metatable("res.request", nil, p.requestIndex, nil)
	return p
}

// atHand is the object for the response of the step at hand.
func (p *responseParts) atHand() *lua.LUserData {
	o := &responseObject{}
	fields := map[string]lua.LValue{}
	for _, name := range []string{"headers", "cookies", "request"} {
		fields[name] = p.part(o, name)
	}
	maps.Copy(fields, p.methods)
	index := func(L *lua.LState) int { return pushResponseField(L, o, field(L)) }
	return &lua.LUserData{Value: o, Metatable: metatableWith("res", fields, index, nil)}
}

// own is the object for a response that stays.
func (p *responseParts) own(r Response) *lua.LUserData {
	return &lua.LUserData{Value: &responseObject{r: r}, Metatable: p.metaResponse}
}

func (p *responseParts) index(L *lua.LState) int {
	o, name := ownResponse(L), field(L)
	if m := p.methods[name]; m != nil {
		L.Push(m)
		return 1
	}
	if part := o.part(p, name); part != nil {
		L.Push(part)
		return 1
	}
	return pushResponseField(L, o, name)
}

// part is an object within a response; nil: there is none of that name.
func (p *responseParts) part(o *responseObject, name string) *lua.LUserData {
	switch name {
	case "headers":
		return &lua.LUserData{Value: lister(responseHeaders{o}), Metatable: p.metaHeaders}
	case "cookies":
		return &lua.LUserData{Value: o, Metatable: p.metaCookies}
	case "request":
		return &lua.LUserData{Value: o, Metatable: p.metaRequest}
	}
	return nil
}

// responseObject is one response; its own, or, where r is nil, the one at hand.
type responseObject struct {
	r     Response
	parts map[string]*lua.LUserData // of r; made when they are asked for
}

func (o *responseObject) part(p *responseParts, name string) *lua.LUserData {
	if made := o.parts[name]; made != nil {
		return made
	}
	made := p.part(o, name)
	if made != nil {
		if o.parts == nil {
			o.parts = make(map[string]*lua.LUserData)
		}
		o.parts[name] = made
	}
	return made
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

// sent is the request that the response answers.
func (o *responseObject) sent(L *lua.LState) Request {
	r := o.response(L).Request()
	if r == nil {
		L.RaiseError("the request was not sent: there is no res.request")
	}
	return r
}

// responseHeaders are the headers of a response.
type responseHeaders struct{ o *responseObject }

func (h responseHeaders) list(L *lua.LState) (all []lua.LValue) {
	h.o.response(L).EachHeader(func(name, value string) { all = append(all, lua.LString(name), lua.LString(value)) })
	return all
}

func (p *responseParts) headersIndex(L *lua.LState) int {
	name := field(L)
	if name == "all" {
		L.Push(p.all)
		return 1
	}
	return pushTextOrNil(L)(headersAt(L).Header(name))
}

// headersAt is the response whose headers are in argument 1.
func headersAt(L *lua.LState) Response {
	if u, ok := L.Get(1).(*lua.LUserData); ok {
		if h, ok := u.Value.(responseHeaders); ok {
			return h.o.response(L)
		}
	}
	L.RaiseError("call it with a colon: res.headers:all(name)")
	return nil
}

// allHeaders is res.headers:all(name).
func allHeaders(L *lua.LState) int {
	r, t := headersAt(L), newTable(0)
	for _, v := range r.Headers(L.CheckString(2)) {
		t.Append(lua.LString(v))
	}
	L.Push(t)
	return 1
}

func cookiesIndex(L *lua.LState) int {
	return pushTextOrNil(L)(ownResponse(L).response(L).Cookie(field(L)))
}

func pushTextOrNil(L *lua.LState) func(text string, ok bool) int {
	return func(text string, ok bool) int {
		if !ok {
			L.Push(lua.LNil)
			return 1
		}
		return pushText(L, text)
	}
}

func (p *responseParts) requestIndex(L *lua.LState) int {
	o, name := ownResponse(L), field(L)
	if part := p.request.part(requestOf{o}, name); part != nil {
		L.Push(part)
		return 1
	}
	return pushRequestField(L, o.sent(L), name)
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
