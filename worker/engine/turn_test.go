//go:build !race

package engine

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"testing"
	"time"
)

// rawServer answers every request with the same bytes and allocates nothing for it,
// so that what is counted is ours.
func rawServer(tb testing.TB) (url string) {
	tb.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { ln.Close() })
	const body = `{"ok":true,"items":[{"id":4711,"name":"lamp"}],"next":"/items?page=2"}`
	answer := fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				for br := bufio.NewReader(c); ; {
					line, err := br.ReadSlice('\n')
					if err != nil {
						return
					}
					if len(bytes.TrimSpace(line)) > 0 {
						continue
					}
					if _, err := c.Write(answer); err != nil {
						return
					}
				}
			}()
		}
	}()
	return "http://" + ln.Addr().String()
}

const (
	plainPlan = `{version: 1, base_url: "%s", transactions: [{name: t, steps: [{name: s, request: {url: /ok}}]}], load: {users: 1}}`
	richPlan  = `
version: 1
base_url: "%s"
variables: {token: t-1}
transactions:
  - name: t
    steps:
      - name: s
        request: {url: "/items/{{$randomInt 1 1000}}", headers: {X-Token: "{{token}}"}}
        extract: [{name: id, json: "$.items[0].id"}]
        check: [{status: 200}, {json: $.ok, equals: true}]
load: {users: 1}
`
)

// oneUser is a user who has begun, with a connection that is open, and how it takes
// one turn.
func oneUser(tb testing.TB, yaml string) (turn func()) {
	tb.Helper()
	r := testRun(tb, fmt.Sprintf(yaml, rawServer(tb)))
	t0 := time.Now()
	r.t0.Store(&t0)
	u := r.newUser(1, r.scenes[0])
	tb.Cleanup(u.conns.Close)
	u.kit = newKit()
	u.turn() // user_start
	turn = func() { u.turn() }
	for range 100 {
		turn()
	}
	iv := r.rec.Cut(0, 0, 0)
	if iv.Counters.Sent() != 100 || r.rec.Errors(false) != nil {
		tb.Fatalf("%+v\n%+v", iv.Counters, iv.Rows)
	}
	tb.Cleanup(func() {
		if errs := r.rec.Errors(false); errs != nil {
			tb.Errorf("failures: %+v", errs)
		}
	})
	return turn
}

// The budget of a turn, as measured (the race detector makes pools forget, so not with
// it). What is over it makes 64 users without think time pay the
// garbage collector for every request.
func TestATurnStaysWithinItsAllocations(t *testing.T) {
	for _, tt := range []struct {
		name, plan string
		budget     float64
	}{
		{"plain", plainPlan, 0},
		{"rich", richPlan, 1}, // the text of the extracted value
	} {
		turn := oneUser(t, tt.plan)
		if n := testing.AllocsPerRun(500, turn); n > tt.budget {
			t.Errorf("%s: %v allocations in a turn, the budget is %v", tt.name, n, tt.budget)
		}
	}
}

func BenchmarkTurn(b *testing.B) {
	for _, bb := range []struct{ name, plan string }{{"plain", plainPlan}, {"rich", richPlan}} {
		b.Run(bb.name, func(b *testing.B) {
			turn := oneUser(b, bb.plan)
			b.ReportAllocs()
			for b.Loop() {
				turn()
			}
		})
	}
}
