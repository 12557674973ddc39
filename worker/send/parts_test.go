//go:build unix

package send

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
)

// zeros is a file of any size without memory.
type zeros struct{}

func (zeros) ReadAt(p []byte, _ int64) (int, error) {
	clear(p)
	return len(p), nil
}

// put begins a PUT with parts.
func (f *fixture) put(url string, parts ...BodyPart) Outcome {
	f.Helper()
	if err := f.x.Start("PUT", []byte(url)); err != nil {
		f.Fatal(err)
	}
	f.x.SetParts(parts)
	return f.conns.Do(&f.x, &f.target)
}

// Bodies of every size around the limits of a portion arrive byte for byte, over plain
// TCP and TLS, on new and on kept connections, and are counted exactly.
func TestParts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	content := randomBytes(3*portion + 17)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, secure := range []bool{false, true} {
		var got []byte
		var mu sync.Mutex
		echo := func(p *peer) {
			for {
				b := p.request()
				if b == nil {
					return
				}
				mu.Lock()
				got = b
				mu.Unlock()
				p.say(ok)
			}
		}
		f := newFixture(t, load.ConnPerUser)
		var s *server
		url := ""
		if secure {
			s, f.target.TLS = serveTLS(t, &tls.Config{}, echo)
			url = s.urlTLS("/")
		} else {
			s = serve(t, echo)
			url = s.url("/")
		}
		for name, parts := range map[string][]BodyPart{
			"empty":          {},
			"empty parts":    {{}, {File: file}, {Bytes: []byte{}}},
			"small":          {{Bytes: []byte("a")}, {File: file, Size: 100}, {Bytes: []byte("b")}},
			"a portion":      {{Bytes: content[:portion]}},
			"one too many":   {{Bytes: content[:portion+1]}},
			"whole file":     {{File: file, Size: int64(len(content))}},
			"file in text":   {{Bytes: content[5:99]}, {File: file, Size: int64(len(content))}, {Bytes: content[7:]}},
			"the same twice": {{File: file, Size: portion}, {File: file, Size: 2 * portion}},
		} {
			var want []byte
			for _, p := range parts {
				want = append(want, p.Bytes...)
				want = append(want, content[:p.Size]...)
			}
			for range 2 {
				o := f.put(url, parts...)
				f.wantOK(o, 200, "ok")
				mu.Lock()
				_, body, _ := bytes.Cut(got, []byte("\r\n\r\n"))
				if !bytes.Equal(body, want) || !bytes.Contains(got, fmt.Appendf(nil, "\r\nContent-Length: %d\r\n", len(want))) {
					t.Errorf("%s, TLS %v: %d bytes arrived, want %d, in %.200q", name, secure, len(body), len(want), got)
				}
				if o.BytesOut != int64(len(got)) {
					t.Errorf("%s, TLS %v: %d bytes out, %d arrived", name, secure, o.BytesOut, len(got))
				}
				mu.Unlock()
			}
			if a := f.x.Record(Outcome{}, 50); a.RequestSize != int64(len(want)) || !bytes.Equal(a.RequestBody, want[:min(50, len(want))]) {
				t.Errorf("%s: record has %d bytes of %d", name, len(a.RequestBody), a.RequestSize)
			}
		}
		if s.conns.Load() != 1 || f.client.Reconnects() != 0 {
			t.Errorf("%d connections, %d reconnects", s.conns.Load(), f.client.Reconnects())
		}
	}
}

// The end of a header that is larger than a portion is followed by the body.
func TestPartsAfterLargeHeader(t *testing.T) {
	var got []byte
	s := serve(t, func(p *peer) {
		got = p.request()
		p.say(ok)
	})
	f := newFixture(t, load.ConnPerUser)
	if err := f.x.Start("PUT", []byte(s.url("/"))); err != nil {
		t.Fatal(err)
	}
	f.x.AddHeader("X", bytes.Repeat([]byte("x"), 3*portion))
	content := randomBytes(2 * portion)
	f.x.SetParts([]BodyPart{{Bytes: content}})
	f.wantOK(f.conns.Do(&f.x, &f.target), 200, "ok")
	s.stop()
	if !bytes.HasSuffix(got, append([]byte("\r\n\r\n"), content...)) {
		t.Errorf("%d bytes arrived", len(got))
	}
}

