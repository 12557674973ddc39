package send

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

// store gives the jar what a response from url with these Set-Cookie lines sets.
func (f *fixture) store(j *Jar, s *server, path string, lines ...string) {
	f.Helper()
	if o := f.do("PUT", s.url(path), []byte(strings.Join(lines, "\n"))); o.Class != "" {
		f.Fatal(o)
	}
	j.Store(&f.x)
}

// setsCookies answers with a Set-Cookie per line of the request's body, and with the
// request's Cookie header as the body.
func setsCookies(p *peer) {
	for {
		b := p.request()
		if b == nil {
			return
		}
		head, body, _ := strings.Cut(string(b), "\r\n\r\n")
		answer := "HTTP/1.1 200 OK\r\n"
		for line := range strings.SplitSeq(body, "\n") {
			if line != "" {
				answer += "Set-Cookie: " + line + "\r\n"
			}
		}
		_, sent, _ := strings.Cut(head, "\r\nCookie: ")
		sent, _, _ = strings.Cut(sent, "\r\n")
		p.say(fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", answer, len(sent), sent))
	}
}

func (f *fixture) wantCookies(j *Jar, s *server, path, want string) {
	f.Helper()
	if err := f.x.Start("GET", []byte(s.url(path))); err != nil {
		f.Fatal(err)
	}
	j.Apply(&f.x)
	f.wantOK(f.conns.Do(&f.x, &f.target), 200, want)
}

func TestJar(t *testing.T) {
	s := serve(t, setsCookies)
	f := newFixture(t, load.ConnPerUser)
	j := NewJar()
	f.wantCookies(j, s, "/", "")
	if !j.Empty() {
		t.Error("not empty")
	}
	f.store(j, s, "/shop/cart", "a=1; Path=/", "b=2", "c=3; Path=/shop", "gone=1; Max-Age=0; Path=/",
		"secret=1; Secure; Path=/elsewhere", "quoted=\"x y\"; Path=/", "=; no cookie", "foreign=1; Domain=other.test")
	if j.Empty() {
		t.Error("empty")
	}
	f.wantCookies(j, s, "/", `a=1; quoted="x y"`)
	f.wantCookies(j, s, "/shop/", `b=2; c=3; a=1; quoted="x y"`)
	f.store(j, s, "/", "a=; Max-Age=0", "quoted=; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
	f.wantCookies(j, s, "/", "")
	var names []string
	for _, c := range j.Cookies() {
		names = append(names, c.Name)
	}
	if got := fmt.Sprint(names); got != "[b c secret]" {
		t.Errorf("the jar says that it holds %s", got)
	}
}

// A cookie of the request itself stays, and one that the jar added does not survive a
// redirect that changes it.
func TestJarAndRequest(t *testing.T) {
	s := serve(t, func(p *peer) {
		p.request()
		p.say("HTTP/1.1 303 See Other\r\nLocation: /home\r\nSet-Cookie: sid=new; Path=/\r\nContent-Length: 0\r\n\r\n")
		setsCookies(p)
	})
	f := newFixture(t, load.ConnPerUser)
	j := NewJar()
	if err := j.Fill([]load.Cookie{{URL: s.url("/"), Name: "sid", Value: "old"}, {URL: s.url("/"), Name: "own", Value: "jar"}}); err != nil {
		t.Fatal(err)
	}
	if err := f.x.Start("POST", []byte(s.url("/login"))); err != nil {
		t.Fatal(err)
	}
	f.x.AddHeader("Cookie", []byte("own=mine"))
	frozen, err := f.x.Freeze()
	if err != nil {
		t.Fatal(err)
	}
	f.x.Reuse(frozen)
	j.Apply(&f.x)
	if o := f.conns.Do(&f.x, &f.target); o.Status != 303 {
		t.Fatal(o)
	}
	j.Store(&f.x)
	if again, err := f.x.Redirect(); !again || err != nil {
		t.Fatal(again, err)
	}
	j.Apply(&f.x)
	f.wantOK(f.conns.Do(&f.x, &f.target), 200, "own=mine; sid=new")
}

func TestJarTravels(t *testing.T) {
	s := serve(t, setsCookies)
	f := newFixture(t, load.ConnPerUser)
	j := NewJar()
	f.store(j, s, "/shop/cart", "a=1; Path=/; HttpOnly", "b=2; Max-Age=60", `c="3 4"; Path=/`, "a=5; Path=/")
	other := NewJar()
	if err := other.Fill(j.Cookies()); err != nil {
		t.Fatal(err)
	}
	const want = `b=2; a=5; c="3 4"` // longest path first, then by age: RFC 6265 5.4
	f.wantCookies(j, s, "/shop/", want)
	f.wantCookies(other, s, "/shop/", want)
	got, before := fmt.Sprint(other.Cookies()), fmt.Sprint(j.Cookies())
	if got != before {
		t.Errorf("got %s\nwant %s", got, before)
	}
	if err := NewJar().Fill([]load.Cookie{{Name: "a", URL: "nowhere"}}); err == nil {
		t.Error("a cookie of no URL was taken")
	}
	if err := other.Fill([]load.Cookie{{Name: "old", URL: s.url("/"), Expires: time.Now().Add(-time.Second)}}); err != nil || len(other.Cookies()) != 3 {
		t.Errorf("%v, %d cookies", err, len(other.Cookies()))
	}
}

func TestJarIsBounded(t *testing.T) {
	j := NewJar()
	for i := range maxCookiesPerHost + 10 {
		if err := j.Fill([]load.Cookie{{URL: "http://example.test/", Name: fmt.Sprint("c", i), Value: "x"}}); err != nil {
			t.Fatal(err)
		}
	}
	var x Exchange
	if err := x.Start("GET", []byte("http://example.test/")); err != nil {
		t.Fatal(err)
	}
	j.Apply(&x)
	if len(j.Cookies()) != maxCookiesPerHost || len(x.fromJar) != maxCookiesPerHost {
		t.Errorf("%d cookies of one host, %d in the jar, want %d", len(j.Cookies()), len(x.fromJar), maxCookiesPerHost)
	}
	for i := range maxCookies + 10 {
		if err := j.Fill([]load.Cookie{{URL: fmt.Sprintf("http://h%d.test/", i), Name: "c", Value: "x"}}); err != nil {
			t.Fatal(err)
		}
	}
	if len(j.Cookies()) != maxCookies {
		t.Errorf("%d cookies, want %d", len(j.Cookies()), maxCookies)
	}
}

func TestJarIsShared(t *testing.T) {
	s := serve(t, setsCookies)
	j := NewJar()
	client := NewClient(Options{})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			conns := client.NewConns()
			defer conns.Close()
			var x Exchange
			for n := range 20 {
				if err := x.Start("PUT", []byte(s.url("/"))); err != nil {
					t.Error(err)
					return
				}
				x.SetBody(fmt.Appendf(nil, "u%d=%d", i, n))
				j.Apply(&x)
				if o := conns.Do(&x, &Target{}); o.Class != "" {
					t.Error(o)
				}
				j.Store(&x)
			}
		})
	}
	wg.Wait()
	if len(j.Cookies()) != 8 {
		t.Errorf("%d cookies, want 8", len(j.Cookies()))
	}
}
