package send

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

// echo answers with the request as it came.
func echo(p *peer) {
	for {
		b := p.request()
		if b == nil || !p.say(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(b), b)) {
			return
		}
	}
}

// want compares the request that the server saw, with $host for the address.
func (f *fixture) wantRequest(s *server, o Outcome, want string) {
	f.Helper()
	if o.Class != "" {
		f.Fatal(o)
	}
	body, _ := f.x.Body()
	got := strings.ReplaceAll(strings.ReplaceAll(string(body), s.Addr().String(), "$host"), "\r\n", "\n")
	if got != want {
		f.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if o.BytesOut != int64(len(body)) {
		f.Errorf("%d bytes out, the server saw %d", o.BytesOut, len(body))
	}
}

func TestRequestOnTheWire(t *testing.T) {
	s := serve(t, echo)
	type header struct{ name, value string }
	for _, c := range []struct {
		name, method, url, body string
		headers                 []header
		want                    string
	}{
		{"plain", "GET", "/", "", nil,
			"GET / HTTP/1.1\nUser-Agent: locust-http\nHost: $host\n\n"},
		{"no path", "", "", "", nil,
			"GET / HTTP/1.1\nUser-Agent: locust-http\nHost: $host\n\n"},
		{"query without a path", "GET", "?a=b", "", nil,
			"GET /?a=b HTTP/1.1\nUser-Agent: locust-http\nHost: $host\n\n"},
		{"the path stays as it is written", "GET", "/a//b/../c%2fd;e?x=%zz&y=a+b#part", "", nil,
			"GET /a//b/../c%2fd;e?x=%zz&y=a+b HTTP/1.1\nUser-Agent: locust-http\nHost: $host\n\n"},
		{"what a request line cannot carry", "GET", "/a b/é", "", nil,
			"GET /a%20b/%C3%A9 HTTP/1.1\nUser-Agent: locust-http\nHost: $host\n\n"},
		{"headers as they are written", "GET", "/", "", []header{{"x-one", "1"}, {"X-One", "2"}, {"user-agent", "me"}, {"HOST", "other.test"}},
			"GET / HTTP/1.1\nUser-Agent: me\nHost: other.test\nx-one: 1\nX-One: 2\n\n"},
		{"no header can be injected", "GET", "/", "", []header{{"X", "a\r\nEvil: b"}},
			"GET / HTTP/1.1\nUser-Agent: locust-http\nHost: $host\nX: a  Evil: b\n\n"},
		{"length is ours", "POST", "/", "body", []header{{"content-length", "99"}, {"Transfer-Encoding", "chunked"}, {"Content-Type", "text/plain"}},
			"POST / HTTP/1.1\nUser-Agent: locust-http\nHost: $host\nContent-Type: text/plain\nContent-Length: 4\n\nbody"},
		{"empty POST", "POST", "/", "", nil,
			"POST / HTTP/1.1\nUser-Agent: locust-http\nHost: $host\nContent-Length: 0\n\n"},
		{"DELETE", "DELETE", "/", "", nil,
			"DELETE / HTTP/1.1\nUser-Agent: locust-http\nHost: $host\n\n"},
		{"GET with a body", "GET", "/", "body", nil,
			"GET / HTTP/1.1\nUser-Agent: locust-http\nHost: $host\nContent-Length: 4\n\nbody"},
	} {
		for _, mode := range []load.ConnectionMode{load.ConnPerUser, load.ConnPerRequest} {
			t.Run(c.name+" "+string(mode), func(t *testing.T) {
				want := c.want
				if mode == load.ConnPerRequest {
					want = strings.Replace(want, "\n\n", "\nConnection: close\n\n", 1)
				}
				f := newFixture(t, mode)
				start := func() {
					if err := f.x.Start(c.method, []byte("http://"+s.Addr().String()+c.url)); err != nil {
						t.Fatal(err)
					}
					for _, h := range c.headers {
						f.x.AddHeader(h.name, []byte(h.value))
					}
					f.x.SetBody([]byte(c.body))
				}
				start()
				f.wantRequest(s, f.conns.Do(&f.x, &f.target), want)
				start()
				frozen, err := f.x.Freeze()
				if err != nil {
					t.Fatal(err)
				}
				for range 2 {
					f.x.Reuse(frozen)
					f.wantRequest(s, f.conns.Do(&f.x, &f.target), want)
				}
				f.x.Reuse(frozen)
				f.x.AddHeader("Extra", []byte("1"))
				if o := f.conns.Do(&f.x, &f.target); o.Class != "" {
					t.Fatal(o)
				}
				if body, _ := f.x.Body(); !strings.Contains(string(body), "Extra: 1\r\n") || !strings.HasSuffix(string(body), c.body) {
					t.Errorf("a changed frozen request: %s", body)
				}
				f.x.Reuse(frozen)
				f.wantRequest(s, f.conns.Do(&f.x, &f.target), want)
			})
		}
	}
}

func TestUserOfTheURL(t *testing.T) {
	s := serve(t, echo)
	f := newFixture(t, load.ConnPerUser)
	f.wantRequest(s, f.get("http://me:p%40ss@"+s.Addr().String()+"/"),
		"GET / HTTP/1.1\nUser-Agent: locust-http\nHost: $host\nAuthorization: Basic bWU6cEBzcw==\n\n")
}

// A large body is not copied behind the header; it arrives all the same.
func TestLargeRequestBody(t *testing.T) {
	s := serve(t, echo)
	f := newFixture(t, load.ConnPerUser)
	body := strings.Repeat("0123456789", 100_000)
	f.target.FirstByte = 5 * time.Second
	for range 2 {
		o := f.do("POST", s.url("/"), []byte(body))
		got, _ := f.x.Body()
		if !strings.HasSuffix(string(got), "\r\n\r\n"+body) || o.BytesOut != int64(len(got)) {
			t.Fatalf("%d bytes out, %d echoed, %+v", o.BytesOut, len(got), o)
		}
	}
	frozen, err := f.x.Freeze()
	if err != nil {
		t.Fatal(err)
	}
	f.x.Reuse(frozen)
	if o := f.conns.Do(&f.x, &f.target); o.Class != "" || o.BytesOut < int64(len(body)) {
		t.Fatalf("%+v", o)
	}
	if s.conns.Load() != 1 {
		t.Errorf("%d connections", s.conns.Load())
	}
}

func TestOrigins(t *testing.T) {
	for _, c := range []struct{ url, address, host, authority string }{
		{"http://example.test", "example.test:80", "example.test", "example.test"},
		{"https://Example.Test/", "example.test:443", "example.test", "example.test"},
		{"HTTP://example.test:81?x", "example.test:81", "example.test", "example.test:81"},
		{"http://example.test:/", "example.test:80", "example.test", "example.test"},
		{"http://[::1]/", "[::1]:80", "::1", "[::1]"},
		{"https://[::1]:8443/x", "[::1]:8443", "::1", "[::1]:8443"},
		{"http://[fe80::1%25eth0]:8080/", "[fe80::1%eth0]:8080", "fe80::1%eth0", "[fe80::1]:8080"},
		{"http://u:p@example.test/", "example.test:80", "example.test", "example.test"},
		{"http://商店.test/", "xn--czrs0t.test:80", "xn--czrs0t.test", "xn--czrs0t.test"},
	} {
		var x Exchange
		if err := x.Start("GET", []byte(c.url)); err != nil {
			t.Errorf("%s: %v", c.url, err)
			continue
		}
		if o := x.origin; o.address != c.address || o.host != c.host || o.authority != c.authority {
			t.Errorf("%s: %+v", c.url, o)
		}
	}
}

func TestBadURLs(t *testing.T) {
	for url, want := range map[string]string{
		"":                        "not an absolute URL",
		"/items":                  "not an absolute URL",
		"example.test":            "not an absolute URL",
		"ftp://example.test/":     "only http and https",
		"http://":                 "no host",
		"http:///x":               "no host",
		"http://:80/":             "no host",
		"http://a b/":             "no host name has",
		"http://a\x00b/":          "no host name has",
		"http://example.test:0/":  "1 to 65535",
		"http://example.test:x/":  "1 to 65535",
		"http://h:65536/":         "1 to 65535",
		"http://[::1/":            "missing ]",
		"http://[nonsense]/":      "not an IPv6 address",
		"http://[::1]x/":          "after ]",
		"http://h/a\r\nEvil: b":   "control character at byte 2",
		"http://%zz@h/":           "percent-encoded",
		"http://\xff\xfe.test/":   "not UTF-8",
		"http://h/?a=" + "\x7f\n": "control character",
	} {
		var x Exchange
		if err := x.Start("GET", []byte(url)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", url, err, want)
		}
	}
}

func TestHeaderAndCookieOfResponse(t *testing.T) {
	s := serve(t, answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Request-ID: 7\r\nServer: x\r\nEmpty:\r\n"+
		"Set-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\nSet-Cookie: a=3\r\n\r\n"))
	f := newFixture(t, load.ConnPerUser)
	if _, there := f.x.Header("Server"); there {
		t.Error("a header before any response")
	}
	if o := f.get(s.url("/")); o.Class != "" {
		t.Fatal(o)
	}
	for name, want := range map[string]string{"x-request-id": "7", "X-Request-Id": "7", "SERVER": "x",
		"content-length": "0", "set-cookie": "a=1; Path=/", "empty": ""} {
		if v, there := f.x.Header(name); !there || string(v) != want {
			t.Errorf("%s: %q %v", name, v, there)
		}
	}
	for _, name := range []string{"Content-Type", "X", "Content-Encoding"} {
		if v, there := f.x.Header(name); there {
			t.Errorf("%s: %q is not there", name, v)
		}
	}
	if v, there := f.x.Cookie("a"); !there || string(v) != "3" {
		t.Errorf("cookie a: %q %v", v, there)
	}
	if _, there := f.x.Cookie("c"); there {
		t.Error("cookie c is not there")
	}
	s.stop()
	if o := f.get(s.url("/")); o.Class == "" {
		t.Fatal(o)
	}
	if _, there := f.x.Header("Server"); there || f.x.Status() != 0 {
		t.Error("a failed attempt shows the response of the one before")
	}
}

