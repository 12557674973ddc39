//go:build unix

package send

import (
	"crypto/tls"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
)

func TestIPv6Origins(t *testing.T) {
	for url, want := range map[string]struct{ host, address, authority string }{
		"http://[::1]":               {"::1", "[::1]:80", "[::1]"},
		"http://[::1]:8080":          {"::1", "[::1]:8080", "[::1]:8080"},
		"https://[2001:DB8::A]":      {"2001:db8::a", "[2001:db8::a]:443", "[2001:db8::a]"},
		"http://[fe80::1%25lo]:81":   {"fe80::1%lo", "[fe80::1%lo]:81", "[fe80::1]:81"},
		"http://[::ffff:127.0.0.1]/": {"::ffff:127.0.0.1", "[::ffff:127.0.0.1]:80", "[::ffff:127.0.0.1]"},
	} {
		o, err := newOrigin(strings.TrimSuffix(url, "/"))
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		if o.host != want.host || o.address != want.address || o.authority != want.authority {
			t.Errorf("%s: %+v", url, o)
		}
	}
	for _, url := range []string{
		"http://::1", "http://[::1", "http://[::1]x", "http://[]", "http://[host]", "http://[127.0.0.1]", "http://[::1]:0",
		"http://[::1]:99999", "http://[::g]", "http://[%25lo]", "http://[::1%25]",
	} {
		if o, err := newOrigin(url); err == nil {
			t.Errorf("%s is taken: %+v", url, o)
		}
	}
}

// listenIPv6 listens on ::1. A machine without IPv6 says so here: then there is nothing
// to be tried but the parsing, which TestIPv6Origins does.
func listenIPv6(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp6", "[::1]:0")
	if err == nil {
		return l
	}
	addresses, listErr := net.InterfaceAddrs()
	if listErr != nil {
		t.Fatal(listErr)
	}
	for _, a := range addresses {
		if ip, ok := a.(*net.IPNet); ok && ip.IP.Equal(net.IPv6loopback) {
			t.Fatalf("::1 is an address of this machine, but cannot be listened on: %v", err)
		}
	}
	t.Log("this machine has no ::1: only the parsing of IPv6 was tried")
	return nil
}

func TestIPv6(t *testing.T) {
	l := listenIPv6(t)
	if l == nil {
		return
	}
	var header []byte
	s := serveOn(t, l, func(p *peer) {
		for {
			r := p.request()
			if r == nil {
				return
			}
			header = r
			p.say(ok)
		}
	})
	f := newFixture(t, load.ConnPerUser)
	for range 2 {
		f.wantOK(f.get(s.url("/x")), 200, "ok")
	}
	// A zone is of this machine: it is not sent.
	_, port, _ := net.SplitHostPort(s.Addr().String())
	if a := f.x.Record(Outcome{}, 0); a.URL != "http://[::1]:"+port+"/x" {
		t.Errorf("recorded as %s", a.URL)
	}
	proxies := []*testsite.Proxy{
		testsite.RunHTTPProxy(t, testsite.ProxyOptions{Addr: "[::1]:0", User: "u", Password: "p"}),
		testsite.RunSOCKS(t, testsite.ProxyOptions{Addr: "[::1]:0"}),
	}
	for _, p := range proxies {
		f.target.Proxy = mustProxy(t, p.URL)
		f.wantOK(f.get(s.url("/x")), 200, "ok")
	}
	s.stop()
	wantEntries(t, proxies[0], testsite.ProxyEntry{Conn: 1, Ask: "GET", Target: s.url("/x"), Allowed: true, Status: 200})
	wantEntries(t, proxies[1], testsite.ProxyEntry{Conn: 1, Ask: "SOCKS", Target: s.Addr().String(), Allowed: true})
	if s.conns.Load() != 3 || !strings.Contains(string(header), "\r\nHost: [::1]:"+port+"\r\n") {
		t.Errorf("%d connections, %q", s.conns.Load(), header)
	}
}

func TestIPv6TLS(t *testing.T) {
	l := listenIPv6(t)
	if l == nil {
		return
	}
	cert, roots := certificate(t, "::1", time.Now().Add(time.Hour))
	s := serveOn(t, tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{cert}}), answer(ok))
	p := testsite.RunHTTPProxy(t, testsite.ProxyOptions{})
	f := newFixture(t, load.ConnPerUser)
	f.target.TLS = &tls.Config{RootCAs: roots}
	f.wantOK(f.get(s.urlTLS("/")), 200, "ok")
	f.target.Proxy = mustProxy(t, p.URL)
	f.wantOK(f.get(s.urlTLS("/")), 200, "ok")
	wantEntries(t, p, testsite.ProxyEntry{Conn: 1, Ask: "CONNECT", Target: s.Addr().String(), Allowed: true, Status: 200})
}
