package send

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

const teapot = "HTTP/1.1 418 I'm a teapot\r\nContent-Type: text/plain\r\nx-two: 1\r\nSet-Cookie: a=1; Path=/\r\nX-Two: 2\r\n" +
	"Set-Cookie: b = 2 \r\nX-Empty:\r\nSet-Cookie: a=3\r\nContent-Length: 5\r\n\r\nshort"

var teapotLines = []string{
	"Content-Length: 5", "Content-Type: text/plain", "Set-Cookie: a=1; Path=/", "Set-Cookie: b = 2", "Set-Cookie: a=3",
	"X-Empty: ", "X-Two: 1", "X-Two: 2",
}

func linesOf(each func(func(name, value string))) (lines []string) {
	each(func(name, value string) { lines = append(lines, name+": "+value) })
	return lines
}

func TestResponseHeaders(t *testing.T) {
	s := serve(t, answer(teapot))
	f := newFixture(t, load.ConnPerUser)
	o := f.get(s.url("/"))
	if got := f.x.Reason(); got != "I'm a teapot" {
		t.Errorf("reason %q", got)
	}
	for name, each := range map[string]func(func(name, value string)){
		"live": f.x.EachHeader, "snapshot": f.x.Snapshot(o, 0).EachHeader,
	} {
		got := linesOf(each)
		slices.Sort(got) // those of one name are in order already
		if !slices.Equal(got, slices.Sorted(slices.Values(teapotLines))) {
			t.Errorf("%s: %q", name, got)
		}
	}
	for name, of := range map[string]func(string) []string{"live": f.x.Headers, "snapshot": f.x.Snapshot(o, 0).Headers} {
		if got := of("X-TWO"); !slices.Equal(got, []string{"1", "2"}) {
			t.Errorf("%s: x-two is %q", name, got)
		}
		if got := of("set-cookie"); !slices.Equal(got, []string{"a=1; Path=/", "b = 2", "a=3"}) {
			t.Errorf("%s: set-cookie is %q", name, got)
		}
		if got := of("x-none"); got != nil {
			t.Errorf("%s: x-none is %q", name, got)
		}
	}
}

// A snapshot is what it was, whatever its exchange does next.
func TestSnapshotOutlives(t *testing.T) {
	s := serve(t, func(p *peer) {
		if p.request() != nil && p.say(teapot) && p.request() != nil {
			p.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Two: other\r\n\r\nother")
		}
	})
	f := newFixture(t, load.ConnPerUser)
	must(t, f.x.Start("PUT", []byte(s.url("/a%20b?c=d"))))
	f.x.AddHeader("X-Mine", []byte("1"))
	f.x.SetBody([]byte("0123456789"))
	o := f.conns.Do(&f.x, &f.target)
	r := f.x.Snapshot(o, 4)
	f.wantOK(f.do("GET", s.url("/later"), nil), 200, "other")

	got := []string{r.Method(), r.URL(), r.RequestTarget(), string(r.RequestBody()), fmt.Sprint(r.RequestSize, r.Status, r.Outcome.BytesOut == o.BytesOut), r.Reason()}
	want := []string{"PUT", s.url("/a%20b?c=d"), "/a%20b?c=d", "0123", "10 418 true", "I'm a teapot"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if body, err := r.Body(); string(body) != "short" || err != nil {
		t.Errorf("body %q, %v", body, err)
	}
	wantSent := []string{"User-Agent: locust-http", "Host: " + s.Addr().String(), "Content-Length: 10", "X-Mine: 1"}
	if sent := linesOf(r.EachRequestHeader); !slices.Equal(sent, wantSent) {
		t.Errorf("sent %q", sent)
	}
	for name, want := range map[string]string{"x-mine": "1", "CONTENT-length": "10"} {
		if v, ok := r.RequestHeader(name); v != want || !ok {
			t.Errorf("request header %s is %q, %v", name, v, ok)
		}
	}
	for name, want := range map[string]string{"x-two": "1", "X-EMPTY": "", "set-cookie": "a=1; Path=/"} {
		if v, ok := r.Header(name); v != want || !ok {
			t.Errorf("header %s is %q, %v", name, v, ok)
		}
	}
	if v, ok := r.Header("none"); ok {
		t.Errorf("a header that is not there is %q", v)
	}
	for name, want := range map[string]string{"a": "3", "b": "2"} {
		if v, ok := r.Cookie(name); v != want || !ok {
			t.Errorf("cookie %s is %q, %v", name, v, ok)
		}
	}
	if _, ok := r.Cookie("none"); ok {
		t.Error("a cookie that is not there")
	}
}

func TestSnapshotOfABody(t *testing.T) {
	for _, c := range []struct {
		name, answer, body string
		class              load.Class
	}{
		{"packed", encoded("gzip", gzipped(t, []byte("text"))), "text", ""},
		{"not packed at all", encoded("gzip", []byte("text")), "", load.ClassDecode},
		{"none", "HTTP/1.1 204 No Content\r\n\r\n", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, answer(c.answer))
			f := newFixture(t, load.ConnPerUser)
			r := f.x.Snapshot(f.get(s.url("/")), 0)
			body, err := r.Body()
			var bad *BodyError
			if errors.As(err, &bad); string(body) != c.body || (err == nil) != (c.class == "") || bad != nil && bad.Class != c.class {
				t.Errorf("%q, %v", body, err)
			}
		})
	}
}

func TestSnapshotWithoutAResponse(t *testing.T) {
	s := serve(t, func(p *peer) { p.request() })
	f := newFixture(t, load.ConnPerUser)
	o := f.do("POST", s.url("/"), []byte("x"))
	r := f.x.Snapshot(o, 10)
	body, err := r.Body()
	if r.Status != 0 || r.Reason() != "" || len(body) > 0 || err != nil || r.Outcome.Class != load.ClassConnClosed {
		t.Errorf("%+v %q %v", r, body, err)
	}
	if lines := linesOf(r.EachHeader); lines != nil || f.x.Reason() != "" || f.x.Headers("x") != nil || linesOf(f.x.EachHeader) != nil {
		t.Errorf("header lines %q", lines)
	}
	if r.Method() != "POST" || string(r.RequestBody()) != "x" {
		t.Errorf("%s %q", r.Method(), r.RequestBody())
	}
}

func TestSnapshotOfParts(t *testing.T) {
	s := serve(t, answer(ok))
	f := newFixture(t, load.ConnPerUser)
	must(t, f.x.Start("POST", []byte(s.url("/"))))
	f.x.SetParts([]BodyPart{{Bytes: []byte("one ")}, {File: strings.NewReader("two"), Size: 3}})
	r := f.x.Snapshot(f.conns.Do(&f.x, &f.target), 6)
	if string(r.RequestBody()) != "one tw" || r.RequestSize != 7 {
		t.Errorf("%q of %d", r.RequestBody(), r.RequestSize)
	}
}

func TestSnapshotAllocations(t *testing.T) {
	s := serve(t, answer(teapot))
	f := newFixture(t, load.ConnPerUser)
	o := f.do("POST", s.url("/a"), []byte("body"))
	if n := testing.AllocsPerRun(100, func() { f.x.Snapshot(o, 100) }); n > 2 && !raceEnabled {
		t.Errorf("%v allocations, want 2", n)
	}
}
