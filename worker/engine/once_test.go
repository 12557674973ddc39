package engine

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// ending is a context that is over from a moment on, which cuts off nothing.
type ending struct {
	context.Context
	over atomic.Bool
}

func (e *ending) Err() error {
	if e.over.Load() {
		return context.DeadlineExceeded
	}
	return nil
}

// What is complete when the time ends is not late; what is left then was not come to.
func TestSendOnceThatEndsWithItsTime(t *testing.T) {
	const text = `
version: 1
name: p
base_url: URL
transactions:
  - {name: one, steps: [{request: {url: /one}}]}
  - {name: two, steps: [{request: {url: /two}}]}
load: {users: 1, duration: 1s}
`
	for last, want := range map[string]struct {
		ok    bool
		steps int
	}{"/one": {false, 1}, "/two": {true, 2}} {
		play := &ending{Context: t.Context()}
		site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == last {
				play.over.Store(true)
			}
		}))
		defer site.Close()
		program, err := compile([]byte(strings.Replace(text, "URL", site.URL, 1)))
		if err != nil {
			t.Fatal(err)
		}
		r, err := newRun(load.Job{Run: "send", Of: 1, Worker: "send"}, program)
		if err != nil {
			t.Fatal(err)
		}
		defer r.close()
		u := r.newUser(1, nil)
		defer u.conns.Close()
		u.watch, u.kit = newWatcher(), newKit()
		out, err := u.once(program.Transactions, play)
		if err != nil {
			t.Fatal(err)
		}
		if out.OK != want.ok || len(out.Steps) != want.steps || len(out.Log) > 0 == want.ok {
			t.Errorf("the time ends during %s: %+v", last, out)
		}
	}
}
