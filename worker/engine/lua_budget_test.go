package engine

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"testing"
	"unsafe"
)

// answer serves every request of a connection with the same bytes, without allocating.
func answer(t *testing.T, response string) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				in, out := make([]byte, 64<<10), []byte(response)
				for n := 0; ; {
					m, err := c.Read(in[n:])
					if err != nil {
						return
					}
					if n += m; !bytes.HasSuffix(in[:n], []byte("\r\n\r\n")) {
						continue
					}
					n = 0
					if _, err := c.Write(out); err != nil {
						return
					}
				}
			}()
		}
	}()
	return l.Addr().String()
}

// What a request whose hooks set a path and a header, and check the status and one JSON
// value, allocates over a plain one, in a user's real state and over a real connection.
func TestAllocationsOfAHookedRequest(t *testing.T) {
	const hooks = `
        script: |
          local n = 0
          function before(req, user)
            n = n + 1
            req.path = "/items/" .. n
            req.headers["X-Request"] = "r" .. n
          end
          function after(res, user)
            check("ok", res.status == 200)
            check("value", res:json("$.token") == "abc")
          end`
	site := answer(t, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"token\":\"abc\"}")
	allocations := func(script string) float64 {
		s, err := New(Config{}).Prepare(context.Background(), jobOf(t, fmt.Sprintf(`
version: 1
base_url: http://%s
transactions:
  - name: t
    steps:
      - name: a
        request: {url: /a}%s
load: {users: 1, iterations: 1}
`, site, script)))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		r := s.(*session).run
		u := r.newUser(1, nil)
		defer u.conns.Close()
		u.kit = newKit()
		transaction := r.scenes[0].choice.transactions[0]
		play := func() {
			if p := u.body(transaction); p.failed || !p.sent {
				t.Fatalf("played %+v", p)
			}
		}
		play()
		return testing.AllocsPerRun(300, play)
	}
	plain, hooked := allocations(""), allocations(hooks)
	t.Logf("%v allocations plain, %v hooked", plain, hooked)
	if most := 14.0; hooked-plain > most {
		t.Errorf("a hooked request allocates %v times more than a plain one, want at most %v", hooked-plain, most)
	}
}

// What the engine keeps of Lua for each of its users, beside their states.
func TestSizeOfTheLuaOfAUser(t *testing.T) {
	t.Parallel()
	if size := unsafe.Sizeof(lua{}) + 2*unsafe.Sizeof(call{}); size > 2<<10 {
		t.Errorf("%d bytes for each user, %d for each call", unsafe.Sizeof(lua{}), unsafe.Sizeof(call{}))
	}
}
