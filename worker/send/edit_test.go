package send

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// must fails the test on the first error.
func must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestEditsOnTheWire(t *testing.T) {
	s := serve(t, echo)
	for _, c := range []struct {
		name string
		edit func(t *testing.T, x *Exchange)
		want string
	}{
		{"nothing", func(*testing.T, *Exchange) {},
			"POST /a?b=c HTTP/1.1\nUser-Agent: locust-http\nHost: $host\nContent-Type: text/plain\nContent-Length: 4\nX-One: 1\nx-two: 2\nX-Two: 3\n\nbody"},
		{"method", func(t *testing.T, x *Exchange) { must(t, x.SetMethod("PURGE")) },
			"PURGE /a?b=c HTTP/1.1\nUser-Agent: locust-http\nHost: $host\nContent-Type: text/plain\nContent-Length: 4\nX-One: 1\nx-two: 2\nX-Two: 3\n\nbody"},
		{"method and no body", func(t *testing.T, x *Exchange) {
			x.EachRequestHeader(func(string, string) {}) // which notes a Content-Length
			must(t, x.SetMethod("GET"))
			x.SetBody(nil)
			x.DropHeader("content-type")
			x.DropHeader("X-TWO")
		},
			"GET /a?b=c HTTP/1.1\nUser-Agent: locust-http\nHost: $host\nX-One: 1\n\n"},
		{"target", func(t *testing.T, x *Exchange) { must(t, x.SetRequestTarget("/x%2f/é y?\"=<>&k=v")) },
			"POST /x%2f/%C3%A9%20y?%22=%3C%3E&k=v HTTP/1.1\nUser-Agent: locust-http\nHost: $host\nContent-Type: text/plain\nContent-Length: 4\nX-One: 1\nx-two: 2\nX-Two: 3\n\nbody"},
		{"headers", func(t *testing.T, x *Exchange) {
			must(t, x.ReplaceHeader("X-One", "uno"), x.ReplaceHeader("x-two", "due"), x.ReplaceHeader("X-New", ""),
				x.ReplaceHeader("host", "shop.test:81"), x.ReplaceHeader("user-agent", "me"),
				x.ReplaceHeader("content-type", "a/b"), x.ReplaceHeader("Cookie", "a=b; c=d"))
		},
			"POST /a?b=c HTTP/1.1\nUser-Agent: me\nHost: shop.test:81\nContent-Type: a/b\nContent-Length: 4\nX-One: uno\nx-two: due\nX-New: \nCookie: a=b; c=d\n\nbody"},
		{"back to what is sent anyhow", func(t *testing.T, x *Exchange) {
			must(t, x.ReplaceHeader("Host", "shop.test"), x.ReplaceHeader("User-Agent", "me"),
				x.ReplaceHeader("Cookie", "a=b"), x.ReplaceHeader("Connection", "close"))
			for _, name := range []string{"host", "USER-agent", "cookie", "connection", "Content-Length", "x-one", "x-two"} {
				x.DropHeader(name)
			}
		},
			"POST /a?b=c HTTP/1.1\nUser-Agent: locust-http\nHost: $host\nContent-Type: text/plain\nContent-Length: 4\n\nbody"},
		{"connection", func(t *testing.T, x *Exchange) {
			must(t, x.ReplaceHeader("connection", "close"))
			x.DropHeader("x-two")
		},
			"POST /a?b=c HTTP/1.1\nUser-Agent: locust-http\nHost: $host\nContent-Type: text/plain\nContent-Length: 4\nX-One: 1\nConnection: close\n\nbody"},
		{"same origin", func(t *testing.T, x *Exchange) {
			must(t, x.ReplaceHeader("Host", "shop.test"), x.SetURL("http://"+s.Addr().String()+"/else#part"))
			x.DropHeader("x-two")
		},
			"POST /else HTTP/1.1\nUser-Agent: locust-http\nHost: shop.test\nContent-Type: text/plain\nContent-Length: 4\nX-One: 1\n\nbody"},
		{"parts", func(t *testing.T, x *Exchange) {
			x.SetParts([]BodyPart{{Bytes: []byte("one ")}, {File: strings.NewReader("two"), Size: 3}})
			x.DropHeader("x-two")
		},
			"POST /a?b=c HTTP/1.1\nUser-Agent: locust-http\nHost: $host\nContent-Type: text/plain\nContent-Length: 7\nX-One: 1\n\none two"},
		{"body instead of parts", func(t *testing.T, x *Exchange) {
			x.SetParts([]BodyPart{{File: strings.NewReader("two"), Size: 3}})
			x.SetBody([]byte("text of another length"))
			x.DropHeader("x-two")
		},
			"POST /a?b=c HTTP/1.1\nUser-Agent: locust-http\nHost: $host\nContent-Type: text/plain\nContent-Length: 22\nX-One: 1\n\ntext of another length"},
	} {
		start := func(x *Exchange) {
			must(t, x.Start("POST", []byte("http://"+s.Addr().String()+"/a?b=c")))
			for _, h := range []load.Header{{Name: "X-One", Value: "1"}, {Name: "Content-Type", Value: "text/plain"}, {Name: "x-two", Value: "2"}, {Name: "X-Two", Value: "3"}} {
				x.AddHeader(h.Name, []byte(h.Value))
			}
			x.SetBody([]byte("body"))
		}
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t, load.ConnPerUser)
			start(&f.x)
			c.edit(t, &f.x)
			var lines []string
			f.x.EachRequestHeader(func(name, value string) {
				lines = append(lines, name+": "+value)
				if v, ok := f.x.RequestHeader(strings.ToUpper(name)); !ok || v != value && name != "X-Two" {
					t.Errorf("%s is %q, %v; visited was %q", name, v, ok, value)
				}
			})
			f.wantRequest(s, f.conns.Do(&f.x, &f.target), c.want)
			head, _, _ := strings.Cut(c.want, "\n\n")
			want := strings.Split(strings.ReplaceAll(head, "$host", s.Addr().String()), "\n")[1:]
			if strings.Join(lines, "|") != strings.Join(want, "|") {
				t.Errorf("visited %q, sent %q", lines, want)
			}
		})
		t.Run(c.name+", frozen before", func(t *testing.T) {
			f := newFixture(t, load.ConnPerUser)
			start(&f.x)
			frozen, err := f.x.Freeze()
			must(t, err)
			f.x.Reuse(frozen)
			c.edit(t, &f.x)
			f.wantRequest(s, f.conns.Do(&f.x, &f.target), c.want)
		})
	}
}

