package modules

import (
	"context"
	"crypto/x509"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// Many users call the same functions at once, with caches that overflow.
func TestSharedByUsers(t *testing.T) {
	der, err := x509.MarshalECPrivateKey(rfcECDSA(t))
	key := pemText(t, "EC PRIVATE KEY", der, err)
	var users sync.WaitGroup
	for u := range 16 {
		L, f := newState(t)
		f.rand = rand.New(rand.NewPCG(uint64(u), 1))
		L.SetGlobal("key", key)
		L.SetGlobal("user", lua.LNumber(u))
		users.Go(func() {
			for i := range 60 {
				L.SetGlobal("i", lua.LNumber(i))
				got, err := results(L, `regex.match("id" .. i, "id(" .. i .. ")x{0," .. user .. "}") == tostring(i)
					and html.css("<p><b id=b" .. i .. ">" .. user .. "</b>", "#b" .. i) == tostring(user)
					and html.xpath("<p><b>" .. user .. "</b>", "//b") == tostring(user)
					and json.decode(json.encode({i, json.null}))[1] == i
					and json.decode(json.encode({i, json.null}))[2] == json.null
					and #uuid.v4() == 36 and #random.string(9) == 9
					and time.parse(time.format(i, "%F %T"), "%F %T") == i
					and (i % 20 > 0 or crypto.ecdsa_verify("sha256", key, i, crypto.ecdsa_sign("sha256", key, i)))`)
				if err != nil || got != "true" {
					t.Errorf("user %d: %s, %v", u, got, err)
					return
				}
			}
		})
	}
	users.Wait()
}

func TestCacheIsBounded(t *testing.T) {
	var c cache[int]
	for i := range 3 * maxCached {
		c.add(fmt.Sprint(i), i, 1)
	}
	if n := len(*c.known.Load()); n > maxCached || c.cost > n {
		t.Errorf("%d are kept, of cost %d", n, c.cost)
	}
	if v, ok := c.get(fmt.Sprint(3*maxCached - 1)); !ok || v != 3*maxCached-1 {
		t.Errorf("the newest is %d, %v", v, ok)
	}
	for i := range 5 {
		c.add(fmt.Sprint("large", i), i, maxCachedCost/3)
	}
	if c.cost > maxCachedCost {
		t.Errorf("a cost of %d is kept", c.cost)
	}
}

// What may work for long ends with its hook: here it has ended before the call, so
// only a function that looks at it notices. The first two take minutes otherwise.
func TestLongWorkEndsWithTheHook(t *testing.T) {
	many := lua.LString(strings.Repeat("a", 100_000))
	for _, call := range []struct {
		library, function string
		args              []lua.LValue
	}{
		{"regex", "find_all", []lua.LValue{many, lua.LString("a.*b|a")}},
		{"regex", "replace", []lua.LValue{many, lua.LString("a.*b|a"), lua.LString("")}},
		{"regex", "split", []lua.LValue{many, lua.LString("a.*b|a")}},
		{"json", "encode", []lua.LValue{&lua.LTable{Metatable: lua.LNil}}},
	} {
		L, f := newState(t)
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		f.Context = ctx
		L.Push(L.GetGlobal(call.library).(*lua.LTable).RawGetString(call.function))
		for _, v := range call.args {
			L.Push(v)
		}
		if err := L.PCall(len(call.args), 1, nil); err == nil || !strings.Contains(err.Error(), "was not finished in the time of the hook") {
			t.Errorf("%s.%s: %v", call.library, call.function, err)
		}
	}
}
