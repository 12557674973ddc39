package send

import (
	"fmt"
	"strings"
	"testing"
)

func mustProxy(t testing.TB, text string) *Proxy {
	t.Helper()
	p, err := ParseProxy(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestParseProxy(t *testing.T) {
	for _, c := range []struct {
		text, address, user, password, shown string
		scheme                               proxyScheme
	}{
		{"http://proxy.test", "proxy.test:80", "", "", "http://proxy.test:80", proxyHTTP},
		{"HTTP://Proxy.Test:3128/", "proxy.test:3128", "", "", "http://proxy.test:3128", proxyHTTP},
		{"https://proxy.test", "proxy.test:443", "", "", "https://proxy.test:443", proxyHTTPS},
		{"socks5://10.0.0.1", "10.0.0.1:1080", "", "", "socks5://10.0.0.1:1080", proxySOCKS5},
		{"socks5h://s", "s:1080", "", "", "socks5h://s:1080", proxySOCKS5h},
		{"http://u:p@h:1", "h:1", "u", "p", "http://***@h:1", proxyHTTP},
		{"http://u%40x:p%3A%2F%25%00@h:1", "h:1", "u@x", "p:/%\x00", "http://***@h:1", proxyHTTP},
		{"http://u:a:b@c@h:1", "h:1", "u", "a:b@c", "http://***@h:1", proxyHTTP},
		{"http://token@h:1", "h:1", "token", "", "http://***@h:1", proxyHTTP},
		{"http://u+v:p+q@h:1", "h:1", "u+v", "p+q", "http://***@h:1", proxyHTTP},
		{"http://[::1]:3128", "[::1]:3128", "", "", "http://[::1]:3128", proxyHTTP},
		{"socks5://u:p@[2001:DB8::1]", "[2001:db8::1]:1080", "u", "p", "socks5://***@[2001:db8::1]:1080", proxySOCKS5},
		{"http://bücher.test", "xn--bcher-kva.test:80", "", "", "http://xn--bcher-kva.test:80", proxyHTTP},
	} {
		p, err := ParseProxy(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if p.scheme != c.scheme || p.address != c.address || p.user != c.user || p.password != c.password {
			t.Errorf("%s: %d %s %q %q", c.text, p.scheme, p.address, p.user, p.password)
		}
		for _, shown := range []string{p.String(), fmt.Sprintf("%v", p), fmt.Sprintf("%+v", p), fmt.Sprintf("%#v", p)} {
			if shown != c.shown {
				t.Errorf("%s is shown as %s, want %s", c.text, shown, c.shown)
			}
		}
	}
}

func TestParseProxyErrors(t *testing.T) {
	for _, text := range []string{
		"", "://", "http://", "http://:80", "proxy.test:3128", "hunter2@proxy.test", "socks4://u:hunter2@h",
		"hunter2://h", "u:hunter2@x://h", "http:/u:hunter2@h", "http://u:hunter2", "http://u:hunter2@h:0",
		"http://u:hunter2@h:99999", "http://u:hunter2@h/path", "http://u:hunter2@h?q", "http://u:hunter2/@h",
		"http://u:hunter2%@h", "http://u%:hunter2@h", "http://u%3Av:hunter2@h", "http://u:hunter2@::1",
		"http://u:hunter2@[::1", "http://u:hunter2@[h]", "http://u:hunter2@[::1]x", "http://u:hunter2@h h",
		"http://u:hunter2@ ", "http://u:x@y@hunter2{}", "socks5://:hunter2@h", "http://u:hunter2@\xff.test",
		"socks5://u:hunter2" + strings.Repeat("x", 255) + "@h", "socks5h://hunter2" + strings.Repeat("x", 255) + "@h",
	} {
		p, err := ParseProxy(text)
		if err == nil {
			t.Errorf("%q is taken as %v", text, p)
			continue
		}
		// A scheme that is a short word is quoted: it is no password to anybody.
		if strings.Contains(err.Error(), "hunter2") && !strings.HasPrefix(text, "hunter2:") {
			t.Errorf("%q: the error has the password: %v", text, err)
		}
	}
}

func FuzzParseProxy(f *testing.F) {
	f.Add("http://u:p@h:1")
	f.Add("socks5h://[::1]:1080")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParseProxy(text)
		if err != nil {
			return
		}
		again, err := ParseProxy(strings.Replace(p.String(), "***@", "", 1))
		if err != nil || again.address != p.address || again.scheme != p.scheme {
			t.Errorf("%q is shown as %v, which is %v, %v", text, p, again, err)
		}
	})
}
