package send

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// With KeepFailed, of a body that is discarded, the beginning is there for Record when
// the status is one that fails, and only then.
func TestKeepFailed(t *testing.T) {
	long := randomBytes(3 * load.MaxSampleBody)
	chunked := func(b []byte) string {
		var s strings.Builder
		for len(b) > 0 {
			n := min(len(b), 1000)
			fmt.Fprintf(&s, "%x\r\n%s\r\n", n, b[:n])
			b = b[n:]
		}
		return "Transfer-Encoding: chunked\r\n\r\n" + s.String() + "0\r\n\r\n"
	}
	length := func(b []byte) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(b), b) }
	closes := func(b []byte) string { return "Connection: close\r\n\r\n" + string(b) }
	for _, c := range []struct {
		name   string
		status int
		rest   string
		keep   bool
		want   []byte
		cut    bool
	}{
		{"short", 500, length([]byte("why")), true, []byte("why"), false},
		{"exact", 400, length(long[:load.MaxSampleBody]), true, long[:load.MaxSampleBody], false},
		{"exact, closed", 400, closes(long[:load.MaxSampleBody]), true, long[:load.MaxSampleBody], false},
		{"one more", 404, length(long[:load.MaxSampleBody+1]), true, long[:load.MaxSampleBody], true},
		{"long", 503, length(long), true, long[:load.MaxSampleBody], true},
		{"long, chunked", 503, chunked(long), true, long[:load.MaxSampleBody], true},
		{"long, closed", 503, closes(long), true, long[:load.MaxSampleBody], true},
		{"empty", 500, length(nil), true, nil, false},
		{"below 400", 399, length(long), true, nil, false},
		{"success", 200, length(long), true, nil, false},
		{"not asked for", 500, length(long), false, nil, false},
	} {
		response := fmt.Sprintf("HTTP/1.1 %d Status\r\n%s", c.status, c.rest)
		s := serve(t, func(p *peer) {
			for p.request() != nil && p.say(response) && !strings.Contains(response, "close") {
			}
		})
		f := newFixture(t, load.ConnPerUser)
		for range 2 {
			if err := f.x.Start("GET", []byte(s.url("/"))); err != nil {
				t.Fatal(err)
			}
			f.x.KeepBody(false)
			f.x.KeepFailed(from400(c.keep))
			o := f.conns.Do(&f.x, &f.target)
			if o.Class != "" || o.Status != c.status || o.BytesIn != int64(len(response)) {
				t.Fatalf("%s: %+v", c.name, o)
			}
			a := f.x.Record(o, load.MaxSampleBody)
			if !bytes.Equal(a.ResponseBody, c.want) || a.Truncated != c.cut || a.Message != "" {
				t.Errorf("%s: %d bytes, truncated %v (%s), want %d, %v", c.name, len(a.ResponseBody), a.Truncated, a.Message, len(c.want), c.cut)
			}
			if f.x.body != nil && len(f.x.body.b) > load.MaxSampleBody {
				t.Errorf("%s: %d bytes are held", c.name, len(f.x.body.b))
			}
			if _, err := f.x.Body(); err == nil {
				t.Errorf("%s: Body gives a body that is not whole", c.name)
			}
		}
		// Start has switched it off.
		if err := f.x.Start("GET", []byte(s.url("/"))); err != nil {
			t.Fatal(err)
		}
		f.x.KeepBody(false)
		if a := f.x.Record(f.conns.Do(&f.x, &f.target), 100); a.Status != c.status || a.ResponseBody != nil {
			t.Errorf("%s: kept from the exchange before: %+v", c.name, a)
		}
		f.wantOK(f.get(s.url("/")), c.status, bodyOf(c.rest, long))
		s.stop()
	}
}

// from400 is what KeepFailed takes for statuses from 400 on; nil without keep.
func from400(keep bool) func(int) bool {
	if !keep {
		return nil
	}
	return func(status int) bool { return status >= 400 }
}

// bodyOf is the body in the text of a response.
func bodyOf(rest string, long []byte) string {
	if strings.HasPrefix(rest, "Transfer-Encoding") {
		return string(long)
	}
	_, body, _ := strings.Cut(rest, "\r\n\r\n")
	return body
}

