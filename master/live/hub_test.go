package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"github.com/locust-http/locust-http/master/live/livetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stage is a hub behind a server.
type stage struct {
	t   testing.TB
	hub *Hub
	net *livetest.Pipes
	end func()
}

func newStage(t testing.TB, c Config) *stage {
	s := &stage{t: t, hub: New(c), net: livetest.NewPipes()}
	// The time limits of the server must not be those of its sockets.
	server := &http.Server{Handler: s.hub, ReadTimeout: 50 * time.Millisecond, WriteTimeout: 50 * time.Millisecond}
	served := make(chan struct{})
	go func() {
		defer close(served)
		if err := server.Serve(s.net); !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("serve: %v", err)
		}
	}()
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan struct{})
	go func() { defer close(ran); s.hub.Run(ctx) }()
	s.end = sync.OnceFunc(func() {
		cancel()
		<-ran
		server.Close()
		<-served
	})
	t.Cleanup(s.end)
	return s
}

// said is a message as a viewer sees it.
type said struct {
	Type, Topic, Message string
	Seq, From, To, At    int64
	Ping                 int64
	Version              string
	Data                 json.RawMessage
}

type client struct {
	t testing.TB
	*websocket.Conn
}

func (s *stage) dial(header http.Header) (*websocket.Conn, *http.Response, error) {
	d := websocket.Dialer{NetDialContext: s.net.Dial, EnableCompression: true}
	return d.Dial("ws://master.test/api/v1/ws", header)
}

// view lets one more viewer in, who has been greeted.
func (s *stage) view() *client {
	s.t.Helper()
	conn, _, err := s.dial(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	c := &client{s.t, conn}
	s.t.Cleanup(func() { conn.Close() })
	if m := c.next(); m.Type != "hello" || m.At == 0 {
		s.t.Fatalf("the first message is %+v", m)
	}
	return c
}

// next is the next message that is no beat.
func (c *client) next() said {
	c.t.Helper()
	for {
		m, err := c.read()
		if err != nil {
			c.t.Fatal(err)
		}
		if m.Type != "beat" {
			return m
		}
	}
}

func (c *client) read() (m said, err error) {
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	_, text, err := c.ReadMessage()
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(text, &m)
}

func (c *client) say(text string) {
	c.t.Helper()
	if err := c.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		c.t.Fatal(err)
	}
}

// settled waits until the hub has taken all that c has said.
func (c *client) settled() {
	c.t.Helper()
	c.say(`{"ping":7}`)
	if m := c.next(); m.Type != "pong" || m.Ping != 7 || m.At == 0 {
		c.t.Fatalf("%+v", m)
	}
}

func (c *client) wantTicks(from, to int64) {
	c.t.Helper()
	for seq := from; seq <= to; seq++ {
		if m := c.next(); m.Type != "tick" || m.Topic != "run" || m.Seq != seq || string(m.Data) != fmt.Sprint(seq) {
			c.t.Fatalf("%+v, want tick %d", m, seq)
		}
	}
}

func (s *stage) tick(from, to int64) {
	for n := from; n <= to; n++ {
		s.hub.Tick("run", n)
	}
}

