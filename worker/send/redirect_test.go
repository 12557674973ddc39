package send

import (
	"fmt"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// redirecting answers every request with status and Location.
func redirecting(status int, location string) func(p *peer) {
	return answer(fmt.Sprintf("HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 0\r\nSet-Cookie: hop=new\r\n\r\n", status, location))
}

func TestRedirect(t *testing.T) {
	const rest = "User-Agent: locust-http\nHost: $host\nContent-Type: text/plain\nContent-Length: 4\nAuthorization: secret\nCookie: own=1\n\nbody"
	const get = "User-Agent: locust-http\nHost: $host\nAuthorization: secret\nCookie: own=1\n\n"
	for _, c := range []struct {
		method   string
		status   int
		location string
		want     string
	}{
		{"POST", 301, "/next", "GET /next HTTP/1.1\n" + get},
		{"POST", 302, "/next", "GET /next HTTP/1.1\n" + get},
		{"POST", 303, "/next", "GET /next HTTP/1.1\n" + get},
		{"POST", 307, "/next", "POST /next HTTP/1.1\n" + rest},
		{"POST", 308, "/next", "POST /next HTTP/1.1\n" + rest},
		{"PUT", 301, "/next", "PUT /next HTTP/1.1\n" + rest},
		{"PUT", 303, "/next", "GET /next HTTP/1.1\n" + get},
		{"POST", 303, "next", "GET /a/next HTTP/1.1\n" + get},
		{"POST", 303, "../next", "GET /next HTTP/1.1\n" + get},
		{"POST", 303, "?q=1", "GET /a/b?q=1 HTTP/1.1\n" + get},
		{"POST", 303, "#there", "GET /a/b?x=1 HTTP/1.1\n" + get},
		{"POST", 303, "/next?a=b#there", "GET /next?a=b HTTP/1.1\n" + get},
		{"POST", 303, "/with space", "GET /with%20space HTTP/1.1\n" + get},
		{"POST", 303, "//$host/next", "GET /next HTTP/1.1\n" + get},
		{"POST", 303, "http://$host/next", "GET /next HTTP/1.1\n" + get},
		{"POST", 303, "http://$host", "GET / HTTP/1.1\n" + get},
	} {
		for _, frozen := range []bool{false, true} {
			t.Run(fmt.Sprint(c.method, c.status, c.location, frozen), func(t *testing.T) {
				var address string
				s := serve(t, func(p *peer) {
					p.request()
					p.say(fmt.Sprintf("HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n",
						c.status, strings.ReplaceAll(c.location, "$host", address)))
					echo(p)
				})
				address = s.Addr().String()
				f := newFixture(t, load.ConnPerUser)
				if err := f.x.Start(c.method, []byte(s.url("/a/b?x=1"))); err != nil {
					t.Fatal(err)
				}
				f.x.AddHeader("Content-Type", []byte("text/plain"))
				f.x.AddHeader("Authorization", []byte("secret"))
				f.x.AddHeader("Cookie", []byte("own=1"))
				f.x.SetBody([]byte("body"))
				if frozen {
					fr, err := f.x.Freeze()
					if err != nil {
						t.Fatal(err)
					}
					f.x.Reuse(fr)
				}
				if o := f.conns.Do(&f.x, &f.target); o.Status != c.status {
					t.Fatal(o)
				}
				if again, err := f.x.Redirect(); !again || err != nil {
					t.Fatal(again, err)
				}
				f.wantRequest(s, f.conns.Do(&f.x, &f.target), c.want)
				if s.conns.Load() != 1 || s.requests.Load() != 2 {
					t.Errorf("%d connections, %d requests", s.conns.Load(), s.requests.Load())
				}
			})
		}
	}
}

func TestRedirectToAnotherOrigin(t *testing.T) {
	there := serve(t, echo)
	here := serve(t, redirecting(307, there.url("/x")))
	f := newFixture(t, load.ConnPerUser)
	if err := f.x.Start("GET", []byte("http://me:pass@"+here.Addr().String())); err != nil {
		t.Fatal(err)
	}
	f.x.AddHeader("authorization", []byte("secret"))
	f.x.AddHeader("Cookie", []byte("own=1"))
	f.x.AddHeader("Host", []byte("virtual.test"))
	f.x.AddHeader("Accept", []byte("*/*"))
	f.conns.Do(&f.x, &f.target)
	if again, err := f.x.Redirect(); !again || err != nil {
		t.Fatal(again, err)
	}
	f.wantRequest(there, f.conns.Do(&f.x, &f.target),
		"GET /x HTTP/1.1\nUser-Agent: locust-http\nHost: $host\nAccept: */*\n\n")
}

func TestRedirectThatCannotBeFollowed(t *testing.T) {
	for location, want := range map[string]string{
		"":                       "without a Location",
		"ftp://example.test/":    "neither http nor https",
		"javascript:alert(1)":    "neither http nor https",
		"http://":                "no host",
		"http://[::1":            "not a URL",
		"http://example.test:0/": "1 to 65535",
	} {
		s := serve(t, redirecting(302, location))
		f := newFixture(t, load.ConnPerUser)
		if o := f.get(s.url("/")); o.Class != "" {
			t.Fatal(o)
		}
		if again, err := f.x.Redirect(); !again || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v %v, want %q", location, again, err, want)
		}
	}
}

func TestNoRedirect(t *testing.T) {
	for _, status := range []int{200, 300, 304, 305, 400, 500} {
		s := serve(t, redirecting(status, "/next"))
		f := newFixture(t, load.ConnPerUser)
		f.get(s.url("/"))
		if again, err := f.x.Redirect(); again || err != nil {
			t.Errorf("%d: %v %v", status, again, err)
		}
	}
	var x Exchange
	if again, err := x.Redirect(); again || err != nil {
		t.Errorf("without a response: %v %v", again, err)
	}
}
