//go:build unix

package send

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
)

// wantEntries compares what a proxy says it was asked for.
func wantEntries(t *testing.T, p *testsite.Proxy, want ...testsite.ProxyEntry) {
	t.Helper()
	if got := p.Entries(); !slices.Equal(got, want) {
		t.Errorf("the proxy has seen\n%+v\nwant\n%+v", got, want)
	}
}

// noSecrets fails the test if an outcome or its record has the password in any form.
func (f *fixture) noSecrets(o Outcome, secrets ...string) {
	f.Helper()
	a := f.x.Record(o, 1000)
	text := o.Message + a.Message + a.URL
	for _, h := range slices.Concat(a.RequestHeader, a.ResponseHeader) {
		text += h.Name + h.Value
	}
	for _, s := range secrets {
		if strings.Contains(text, s) {
			f.Errorf("%q is in %s", s, text)
		}
	}
}

const proxyBasic = "dTpodW50ZXIy" // u:hunter2

func TestHTTPProxyForwards(t *testing.T) {
	var seen []byte
	s := serve(t, func(p *peer) {
		for {
			r := p.request()
			if r == nil {
				return
			}
			seen = r
			p.say(ok)
		}
	})
	other := serve(t, answer(ok))
	p := testsite.RunHTTPProxy(t, testsite.ProxyOptions{User: "u", Password: "hunter2"})
	f := newFixture(t, load.ConnPerUser)
	f.target.Proxy = mustProxy(t, p.URL)
	o := f.do("POST", s.url("/a?b=c"), []byte("payload"))
	f.wantOK(o, 200, "ok")
	f.noSecrets(o, "hunter2", proxyBasic)
	if !slices.Contains(f.x.Record(o, 0).RequestHeader, load.Header{Name: "Proxy-Authorization", Value: load.Masked}) {
		t.Error("the record does not say that there were credentials")
	}
	// Frozen, and to another target: both over the same connection to the proxy.
	if err := f.x.Start("GET", []byte(other.url("/frozen"))); err != nil {
		t.Fatal(err)
	}
	frozen, err := f.x.Freeze()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		f.x.Reuse(frozen)
		f.wantOK(f.conns.Do(&f.x, &f.target), 200, "ok")
	}
	// Without the proxy a request does not go over its connection.
	f.target.Proxy = nil
	f.x.Reuse(frozen)
	f.wantOK(f.conns.Do(&f.x, &f.target), 200, "ok")
	wantEntries(t, p,
		testsite.ProxyEntry{Conn: 1, Ask: "POST", Target: s.url("/a?b=c"), Allowed: true, Status: 200},
		testsite.ProxyEntry{Conn: 1, Ask: "GET", Target: other.url("/frozen"), Allowed: true, Status: 200},
		testsite.ProxyEntry{Conn: 1, Ask: "GET", Target: other.url("/frozen"), Allowed: true, Status: 200})
	s.stop()
	if !strings.HasPrefix(string(seen), "POST /a?b=c HTTP/1.1\r\n") || !strings.HasSuffix(string(seen), "\r\n\r\npayload") {
		t.Errorf("the target has seen %q", seen)
	}
	if s.requests.Load() != 1 || other.requests.Load() != 3 {
		t.Errorf("the targets have seen %d and %d requests, want 1 and 3", s.requests.Load(), other.requests.Load())
	}
}

// What goes to the proxy is exactly what is counted.
func TestHTTPProxyWire(t *testing.T) {
	var got []byte
	s := serve(t, func(p *peer) {
		got = p.request()
		p.say(ok)
	})
	f := newFixture(t, load.ConnPerUser)
	f.target.Proxy = mustProxy(t, "http://u:hunter2@"+s.Addr().String())
	o := f.do("PUT", "http://target.test:81/x", []byte("body"))
	f.wantOK(o, 200, "ok")
	s.stop()
	want := "PUT http://target.test:81/x HTTP/1.1\r\nProxy-Authorization: Basic " + proxyBasic + "\r\n"
	if !strings.HasPrefix(string(got), want) || !strings.Contains(string(got), "\r\nHost: target.test:81\r\n") ||
		!strings.HasSuffix(string(got), "\r\n\r\nbody") || o.BytesOut != int64(len(got)) {
		t.Errorf("%d bytes out, got %d: %q", o.BytesOut, len(got), got)
	}
}

