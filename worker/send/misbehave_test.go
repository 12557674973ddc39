//go:build unix

package send

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

// TestMisbehaviour gives a fresh connection a server that misbehaves. Each row is one
// attempt; the server must have seen exactly one connection and one request.
func TestMisbehaviour(t *testing.T) {
	drip := func(p *peer) {
		p.request()
		p.say("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
		for p.say("x") {
			time.Sleep(time.Millisecond)
		}
	}
	after := func(s string, then func(p *peer)) func(p *peer) {
		return func(p *peer) {
			p.request()
			p.say(s)
			then(p)
		}
	}
	closes := func(*peer) {}
	silent := func(p *peer) { p.wait() }
	for _, c := range []struct {
		name   string
		serve  func(p *peer)
		class  load.Class
		status int
		total  time.Duration
	}{
		{"silent", after("", silent), load.ClassTimeoutRead, 0, time.Second},
		{"closes", after("", closes), load.ClassConnClosed, 0, 0},
		{"resets", after("", (*peer).reset), load.ClassConnReset, 0, 0},
		{"half a header", after("HTTP/1.1 200 OK\r\nContent-", closes), load.ClassConnClosed, 0, 0},
		{"half a header, then silent", after("HTTP/1.1 200 OK\r\nContent-", silent), load.ClassTimeoutRead, 0, time.Second},
		{"half a body", after("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", closes), load.ClassConnClosed, 200, 0},
		{"half a chunk", after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhalf", closes), load.ClassConnClosed, 200, 0},
		{"no last chunk", after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", closes), load.ClassConnClosed, 200, 0},
		{"drips", drip, load.ClassTimeoutRead, 200, time.Second},
		{"garbage", after("\x16\x03\x01\x00\xa5 what?\n", silent), load.ClassProtocol, 0, 0},
		{"garbage without a line", after("220 mail ready", silent), load.ClassProtocol, 0, 0},
		{"blank first line", after("\r\n\r\n"+ok, silent), load.ClassProtocol, 0, 0},
		{"HTTP/2 preface", after("\x00\x00\x06\x04\x00\x00\x00\x00\x00", silent), load.ClassProtocol, 0, 0},
		{"HTTP/2.0 status line", after("HTTP/2.0 200 OK\r\n\r\n", silent), load.ClassProtocol, 0, 0},
		{"two-digit status", after("HTTP/1.1 20 OK\r\n\r\n", silent), load.ClassProtocol, 0, 0},
		{"status 000", after("HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n", silent), load.ClassProtocol, 0, 0},
		{"status in letters", after("HTTP/1.1 OKAY\r\n\r\n", silent), load.ClassProtocol, 0, 0},
		{"header without a colon", after("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", silent), load.ClassProtocol, 0, 0},
		{"bare LF", after("HTTP/1.1 200 OK\nContent-Length: 2\n\nok", silent), load.ClassProtocol, 0, 0},
		{"one bare LF", after("HTTP/1.1 200 OK\r\nA: b\nContent-Length: 2\r\n\r\nok", silent), load.ClassProtocol, 0, 0},
		{"two lengths", after("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", silent), load.ClassProtocol, 0, 0},
		{"negative length", after("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", silent), load.ClassProtocol, 0, 0},
		{"unknown transfer coding", after("HTTP/1.1 200 OK\r\nTransfer-Encoding: rot13\r\n\r\n", silent), load.ClassProtocol, 0, 0},
		{"bad chunk size", after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", silent), load.ClassProtocol, 200, 0},
		{"chunk size overflows", after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\n", silent), load.ClassProtocol, 200, 0},
		{"chunk longer than its size", after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n", silent), load.ClassProtocol, 200, 0},
		{"endless chunk extension", after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;"+strings.Repeat("x", 5000), silent), load.ClassProtocol, 200, 0},
		{"endless trailer", after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"+strings.Repeat("A: b\r\n", 20000), silent), load.ClassHeaderTooLarge, 200, 0},
		{"huge content-length", after("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n", silent), load.ClassBodyTooLarge, 200, 0},
		{"huge chunk", after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n", silent), load.ClassBodyTooLarge, 200, 0},
		{"endless chunks", after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", func(p *peer) {
			for p.say("1000\r\n" + strings.Repeat("x", 4096) + "\r\n") {
			}
		}), load.ClassBodyTooLarge, 200, 0},
		{"endless body", after("HTTP/1.1 200 OK\r\n\r\n", func(p *peer) {
			for p.say(strings.Repeat("x", 4096)) {
			}
		}), load.ClassBodyTooLarge, 200, 0},
		{"65 KiB header", after("HTTP/1.1 200 OK\r\nA: "+strings.Repeat("x", 65<<10)+"\r\n\r\n", silent), load.ClassHeaderTooLarge, 0, 0},
		{"endless header", after("HTTP/1.1 200 OK\r\n", func(p *peer) {
			for p.say("A: b\r\n") {
			}
		}), load.ClassHeaderTooLarge, 0, 0},
		{"endless interim responses", after(strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 100), silent), load.ClassProtocol, 0, 0},
		{"interim response, then closes", after("HTTP/1.1 100 Continue\r\n\r\n", closes), load.ClassConnClosed, 0, 0},
	} {
		for _, keep := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s keep=%v", c.name, keep), func(t *testing.T) {
				t.Parallel()
				s := serve(t, c.serve)
				f := newFixture(t, load.ConnPerUser)
				if c.total > 0 {
					f.target.Total = c.total
				}
				f.target.MaxBody = 1 << 20
				if err := f.x.Start("GET", []byte(s.url("/"))); err != nil {
					t.Fatal(err)
				}
				f.x.KeepBody(keep)
				o := f.conns.Do(&f.x, &f.target)
				f.wantFailure(o, c.class, load.Sent)
				if o.Status != c.status || f.x.Status() != c.status {
					t.Errorf("status %d and %d, want %d", o.Status, f.x.Status(), c.status)
				}
				if len(f.conns.idle) != 0 {
					t.Error("the connection of a failed attempt was kept")
				}
				s.stop()
				if s.conns.Load() != 1 || s.requests.Load() != 1 {
					t.Errorf("the server saw %d connections and %d requests, want 1 and 1", s.conns.Load(), s.requests.Load())
				}
			})
		}
	}
}

func TestResponses(t *testing.T) {
	closing := func(s string) func(p *peer) {
		return func(p *peer) {
			p.request()
			p.say(s)
		}
	}
	big := strings.Repeat("0123456789abcdef", 10<<10)
	for _, c := range []struct {
		name, method string
		serve        func(p *peer)
		status       int
		body         string
		kept         bool
	}{
		{"length", "GET", answer(ok), 200, "ok", true},
		{"no body", "GET", answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), 200, "", true},
		{"chunks", "GET", answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n"), 200, "abc0123456789", true},
		{"until close", "GET", closing("HTTP/1.1 200 OK\r\n\r\nall of it"), 200, "all of it", false},
		{"HTTP/1.0", "GET", closing("HTTP/1.0 200 OK\r\n\r\nold"), 200, "old", false},
		{"HTTP/1.0 with length", "GET", closing("HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nold"), 200, "old", false},
		{"HTTP/1.0 keep-alive", "GET", answer("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nold"), 200, "old", true},
		{"asks to close", "GET", closing("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"), 200, "ok", false},
		{"204", "GET", answer("HTTP/1.1 204 No Content\r\n\r\n"), 204, "", true},
		{"304", "GET", answer("HTTP/1.1 304 Not Modified\r\nContent-Length: 612\r\n\r\n"), 304, "", true},
		{"HEAD", "HEAD", answer("HTTP/1.1 200 OK\r\nContent-Length: 612\r\n\r\n"), 200, "", true},
		{"HEAD without length", "HEAD", answer("HTTP/1.1 200 OK\r\n\r\n"), 200, "", true},
		{"HEAD that closes", "HEAD", closing("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"), 200, "", false},
		{"interim", "GET", answer("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + ok), 200, "ok", true},
		{"101", "GET", closing("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n\x01\x02"), 101, "", false},
		{"no reason", "GET", answer("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok"), 200, "ok", true},
		{"5 KB header", "GET", answer("HTTP/1.1 200 OK\r\nA: " + strings.Repeat("x", 5<<10) + "\r\nContent-Length: 2\r\n\r\nok"), 200, "ok", true},
		{"60 KiB header", "GET", answer("HTTP/1.1 200 OK\r\nA: " + strings.Repeat("x", 60<<10) + "\r\nContent-Length: 2\r\n\r\nok"), 200, "ok", true},
		{"160 KiB body", "GET", answer(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(big), big)), 200, big, true},
		{"500", "GET", answer("HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\nno"), 500, "no", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, c.serve)
			f := newFixture(t, load.ConnPerUser)
			for range 3 {
				f.wantOK(f.do(c.method, s.url("/"), nil), c.status, c.body)
			}
			want := int64(3)
			if c.kept {
				want = 1
			}
			if s.conns.Load() != want || s.requests.Load() != 3 || f.client.Reconnects() != 0 {
				t.Errorf("%d connections for %d requests, %d reconnects; want %d, 3, 0",
					s.conns.Load(), s.requests.Load(), f.client.Reconnects(), want)
			}
		})
	}
}

// A server that breaks a kept connection, after the request has arrived and before a
// byte of the response: that is no reason to send the request again.
func TestStaleIsNotRetried(t *testing.T) {
	for name, end := range map[string]func(p *peer){"closed": func(*peer) {}, "reset": (*peer).reset} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(p *peer) {
				p.request()
				p.say(ok)
				p.request()
				end(p)
			})
			f := newFixture(t, load.ConnPerUser)
			f.wantOK(f.get(s.url("/")), 200, "ok")
			f.wantFailure(f.get(s.url("/")), load.ClassConnStale, load.Sent)
			s.stop()
			if s.requests.Load() != 2 || s.conns.Load() != 1 {
				t.Errorf("%d requests on %d connections, want 2 on 1", s.requests.Load(), s.conns.Load())
			}
		})
	}
}

