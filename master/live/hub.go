// Package live brings news to those who watch: topics, each with its messages, over one
// socket per viewer. It knows nothing of what the messages say.
package live

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Bounds of a hub. What does not fit is refused, skipped or closed, as each says.
const (
	MaxViewers = 1_000 // the next one is refused with 503
	// MaxTopics is how many topics one viewer may subscribe to; more are refused with an error.
	MaxTopics    = 50
	MaxTopicName = 200  // bytes
	MaxAsk       = 4096 // bytes of a message of a viewer; a longer one ends the connection
	// KeptTicks is how many ticks of a topic are kept for those who come back.
	KeptTicks = 300
	// MaxBehind is how many ticks of a topic a viewer may be behind before it skips to the
	// newest one.
	MaxBehind = 5
	// MaxQueue is how many messages that must not be skipped may wait for a viewer; one more
	// closes it, so that it comes back and asks for what it has missed.
	MaxQueue = 256
	// maxPongs is how many answers to a viewer's own messages may wait; one more closes it.
	maxPongs = 64
)

// Times of a connection.
const (
	writeWait = 10 * time.Second // that a message may take to be written
	pingEvery = 20 * time.Second
	readWait  = 60 * time.Second // without a word from the viewer, pongs included
	beatEvery = time.Second
	closeWait = time.Second // for the last words at the end
)

// Config says how a hub is to be. All of it may be left out.
type Config struct {
	// Hello makes what a viewer is told first: it must encode as a JSON object.
	Hello func() any
	Now   func() time.Time
	Log   *slog.Logger
}

// Hub is all topics and all viewers. Its methods may be called from any goroutine; none
// waits for a viewer.
type Hub struct {
	config  Config
	upgrade websocket.Upgrader
	work    sync.WaitGroup // all goroutines of viewers

	mu      sync.Mutex // guards what follows and all topics and viewers; never held over a write
	closed  bool
	topics  map[string]*topic
	viewers map[*viewer]struct{}
}

// New makes a hub that takes viewers at once. Without Run there are no beats.
func New(c Config) *Hub {
	if c.Hello == nil {
		c.Hello = func() any { return struct{}{} }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Hub{
		config: c, topics: map[string]*topic{}, viewers: map[*viewer]struct{}{},
		// Without CheckOrigin the upgrader lets in only what is no page, or a page of this host.
		upgrade: websocket.Upgrader{
			HandshakeTimeout: writeWait, ReadBufferSize: MaxAsk, WriteBufferSize: 16 << 10, WriteBufferPool: &sync.Pool{},
			EnableCompression: true,
		},
	}
}

// Run sends beats until ctx ends, and then closes the hub.
func (h *Hub) Run(ctx context.Context) {
	defer h.Close()
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			h.beat()
		case <-ctx.Done():
			return
		}
	}
}

// beat tells those who have heard nothing for a second that the master is there.
func (h *Hub) beat() {
	m, err := newMessage(header{Type: "beat", At: h.now()}, nil)
	if err != nil {
		h.config.Log.Error("make a beat", "error", err)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for v := range h.viewers {
		if !v.spoken {
			v.pulse = m
			v.rouse()
		}
		v.spoken = false
	}
}

// Close says goodbye to all viewers and waits until they are gone. No one is let in any
// more. It may be called twice.
func (h *Hub) Close() {
	h.mu.Lock()
	h.closed = true
	for v := range h.viewers {
		v.end(websocket.CloseGoingAway, "the master ends")
	}
	h.mu.Unlock()
	h.work.Wait()
}

// ServeHTTP makes the caller a viewer, until it goes, or the context of the request ends.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !h.room() {
		http.Error(w, "too many viewers", http.StatusServiceUnavailable)
		return
	}
	conn, err := h.upgrade.Upgrade(w, r, nil) // clears the deadlines that the server has set
	if err != nil {
		return // the caller has been told
	}
	conn.SetReadLimit(MaxAsk)
	v := &viewer{hub: h, conn: conn, wake: make(chan struct{}, 1), gone: make(chan struct{}), subs: map[string]*subscription{}}
	hello, err := newMessage(header{Type: "hello", At: h.now()}, h.config.Hello())
	if err != nil {
		h.config.Log.Error("make a hello", "error", err)
		conn.Close()
		return
	}
	v.queue = append(v.queue, hello)
	if !h.join(v) {
		conn.Close()
		return
	}
	defer h.work.Done()
	defer h.leave(v)
	defer context.AfterFunc(r.Context(), func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		v.end(websocket.ClosePolicyViolation, "the session has ended")
	})()
	v.read()
}

// room says whether one more viewer can be let in.
func (h *Hub) room() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.closed && len(h.viewers) < MaxViewers
}

// join takes v in and starts its writer; false: there is no room after all.
func (h *Hub) join(v *viewer) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || len(h.viewers) >= MaxViewers {
		return false
	}
	h.viewers[v] = struct{}{}
	h.work.Add(1) // the reader: the goroutine of the request
	h.work.Go(v.write)
	v.rouse()
	return true
}

// leave forgets v and all that it has subscribed to, and ends its writer.
func (h *Hub) leave(v *viewer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.viewers, v)
	for name := range v.subs {
		h.unsubscribe(v, name)
	}
	close(v.gone)
}

func (h *Hub) now() int64 { return h.config.Now().UnixMilli() }

// fail tells the log about a message that could not be made.
func (h *Hub) fail(topic string, err error) {
	h.config.Log.Error(fmt.Sprintf("tell those who watch %s", topic), "error", err)
}