// What no request can carry is refused, and the request stays what it was.
func TestEditsRefused(t *testing.T) {
	s := serve(t, echo)
	f := newFixture(t, load.ConnPerUser)
	must(t, f.x.Start("GET", []byte(s.url("/a?b"))))
	f.x.AddHeader("X", []byte("1"))
	for name, err := range map[string]error{
		"method":            f.x.SetMethod("GE T"),
		"method empty":      f.x.SetMethod(""),
		"method line":       f.x.SetMethod("GET\r\nX: y"),
		"method CONNECT":    f.x.SetMethod("CONNECT"),
		"target empty":      f.x.SetRequestTarget(""),
		"target relative":   f.x.SetRequestTarget("x"),
		"target absolute":   f.x.SetRequestTarget("http://other.test/"),
		"target line":       f.x.SetRequestTarget("/x HTTP/1.1\r\nEvil: 1"),
		"target NUL":        f.x.SetRequestTarget("/x\x00"),
		"target fragment":   f.x.SetRequestTarget("/x#y"),
		"URL relative":      f.x.SetURL("/x"),
		"URL scheme":        f.x.SetURL("ftp://x/"),
		"URL host":          f.x.SetURL("http://a b/"),
		"URL line":          f.x.SetURL("http://other.test/\r\nEvil: 1"),
		"header name":       f.x.ReplaceHeader("X Y", "1"),
		"header name empty": f.x.ReplaceHeader("", "1"),
		"header name colon": f.x.ReplaceHeader("X:", "1"),
		"header value line": f.x.ReplaceHeader("X", "1\r\nEvil: 1"),
		"header value LF":   f.x.ReplaceHeader("X", "1\nEvil: 1"),
		"header value NUL":  f.x.ReplaceHeader("X", "\x00"),
		"Content-Length":    f.x.ReplaceHeader("content-length", "3"),
		"Transfer-Encoding": f.x.ReplaceHeader("transfer-encoding", "chunked"),
		"Trailer":           f.x.ReplaceHeader("trailer", "X"),
		"Host":              f.x.ReplaceHeader("Host", "a b"),
		"Host with a path":  f.x.ReplaceHeader("Host", "a/b"),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		} else if strings.ContainsAny(err.Error(), "\r\n\x00") {
			t.Errorf("%s: %q is not one line", name, err)
		}
	}
	f.wantRequest(s, f.conns.Do(&f.x, &f.target), "GET /a?b HTTP/1.1\nUser-Agent: locust-http\nHost: $host\nX: 1\n\n")
}