// A kept connection that breaks within the response is not stale.
func TestKeptConnectionBreaksInResponse(t *testing.T) {
	s := serve(t, func(p *peer) {
		p.request()
		p.say(ok)
		p.request()
		p.say("HTTP/1.1 2")
	})
	f := newFixture(t, load.ConnPerUser)
	f.wantOK(f.get(s.url("/")), 200, "ok")
	f.wantFailure(f.get(s.url("/")), load.ClassConnClosed, load.Sent)
}

// awaitReadable returns when something has arrived on the user's idle connection.
func (f *fixture) awaitReadable() {
	f.Helper()
	raw, err := f.conns.idle[0].raw.(syscall.Conn).SyscallConn()
	if err != nil {
		f.Fatal(err)
	}
	if err := raw.Read(func(fd uintptr) bool { return readable(fd) }); err != nil {
		f.Fatal(err)
	}
}

// The rule that must never break: what arrives on an idle connection is nobody's
// answer, whenever it arrives and whatever it is.
func TestLateSecondResponse(t *testing.T) {
	const late = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate"
	for _, c := range []struct {
		name     string
		together bool // in one packet with the first response
		late     string
	}{
		{"while idle", false, late},
		{"one byte", false, "H"},
		{"garbage", false, "\r\n"},
		{"with the first response", true, late},
		{"one byte with the first response", true, "H"},
		{"large", true, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + strings.Repeat("late", 25000)},
	} {
		for _, firstByte := range []time.Duration{0, 5 * time.Second} {
			t.Run(fmt.Sprint(c.name, firstByte), func(t *testing.T) {
				goOn := make(chan bool)
				s := serve(t, func(p *peer) {
					p.request()
					if p.n > 1 {
						p.say(ok)
						p.wait()
						return
					}
					if c.together {
						p.say(strings.Replace(ok, "ok", "no", 1) + c.late)
					} else {
						p.say(strings.Replace(ok, "ok", "no", 1))
						<-goOn
						p.say(c.late)
					}
					if p.request() != nil {
						t.Error("a request was written on a connection that was not silent")
					}
				})
				f := newFixture(t, load.ConnPerUser)
				f.target.FirstByte = firstByte // decides between the two ways of writing
				f.wantOK(f.get(s.url("/")), 200, "no")
				if !c.together {
					close(goOn)
					f.awaitReadable()
				}
				o := f.get(s.url("/"))
				f.wantOK(o, 200, "ok")
				if o.BytesIn != int64(len(ok)) {
					t.Errorf("%d bytes in, want %d", o.BytesIn, len(ok))
				}
				f.client.Close()
				s.stop()
				if s.requests.Load() != 2 || s.conns.Load() != 2 || f.client.Reconnects() != 1 {
					t.Errorf("%d requests, %d connections, %d reconnects; want 2, 2, 1",
						s.requests.Load(), s.conns.Load(), f.client.Reconnects())
				}
			})
		}
	}
}