// A body of parts also goes through proxies.
func TestPartsThroughProxies(t *testing.T) {
	content := randomBytes(5*portion + 1)
	sum := sha256.Sum256(content)
	target := testsite.Run(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := sha256.New()
		_, _ = io.Copy(h, r.Body)
		fmt.Fprintf(w, "%x", h.Sum(nil))
	}), testsite.Options{})
	for _, p := range []*testsite.Proxy{
		testsite.RunHTTPProxy(t, testsite.ProxyOptions{User: "u", Password: "hunter2"}), testsite.RunSOCKS(t, testsite.ProxyOptions{}),
	} {
		f := newFixture(t, load.ConnPerUser)
		f.target.Proxy = mustProxy(t, p.URL)
		for range 2 {
			f.wantOK(f.put(target.URL+"/", BodyPart{File: bytes.NewReader(content), Size: int64(len(content))}), 200, fmt.Sprintf("%x", sum))
		}
	}
}

// A file that cannot be read fails the attempt: before a byte was sent when the request
// is small, and midway when it is not.
func TestPartsFileFails(t *testing.T) {
	s := serve(t, func(p *peer) { p.wait() })
	closed, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for _, c := range []struct {
		name    string
		part    BodyPart
		fate    load.Fate
		message string
	}{
		{"short at once", BodyPart{File: strings.NewReader("abc"), Size: 4}, load.UnsentLocal, "it ends after 3 bytes, 4 were expected"},
		{"empty", BodyPart{File: strings.NewReader(""), Size: 1 << 30}, load.UnsentLocal, "it ends after 0 bytes"},
		{"closed", BodyPart{File: closed, Size: 4}, load.UnsentLocal, "file already closed"},
		{"fails at once", BodyPart{File: brokenFile(10), Size: 4000}, load.UnsentLocal, "disk on fire"},
		{"short midway", BodyPart{File: strings.NewReader(strings.Repeat("x", 100_000)), Size: 200_000}, load.UnsentPartly, "it ends after 100000 bytes, 200000 were expected"},
		{"fails midway", BodyPart{File: brokenFile(300_000), Size: 1 << 20}, load.UnsentPartly, "disk on fire"},
	} {
		f := newFixture(t, load.ConnPerUser)
		o := f.put(s.url("/"), BodyPart{Bytes: []byte("before")}, c.part)
		f.wantFailure(o, load.ClassLocalOther, c.fate)
		if !strings.HasPrefix(o.Message, "read body file: ") || !strings.Contains(o.Message, c.message) {
			t.Errorf("%s: message %q", c.name, o.Message)
		}
		if (o.BytesOut == 0) != (c.fate == load.UnsentLocal) || len(f.conns.idle) != 0 {
			t.Errorf("%s: %d bytes out, %d connections kept", c.name, o.BytesOut, len(f.conns.idle))
		}
	}
}

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

func TestPartsTimeout(t *testing.T) {
	stop := make(chan bool)
	defer close(stop)
	s := serve(t, func(*peer) { <-stop })
	f := newFixture(t, load.ConnPerUser)
	f.target.Total = 100 * time.Millisecond
	o := f.put(s.url("/"), BodyPart{File: zeros{}, Size: 64 << 20})
	f.wantFailure(o, load.ClassTimeoutWrite, load.UnsentPartly)
	if o.BytesOut <= 0 || o.BytesOut >= 64<<20 {
		t.Errorf("%d bytes out", o.BytesOut)
	}
}

// A first byte that does not come in time is counted from the end of the upload.
func TestPartsFirstByte(t *testing.T) {
	s := serve(t, func(p *peer) {
		p.request()
		p.wait()
	})
	f := newFixture(t, load.ConnPerUser)
	f.target.FirstByte = 50 * time.Millisecond
	o := f.put(s.url("/"), BodyPart{File: zeros{}, Size: 1 << 20})
	f.wantFailure(o, load.ClassTimeoutRead, load.Sent)
	if o.Timing.Total >= f.target.Total {
		t.Errorf("took %v", o.Timing.Total)
	}
}

func TestPartsInterrupt(t *testing.T) {
	stop := make(chan bool)
	defer close(stop)
	s := serve(t, func(*peer) { <-stop })
	f := newFixture(t, load.ConnPerUser)
	var read atomic.Int64
	file := watchedFile(func() {
		if read.Add(1) == 10 {
			go f.client.Interrupt()
		}
	})
	o := f.put(s.url("/"), BodyPart{File: file, Size: 1 << 30})
	if !o.Interrupted || o.Fate != load.UnsentInterrupted || o.Class != "" || o.BytesOut <= 0 {
		t.Errorf("%+v", o)
	}
}

// watchedFile calls itself at every read.
type watchedFile func()

func (w watchedFile) ReadAt(p []byte, at int64) (int, error) {
	w()
	return zeros{}.ReadAt(p, at)
}