func TestSetURLChangesTheOrigin(t *testing.T) {
	first, second := serve(t, echo), serve(t, echo)
	f := newFixture(t, load.ConnPerUser)
	jar := NewJar()
	must(t, f.x.Start("GET", []byte("http://me:secret@"+first.Addr().String()+"/")))
	if o := f.conns.Do(&f.x, &f.target); o.Status != 200 {
		t.Fatal(o)
	}
	must(t, jar.Fill([]load.Cookie{{URL: first.url("/"), Name: "sid", Value: "1", Path: "/"}}))
	must(t, f.x.Start("GET", []byte("http://me:secret@"+first.Addr().String()+"/a")))
	f.x.AddHeader("Host", []byte("shop.test"))
	f.x.AddHeader("X", []byte("1"))
	jar.Apply(&f.x)
	if c, _ := f.x.RequestHeader("cookie"); c != "sid=1" {
		t.Fatalf("the jar's cookie is %q", c)
	}
	must(t, f.x.SetURL(second.url("/b?c")))
	if got := f.x.URL(); got != second.url("/b?c") {
		t.Errorf("URL is %s", got)
	}
	f.wantRequest(second, f.conns.Do(&f.x, &f.target), "GET /b?c HTTP/1.1\nUser-Agent: locust-http\nHost: $host\nX: 1\n\n")
	must(t, f.x.Start("GET", []byte(first.url("/"))))
	f.x.AddHeader("Authorization", []byte("Bearer mine"))
	must(t, f.x.SetURL(second.url("/")))
	f.wantRequest(second, f.conns.Do(&f.x, &f.target), "GET / HTTP/1.1\nUser-Agent: locust-http\nHost: $host\nAuthorization: Bearer mine\n\n")
	must(t, f.x.SetURL("http://you:x@"+second.Addr().String()+"/"))
	f.wantRequest(second, f.conns.Do(&f.x, &f.target), "GET / HTTP/1.1\nUser-Agent: locust-http\nHost: $host\nAuthorization: Basic eW91Ong=\n\n")
	if first.requests.Load() != 1 {
		t.Errorf("the first origin got %d requests, want 1", first.requests.Load())
	}
}

func TestRequestBody(t *testing.T) {
	var x Exchange
	must(t, x.Start("POST", []byte("http://x.test/")))
	x.SetBody([]byte("text"))
	if b, err := x.RequestBody(); string(b) != "text" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	x.SetParts([]BodyPart{{Bytes: []byte("a")}, {Bytes: []byte("b")}})
	if b, err := x.RequestBody(); string(b) != "ab" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	x.SetParts([]BodyPart{{Bytes: []byte("a")}, {File: strings.NewReader("b"), Size: 1}})
	if b, err := x.RequestBody(); err == nil {
		t.Errorf("%q of a file", b)
	}
}

// FuzzEdits changes a request in any way: what is not refused is one well-formed request.
func FuzzEdits(f *testing.F) {
	f.Add("PUT", "/a?b", "X-A", "1", "y", "http://x.test:80/c", []byte("body"))
	f.Add("HEAD", "/", "Host", "h.test", "close", "https://x.test", []byte(nil))
	f.Add("POST", "/%00 é", "Cookie", "a=b; =c; d", "upgrade, close", "http://u:p@[::1]/#", []byte("\r\n\r\n"))
	f.Add("M", "//", "Connection", "close, x", "keep-alive", "http://ü.test/ä", []byte("0"))
	f.Add("GET\r\n", "/\r\nX: y", "Trailer", "X-B", "", "http://a/\n", []byte("x"))
	f.Add("GET", "/", "User-Agent", "", "\t \x80", "http://a/", []byte("x"))
	f.Fuzz(func(t *testing.T, method, target, name, value, other, url string, body []byte) {
		var x Exchange
		must(t, x.Start("POST", []byte("http://start.test/p")))
		x.AddHeader("X-B", []byte("b"))
		x.SetBody([]byte("before"))
		for _, err := range []error{
			x.ReplaceHeader(name, value), x.SetMethod(method), x.SetURL(url), x.SetRequestTarget(target),
			x.ReplaceHeader("Connection", other), x.ReplaceHeader(strings.ToUpper(name), other),
		} {
			if err != nil && err.Error() == "" {
				t.Fatal("an error without a text")
			}
		}
		x.EachRequestHeader(func(string, string) {})
		x.SetBody(body)
		head := x.appendHead(nil, x.closes())
		wantWellFormed(t, head, body, x.URL())
		x.DropHeader(name)
		wantWellFormed(t, x.appendHead(nil, false), body, x.URL())
	})
}

