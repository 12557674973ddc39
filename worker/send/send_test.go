package send

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server is a hand-written TCP server: what it does with a connection is up to the
// test, and it counts what it saw.
type server struct {
	net.Listener
	conns    atomic.Int64
	requests atomic.Int64  // request headers that came in complete
	stopped  chan struct{} // closed when the test is over

	wg   sync.WaitGroup
	mu   sync.Mutex // guards open
	open []net.Conn
}

// peer is one connection as the server sees it.
type peer struct {
	net.Conn
	r *bufio.Reader
	s *server
	n int64 // which connection this is, from 1
}

// serve starts a server that gives every connection to f, in a goroutine of its own,
// and closes it when f returns.
func serve(t testing.TB, f func(p *peer)) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return serveOn(t, l, f)
}

func serveOn(t testing.TB, l net.Listener, f func(p *peer)) *server {
	s := &server{Listener: l, stopped: make(chan struct{})}
	s.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p := &peer{Conn: c, r: bufio.NewReader(c), s: s, n: s.conns.Add(1)}
			s.mu.Lock()
			s.open = append(s.open, c)
			s.mu.Unlock()
			s.wg.Go(func() {
				defer c.Close()
				f(p)
			})
		}
	})
	t.Cleanup(s.stop)
	return s
}

func (s *server) stop() {
	if s.Close() == nil {
		close(s.stopped)
	}
	s.mu.Lock()
	for _, c := range s.open {
		c.Close()
	}
	s.mu.Unlock()
	s.wg.Wait()
}

func (s *server) url(path string) string { return "http://" + s.Addr().String() + path }

// request reads one request with its body and returns its bytes; nil at the end.
func (p *peer) request() []byte {
	var b []byte
	length := 0
	for {
		line, err := p.r.ReadBytes('\n')
		if err != nil {
			return nil
		}
		b = append(b, line...)
		if name, value, ok := bytes.Cut(line, []byte(": ")); ok && strings.EqualFold(string(name), "content-length") {
			for _, d := range bytes.TrimSpace(value) {
				length = length*10 + int(d-'0')
			}
		}
		if len(bytes.TrimSpace(line)) == 0 {
			break
		}
	}
	p.s.requests.Add(1)
	body := make([]byte, length)
	if _, err := io.ReadFull(p.r, body); err != nil {
		return nil
	}
	return append(b, body...)
}

func (p *peer) say(s string) bool {
	_, err := io.WriteString(p.Conn, s)
	return err == nil
}

// answer gives every request the same answer.
func answer(s string) func(p *peer) {
	return func(p *peer) {
		for p.request() != nil {
			if !p.say(s) {
				return
			}
		}
	}
}

// reset ends the connection with an RST.
func (p *peer) reset() {
	_ = p.Conn.(*net.TCPConn).SetLinger(0)
	p.Conn.Close()
}

// wait returns when the client has closed.
func (p *peer) wait() { _, _ = io.Copy(io.Discard, p.r) }

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

// fixture is a client with one user.
type fixture struct {
	*testing.T
	client *Client
	conns  *Conns
	x      Exchange
	target Target
}

func newFixture(t *testing.T, mode load.ConnectionMode) *fixture {
	f := &fixture{T: t, client: NewClient(Options{Connections: load.Connections{Mode: mode}})}
	f.target.Total = 5 * time.Second
	f.conns = f.client.NewConns()
	t.Cleanup(func() {
		f.conns.Close()
		f.client.Close()
	})
	return f
}

// get does one GET.
func (f *fixture) get(url string) Outcome {
	f.Helper()
	return f.do("GET", url, nil)
}

func (f *fixture) do(method, url string, body []byte) Outcome {
	f.Helper()
	if err := f.x.Start(method, []byte(url)); err != nil {
		f.Fatalf("Start(%s, %s): %v", method, url, err)
	}
	f.x.SetBody(body)
	return f.conns.Do(&f.x, &f.target)
}

// wantOK fails the test unless o is a complete response with this body.
func (f *fixture) wantOK(o Outcome, status int, body string) {
	f.Helper()
	if o.Class != "" || o.Interrupted || o.Fate != load.Sent || o.Status != status {
		f.Fatalf("got %+v, want status %d", o, status)
	}
	got, err := f.x.Body()
	if err != nil || string(got) != body {
		f.Fatalf("body %.200q, %v; want %.200q", got, err, body)
	}
}

func (f *fixture) wantFailure(o Outcome, class load.Class, fate load.Fate) {
	f.Helper()
	if o.Class != class || o.Fate != fate || o.Interrupted {
		f.Fatalf("got class %q fate %v (%s), want %q %v", o.Class, o.Fate, o.Message, class, fate)
	}
	if o.Message == "" || len(o.Message) > maxMessage {
		f.Errorf("message %q", o.Message)
	}
	if o.Timing.Total <= 0 {
		f.Errorf("no total time: %+v", o.Timing)
	}
}

func TestKeepAlive(t *testing.T) {
	s := serve(t, answer(ok))
	f := newFixture(t, load.ConnPerUser)
	for range 10 {
		f.wantOK(f.get(s.url("/")), 200, "ok")
	}
	if s.conns.Load() != 1 || s.requests.Load() != 10 || f.client.Reconnects() != 0 {
		t.Errorf("%d connections, %d requests, %d reconnects", s.conns.Load(), s.requests.Load(), f.client.Reconnects())
	}
}

func BenchmarkExchange(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	serveOn(b, l, rawServer)
	client := NewClient(Options{})
	conns := client.NewConns()
	defer conns.Close()
	var x Exchange
	target := Target{Total: 10 * time.Second}
	url := []byte("http://" + l.Addr().String() + "/index.html")
	if err := x.Start("GET", url); err != nil {
		b.Fatal(err)
	}
	x.AddHeader("Accept", []byte("application/json"))
	frozen, _ := x.Freeze()
	for name, begin := range map[string]func(){
		"frozen": func() { x.Reuse(frozen) },
		"built": func() {
			_ = x.Start("GET", url)
			x.AddHeader("Accept", []byte("application/json"))
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				begin()
				x.KeepBody(false)
				if o := conns.Do(&x, &target); o.Class != "" {
					b.Fatal(o)
				}
			}
		})
	}
}

// rawServer answers each read with a response like that of a small static file, and
// costs as little as it can.
func rawServer(p *peer) {
	response := []byte("HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Sun, 22 Nov 2026 16:00:00 GMT\r\nContent-Type: text/html\r\n" +
		"Content-Length: 612\r\nLast-Modified: Sun, 22 Nov 2026 16:00:00 GMT\r\nConnection: keep-alive\r\nETag: \"abc-264\"\r\nAccept-Ranges: bytes\r\n\r\n" +
		strings.Repeat("x", 612))
	buf := make([]byte, 4096)
	for {
		if _, err := p.Conn.Read(buf); err != nil {
			return
		}
		if _, err := p.Conn.Write(response); err != nil {
			return
		}
	}
}

func gzipped(t testing.TB, b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	w.Close()
	return out.Bytes()
}

func encoded(encoding string, b []byte) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n%s", encoding, len(b), b)
}
