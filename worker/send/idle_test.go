//go:build unix

package send

import (
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

// age makes every idle connection older.
func (f *fixture) age(by time.Duration) {
	for _, c := range f.conns.idle {
		c.last = c.last.Add(-by)
	}
	for _, list := range f.client.shared.conns {
		for _, c := range list {
			c.last = c.last.Add(-by)
		}
	}
}

// An idle connection is used again up to its age, and replaced beyond: in each mode the
// server counts them. Time passes by making connections older.
func TestIdle(t *testing.T) {
	for _, c := range []struct {
		mode           load.ConnectionMode
		idle, limit    time.Duration
		conns, replace int64
	}{
		{load.ConnPerUser, 30 * time.Second, 30 * time.Second, 2, 1},
		{load.ConnPerUser, 0, DefaultIdle, 2, 1},
		{load.ConnShared, 30 * time.Second, 30 * time.Second, 2, 1},
		{load.ConnShared, 0, DefaultIdle, 2, 1},
		{load.ConnPerRequest, 30 * time.Second, 30 * time.Second, 3, 0},
	} {
		s := serve(t, answer(ok))
		f := newFixture(t, c.mode)
		f.client = NewClient(Options{Connections: load.Connections{Mode: c.mode, Idle: load.Duration(c.idle)}})
		f.conns = f.client.NewConns()
		f.wantOK(f.get(s.url("/")), 200, "ok")
		f.age(c.limit - time.Second)
		f.wantOK(f.get(s.url("/")), 200, "ok")
		f.age(c.limit + time.Millisecond)
		f.wantOK(f.get(s.url("/")), 200, "ok")
		f.conns.Close()
		f.client.Close()
		s.stop()
		if s.conns.Load() != c.conns || s.requests.Load() != 3 || f.client.Reconnects() != c.replace {
			t.Errorf("%s idle %v: %d connections, %d requests, %d reconnects; want %d, 3, %d",
				c.mode, c.idle, s.conns.Load(), s.requests.Load(), f.client.Reconnects(), c.conns, c.replace)
		}
	}
}