func TestWhatViewersHear(t *testing.T) {
	s := newStage(t, Config{Hello: func() any { return map[string]string{"version": "v1"} }})
	conn, _, err := s.dial(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	a, b := &client{t, conn}, s.view()
	if m := a.next(); m.Type != "hello" || m.Version != "v1" {
		t.Errorf("%+v", m)
	}
	a.say(`{"sub":"run"}`)
	a.settled()
	s.tick(1, 1)
	a.wantTicks(1, 1)
	time.Sleep(100 * time.Millisecond) // longer than the server's own time limits
	s.hub.Tell("run", "event", []string{"x"})
	if m := a.next(); m.Type != "event" || m.Topic != "run" || string(m.Data) != `["x"]` || m.At == 0 {
		t.Errorf("%+v", m)
	}
	b.say(`{"sub":"run"}`) // the newest tick comes at once
	b.wantTicks(1, 1)
	s.hub.Keep("workers", []string{})
	b.say(`{"sub":"workers"}`)
	if m := b.next(); m.Type != "state" || string(m.Data) != "[]" {
		t.Errorf("%+v", m)
	}
	s.hub.Keep("workers", []string{"w"})
	if m := b.next(); m.Type != "state" || string(m.Data) != `["w"]` {
		t.Errorf("%+v", m)
	}
	a.say(`{"unsub":"run"}`)
	a.settled()
	s.tick(2, 2)
	b.wantTicks(2, 2)
	a.settled() // nothing came before the pong
	if !s.hub.Watched("run") || s.hub.Watched("other") {
		t.Error("who watches what is not known")
	}
}

func TestBeats(t *testing.T) {
	s := newStage(t, Config{})
	c := s.view()
	if m, err := c.read(); err != nil || m.Type != "beat" || m.At == 0 {
		t.Errorf("%+v %v", m, err)
	}
}

func TestSince(t *testing.T) {
	s := newStage(t, Config{})
	s.tick(1, KeptTicks+100)
	const last = KeptTicks + 100
	for _, test := range []struct {
		since    string
		from, to int64 // the gap; 0: none
		first    int64 // tick that comes
	}{
		{`,"since":395`, 0, 0, 396},
		{`,"since":399`, 0, 0, 400},
		{`,"since":400`, 0, 0, 401},
		{`,"since":100`, 0, 0, 101},
		{`,"since":99`, 100, last - 1, last},
		{`,"since":0`, 1, last - 1, last},
		{`,"since":401`, 1, last - 1, last},
		{``, 0, 0, last},
	} {
		c := s.view()
		c.say(`{"sub":"run"` + test.since + `}`)
		if test.to > 0 {
			if m := c.next(); m.Type != "gap" || m.Topic != "run" || m.From != test.from || m.To != test.to {
				t.Errorf("%s: %+v", test.since, m)
			}
		}
		c.wantTicks(test.first, last)
		c.settled()
	}
	c := s.view()
	c.say(`{"sub":"run","since":400}`)
	c.settled()
	s.tick(last+1, last+2)
	c.wantTicks(last+1, last+2)
}

// TestSlowViewersSkip: who does not read for a while gets the newest tick, and is told
// exactly what is missing before it; who reads gets all.
func TestSlowViewersSkip(t *testing.T) {
	s := newStage(t, Config{})
	slow, fast := s.view(), s.view()
	for _, c := range []*client{slow, fast} {
		c.say(`{"sub":"run"}`)
		c.settled()
	}
	for n := int64(1); n <= 50; n++ {
		s.tick(n, n)
		fast.wantTicks(n, n)
	}
	var last, skipped int64
	for last < 50 {
		switch m := slow.next(); {
		case m.Type == "tick" && m.Seq == last+1:
			last++
		case m.Type == "gap" && m.From == last+1 && m.To >= m.From:
			skipped += m.To - m.From + 1
			last = m.To
		default:
			t.Fatalf("after %d: %+v", last, m)
		}
	}
	if skipped < 40 {
		t.Errorf("%d skipped", skipped)
	}
	s.tick(51, 51+MaxBehind-1)
	slow.wantTicks(51, 51+MaxBehind-1)
}

// TestNothingIsSkippedSilently: who does not take what must not be skipped is closed.
func TestNothingIsSkippedSilently(t *testing.T) {
	s := newStage(t, Config{})
	c := s.view()
	c.say(`{"sub":"run"}`)
	c.settled()
	for n := range MaxQueue {
		s.hub.Tell("run", "event", n)
	}
	for n := range MaxQueue {
		if m := c.next(); string(m.Data) != fmt.Sprint(n) {
			t.Fatalf("%+v, want %d", m, n)
		}
	}
	for n := range MaxQueue + 10 {
		s.hub.Tell("run", "event", n)
	}
	var err error
	for err == nil {
		_, err = c.read()
	}
	if !websocket.IsCloseError(err, websocket.CloseTryAgainLater) {
		t.Errorf("%v", err)
	}
}

func TestBadMessages(t *testing.T) {
	s := newStage(t, Config{})
	c := s.view()
	for _, bad := range []string{
		"", "x", "[]", "{}", `{"sub":"a","ping":1}`, `{"since":1}`, `{"sub":1}`, `{"sub":"a"} {}`, `{"what":1}`, `{"sub":"` + strings.Repeat("x", MaxTopicName+1) + `"}`,
	} {
		c.say(bad)
		if m := c.next(); m.Type != "error" || m.Message == "" {
			t.Errorf("%s: %+v", bad, m)
		}
	}
	c.WriteMessage(websocket.BinaryMessage, []byte(`{"ping":1}`))
	if m := c.next(); m.Type != "error" {
		t.Errorf("%+v", m)
	}
	for n := range MaxTopics {
		c.say(fmt.Sprintf(`{"sub":"%d"}`, n))
	}
	c.settled()
	c.say(`{"sub":"one too many"}`)
	if m := c.next(); m.Type != "error" {
		t.Errorf("%+v", m)
	}
	c.say(`{"sub":"0","since":3}`) // again is not one more
	if m := c.next(); m.Type != "gap" || m.From != 1 || m.To != 0 {
		t.Errorf("%+v", m)
	}
	c.EnableWriteCompression(true)
	c.say(`{"sub":"` + strings.Repeat("x", 1<<20) + `"}`) // small only on the wire
	for {
		if _, err := c.read(); err != nil {
			break
		}
	}
	eventually(t, func() bool {
		s.hub.mu.Lock()
		defer s.hub.mu.Unlock()
		return len(s.hub.viewers) == 0
	})
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	if len(s.hub.topics) != 0 {
		t.Errorf("%d topics are left of a viewer that has gone", len(s.hub.topics))
	}
}

func eventually(t *testing.T, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it never came true")
		}
	}
}