// A server whose keep-alive is shorter than the pause closes every connection: each is
// replaced, none of the requests fails, and none is sent twice.
func TestServerClosesIdle(t *testing.T) {
	s := serve(t, func(p *peer) {
		p.request()
		p.say(ok)
	})
	f := newFixture(t, load.ConnPerUser)
	for i := range 5 {
		if i > 0 {
			f.awaitReadable() // the end of a connection makes it readable
		}
		f.wantOK(f.get(s.url("/")), 200, "ok")
	}
	if s.requests.Load() != 5 || s.conns.Load() != 5 || f.client.Reconnects() != 4 {
		t.Errorf("%d requests, %d connections, %d reconnects; want 5, 5, 4",
			s.requests.Load(), s.conns.Load(), f.client.Reconnects())
	}
}

func TestOldConnectionIsReplaced(t *testing.T) {
	s := serve(t, answer(ok))
	f := newFixture(t, load.ConnPerUser)
	f.wantOK(f.get(s.url("/")), 200, "ok")
	f.conns.idle[0].last = time.Now().Add(-DefaultIdle - time.Second)
	f.wantOK(f.get(s.url("/")), 200, "ok")
	f.wantOK(f.get(s.url("/")), 200, "ok")
	if s.conns.Load() != 2 || f.client.Reconnects() != 1 {
		t.Errorf("%d connections, %d reconnects; want 2, 1", s.conns.Load(), f.client.Reconnects())
	}
}

func TestRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	f := newFixture(t, load.ConnPerUser)
	o := f.get("http://" + l.Addr().String())
	f.wantFailure(o, load.ClassConnRefused, load.UnsentConnect)
	if o.BytesOut != 0 || o.BytesIn != 0 || f.client.Reconnects() != 0 {
		t.Errorf("%+v", o)
	}
}

// dialError makes every dial of a client fail.
func dialError(t *testing.T, err error) *fixture {
	f := &fixture{T: t, client: NewClient(Options{
		Dial: func(context.Context, string, string) (net.Conn, error) { return nil, err },
	})}
	f.conns = f.client.NewConns()
	t.Cleanup(f.conns.Close)
	return f
}

func TestDialErrors(t *testing.T) {
	for _, c := range []struct {
		err   error
		class load.Class
		fate  load.Fate
	}{
		{syscall.ECONNREFUSED, load.ClassConnRefused, load.UnsentConnect},
		{syscall.EHOSTUNREACH, load.ClassConnUnreach, load.UnsentConnect},
		{syscall.ENETUNREACH, load.ClassConnUnreach, load.UnsentConnect},
		{syscall.ECONNRESET, load.ClassConnReset, load.UnsentConnect},
		{syscall.ETIMEDOUT, load.ClassTimeoutConnect, load.UnsentConnect},
		{context.DeadlineExceeded, load.ClassTimeoutConnect, load.UnsentConnect},
		{syscall.EMFILE, load.ClassLocalFD, load.UnsentLocal},
		{syscall.ENFILE, load.ClassLocalFD, load.UnsentLocal},
		{syscall.EADDRNOTAVAIL, load.ClassLocalPort, load.UnsentLocal},
		{syscall.ENOBUFS, load.ClassLocalOther, load.UnsentLocal},
		{syscall.EPERM, load.ClassLocalOther, load.UnsentLocal},
	} {
		f := dialError(t, &net.OpError{Op: "dial", Net: "tcp", Err: c.err})
		f.wantFailure(f.get("http://127.0.0.1:9/"), c.class, c.fate)
	}
}

func TestDNSClasses(t *testing.T) {
	done, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		ctx   context.Context
		err   error
		class load.Class
		fate  load.Fate
	}{
		{t.Context(), &net.DNSError{Err: "no such host", IsNotFound: true}, load.ClassDNSNotFound, load.UnsentDNS},
		{t.Context(), &net.DNSError{Err: "i/o timeout", IsTimeout: true}, load.ClassDNSTimeout, load.UnsentDNS},
		{done, &net.DNSError{Err: "operation was canceled"}, load.ClassDNSTimeout, load.UnsentDNS},
		{t.Context(), &net.DNSError{Err: "server misbehaving"}, load.ClassDNSFailed, load.UnsentDNS},
		{t.Context(), &net.DNSError{Err: "dial udp: socket: " + syscall.EMFILE.Error()}, load.ClassLocalFD, load.UnsentLocal},
	} {
		if fate, class := classifyDNS(c.ctx, c.err); class != c.class || fate != c.fate {
			t.Errorf("%v: got %s %v, want %s %v", c.err, class, fate, c.class, c.fate)
		}
	}
}

// Names below .invalid never exist (RFC 6761 6.4). Where there is no resolver at all
// the class is another of the same family.
func TestUnknownHost(t *testing.T) {
	f := newFixture(t, load.ConnPerUser)
	o := f.get("http://no-such-host.invalid/")
	if o.Fate != load.UnsentDNS || !strings.HasPrefix(string(o.Class), "dns_") || o.Timing.DNS <= 0 {
		t.Errorf("got %+v", o)
	}
}