// 307 and 308 send the parts again from their beginning, 303 sends none.
func TestPartsRedirect(t *testing.T) {
	content := randomBytes(2*portion + 3)
	for status, want := range map[int]bool{301: true, 302: true, 303: false, 307: true, 308: true} {
		var bodies [][]byte
		s := serve(t, func(p *peer) {
			for {
				b := p.request()
				if b == nil {
					return
				}
				_, body, _ := bytes.Cut(b, []byte("\r\n\r\n"))
				bodies = append(bodies, body)
				if len(bodies) == 1 {
					p.say(fmt.Sprintf("HTTP/1.1 %d Moved\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n", status))
				} else {
					p.say(ok)
				}
			}
		})
		f := newFixture(t, load.ConnPerUser)
		f.wantOK(f.put(s.url("/"), BodyPart{Bytes: []byte("head")}, BodyPart{File: bytes.NewReader(content), Size: int64(len(content))}), status, "")
		if more, err := f.x.Redirect(); !more || err != nil {
			t.Fatal(more, err)
		}
		f.wantOK(f.conns.Do(&f.x, &f.target), 200, "ok")
		s.stop()
		first := append([]byte("head"), content...)
		if len(bodies) != 2 || !bytes.Equal(bodies[0], first) || bytes.Equal(bodies[1], first) != want || !want && len(bodies[1]) > 0 {
			t.Errorf("%d: the second body has %d bytes", status, len(bodies[len(bodies)-1]))
		}
	}
}

func TestPartsAreReplaced(t *testing.T) {
	var x Exchange
	parts := []BodyPart{{Bytes: []byte("abc")}}
	begin := func() {
		if err := x.Start("PUT", []byte("http://a.test/")); err != nil {
			t.Fatal(err)
		}
	}
	begin()
	frozen, err := x.Freeze()
	if err != nil {
		t.Fatal(err)
	}
	x.SetParts(parts)
	if _, err := x.Freeze(); err == nil {
		t.Error("a request with parts was frozen")
	}
	x.SetBody([]byte("ab"))
	if x.bodySize() != 2 {
		t.Errorf("a body of %d bytes after SetBody", x.bodySize())
	}
	x.SetParts(parts)
	if x.bodySize() != 3 {
		t.Errorf("a body of %d bytes after SetParts", x.bodySize())
	}
	x.Reuse(frozen)
	if x.bodySize() != 0 || x.parts != nil {
		t.Error("Reuse leaves the parts")
	}
	x.SetParts(parts)
	if x.frozen != nil {
		t.Error("a frozen request with parts is still frozen")
	}
	begin()
	if x.bodySize() != 0 || x.parts != nil {
		t.Error("Start leaves the parts")
	}
}

// A hundred uploads at once cost what is in flight, and not what they upload.
func TestPartsMemory(t *testing.T) {
	const users, size = 100, 8 << 20
	var inFlight atomic.Int64
	all := make(chan bool)
	var once sync.Once
	s := serve(t, func(p *peer) {
		if inFlight.Add(1) == users {
			once.Do(func() { close(all) })
		}
		<-all
		if _, err := io.CopyN(io.Discard, p.r, size); err == nil {
			p.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			p.wait()
		}
	})
	client := NewClient(Options{})
	defer client.Close()
	measure := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := measure()
	var done sync.WaitGroup
	var failed atomic.Int64
	for range users {
		done.Go(func() {
			conns := client.NewConns()
			defer conns.Close()
			var x Exchange
			if err := x.Start("PUT", []byte(s.url("/"))); err != nil {
				failed.Add(1)
				return
			}
			x.SetParts([]BodyPart{{File: zeros{}, Size: size}})
			if o := conns.Do(&x, &Target{Total: time.Minute}); o.Class != "" || o.BytesOut < size {
				failed.Add(1)
			}
		})
	}
	<-all
	during := measure()
	done.Wait()
	if failed.Load() > 0 {
		t.Errorf("%d uploads failed", failed.Load())
	}
	if grown := int64(during) - int64(before); grown > users*4*portion {
		t.Errorf("%d uploads in flight hold %d KiB", users, grown>>10)
	}
}

func BenchmarkUpload(b *testing.B) {
	const size = 8 << 20
	path := filepath.Join(b.TempDir(), "file")
	if err := os.WriteFile(path, randomBytes(size), 0o600); err != nil {
		b.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	s := serve(b, func(p *peer) {
		for {
			for {
				line, err := p.r.ReadSlice('\n')
				if err != nil {
					return
				}
				if len(line) == 2 {
					break
				}
			}
			if _, err := io.CopyN(io.Discard, p.r, size); err != nil || !p.say(ok) {
				return
			}
		}
	})
	client := NewClient(Options{})
	conns := client.NewConns()
	defer conns.Close()
	var x Exchange
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		_ = x.Start("PUT", []byte(s.url("/")))
		x.SetParts([]BodyPart{{File: file, Size: size}})
		if o := conns.Do(&x, &Target{Total: time.Minute}); o.Class != "" {
			b.Fatal(o)
		}
	}
}
