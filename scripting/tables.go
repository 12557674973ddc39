package scripting

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting/value"
)

// tables are the variables of a user that scripts have as Lua tables: one that is read or
// set stays the same table, and what scripts do to it reaches the Host when a hook ends,
// or asks the Host for something that may read it.
type tables struct {
	own     map[string]*kept // user.vars
	shared  map[string]*kept // vars; never written back
	touched []string         // of own, since the outermost hook began
}

// kept is one table, and the JSON text that the Host has of it. same is how the table
// itself would be written as long as no script has changed it: text may have numbers that
// Lua cannot hold (1.10, 64-bit ids), which a script that only reads must not change.
type kept struct {
	table *lua.LTable
	text  string
	same  string
}

// rest is called when no hook runs any more.
func (t *tables) rest() {
	if len(t.touched) > 0 {
		t.touched = t.touched[:0]
	}
}

func (t *tables) touch(name string) {
	for _, n := range t.touched {
		if n == name {
			return
		}
	}
	t.touched = append(t.touched, name)
}

// variable is a variable of the user as Lua sees it.
func (s *State) variable(L *lua.LState, name string, v load.Value) lua.LValue {
	if v.Kind != load.Composite {
		return value.ToLua(L, v)
	}
	s.tables.touch(name)
	made := keptTable(L, &s.tables.own, name, v)
	if k := s.tables.own[name]; k != nil && k.same == "" {
		if same, err := value.FromLua(L, k.table); err == nil {
			k.same = same.Text
		}
	}
	return made
}

// sharedVariable is a variable of the plan as Lua sees it.
func (s *State) sharedVariable(L *lua.LState, name string) lua.LValue {
	v := s.host.Shared(name)
	if v.Kind != load.Composite {
		return value.ToLua(L, v)
	}
	return keptTable(L, &s.tables.shared, name, v)
}

func keptTable(L *lua.LState, in *map[string]*kept, name string, v load.Value) lua.LValue {
	if k := (*in)[name]; k != nil && k.text == v.Text {
		return k.table
	}
	made := value.ToLua(L, v)
	if table, ok := made.(*lua.LTable); ok {
		keep(in, name, table, v.Text, "")
	}
	return made
}

func keep(in *map[string]*kept, name string, table *lua.LTable, text, same string) {
	if *in == nil {
		*in = make(map[string]*kept)
	}
	(*in)[name] = &kept{table, text, same}
}

// setVariable sets a variable of the user.
func (s *State) setVariable(L *lua.LState, name string, v lua.LValue) {
	made, err := value.FromLua(L, v)
	if err != nil {
		L.RaiseError("%s", keepError(L, name, err).Error())
	}
	delete(s.tables.own, name)
	if table, ok := v.(*lua.LTable); ok {
		keep(&s.tables.own, name, table, made.Text, made.Text)
		s.tables.touch(name)
	}
	s.host.SetVar(name, made)
}

// keepTables hands the Host the tables that scripts may have changed.
func (s *State) keepTables() error {
	for _, name := range s.tables.touched {
		k := s.tables.own[name]
		if k == nil || s.host.Var(name).Text != k.text {
			continue // something else has set the variable since
		}
		made, err := value.FromLua(s.lua, k.table)
		if err != nil {
			return keepError(s.lua, name, err)
		}
		if made.Text != k.same {
			k.text, k.same = made.Text, made.Text
			s.host.SetVar(name, made)
		}
	}
	return nil
}