func TestNameAndIPv6(t *testing.T) {
	s := serve(t, answer(ok))
	f := newFixture(t, load.ConnPerUser)
	_, port, _ := net.SplitHostPort(s.Addr().String())
	o := f.get("http://localhost:" + port + "/")
	f.wantOK(o, 200, "ok")
	if o.Timing.DNS <= 0 || o.Timing.Connect <= 0 || o.Timing.FirstByte <= 0 ||
		o.Timing.Total < o.Timing.DNS+o.Timing.Connect+o.Timing.FirstByte {
		t.Errorf("timing %+v", o.Timing)
	}
	l, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Log("no IPv6 here:", err)
		return
	}
	s = serveOn(t, l, answer(ok))
	f.wantOK(f.get(s.url("/")), 200, "ok")
}

func TestConnectTimeout(t *testing.T) {
	f := &fixture{T: t, client: NewClient(Options{
		Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		},
	})}
	f.conns = f.client.NewConns()
	defer f.conns.Close()
	f.target.Connect = 20 * time.Millisecond
	o := f.get("http://example.test/")
	f.wantFailure(o, load.ClassTimeoutConnect, load.UnsentConnect)
	if o.Timing.Connect < f.target.Connect {
		t.Errorf("gave up after %v", o.Timing.Connect)
	}
}

func TestFirstByteTimeout(t *testing.T) {
	s := serve(t, func(p *peer) {
		p.request()
		if p.n == 1 {
			p.wait()
			return
		}
		p.say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
		time.Sleep(40 * time.Millisecond) // the body may take longer than FirstByte
		p.say("slow")
	})
	f := newFixture(t, load.ConnPerUser)
	f.target.FirstByte = 20 * time.Millisecond
	o := f.get(s.url("/"))
	f.wantFailure(o, load.ClassTimeoutRead, load.Sent)
	if o.Timing.Total >= f.target.Total {
		t.Errorf("took %v", o.Timing.Total)
	}
	f.target.FirstByte = time.Second
	f.wantOK(f.get(s.url("/")), 200, "slow")
}

// A server that does not read: the request is written in part only.
func TestWriteTimeout(t *testing.T) {
	stop := make(chan bool)
	s := serve(t, func(*peer) { <-stop })
	defer close(stop)
	for _, mode := range []load.ConnectionMode{load.ConnPerUser, load.ConnPerRequest} {
		f := newFixture(t, mode)
		f.target.Total = time.Second
		body := make([]byte, 32<<20)
		o := f.do("POST", s.url("/"), body)
		f.wantFailure(o, load.ClassTimeoutWrite, load.UnsentPartly)
		if o.BytesOut <= 0 || o.BytesOut >= int64(len(body)) {
			t.Errorf("%d bytes out", o.BytesOut)
		}
	}
}

// A server that resets while the request is being written.
func TestResetWhileWriting(t *testing.T) {
	s := serve(t, func(p *peer) {
		_, _ = io.ReadFull(p.Conn, make([]byte, 1000))
		p.reset()
	})
	f := newFixture(t, load.ConnPerUser)
	o := f.do("POST", s.url("/"), make([]byte, 64<<20))
	if o.Fate != load.UnsentPartly || o.Class != load.ClassConnReset && o.Class != load.ClassConnClosed {
		t.Errorf("got %+v", o)
	}
}

// brokenConn fails the first write before a byte is out.
type brokenConn struct{ net.Conn }

func (brokenConn) Write([]byte) (int, error) { return 0, syscall.ECONNRESET }

func TestNothingWritten(t *testing.T) {
	a, b := net.Pipe()
	defer b.Close()
	f := &fixture{T: t, client: NewClient(Options{
		Dial: func(context.Context, string, string) (net.Conn, error) { return brokenConn{a}, nil },
	})}
	f.conns = f.client.NewConns()
	defer f.conns.Close()
	o := f.get("http://127.0.0.1/")
	f.wantFailure(o, load.ClassConnReset, load.UnsentPartly)
	if o.BytesOut != 0 {
		t.Errorf("%d bytes out", o.BytesOut)
	}
}