func TestSharedPool(t *testing.T) {
	s := serve(t, answer(ok))
	f := newFixture(t, load.ConnShared)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			conns := f.client.NewConns()
			defer conns.Close()
			var x Exchange
			for range 50 {
				if err := x.Start("GET", []byte(s.url("/"))); err != nil {
					t.Error(err)
				}
				if o := conns.Do(&x, &f.target); o.Class != "" {
					t.Error(o)
				}
			}
		})
	}
	wg.Wait()
	if n := s.conns.Load(); n > 8 || s.requests.Load() != 400 || f.client.shared.count != int(n) {
		t.Errorf("%d connections, %d of them idle, %d requests", n, f.client.shared.count, s.requests.Load())
	}
	// A late response counts here, too.
	before := s.conns.Load()
	f.client.shared.conns[connKey{address: s.Addr().String()}][f.client.shared.count-1].dirty = true
	f.wantOK(f.get(s.url("/")), 200, "ok")
	if f.client.Reconnects() != 1 || s.conns.Load() > before+1 {
		t.Errorf("%d reconnects", f.client.Reconnects())
	}
}

func TestUserKeepsFewConnections(t *testing.T) {
	f := newFixture(t, load.ConnPerUser)
	var servers []*server
	for range maxUserIdle + 3 {
		servers = append(servers, serve(t, answer(ok)))
	}
	for range 2 {
		for _, s := range servers {
			f.wantOK(f.get(s.url("/")), 200, "ok")
		}
	}
	if len(f.conns.idle) != maxUserIdle || len(f.x.origins) != maxOrigins {
		t.Errorf("%d idle connections, %d origins", len(f.conns.idle), len(f.x.origins))
	}
}

