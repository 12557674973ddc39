//go:build unix

package send

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
)

// Every way in which a proxy can fail, for a plain request and for one in TLS.
func TestProxyFailures(t *testing.T) {
	closed, release, err := testsite.ClosedPort()
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	reply := func(s string) func(t *testing.T) string {
		return func(t *testing.T) string {
			return serve(t, func(p *peer) { p.request(); p.say(s); p.wait() }).Addr().String()
		}
	}
	socks := func(answers ...string) func(t *testing.T) string {
		return func(t *testing.T) string {
			return serve(t, func(p *peer) {
				for _, a := range answers {
					_, _ = p.r.Peek(1)
					_, _ = p.r.Discard(p.r.Buffered())
					p.say(a)
				}
				if answers == nil {
					_, _ = p.r.ReadByte()
					return
				}
				p.wait()
			}).Addr().String()
		}
	}
	http407 := func(t *testing.T) string {
		return testsite.RunHTTPProxy(t, testsite.ProxyOptions{User: "a", Password: "b"}).Addr
	}
	for _, c := range []struct {
		name    string
		at      func(t *testing.T) string
		proxy   string // scheme and credentials
		url     string
		class   load.Class
		message string // part of it
	}{
		{"refused", func(*testing.T) string { return closed }, "http://", "http://127.0.0.1:1", load.ClassProxy, "connection refused"},
		{"refused, TLS", func(*testing.T) string { return closed }, "http://", "https://127.0.0.1:1", load.ClassProxy, "connection refused"},
		{"refused, SOCKS", func(*testing.T) string { return closed }, "socks5://", "http://127.0.0.1:1", load.ClassProxy, "connection refused"},
		{"407 plain, no credentials", http407, "http://", "http://127.0.0.1:1", load.ClassProxy, "answered 407 Proxy Authentication Required: it wants user and password"},
		{"407 plain, wrong ones", http407, "http://u:hunter2@", "http://127.0.0.1:1", load.ClassProxy, "it refused user and password"},
		{"407 CONNECT", http407, "http://u:hunter2@", "https://127.0.0.1:1", load.ClassProxy, "answered 407 Proxy Authentication Required to CONNECT 127.0.0.1:1"},
		{"502 CONNECT", reply("HTTP/1.1 502 Basic " + proxyBasic + "\r\n\r\nlong story"), "http://u:hunter2@", "https://t.test", load.ClassProxy, "answered 502 Bad Gateway to CONNECT t.test:443"},
		{"redirect of CONNECT", reply("HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n"), "http://", "https://t.test", load.ClassProxy, "302"},
		{"no HTTP", reply("SSH-2.0-OpenSSH\r\n"), "http://", "https://t.test", load.ClassProxy, "not HTTP/1"},
		{"bad status", reply("HTTP/1.1 2x0 OK\r\n\r\n"), "http://", "https://t.test", load.ClassProxy, "not HTTP/1"},
		{"more than the answer", reply("HTTP/1.1 200 OK\r\n\r\nhello"), "http://", "https://t.test", load.ClassProxy, "more than its answer"},
		{"endless header", reply("HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", 20000)), "http://", "https://t.test", load.ClassProxy, "64 KiB"},
		{"endless line", reply("HTTP/1.1 200 " + strings.Repeat("x", 10000)), "http://", "https://t.test", load.ClassProxy, ""},
		{"endless interim", reply(strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 50)), "http://", "https://t.test", load.ClassProxy, "interim"},
		{"closes", socks(), "http://", "https://t.test", load.ClassProxy, "closed the connection"},
		{"silent", func(t *testing.T) string { return serve(t, (*peer).wait).Addr().String() }, "http://", "https://t.test", load.ClassTimeoutConnect, "no answer in time"},
		{"silent, SOCKS", func(t *testing.T) string { return serve(t, (*peer).wait).Addr().String() }, "socks5h://", "http://t.test", load.ClassTimeoutConnect, "no answer in time"},
		{"silent, https", func(t *testing.T) string { return serve(t, (*peer).wait).Addr().String() }, "https://", "http://t.test", load.ClassTimeoutConnect, ""},
		{"plain where https is meant", socks("HTTP/1.1 400 Bad Request\r\n\r\n"), "https://", "http://t.test", load.ClassProxy, "TLS with it failed"},
		{"SOCKS closes", socks(), "socks5h://", "http://t.test", load.ClassProxy, "closed the connection"},
		{"SOCKS closes midway", socks("\x05"), "socks5h://", "http://t.test", load.ClassTimeoutConnect, ""},
		{"SOCKS is HTTP", reply("HTTP/1.1 400 Bad Request\r\n\r\n"), "socks5h://", "http://t.test", load.ClassTimeoutConnect, ""},
		{"SOCKS4", socks("\x04\x00"), "socks5h://", "http://t.test", load.ClassProxy, "not SOCKS5"},
		{"SOCKS wants a password", socks("\x05\xff"), "socks5h://", "http://t.test", load.ClassProxy, "without user and password"},
		{"SOCKS wants GSSAPI", socks("\x05\x01"), "socks5h://u:hunter2@", "http://t.test", load.ClassProxy, "no way to authenticate"},
		{"SOCKS takes a password that was not offered", socks("\x05\x02"), "socks5h://", "http://t.test", load.ClassProxy, "no way to authenticate"},
		{"SOCKS refuses the password", socks("\x05\x02", "\x01\x01"), "socks5h://u:hunter2@", "http://t.test", load.ClassProxy, "refused user and password"},
		{"SOCKS code 1", socks("\x05\x00", "\x05\x01\x00\x01"), "socks5h://", "http://t.test", load.ClassProxy, "code 1: general failure"},
		{"SOCKS code 2", socks("\x05\x00", "\x05\x02\x00\x01"), "socks5h://", "http://t.test", load.ClassProxy, "code 2: connection not allowed"},
		{"SOCKS code 5", socks("\x05\x00", "\x05\x05\x00\x01"), "socks5h://", "https://t.test", load.ClassProxy, "code 5: connection refused"},
		{"SOCKS code 8", socks("\x05\x00", "\x05\x08\x00\x01"), "socks5h://", "http://t.test", load.ClassProxy, "code 8: address type"},
		{"SOCKS code 200", socks("\x05\x00", "\x05\xc8\x00\x01"), "socks5h://", "http://t.test", load.ClassProxy, "code 200"},
		{"SOCKS odd address", socks("\x05\x00", "\x05\x00\x00\x07"), "socks5h://", "http://t.test", load.ClassProxy, "not SOCKS5"},
		{"SOCKS long name", socks("\x05\x00"), "socks5h://", "http://" + strings.Repeat("x", 256), load.ClassProxy, "255"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, load.ConnPerUser)
			f.target.Proxy = mustProxy(t, c.proxy+c.at(t))
			if c.class == load.ClassTimeoutConnect {
				f.target.Connect = 250 * time.Millisecond
			}
			o := f.get(c.url)
			f.wantFailure(o, c.class, load.UnsentConnect)
			if !strings.Contains(o.Message, c.message) || !strings.Contains(o.Message, "proxy 127.0.0.1:") {
				t.Errorf("message %q", o.Message)
			}
			f.noSecrets(o, "hunter2", proxyBasic)
			// What the limit has cut off took that long, but for a little at its edges.
			if c.class == load.ClassTimeoutConnect && o.Timing.Connect < f.target.Connect*4/5 {
				t.Errorf("the way through the proxy is not in the time: %+v", o.Timing)
			}
			if o.Timing.Connect <= 0 || o.Timing.TLS != 0 || len(f.conns.idle) != 0 {
				t.Errorf("%+v, %d connections kept", o.Timing, len(f.conns.idle))
			}
		})
	}
}

