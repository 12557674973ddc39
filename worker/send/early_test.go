//go:build unix

package send

import (
	"crypto/tls"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

// A server that refuses a large body before it has read it: its answer is the result,
// whatever it does with the connection then.
func TestEarlyResponse(t *testing.T) {
	const refusal = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\n\r\nlarge"
	header := func(p *peer) {
		for {
			line, err := p.r.ReadSlice('\n')
			if err != nil || len(line) == 2 {
				return
			}
		}
	}
	const size = 64 << 20
	huge := make([]byte, size)
	for _, c := range []struct {
		name   string
		after  func(p *peer)
		secure bool
	}{
		{"closes", func(*peer) {}, false},
		{"resets", func(p *peer) { _, _ = p.r.Peek(1); p.reset() }, false},
		{"stops reading", func(p *peer) { <-p.s.stopped }, false},
		{"half-closes", func(p *peer) { _ = p.Conn.(*net.TCPConn).CloseWrite(); <-p.s.stopped }, false},
		{"closes, TLS", func(*peer) {}, true},
		{"stops reading, TLS", func(p *peer) { <-p.s.stopped }, true},
	} {
		for _, body := range []string{"parts", "bytes"} {
			t.Run(c.name+" "+body, func(t *testing.T) {
				t.Parallel()
				f := newFixture(t, load.ConnPerUser)
				url := ""
				var s *server
				play := func(p *peer) {
					header(p)
					p.say(refusal)
					c.after(p)
				}
				if c.secure {
					s, f.target.TLS = serveTLS(t, &tls.Config{}, play)
					url = s.urlTLS("/")
				} else {
					s = serve(t, play)
					url = s.url("/")
				}
				var o Outcome
				if body == "parts" {
					o = f.put(url, BodyPart{File: zeros{}, Size: size})
				} else {
					o = f.do("PUT", url, huge)
				}
				if o.Class != "" || o.Fate != load.UnsentPartly || o.Status != 413 || o.Message != "" {
					t.Fatalf("%+v", o)
				}
				if b, err := f.x.Body(); err != nil || string(b) != "large" {
					t.Errorf("body %q, %v", b, err)
				}
				if o.BytesIn != int64(len(refusal)) || o.BytesOut <= 0 || o.BytesOut >= size || len(f.conns.idle) != 0 {
					t.Errorf("%d in, %d out, %d kept", o.BytesIn, o.BytesOut, len(f.conns.idle))
				}
			})
		}
	}
}

// An answer that comes early, from a server that reads on: the request is sent in full,
// and the connection is kept.
func TestEarlyResponseOfAReader(t *testing.T) {
	for _, status := range []string{"200 OK", "403 Forbidden"} {
		s := serve(t, func(p *peer) {
			for {
				if _, err := p.r.Peek(1); err != nil {
					return
				}
				p.say("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n")
				if p.request() == nil {
					return
				}
			}
		})
		f := newFixture(t, load.ConnPerUser)
		size := int64(4 << 20)
		for range 3 {
			o := f.put(s.url("/"), BodyPart{File: zeros{}, Size: size})
			full := o.BytesOut > size
			if o.Class != "" || o.Interrupted || (o.Fate == load.Sent) != full {
				t.Fatalf("%+v", o)
			}
			if status == "200 OK" && !full {
				t.Fatalf("the write was stopped after %d bytes", o.BytesOut)
			}
		}
		// After a refusal, what has been set on a connection must not be left there.
		f.wantOK(f.put(s.url("/"), BodyPart{Bytes: []byte("small")}), map[bool]int{true: 200, false: 403}[status == "200 OK"], "")
	}
}

// A server that breaks off without an answer.
func TestPartsBroken(t *testing.T) {
	for name, play := range map[string]func(p *peer){
		"reset": func(p *peer) { _, _ = p.r.Peek(1); p.reset() },
		"half a response, then reset": func(p *peer) {
			_, _ = p.r.Peek(1)
			p.say("HTTP/1.1 200 OK\r\nContent-Le")
			p.reset()
		},
	} {
		s := serve(t, play)
		f := newFixture(t, load.ConnPerUser)
		o := f.put(s.url("/"), BodyPart{File: zeros{}, Size: 64 << 20})
		if o.Fate != load.UnsentPartly || o.Class != load.ClassConnReset && o.Class != load.ClassConnClosed {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

// After a failed write, what has arrived is the answer on a new connection; on a kept one
// it may be the end of the request before.
func TestSalvage(t *testing.T) {
	s := serve(t, func(p *peer) {
		p.say(ok)
		p.wait()
	})
	for _, kept := range []bool{true, false} {
		raw, err := net.Dial("tcp", s.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		a := attempt{c: newConn(connKey{}, raw), kept: kept}
		f := newFixture(t, load.ConnPerUser)
		f.conns.idle = []*conn{a.c}
		f.awaitReadable()
		if answered, err := a.salvage(errnoPipe); answered == kept || err != errnoPipe {
			t.Errorf("kept %v: answered %v, %v", kept, answered, err)
		}
	}
}

// A refusal that is not complete: the failure is that of the response, not of the write
// that was stopped because of it.
func TestEarlyResponseBreaksOff(t *testing.T) {
	s := serve(t, func(p *peer) {
		_, _ = p.r.Peek(1)
		p.say("HTTP/1.1 413 Content Too Large\r\nContent-Length: 100\r\n\r\nlarge")
		_ = p.Conn.(*net.TCPConn).CloseWrite()
		<-p.s.stopped
	})
	f := newFixture(t, load.ConnPerUser)
	o := f.put(s.url("/"), BodyPart{File: zeros{}, Size: 64 << 20})
	f.wantFailure(o, load.ClassConnClosed, load.UnsentPartly)
}

func TestEarlyResponseInterrupted(t *testing.T) {
	s := serve(t, func(p *peer) {
		_, _ = p.r.Peek(1)
		p.say("HTTP/1.1 413 Content Too Large\r\nContent-Length: 100\r\n\r\nlarge")
		<-p.s.stopped
	})
	f := newFixture(t, load.ConnPerUser)
	f.target.Total = time.Minute
	go func() {
		// Interrupt ends it, wherever it is: mostly while it waits for the rest.
		time.Sleep(50 * time.Millisecond)
		f.client.Interrupt()
	}()
	o := f.put(s.url("/"), BodyPart{File: zeros{}, Size: 64 << 20})
	if !o.Interrupted || o.Fate != load.UnsentInterrupted || o.Class != "" {
		t.Errorf("%+v", o)
	}
}

// A refused client certificate is the reason when it breaks off an upload, too: under TLS
// 1.3 the server says so when the client is writing already.
func TestEarlyAlert(t *testing.T) {
	s, client := serveTLS(t, &tls.Config{MinVersion: tls.VersionTLS13, ClientAuth: tls.RequireAnyClientCert}, answer(ok))
	f := newFixture(t, load.ConnPerUser)
	f.target.TLS = client
	for range 10 {
		o := f.put(s.urlTLS("/"), BodyPart{File: zeros{}, Size: 64 << 20})
		f.wantFailure(o, load.ClassTLSHandshake, load.UnsentPartly)
		if !strings.Contains(o.Message, "wants a client certificate") {
			t.Errorf("message %q", o.Message)
		}
	}
}
