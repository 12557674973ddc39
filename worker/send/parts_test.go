//go:build unix

package send

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
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

// endsExactly gives io.EOF together with its last bytes, as an io.ReaderAt may.
type endsExactly struct{ *bytes.Reader }

func (f endsExactly) ReadAt(p []byte, at int64) (int, error) {
	n, err := f.Reader.ReadAt(p, at)
	if at+int64(n) == f.Size() {
		err = io.EOF
	}
	return n, err
}

func TestPartsEndOfFile(t *testing.T) {
	s := serve(t, answer(ok))
	f := newFixture(t, load.ConnPerUser)
	for _, size := range []int64{0, 1, portion, 2*portion + 1} {
		file := endsExactly{bytes.NewReader(make([]byte, size))}
		f.wantOK(f.put(s.url("/"), BodyPart{File: file, Size: size}, BodyPart{Bytes: []byte("after")}), 200, "ok")
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
		if o.Timing.Total >= f.target.Total {
			t.Errorf("%s: took %v", c.name, o.Timing.Total)
		}
		if (o.BytesOut == 0) != (c.fate == load.UnsentLocal) || len(f.conns.idle) != 0 {
			t.Errorf("%s: %d bytes out, %d connections kept", c.name, o.BytesOut, len(f.conns.idle))
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
