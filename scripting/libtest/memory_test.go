package libtest_test

import (
	"io/fs"
	"runtime"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting"
	"github.com/locust-http/locust-http/scripting/libtest"
	"github.com/locust-http/locust-http/scripts"
)

// What a shipped library costs each user that requires it, in bytes, beyond what requiring
// any library costs. Most bring host modules with them.
func TestMemoryOfLibraries(t *testing.T) {
	for name, most := range map[string]int64{
		"expect": 8 << 10, "graphql": 4 << 10, "jwt": 11 << 10, "oauth2": 9 << 10, "sign": 14 << 10, "totp": 8 << 10, "faker": 11 << 10,
	} {
		source, err := fs.ReadFile(scripts.Files, name+".lua")
		if err != nil {
			t.Fatal(err)
		}
		each := perUser(t, string(source)) - perUser(t, "return {}")
		t.Logf("%s: %d bytes", name, each)
		if each > most {
			t.Errorf("%s costs %d bytes a user, more than %d", name, each, most)
		}
	}
}

// perUser is the memory of one user that has loaded a library of this text.
func perUser(t *testing.T, library string) int64 {
	t.Helper()
	const users = 200
	p, problems := scripting.Compile([]load.Source{
		{Path: "script", File: "plan.yaml", Text: `require "library"`},
		{Library: "library", File: "library.lua", Text: library},
	}, scripting.Config{})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	defer p.Close()
	h := new(libtest.Host)
	states := make([]*scripting.State, users)
	begin := heap()
	for i := range states {
		states[i] = p.NewState(h, [2]uint64{1, uint64(i)})
		if f := states[i].Do(p.Script("script"), nil, func(*lua.LState) {}); f != nil {
			t.Fatal(f)
		}
	}
	each := (heap() - begin) / users
	runtime.KeepAlive(states)
	return each
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