// Of every response that is not whole, Record has what there is.
func TestRecordOfFailures(t *testing.T) {
	text := []byte(strings.Repeat("the quick brown fox ", 5000))
	packed := gzipped(t, text)
	broken := append(bytes.Clone(packed[:len(packed)/2]), "no gzip any more, whatever it was before"...)
	for _, c := range []struct {
		name      string
		response  string
		discard   bool // and KeepFailed
		maxBody   int64
		max       int
		class     load.Class
		want      []byte // the beginning of the recorded body, or all of it
		whole     bool
		truncated bool
		message   string
	}{
		{"breaks off", "HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\nbeginning", false, 0, 50, load.ClassConnClosed, []byte("beginning"), true, true, ""},
		{"breaks off, discarded", "HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\nbeginning", true, 0, 50, load.ClassConnClosed, []byte("beginning"), true, true, ""},
		{"breaks off before a header", "HTTP/1.1 500 No\r\nContent-", false, 0, 50, load.ClassConnClosed, nil, true, false, ""},
		{"too large", "HTTP/1.1 200 OK\r\n\r\n" + string(text), false, 1000, 500, load.ClassBodyTooLarge, text[:500], true, true, ""},
		{"too large, as announced", "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + string(text[:2000]), false, 1000, 500, load.ClassBodyTooLarge, nil, true, true, ""},
		{"packed", encoded("gzip", packed), false, 0, 1 << 20, "", text, true, false, ""},
		{"packed, long", encoded("gzip", packed), false, 0, 100, "", text[:100], true, true, ""},
		{"packed, too large when unpacked", encoded("gzip", packed), false, 5000, 1 << 20, "", text[:5000], true, true, errBodyTooLarge.Error()},
		{"packed, breaks off", strings.TrimSuffix(encoded("gzip", packed), string(packed[len(packed)/2:])), false, 0, 100, load.ClassConnClosed, text[:100], true, true, ""},
		{"packed, breaks off, all of it", strings.TrimSuffix(encoded("gzip", packed), string(packed[len(packed)/2:])), false, 0, 1 << 20, load.ClassConnClosed, text, false, true, ""},
		{"undecodable", encoded("gzip", []byte("not gzip")), false, 0, 3, "", []byte("not"), true, true, "content-encoding gzip: "},
		{"undecodable midway", encoded("gzip", broken), false, 0, 10, "", nil, false, true, ""},
		{"unknown coding", encoded("zstd", []byte("zzz")), false, 0, 10, "", []byte("zzz"), true, false, "content-encoding zstd: no decoder"},
	} {
		s := serve(t, func(p *peer) {
			p.request()
			p.say(c.response)
		})
		f := newFixture(t, load.ConnPerUser)
		f.target.MaxBody = c.maxBody
		if err := f.x.Start("GET", []byte(s.url("/"))); err != nil {
			t.Fatal(err)
		}
		f.x.KeepBody(!c.discard)
		f.x.KeepFailed(from400(c.discard))
		o := f.conns.Do(&f.x, &f.target)
		if o.Class != c.class {
			t.Fatalf("%s: %+v", c.name, o)
		}
		for range 2 { // before and after the engine has looked at the body
			a := f.x.Record(o, c.max)
			if !c.whole && c.want != nil && (len(a.ResponseBody) == 0 || !bytes.HasPrefix(c.want, a.ResponseBody)) {
				t.Errorf("%s: %.50q is not the beginning", c.name, a.ResponseBody)
			}
			if c.whole && !bytes.Equal(a.ResponseBody, c.want) || len(a.ResponseBody) > c.max || a.Truncated != c.truncated {
				t.Errorf("%s: %d bytes %.50q, truncated %v; want %d bytes, %v", c.name, len(a.ResponseBody), a.ResponseBody, a.Truncated, len(c.want), c.truncated)
			}
			if !strings.Contains(a.Message, c.message) || a.Class != c.class || c.class != "" && a.Message != o.Message {
				t.Errorf("%s: message %q", c.name, a.Message)
			}
			_, _ = f.x.Body()
		}
		s.stop()
	}
}

// Nothing is dereferenced that is not there.
func TestRecordBeforeAnything(t *testing.T) {
	f := newFixture(t, load.ConnPerUser)
	f.target.Proxy = mustProxy(t, "http://u:p@127.0.0.1:1")
	if err := f.x.Start("PUT", []byte("http://127.0.0.1:1/")); err != nil {
		t.Fatal(err)
	}
	f.x.AddHeader("proxy-authorization", []byte("Basic c2VjcmV0"))
	f.x.SetParts([]BodyPart{{File: brokenFile(0), Size: 10}})
	o := f.conns.Do(&f.x, &f.target)
	f.wantFailure(o, load.ClassLocalOther, load.UnsentLocal)
	a := f.x.Record(o, 100)
	if a.RequestSize != 10 || len(a.RequestBody) != 0 || a.Method != "PUT" || a.Fate != load.UnsentLocal {
		t.Errorf("%+v", a)
	}
	for _, h := range a.RequestHeader {
		if strings.EqualFold(h.Name, "Proxy-Authorization") && h.Value != load.Masked {
			t.Errorf("%+v", h)
		}
	}
}

// brokenFile fails after so many bytes.
type brokenFile int64

func (b brokenFile) ReadAt(p []byte, at int64) (int, error) {
	n := int(max(0, min(int64(len(p)), int64(b)-at)))
	if n < len(p) {
		return n, errors.New("disk on fire")
	}
	return n, nil
}

// randomBytes are n bytes that are the same each time.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	r := rand.New(rand.NewPCG(1, uint64(n)))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}