func TestHTTPProxyTunnels(t *testing.T) {
	for _, secure := range []bool{false, true} {
		t.Run(map[bool]string{false: "http", true: "https"}[secure], func(t *testing.T) {
			s, client := serveTLS(t, &tls.Config{}, answer(ok))
			p := testsite.RunHTTPProxy(t, testsite.ProxyOptions{User: "u", Password: "hunter2", TLS: secure})
			if secure {
				client.RootCAs.AppendCertsFromPEM(p.CAPEM)
			}
			f := newFixture(t, load.ConnPerUser)
			f.target.TLS, f.target.Proxy = client, mustProxy(t, p.URL)
			for i := range 3 {
				o := f.get(s.urlTLS("/"))
				f.wantOK(o, 200, "ok")
				f.noSecrets(o, "hunter2", proxyBasic)
				if o.BytesIn != int64(len(ok)) || (o.Timing.TLS > 0) != (i == 0) || (o.Timing.Connect > 0) != (i == 0) {
					t.Errorf("attempt %d: %+v", i, o)
				}
			}
			// The same text, parsed anew, is the same proxy; other credentials are another.
			f.target.Proxy = mustProxy(t, p.URL)
			f.wantOK(f.get(s.urlTLS("/")), 200, "ok")
			wantEntries(t, p, testsite.ProxyEntry{Conn: 1, Ask: "CONNECT", Target: s.Addr().String(), Allowed: true, Status: 200})
			f.target.Proxy = mustProxy(t, strings.Replace(p.URL, "@", "x@", 1))
			f.wantFailure(f.get(s.urlTLS("/")), load.ClassProxy, load.UnsentConnect)
			if s.conns.Load() != 1 || s.requests.Load() != 4 || f.client.Reconnects() != 0 {
				t.Errorf("%d connections, %d requests, %d reconnects", s.conns.Load(), s.requests.Load(), f.client.Reconnects())
			}
		})
	}
}

// An https proxy forwards plain requests, inside its own TLS.
func TestHTTPSProxyForwards(t *testing.T) {
	s := serve(t, answer(ok))
	p := testsite.RunHTTPProxy(t, testsite.ProxyOptions{TLS: true})
	f := newFixture(t, load.ConnPerUser)
	f.target.Proxy = mustProxy(t, p.URL)
	o := f.get(s.url("/"))
	f.wantFailure(o, load.ClassProxy, load.UnsentConnect) // nobody trusts it
	if !strings.Contains(o.Message, "certificate") {
		t.Errorf("message %q", o.Message)
	}
	f.target.TLS = &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "elsewhere.test"}
	f.target.TLS.RootCAs.AppendCertsFromPEM(p.CAPEM)
	for range 3 {
		f.wantOK(f.get(s.url("/")), 200, "ok")
	}
	// One who trusts nobody does not use the connection of one who does.
	f.target.TLS = nil
	f.wantFailure(f.get(s.url("/")), load.ClassProxy, load.UnsentConnect)
	if p.Conns() != 3 || s.requests.Load() != 3 {
		t.Errorf("%d connections to the proxy, %d requests", p.Conns(), s.requests.Load())
	}
}

