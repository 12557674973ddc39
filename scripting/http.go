package scripting

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

// httpLibrary is http.get{…} and its like.
func httpLibrary() *sandbox.Library {
	l := &sandbox.Library{Name: "http", Functions: map[string]lua.LGFunction{"request": httpRequest("")}}
	for _, method := range []string{"get", "post", "put", "patch", "delete", "head"} {
		l.Functions[method] = httpRequest(strings.ToUpper(method))
	}
	return l
}

// httpRequest sends what its argument describes: a table, or a URL and a table. Without
// a method the table has it.
func httpRequest(method string) lua.LGFunction {
	return func(L *lua.LState) int {
		o := options{L: L, call: Call{Method: method}, name: "http." + strings.ToLower(method)}
		if method == "" {
			o.name = "http.request"
		}
		o.read()
		f := frameOf(L)
		o.call.Place = callerPlace(L)
		f.state.handOver(L)
		f.pause()
		r, err := f.state.host.Send(&o.call)
		f.resume()
		must(L, err)
		L.Push(f.state.program.objects.made.own(r))
		return 1
	}
}
