package lint

import (
	"maps"
	"slices"

	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/scripting/modules"
	"github.com/locust-http/locust-http/scripting/sandbox"
	"github.com/locust-http/locust-http/scripting/stdlib"
)

// kind is what is known of the value of a variable; empty: nothing.
type kind string

const (
	unknown      kind = ""
	requestKind  kind = "req"
	responseKind kind = "res"
	userKind     kind = "user"
	runKind      kind = "run"
	httpKind     kind = "http"
	logKind      kind = "log"
	modulePrefix      = "require " // and the name: a host module
)

// object is the parts of a kind of value. Methods are called with a colon.
type object struct {
	noun    string
	fields  []string
	methods []string
}

// isLibrary says whether the parts of an object are functions that are called with a dot.
func (o *object) isLibrary(k kind) bool {
	return k != requestKind && k != responseKind && k != userKind && k != runKind
}

// isValue says whether a field of an object is no function.
func (o *object) isValue(k kind, name string) bool {
	return !o.isLibrary(k) && name != "retire" && name != "stop"
}

// objects, globalKinds and hookParameters are never changed.
var objects = map[kind]object{
	requestKind: {"a request",
		[]string{"method", "url", "path", "body", "name", "headers", "query", "form", "cookies", "json"}, []string{"skip"}},
	responseKind: {"a response",
		[]string{"status", "ok", "reason", "body", "size", "latency", "ttfb", "error", "headers", "cookies", "request"},
		[]string{"json", "xpath", "css", "match", "check"}},
	userKind: {"a user", []string{"id", "iteration", "worker", "scenario", "vars", "data", "retire"}, nil},
	runKind:  {"run", []string{"id", "scenario", "stage", "elapsed", "environment", "stop"}, nil},
	httpKind: {"http", []string{"get", "post", "put", "patch", "delete", "head", "request"}, nil},
	logKind:  {"log", []string{"info", "warn", "error"}, nil},
}

// Parts are the names of all parts of the objects that scripts find or are given.
func Parts() map[string][]string {
	all := map[string][]string{}
	for k, o := range objects {
		all[string(k)] = slices.Concat(o.fields, o.methods)
	}
	return all
}

var globalKinds = map[string]kind{
	"run": runKind, "http": httpKind, "log": logKind, "string": "string", "table": "table", "math": "math", "coroutine": "coroutine",
}

var hookParameters = map[string][]kind{
	"before": {requestKind, userKind}, "after": {responseKind, userKind}, "transaction": {userKind},
	"begin": {userKind}, "finish": {userKind, unknown}, "setup": {unknown}, "teardown": {unknown},
	"user_start": {userKind}, "user_stop": {userKind},
}

// libraryObjects adds the libraries of Lua, by their names, and those that require finds.
func libraryObjects() map[kind]object {
	all := maps.Clone(objects)
	add := func(k kind, l *sandbox.Library) {
		all[k] = object{noun: l.Name, fields: slices.Concat(slices.Sorted(maps.Keys(l.Functions)), slices.Sorted(maps.Keys(l.Constants)))}
	}
	for _, l := range []*sandbox.Library{stdlib.String(), stdlib.Table(), stdlib.Math(), stdlib.Coroutine()} {
		add(kind(l.Name), l)
	}
	for _, l := range modules.All() {
		add(modulePrefix+kind(l.Name), l)
	}
	return all
}

func contains(names []string, name string) bool { return slices.Contains(names, name) }

// didYouMean is a hint for a name that is none of the lists.
func didYouMean(name string, lists ...[]string) string {
	if near := plan.Nearest(name, slices.Concat(lists...)); near != "" {
		return "did you mean " + near + "?"
	}
	return ""
}
