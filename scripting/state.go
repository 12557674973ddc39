package scripting

import (
	"math/rand/v2"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

// State is the Lua of one user: its globals, the scripts it has loaded. One goroutine uses
// it at a time. It needs no closing.
type State struct {
	program *Program
	host    Host
	lua     *lua.LState
	shard   uint8
	shows   bool // every check needs its place

	seed [2]uint64
	rand *rand.Rand

	depth    int // calls of hooks under way
	globals  *lua.LTable
	loaded   []loaded              // scripts of the plan that ran, few
	starting []*Script             // scripts whose own code runs, the innermost last
	required map[string]lua.LValue // by module name
	loading  []string              // modules under way, the innermost last
	tables   tables
	rows     map[string]*lua.LUserData // data sources, by name
}

// loaded is a script that has run for a user: its globals are in env.
type loaded struct {
	script *Script
	env    *lua.LTable
	ran    bool
}

// maxArray is how far a list reaches, in elements: t[maxArray] = 1 makes room for all
// before it. Elements beyond are kept, but are not counted by #.
const maxArray = 1 << 20

func init() { lua.MaxArrayIndex = maxArray }

// Bounds of a state. Frames of calls are all made at once: those that grow go wrong where
// a call fails at the end of a segment (gopher-lua 1.1.2).
const (
	firstRegisters = 128
	moreRegisters  = 512
	maxRegisters   = 32 << 10
)

// NewState is a state in which nothing has run yet. seed begins its random numbers.
func (p *Program) NewState(h Host, seed [2]uint64) *State {
	L := lua.NewState(lua.Options{
		CallStackSize:       sandbox.CallDepth,
		RegistrySize:        firstRegisters,
		RegistryGrowStep:    moreRegisters,
		RegistryMaxSize:     maxRegisters,
		SkipOpenLibs:        true,
		IncludeGoStackTrace: true,
	})
	s := &State{program: p, host: h, lua: L, shard: uint8(seed[0]^seed[1]) % uint8(len(p.watch.shards)), seed: seed}
	if c, ok := h.(Console); ok {
		s.shows = c.ShowsChecks()
	}
	s.globals = newTable(1)
	s.globals.Metatable = p.objects.globals
	L.G.Global, L.G.Registry, L.Env = s.globals, &lua.LTable{Metatable: lua.LNil}, s.globals
	L.G.MainThread, L.G.CurrentThread = L, L
	L.SetMetatable(lua.LString(""), p.objects.text)
	return s
}

// newTable is a table with room for some names.
func newTable(names int) *lua.LTable { return (*lua.LState)(nil).CreateTable(0, names) }

// env is where script finds and makes its globals, made at first use.
func (s *State) env(script *Script, around []*Script) *loaded {
	for i := range s.loaded {
		if s.loaded[i].script == script {
			return &s.loaded[i]
		}
	}
	outer := s.globals
	if len(around) > 0 && around[0] != nil {
		outer = s.env(around[0], around[1:]).env
	} else if len(around) > 1 {
		return s.env(script, around[1:])
	}
	s.loaded = append(s.loaded, loaded{script: script, env: below(outer)})
	return &s.loaded[len(s.loaded)-1]
}

// below is an empty table of globals that falls back to outer.
func below(outer *lua.LTable) *lua.LTable {
	env, meta := newTable(1), newTable(2)
	meta.RawSetString("__index", outer)
	meta.RawSetString("__metatable", lua.LFalse)
	env.Metatable = meta
	return env
}

// load makes sure that script, and those around it, outermost first, have run.
func (s *State) load(script *Script, around []*Script) {
	for i := len(around) - 1; i >= 0; i-- {
		if around[i] != nil {
			s.run(around[i], around[i+1:])
		}
	}
	s.run(script, around)
}

// starts says whether the code of script itself runs: a request that it makes meanwhile
// finds none of its hooks.
func (s *State) starts(script *Script) bool { return slices.Contains(s.starting, script) }

// run makes sure that the code of script itself has run.
func (s *State) run(script *Script, around []*Script) {
	l := s.env(script, around)
	if l.ran || s.starts(script) {
		return
	}
	env := l.env
	s.starting = append(s.starting, script)
	defer func() { s.starting = s.starting[:len(s.starting)-1] }()
	s.lua.Push(&lua.LFunction{Env: env, Proto: script.proto})
	s.lua.Call(0, 0)
	s.env(script, around).ran = true // l may have moved
}
