package scripting

import (
	"maps"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

// library is a sandbox.Library whose functions are made: they never change, so all users
// have the same ones, in tables of their own.
type library struct {
	names  []string // sorted
	values []lua.LValue
}

func newLibrary(from *sandbox.Library) *library {
	l := &library{}
	all := make(map[string]lua.LValue, len(from.Functions)+len(from.Constants))
	for name, f := range from.Functions {
		all[name] = function(f)
	}
	maps.Copy(all, from.Constants)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		l.names = append(l.names, name)
		l.values = append(l.values, all[name])
	}
	return l
}

// function is a Go function as Lua calls it. It has no globals of its own.
func function(f lua.LGFunction) *lua.LFunction { return &lua.LFunction{IsG: true, GFunction: f} }

// table is l for one user.
func (l *library) table() *lua.LTable {
	t := newTable(max(len(l.names), 1))
	for i, name := range l.names {
		t.RawSetString(name, l.values[i])
	}
	return t
}

// open makes what the users of p share.
func (p *Program) open(extra []*sandbox.Library) {
	p.builtins = libraries(append(standardLibraries(), httpLibrary(), logLibrary()))
	p.modules = libraries(hostModules())
	p.objects = newObjects()
	p.base = newTable(64)
	for name, f := range globalFunctions() {
		p.base.RawSetString(name, function(f))
	}
	p.base.RawSetString("_VERSION", lua.LString(lua.LuaVersion))
	p.base.RawSetString("vars", p.objects.vars)
	p.base.RawSetString("secret", p.objects.secret)
	p.base.RawSetString("run", p.objects.run)
	for _, lib := range extra {
		l := newLibrary(lib)
		for i, name := range l.names {
			p.base.RawSetString(name, l.values[i])
		}
	}
	p.base.Metatable = tableOf(map[string]lua.LValue{"__index": function(openGlobal)})
	p.objects.globals.RawSetString("__index", p.base)
	if l := p.builtins["string"]; l != nil {
		p.objects.text.RawSetString("__index", l.table())
	}
}

func libraries(all []*sandbox.Library) map[string]*library {
	m := make(map[string]*library, len(all))
	for _, l := range all {
		m[l.Name] = newLibrary(l)
	}
	return m
}

func libraryNames(all []*sandbox.Library) []string {
	var names []string
	for _, l := range all {
		names = append(names, l.Name)
	}
	slices.Sort(names)
	return names
}

func globalNames(extra []*sandbox.Library) []string {
	names := []string{"_G", "_VERSION", "vars", "secret", "run", "http", "log"}
	names = append(names, libraryNames(standardLibraries())...)
	names = slices.AppendSeq(names, maps.Keys(globalFunctions()))
	for _, l := range extra {
		names = slices.AppendSeq(names, maps.Keys(l.Functions))
	}
	slices.Sort(names)
	return names
}

// openGlobal is what a name means that no script has defined: a library, opened for this
// user now, or nothing.
func openGlobal(L *lua.LState) int {
	name, _ := L.Get(2).(lua.LString)
	s := frameOf(L).state
	if name == "_G" {
		s.globals.RawSetString("_G", s.globals)
		L.Push(s.globals)
		return 1
	}
	l := s.program.builtins[string(name)]
	if l == nil {
		return 0
	}
	t := l.table()
	s.globals.RawSetString(string(name), t)
	if name == "string" {
		// From here on what this user does to string is seen by s:upper() too.
		L.SetMetatable(lua.LString(""), tableOf(map[string]lua.LValue{"__index": t, "__metatable": lua.LFalse}))
	}
	L.Push(t)
	return 1
}

// require finds a library of the run, else a host module.
func require(L *lua.LState) int {
	name := moduleName(L.CheckString(1))
	s := frameOf(L).state
	if v := s.required[name]; v != nil {
		L.Push(v)
		return 1
	}
	v := s.find(L, name)
	if s.required == nil {
		s.required = make(map[string]lua.LValue)
	}
	s.required[name] = v
	L.Push(v)
	return 1
}

func (s *State) find(L *lua.LState, name string) lua.LValue {
	if script := s.program.sources[name]; script != nil {
		return s.runLibrary(L, name, script)
	}
	if l := s.program.modules[name]; l != nil {
		return l.table()
	}
	if s.program.builtins[name] != nil {
		return L.GetField(s.globals, name)
	}
	known := slices.Collect(maps.Keys(s.program.sources))
	known = slices.AppendSeq(known, maps.Keys(s.program.modules))
	L.RaiseError("there is no library %q%s", name, didYouMean(name, known))
	return nil
}

// runLibrary runs a library for this user. Its globals are its own.
func (s *State) runLibrary(L *lua.LState, name string, script *Script) lua.LValue {
	if i := slices.Index(s.loading, name); i >= 0 {
		chain := append(slices.Clone(s.loading[i:]), name)
		L.RaiseError("libraries require one another in a circle: %s", strings.Join(chain, " → "))
	}
	under := len(s.loading)
	s.loading = append(s.loading, name)
	defer func() { s.loading = s.loading[:under] }() // errors pass here, and pcall may catch them
	L.Push(&lua.LFunction{Env: below(s.globals), Proto: script.proto})
	L.Push(lua.LString(name))
	L.Call(1, 1)
	v := L.Get(-1)
	L.Pop(1)
	if v == lua.LNil {
		return lua.LTrue
	}
	return v
}

func tableOf(values map[string]lua.LValue) *lua.LTable {
	t := newTable(max(len(values), 1))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		t.RawSetString(name, values[name])
	}
	return t
}