// The connections of tests have no file descriptor: the portable probe serves them.
func TestPortableProbe(t *testing.T) {
	late := make(chan bool, 1)
	dials := 0
	f := &fixture{T: t, client: NewClient(Options{Dial: func(context.Context, string, string) (net.Conn, error) {
		dials++
		a, b := net.Pipe()
		go func() {
			defer b.Close()
			buf := make([]byte, 4096)
			for {
				if _, err := b.Read(buf); err != nil {
					return
				}
				_, _ = io.WriteString(b, ok)
				if <-late {
					_, _ = io.WriteString(b, "HTTP/1.1 500 Late\r\nContent-Length: 0\r\n\r\n")
				}
			}
		}()
		return a, nil
	}})}
	f.conns = f.client.NewConns()
	defer f.conns.Close()
	late <- false
	f.wantOK(f.get("http://pipe.test/"), 200, "ok")
	late <- true
	f.wantOK(f.get("http://pipe.test/"), 200, "ok")
	late <- false
	f.wantOK(f.get("http://pipe.test/"), 200, "ok")
	if dials != 2 || f.client.Reconnects() != 1 {
		t.Errorf("%d dials, %d reconnects; want 2, 1", dials, f.client.Reconnects())
	}
}

// Announced sizes cost no memory, and endless bodies only up to the limit.
func TestMemoryIsBounded(t *testing.T) {
	endless := serve(t, func(p *peer) {
		p.request()
		p.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
		for p.say("10000\r\n" + strings.Repeat("x", 65536) + "\r\n") {
		}
	})
	huge := serve(t, func(p *peer) {
		p.request()
		p.say("HTTP/1.1 200 OK\r\nContent-Length: 8388608\r\n\r\nx")
	})
	f := newFixture(t, load.ConnPerUser)
	f.target.MaxBody = 8 << 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f.wantFailure(f.get(huge.url("/")), load.ClassConnClosed, load.Sent)
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
		t.Errorf("a body of one byte that was announced as 8 MiB allocated %d bytes", grown)
	}
	o := f.get(endless.url("/"))
	f.wantFailure(o, load.ClassBodyTooLarge, load.Sent)
	if o.BytesIn > 9<<20 {
		t.Errorf("%d bytes read with a limit of 8 MiB", o.BytesIn)
	}
	if err := f.x.Start("GET", []byte(endless.url("/"))); err != nil {
		t.Fatal(err)
	}
	if f.x.body != nil {
		t.Error("a large body is kept between requests")
	}
	f.x.KeepBody(false)
	runtime.ReadMemStats(&before)
	f.wantFailure(f.conns.Do(&f.x, &f.target), load.ClassBodyTooLarge, load.Sent)
	runtime.ReadMemStats(&after)
	// The server's own strings are in this, too: it is the same process.
	if f.x.body != nil {
		t.Error("a body that was not wanted was stored")
	}
}

func TestDecode(t *testing.T) {
	text := []byte(strings.Repeat("text ", 1000))
	zipped := gzipped(t, text)
	for _, c := range []struct {
		name, answer string
		class        load.Class
		body         string
	}{
		{"gzip", encoded("gzip", zipped), "", string(text)},
		{"x-gzip in capitals", encoded("X-GZip", zipped), "", string(text)},
		{"identity", encoded("identity", text), "", string(text)},
		{"empty", encoded("gzip", nil), "", ""},
		{"bomb", encoded("gzip", gzipped(t, make([]byte, 64<<20))), load.ClassBodyTooLarge, ""},
		{"no gzip", encoded("gzip", text), load.ClassDecode, ""},
		{"half a gzip", encoded("gzip", zipped[:len(zipped)/2]), load.ClassDecode, ""},
		{"no brotli", encoded("br", text), load.ClassDecode, ""},
		{"no deflate", encoded("deflate", text), load.ClassDecode, ""},
		{"unknown", encoded("rot13", text), load.ClassDecode, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, answer(c.answer))
			f := newFixture(t, load.ConnPerUser)
			f.target.MaxBody = 1 << 20
			if o := f.get(s.url("/")); o.Class != "" {
				t.Fatal(o)
			}
			for range 2 { // the second time from memory
				body, err := f.x.Body()
				var failed *BodyError
				switch {
				case c.class == "" && (err != nil || string(body) != c.body):
					t.Errorf("got %.100q, %v", body, err)
				case c.class != "" && (!errors.As(err, &failed) || failed.Class != c.class):
					t.Errorf("got %v, want %s", err, c.class)
				}
			}
			if f.x.decoded != nil && cap(f.x.decoded.b) > 3<<20 {
				t.Errorf("%d bytes for a limit of 1 MiB", cap(f.x.decoded.b))
			}
		})
	}
}