func TestConnectionPerRequest(t *testing.T) {
	s := serve(t, answer(ok)) // does not close by itself
	f := newFixture(t, load.ConnPerRequest)
	for range 5 {
		f.wantOK(f.get(s.url("/")), 200, "ok")
	}
	if s.conns.Load() != 5 || f.client.Reconnects() != 0 {
		t.Errorf("%d connections, %d reconnects", s.conns.Load(), f.client.Reconnects())
	}
}

// A request that itself asks to close leaves no connection behind.
func TestRequestAsksToClose(t *testing.T) {
	s := serve(t, answer(ok))
	f := newFixture(t, load.ConnPerUser)
	for range 3 {
		if err := f.x.Start("GET", []byte(s.url("/"))); err != nil {
			t.Fatal(err)
		}
		f.x.AddHeader("connection", []byte("close"))
		f.wantOK(f.conns.Do(&f.x, &f.target), 200, "ok")
		frozen, err := f.x.Freeze()
		if err != nil {
			t.Fatal(err)
		}
		f.x.Reuse(frozen)
		f.wantOK(f.conns.Do(&f.x, &f.target), 200, "ok")
	}
	if s.conns.Load() != 6 || len(f.conns.idle) != 0 {
		t.Errorf("%d connections, %d idle", s.conns.Load(), len(f.conns.idle))
	}
}

