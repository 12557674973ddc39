package modules

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// frame is a call of a hook in a test.
type frame struct {
	context.Context
	rand     *rand.Rand
	exceeded string
}

func (f *frame) Rand() *rand.Rand        { return f.rand }
func (f *frame) Now() time.Time          { return time.Unix(1706691900, 123456789) }
func (f *frame) Exceeded(message string) { f.exceeded = message }

// newState is a state with all libraries as globals.
func newState(t testing.TB) (*lua.LState, *frame) {
	t.Helper()
	L := lua.NewState()
	f := &frame{Context: context.Background(), rand: rand.New(rand.NewPCG(1, 2))}
	L.SetContext(f)
	t.Cleanup(L.Close)
	open(L)
	return L, f
}

var shared = All()

func open(L *lua.LState) {
	for _, lib := range shared {
		table := L.SetFuncs(L.NewTable(), lib.Functions)
		for name, v := range lib.Constants {
			table.RawSetString(name, v)
		}
		L.SetGlobal(lib.Name, table)
	}
}

// results is what a Lua expression gives, as one text.
func results(L *lua.LState, expr string) (string, error) {
	f, err := L.LoadString("return " + expr)
	if err != nil {
		return "", err
	}
	top := L.GetTop()
	defer L.SetTop(top)
	L.Push(f)
	if err := L.PCall(0, lua.MultRet, nil); err != nil {
		return "", err
	}
	var all []string
	for i := top + 1; i <= L.GetTop(); i++ {
		all = append(all, L.ToStringMeta(L.Get(i)).String())
	}
	return strings.Join(all, " | "), nil
}

// vector is an expression and what it gives.
type vector struct{ expr, want string }

func run(t *testing.T, vectors []vector) {
	t.Helper()
	L, f := newState(t)
	for _, v := range vectors {
		got, err := results(L, v.expr)
		if err != nil || got != v.want {
			t.Errorf("%s\n gives %s, %v\n want  %s", v.expr, got, err, v.want)
		}
	}
	if f.exceeded != "" {
		t.Errorf("a bound was broken: %s", f.exceeded)
	}
}

// refuse runs expressions that raise an error; one whose text begins with ! is a bound.
func refuse(t *testing.T, vectors []vector) {
	t.Helper()
	for _, v := range vectors {
		L, f := newState(t)
		want, limit := strings.CutPrefix(v.want, "!")
		got, err := results(L, v.expr)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.200s\n gives %.200s, %v\n want  %s", v.expr, got, err, want)
		}
		if limit != (f.exceeded != "") {
			t.Errorf("%.200s: exceeded is %q", v.expr, f.exceeded)
		}
	}
}

func TestAllSorted(t *testing.T) {
	before := ""
	for _, lib := range All() {
		if lib.Name <= before {
			t.Errorf("%s comes after %s", lib.Name, before)
		}
		before = lib.Name
	}
}

// Whatever the arguments are, a function returns or raises: it does not panic.
func TestStrangeArguments(t *testing.T) {
	strange := []string{"nil", "true", "-1", "1e308", "0/0", "1/0", "''", "'x'", "{}", "{{}}", "{{1,2,3}}", "{x={}}", "print", "json.null", "coroutine.create(print)", "('x'):rep(1000)", "setmetatable({}, {__index = error})"}
	for _, lib := range shared {
		for name := range lib.Functions {
			L, _ := newState(t)
			for _, a := range strange {
				for _, b := range strange {
					expr := fmt.Sprintf("%s.%s(%s, %s, %s, %s)", lib.Name, name, a, b, b, a)
					if _, err := results(L, expr); err != nil && !strings.Contains(err.Error(), lib.Name+"."+name+": ") {
						t.Errorf("%s: %v", expr, err)
					}
				}
			}
		}
	}
}
