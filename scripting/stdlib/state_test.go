package stdlib_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
	"github.com/locust-http/locust-http/scripting/stdlib"
)

// frame is a call of a hook without a program around it.
type frame struct {
	context.Context
	random   *rand.Rand
	exceeded string
}

func (f *frame) Rand() *rand.Rand        { return f.random }
func (f *frame) Now() time.Time          { return time.Now() }
func (f *frame) Exceeded(message string) { f.exceeded = message }

func newFrame(ctx context.Context) *frame {
	return &frame{Context: ctx, random: rand.New(rand.NewPCG(1, 2))}
}

// newState is a state that has the base functions of gopher-lua that scripts have, and the
// libraries of this package.
func newState(t testing.TB, ctx context.Context) (*lua.LState, *frame) {
	L := lua.NewState(lua.Options{SkipOpenLibs: true, CallStackSize: sandbox.CallDepth, RegistrySize: 1024, RegistryMaxSize: 64 << 10, MinimizeStackMemory: true})
	t.Cleanup(L.Close)
	L.Push(L.NewFunction(lua.OpenBase))
	L.Call(0, 0)
	for _, lib := range []*sandbox.Library{stdlib.String(), stdlib.Table(), stdlib.Math(), stdlib.Coroutine()} {
		mod := L.NewTable()
		L.SetFuncs(mod, lib.Functions)
		for k, v := range lib.Constants {
			mod.RawSetString(k, v)
		}
		L.SetGlobal(lib.Name, mod)
		if lib.Name == "string" {
			mt := L.NewTable()
			mt.RawSetString("__index", mod)
			L.SetMetatable(lua.LString(""), mt)
		}
	}
	f := newFrame(ctx)
	L.SetContext(f)
	return L, f
}

// run runs a text, and returns what it returns as one text, or its error.
func run(L *lua.LState, text string) (string, error) {
	fn, err := L.LoadString(text)
	if err != nil {
		return "", err
	}
	top := L.GetTop()
	defer L.SetTop(top)
	if err := L.CallByParam(lua.P{Fn: fn, NRet: lua.MultRet, Protect: true}); err != nil {
		return "", err
	}
	var out []string
	for i := top + 1; i <= L.GetTop(); i++ {
		out = append(out, L.Get(i).String())
	}
	return strings.Join(out, " "), nil
}

// expectations runs each text and compares what it returns; an expectation that begins with
// "error: " is part of its error.
func expectations(t *testing.T, table [][2]string) {
	t.Helper()
	L, _ := newState(t, t.Context())
	for _, c := range table {
		got, err := run(L, c[0])
		if want, ok := strings.CutPrefix(c[1], "error: "); ok {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v (returned %q), want the error %q", c[0], err, got, want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c[0], err)
		} else if got != c[1] {
			t.Errorf("%s = %q, want %q", c[0], got, c[1])
		}
	}
}