func TestTooManyViewers(t *testing.T) {
	s := newStage(t, Config{})
	for range MaxViewers {
		s.view()
	}
	_, res, err := s.dial(nil)
	if err == nil || res == nil || res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("%v %v", res, err)
	}
}

func TestPagesOfOthers(t *testing.T) {
	s := newStage(t, Config{})
	_, res, err := s.dial(http.Header{"Origin": {"http://evil.example"}})
	if err == nil || res.StatusCode != http.StatusForbidden {
		t.Errorf("%v %v", res, err)
	}
	conn, _, err := s.dial(http.Header{"Origin": {"http://master.test"}})
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
}

// TestEnd: viewers are told, also one that takes nothing any more does not hold it up.
func TestEnd(t *testing.T) {
	s := newStage(t, Config{})
	c, deaf := s.view(), s.view()
	deaf.say(`{"sub":"run"}`)
	deaf.settled()
	s.tick(1, 3)
	told := make(chan error)
	go func() {
		for {
			if _, err := c.read(); err != nil {
				told <- err
				return
			}
		}
	}()
	begin := time.Now()
	go s.end()
	if err := <-told; !websocket.IsCloseError(err, websocket.CloseGoingAway) {
		t.Errorf("%v", err)
	}
	s.end()
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	s.hub.Tick("run", 4)
	s.hub.Keep("run", 4)
	s.hub.Close()
}

// TestManyAtOnce is for the race detector.
func TestManyAtOnce(t *testing.T) {
	s := newStage(t, Config{})
	var clients []*client
	for range 10 {
		clients = append(clients, s.view())
	}
	var work sync.WaitGroup
	for _, c := range clients {
		work.Go(func() {
			for n := range 50 {
				c.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"sub":"run","since":%d}`, n))
				c.WriteMessage(websocket.TextMessage, []byte(`{"unsub":"run"}`))
			}
			c.WriteMessage(websocket.TextMessage, []byte(`{"sub":"run"}`))
		})
		work.Go(func() {
			for {
				if _, err := c.read(); err != nil {
					return
				}
			}
		})
	}
	for n := range int64(200) {
		s.hub.Tick("run", n)
		s.hub.Tell("run", "event", n)
		if n == 100 {
			s.hub.Drop("run")
		}
	}
	s.end()
	work.Wait()
}