// wantWellFormed checks head against the grammar of RFC 9112, by hand.
func wantWellFormed(t *testing.T, head, body []byte, url string) {
	t.Helper()
	lines := bytes.Split(head, []byte("\r\n"))
	n := len(lines)
	if n < 4 || len(lines[n-1]) != 0 || len(lines[n-2]) != 0 {
		t.Fatalf("the head does not end in one empty line: %q", head)
	}
	parts := bytes.Split(lines[0], []byte(" "))
	if len(parts) != 3 || !isTokenForTest(parts[0]) || len(parts[1]) == 0 || parts[1][0] != '/' || string(parts[2]) != "HTTP/1.1" {
		t.Fatalf("request line %q", lines[0])
	}
	if i := bytes.IndexFunc(parts[1], func(r rune) bool { return r <= ' ' || r >= 0x7f }); i >= 0 {
		t.Fatalf("target %q", parts[1])
	}
	if !strings.HasSuffix(url, string(parts[1])) {
		t.Fatalf("URL %q, target %q", url, parts[1])
	}
	hosts, lengths := 0, 0
	for _, line := range lines[1 : n-2] {
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok || !isTokenForTest(name) || bytes.ContainsAny(value, "\r\n\x00") {
			t.Fatalf("header line %q", line)
		}
		switch strings.ToLower(string(name)) {
		case "host":
			hosts++
		case "content-length":
			lengths++
			if string(value) != fmt.Sprintf(" %d", len(body)) {
				t.Fatalf("%q for a body of %d bytes", line, len(body))
			}
		case "transfer-encoding", "trailer":
			t.Fatalf("header line %q", line)
		}
	}
	if hosts != 1 || lengths > 1 || lengths == 0 && len(body) > 0 {
		t.Fatalf("%d Host, %d Content-Length: %q", hosts, lengths, head)
	}
}

func isTokenForTest(b []byte) bool {
	for _, c := range b {
		if !strings.ContainsRune("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", rune(c)) {
			return false
		}
	}
	return len(b) > 0
}

func TestEditsAllocateNothing(t *testing.T) {
	var x Exchange
	url, one := []byte("http://x.test/a"), []byte("1")
	edit := func() {
		_ = x.Start("POST", url)
		x.AddHeader("X-One", one)
		_ = x.SetMethod("PUT")
		_ = x.SetRequestTarget("/items/1234567?page=2")
		_ = x.ReplaceHeader("X-Two", "2")
		_ = x.ReplaceHeader("X-One", "3")
		_ = x.Method()
	}
	edit()
	if n := testing.AllocsPerRun(100, edit); n > 0 && !raceEnabled {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkEdits(b *testing.B) {
	var x Exchange
	_ = x.Start("POST", []byte("http://x.test/a"))
	x.AddHeader("Accept", []byte("application/json"))
	b.Run("SetRequestTarget", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = x.SetRequestTarget("/items/1234567?page=2&sort=price")
		}
	})
	b.Run("ReplaceHeader", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = x.ReplaceHeader("X-Request-Id", "0123456789abcdef")
		}
	})
	b.Run("RequestTarget", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = x.RequestTarget()
		}
	})
}

// A frozen request is shared by all users: nobody's reading or editing changes it. Run it
// with -race.
func TestFrozenIsShared(t *testing.T) {
	s := serve(t, echo)
	f := newFixture(t, load.ConnPerUser)
	must(t, f.x.Start("POST", []byte(s.url("/a"))))
	f.x.AddHeader("Cookie", []byte("a=b; c=d"))
	f.x.SetBody([]byte("body"))
	frozen, err := f.x.Freeze()
	must(t, err)
	f.x.Reuse(frozen)
	o := f.conns.Do(&f.x, &f.target)
	before := string(f.x.Snapshot(o, 100).text)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			var x Exchange
			for range 50 {
				x.Reuse(frozen)
				body, err := x.RequestBody()
				if x.Method() != "POST" || x.RequestTarget() != "/a" || x.URL() != s.url("/a") || string(body) != "body" || err != nil || x.frozen != frozen {
					t.Errorf("%s %s %q %v", x.Method(), x.URL(), body, err)
				}
				if c, _ := x.RequestHeader("cookie"); c != "a=b; c=d" {
					t.Errorf("cookie %q", c)
				}
				x.Reuse(frozen)
				x.EachRequestHeader(func(string, string) {})
				x.Reuse(frozen)
				x.Record(Outcome{}, 10)
				x.Reuse(frozen)
				if err := x.ReplaceHeader("X", "1"); err != nil {
					t.Error(err)
				}
				_ = x.SetRequestTarget("/other")
				x.SetBody([]byte("other"))
				x.DropHeader("Cookie")
			}
		})
	}
	wg.Wait()
	f.x.Reuse(frozen)
	if o = f.conns.Do(&f.x, &f.target); o.Class != "" {
		t.Fatal(o)
	}
	if after := string(f.x.Snapshot(o, 100).text); after != before {
		t.Errorf("it was\n%s\nand is\n%s", before, after)
	}
}
