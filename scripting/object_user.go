package scripting

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting/value"
)

// newUserObject is user.
func newUserObject() *lua.LUserData {
	fields := map[string]lua.LValue{
		"vars":   &lua.LUserData{Value: lister(userVarNames{}), Metatable: metatable("user.vars", nil, userVarsIndex, userVarsSet)},
		"data":   &lua.LUserData{Metatable: metatable("user.data", nil, dataIndex, nil)},
		"retire": function(userRetire),
	}
	return &lua.LUserData{Metatable: metatableWith("user", fields, userIndex, nil)}
}

func userIndex(L *lua.LState) int {
	s := frameOf(L).state
	who := s.host.Who()
	switch name := field(L); name {
	case "id":
		return s.program.objects.push(L, who.ID)
	case "iteration":
		return s.program.objects.push(L, who.Iteration)
	case "worker":
		return pushText(L, who.Worker)
	case "scenario":
		return pushText(L, who.Scenario)
	default:
		return noField(L, "user", name, "id", "iteration", "worker", "scenario", "vars", "data", "retire")
	}
}

func userRetire(L *lua.LState) int {
	frameOf(L).state.host.Retire()
	return 0
}

func userVarsIndex(L *lua.LState) int {
	s, name := frameOf(L).state, field(L)
	L.Push(s.variable(L, name, s.host.Var(name)))
	return 1
}

func userVarsSet(L *lua.LState) int {
	name, ok := L.Get(2).(lua.LString)
	if !ok || name == "" {
		L.RaiseError("the name of a variable is a text")
	}
	frameOf(L).state.setVariable(L, string(name), L.Get(3))
	return 0
}

type userVarNames struct{}

func (userVarNames) list(L *lua.LState) (all []lua.LValue) {
	s := frameOf(L).state
	for _, name := range sorted(s.host.VarNames()) {
		if v := s.host.Var(name); v.Kind != load.Unset {
			all = append(all, lua.LString(name), s.variable(L, name, v))
			mayGoOn(L)
		}
	}
	return all
}

// dataIndex is user.data.accounts.
func dataIndex(L *lua.LState) int {
	s, name := frameOf(L).state, field(L)
	row := s.rows[name]
	if row == nil {
		row = &lua.LUserData{Value: dataSource(name), Metatable: s.program.objects.source}
		if s.rows == nil {
			s.rows = make(map[string]*lua.LUserData)
		}
		if len(s.rows) < 64 {
			s.rows[name] = row
		}
	}
	L.Push(row)
	return 1
}

type dataSource string

// sourceIndex is user.data.accounts.name.
func sourceIndex(L *lua.LState) int {
	u, _ := L.Get(1).(*lua.LUserData)
	source, _ := u.Value.(dataSource)
	v, err := frameOf(L).state.host.Row(string(source), field(L))
	must(L, err)
	L.Push(value.ToLua(L, v))
	return 1
}

func varsIndex(L *lua.LState) int {
	L.Push(frameOf(L).state.sharedVariable(L, field(L)))
	return 1
}

type sharedNames struct{}

func (sharedNames) list(L *lua.LState) (all []lua.LValue) {
	s := frameOf(L).state
	for _, name := range sorted(s.host.SharedNames()) {
		all = append(all, lua.LString(name), s.sharedVariable(L, name))
		mayGoOn(L)
	}
	return all
}

// setupIndex is vars of setup: what it has set, else a variable of the plan.
func setupIndex(L *lua.LState) int {
	s, name := frameOf(L).state, field(L)
	if v := s.host.Var(name); v.Kind != load.Unset {
		L.Push(s.variable(L, name, v))
		return 1
	}
	L.Push(s.sharedVariable(L, name))
	return 1
}

type setupNames struct{}

func (setupNames) list(L *lua.LState) []lua.LValue {
	all := userVarNames{}.list(L)
	s := frameOf(L).state
	for _, name := range sorted(s.host.SharedNames()) {
		if s.host.Var(name).Kind == load.Unset {
			all = append(all, lua.LString(name), s.sharedVariable(L, name))
			mayGoOn(L)
		}
	}
	return all
}

func secretIndex(L *lua.LState) int {
	text, err := frameOf(L).state.host.Secret(field(L))
	must(L, err)
	return pushText(L, text)
}

func runIndex(L *lua.LState) int {
	r := frameOf(L).state.host.Run()
	switch name := field(L); name {
	case "id":
		return pushText(L, r.ID)
	case "scenario":
		return pushText(L, r.Scenario)
	case "stage":
		return pushText(L, r.Stage)
	case "elapsed":
		L.Push(lua.LNumber(r.Elapsed.Seconds()))
		return 1
	case "environment":
		return pushText(L, r.Environment)
	default:
		return noField(L, "run", name, "id", "scenario", "stage", "elapsed", "environment", "stop")
	}
}

// runStop is run.stop(reason); a colon does no harm.
func runStop(L *lua.LState) int {
	if _, ok := L.Get(1).(*lua.LUserData); ok {
		L.Remove(1)
	}
	reason := strings.TrimSpace(L.OptString(1, ""))
	if reason == "" {
		L.RaiseError(`run.stop takes a reason: run.stop("the shop is empty")`)
	}
	frameOf(L).state.host.StopRun(reason)
	return 0
}
