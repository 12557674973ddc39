package live

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"
)

// BenchmarkViewers is what one tick of 5 kB costs with 200 viewers, up to the moment when
// all have it. Their own work is in it too: it is an upper bound.
func BenchmarkViewers(b *testing.B) {
	const viewers = 200
	hub := New(Config{})
	server := httptest.NewServer(http.HandlerFunc(hub.ServeHTTP))
	defer server.Close()
	defer hub.Close()
	var got, work sync.WaitGroup
	for range viewers {
		d := websocket.Dialer{EnableCompression: true}
		conn, _, err := d.Dial("ws"+strings.TrimPrefix(server.URL, "http"), nil)
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close()
		if err := conn.WriteMessage(websocket.TextMessage, []byte(`{"sub":"run"}`)); err != nil {
			b.Fatal(err)
		}
		got.Add(1)
		work.Go(func() {
			// Frames are taken as they are: a page inflates them on its own machine.
			for hello := true; ; {
				_, r, err := conn.NextReader()
				if err != nil {
					return
				}
				var first [16]byte
				if _, err := r.Read(first[:]); err == nil && !hello {
					got.Done()
				}
				hello = false
			}
		})
	}
	// A tick as it is with 18 transactions and their steps: 5 kB.
	rows := make([]map[string]any, 36)
	for i := range rows {
		rows[i] = map[string]any{"id": i, "kind": "step", "transaction": "checkout", "step": "pay", "requests": 31_415 * i, "rps": 92.653 * float64(i), "p50": 5.897, "p95": 93.238, "p99": 462.643, "status": map[string]int{"2xx": i}}
	}
	wait := func() { got.Wait(); got.Add(viewers) }
	for hub.viewersOf("run") < viewers {
	}
	hub.Tick("run", rows)
	wait()
	for b.Loop() {
		hub.Tick("run", rows)
		wait()
	}
	got.Add(-viewers)
}

// viewersOf is how many subscribe to a topic.
func (h *Hub) viewersOf(name string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.topics[name]; t != nil {
		return len(t.viewers)
	}
	return 0
}