// Through both layers of TLS, what arrives while the connection is idle is noticed.
func TestTLSInTLSIdle(t *testing.T) {
	goOn := make(chan bool)
	s, client := serveTLS(t, &tls.Config{}, func(p *peer) {
		p.request()
		p.say(ok)
		if p.n == 1 {
			<-goOn
			p.say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate")
		}
		p.wait()
	})
	p := testsite.RunHTTPProxy(t, testsite.ProxyOptions{TLS: true})
	client.RootCAs.AppendCertsFromPEM(p.CAPEM)
	f := newFixture(t, load.ConnPerUser)
	f.target.TLS, f.target.Proxy = client, mustProxy(t, p.URL)
	f.wantOK(f.get(s.urlTLS("/")), 200, "ok")
	close(goOn)
	f.awaitReadable()
	f.wantOK(f.get(s.urlTLS("/")), 200, "ok")
	if f.client.Reconnects() != 1 || s.requests.Load() != 2 {
		t.Errorf("%d reconnects, %d requests", f.client.Reconnects(), s.requests.Load())
	}
}

func TestSOCKS(t *testing.T) {
	for _, c := range []struct {
		name           string
		scheme, host   string
		user, password string
		byName         bool
	}{
		{"address", "socks5", "127.0.0.1", "", "", false},
		{"address, with password", "socks5", "127.0.0.1", "u@", "hunter2:", false},
		{"address at the proxy", "socks5h", "127.0.0.1", "u", "", false},
		{"name resolved here", "socks5", "localhost", "", "", false},
		{"name resolved there", "socks5h", "localhost", "u", "hunter2", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, answer(ok))
			p := testsite.RunSOCKS(t, testsite.ProxyOptions{User: c.user, Password: c.password})
			f := newFixture(t, load.ConnPerUser)
			f.target.Proxy = mustProxy(t, strings.Replace(p.URL, "socks5", c.scheme, 1))
			_, port, _ := net.SplitHostPort(s.Addr().String())
			for range 2 {
				f.wantOK(f.get("http://"+c.host+":"+port+"/"), 200, "ok")
			}
			target := s.Addr().String()
			if c.byName {
				target = "localhost:" + port
			}
			wantEntries(t, p, testsite.ProxyEntry{Conn: 1, Ask: "SOCKS", Target: target, ByName: c.byName, Allowed: true})
			// Another user's credentials: another connection, refused.
			if c.user != "" {
				f.target.Proxy = mustProxy(t, c.scheme+"://other:wrong@"+p.Addr)
				o := f.get("http://" + c.host + ":" + port + "/")
				f.wantFailure(o, load.ClassProxy, load.UnsentConnect)
				f.noSecrets(o, "other", "wrong", "hunter2")
			}
			if s.requests.Load() != 2 {
				t.Errorf("%d requests", s.requests.Load())
			}
		})
	}
}

func TestSOCKSCarriesTLS(t *testing.T) {
	s, client := serveTLS(t, &tls.Config{}, answer(ok))
	p := testsite.RunSOCKS(t, testsite.ProxyOptions{})
	f := newFixture(t, load.ConnShared)
	f.target.TLS, f.target.Proxy = client, mustProxy(t, p.URL)
	for range 3 {
		f.wantOK(f.get(s.urlTLS("/")), 200, "ok")
	}
	if len(p.Entries()) != 1 || s.conns.Load() != 1 {
		t.Errorf("%d asked, %d connections", len(p.Entries()), s.conns.Load())
	}
}

// Redirects go through the same proxy.
func TestProxyRedirect(t *testing.T) {
	second := serve(t, answer(ok))
	first := serve(t, answer("HTTP/1.1 302 Found\r\nLocation: "+second.url("/there")+"\r\nContent-Length: 0\r\n\r\n"))
	p := testsite.RunHTTPProxy(t, testsite.ProxyOptions{})
	f := newFixture(t, load.ConnPerUser)
	f.target.Proxy = mustProxy(t, p.URL)
	f.wantOK(f.get(first.url("/")), 302, "")
	if more, err := f.x.Redirect(); !more || err != nil {
		t.Fatal(more, err)
	}
	f.wantOK(f.conns.Do(&f.x, &f.target), 200, "ok")
	wantEntries(t, p,
		testsite.ProxyEntry{Conn: 1, Ask: "GET", Target: first.url("/"), Allowed: true, Status: 302},
		testsite.ProxyEntry{Conn: 1, Ask: "GET", Target: second.url("/there"), Allowed: true, Status: 200})
}