func TestRecord(t *testing.T) {
	s := serve(t, answer(encoded("gzip", gzipped(t, []byte("hello world")))))
	f := newFixture(t, load.ConnPerUser)
	if err := f.x.Start("PUT", []byte(s.url("/x?y#z"))); err != nil {
		t.Fatal(err)
	}
	f.x.AddHeader("A", []byte("b"))
	f.x.SetBody([]byte("payload"))
	o := f.conns.Do(&f.x, &f.target)
	a := f.x.Record(o, 5)
	if a.Method != "PUT" || a.URL != s.url("/x?y") || string(a.RequestBody) != "paylo" || a.RequestSize != 7 || a.Status != 200 ||
		string(a.ResponseBody) != "hello" || !a.Truncated || a.BytesIn != o.BytesIn || a.Fate != load.Sent {
		t.Errorf("%+v", a)
	}
	for _, want := range []struct {
		in   []load.Header
		h    load.Header
		what string
	}{
		{a.RequestHeader, load.Header{Name: "A", Value: "b"}, "request"},
		{a.RequestHeader, load.Header{Name: "Content-Length", Value: "7"}, "request"},
		{a.ResponseHeader, load.Header{Name: "Content-Encoding", Value: "gzip"}, "response"},
	} {
		found := false
		for _, h := range want.in {
			found = found || h == want.h
		}
		if !found {
			t.Errorf("%s header: no %v in %v", want.what, want.h, want.in)
		}
	}
	f.client.Interrupt()
	f.get(s.url("/"))
}

// The budget of the hot path: a request on a kept connection allocates nothing.
func TestNoAllocations(t *testing.T) {
	s := serve(t, rawServer)
	f := newFixture(t, load.ConnPerUser)
	url := []byte(s.url("/index.html"))
	value := []byte("application/json")
	jar := NewJar()
	proxy := mustProxy(t, "http://u:p@"+s.Addr().String())
	parts := []BodyPart{{Bytes: []byte("before")}, {File: strings.NewReader("file"), Size: 4}, {Bytes: []byte("after")}}
	build := func() {
		if err := f.x.Start("GET", url); err != nil {
			t.Fatal(err)
		}
		f.x.AddHeader("Accept", value)
	}
	build()
	frozen, err := f.x.Freeze()
	if err != nil {
		t.Fatal(err)
	}
	fails := from400(true)
	for name, begin := range map[string]func(){
		"frozen": func() { f.x.Reuse(frozen) },
		"built":  build,
		"built, discards": func() {
			build()
			f.x.KeepBody(false)
		},
		"frozen, first byte limited": func() {
			f.x.Reuse(frozen)
			f.target.FirstByte = time.Second
		},
		"discards, but for failures": func() {
			build()
			f.x.KeepBody(false)
			f.x.KeepFailed(fails)
		},
		// rawServer answers whatever it reads: it is the proxy.
		"through a proxy": func() {
			f.x.Reuse(frozen)
			f.target.Proxy = proxy
		},
		"parts": func() {
			build()
			f.x.SetParts(parts)
		},
	} {
		f.target.FirstByte, f.target.Proxy = 0, nil
		n := testing.AllocsPerRun(500, func() {
			begin()
			jar.Apply(&f.x)
			if o := f.conns.Do(&f.x, &f.target); o.Class != "" {
				t.Fatal(o)
			}
			jar.Store(&f.x)
			f.x.Header("Content-Type")
			if !f.x.discard {
				if _, err := f.x.Body(); err != nil {
					t.Fatal(err)
				}
			}
		})
		// The garbage collector may empty a pool meanwhile: whole allocations only.
		if n >= 1 && !raceEnabled {
			t.Errorf("%s: %v allocations per exchange", name, n)
		}
	}
}

// What an idle user holds: its Conns, an idle connection with the socket of the
// runtime, an Exchange with the response of a small page.
func TestMemoryOfIdleUsers(t *testing.T) {
	if raceEnabled {
		t.Log("sizes mean nothing with the race detector")
		return
	}
	const users = 500
	s := serve(t, rawServer)
	client := NewClient(Options{})
	target := Target{Total: time.Second}
	type user struct {
		conns *Conns
		x     Exchange
	}
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC() // the first one only moves pools aside
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	all := make([]*user, users)
	server := heap()
	for i := range all {
		all[i] = &user{conns: client.NewConns()}
		if err := all[i].x.Start("GET", []byte(s.url("/index.html"))); err != nil {
			t.Fatal(err)
		}
		if o := all[i].conns.Do(&all[i].x, &target); o.Class != "" {
			t.Fatal(o)
		}
		all[i].x.Release()
	}
	perUser := int64(heap()-server) / users
	// The server's part is in it, too: a bufio.Reader and a buffer of 4 KiB each, and
	// the socket.
	perUser -= 2*4096 + 1024
	t.Logf("%d bytes per idle user", perUser)
	if perUser > 11<<10 {
		t.Errorf("%d bytes per idle user, want at most 11 KiB", perUser)
	}
	for _, u := range all {
		u.conns.Close()
	}
	runtime.KeepAlive(all)
}