// A proxy's 502 to a plain request is a response like any other.
func TestHTTPProxyBadGateway(t *testing.T) {
	p := testsite.RunHTTPProxy(t, testsite.ProxyOptions{Refuse: http.StatusBadGateway})
	f := newFixture(t, load.ConnPerUser)
	f.target.Proxy = mustProxy(t, p.URL)
	f.wantOK(f.get("http://127.0.0.1:1/"), 502, "")
}

func TestProxyNameNotFound(t *testing.T) {
	f := newFixture(t, load.ConnPerUser)
	f.target.Proxy = mustProxy(t, "http://u:hunter2@nobody.invalid:1")
	o := f.get("http://127.0.0.1:1/")
	if o.Class == load.ClassDNSTimeout {
		// What a resolver that cannot be reached comes to; the rest holds all the same.
		f.wantFailure(o, load.ClassDNSTimeout, load.UnsentDNS)
	} else {
		f.wantFailure(o, load.ClassProxy, load.UnsentDNS)
	}
	f.noSecrets(o, "hunter2")
	if o.Timing.DNS <= 0 {
		t.Errorf("%+v", o.Timing)
	}
}

// The deadline of the whole attempt and Interrupt cut off what a proxy is silent about.
func TestProxyTotal(t *testing.T) {
	s := serve(t, (*peer).wait)
	f := newFixture(t, load.ConnPerUser)
	f.target.Proxy = mustProxy(t, "http://"+s.Addr().String())
	f.target.Total = 50 * time.Millisecond
	f.wantFailure(f.get("https://t.test/"), load.ClassTimeoutConnect, load.UnsentConnect)
}

func TestProxyInterrupt(t *testing.T) {
	for _, scheme := range []string{"http://", "socks5h://", "https://"} {
		asked := make(chan bool)
		s := serve(t, func(p *peer) {
			_, _ = p.r.Peek(1)
			close(asked)
			p.wait()
		})
		f := newFixture(t, load.ConnPerUser)
		f.target.Proxy = mustProxy(t, scheme+s.Addr().String())
		go func() {
			<-asked
			f.client.Interrupt()
		}()
		o := f.get("https://t.test/")
		if !o.Interrupted || o.Fate != load.UnsentInterrupted || o.BytesOut != 0 || o.Timing.Total >= f.target.Total {
			t.Errorf("%s: %+v", scheme, o)
		}
	}
}
