package testsite

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// through does one GET with the client of the standard library, over a new connection.
func through(t *testing.T, proxy, target string, config *tls.Config) (status int, body string, err error) {
	t.Helper()
	u, err := url.Parse(proxy)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{Proxy: http.ProxyURL(u), TLSClientConfig: config}
	defer transport.CloseIdleConnections()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, target, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := transport.RoundTrip(r)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, string(b), err
}

// The proxies do for net/http, which nobody here has written, what they are to do, and
// their accounts say so.
func TestProxies(t *testing.T) {
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "hello "+r.URL.Path) })
	plain, secure := Run(t, hello, Options{}), Run(t, hello, Options{TLS: true})
	user := ProxyOptions{User: "u@:", Password: "p %"}
	overTLS := user
	overTLS.TLS = true
	for _, c := range []struct {
		name  string
		proxy *Proxy
		wrong string   // user and password that are refused
		asks  []string // of the account, after one plain and one secure request
	}{
		{"http", RunHTTPProxy(t, user), "u:x", []string{"GET " + plain.URL + "/a", "CONNECT " + secure.Addr}},
		{"https", RunHTTPProxy(t, overTLS), "u:x", []string{"GET " + plain.URL + "/a", "CONNECT " + secure.Addr}},
		{"socks5", RunSOCKS(t, user), "u:x", []string{"SOCKS " + plain.Addr, "SOCKS " + secure.Addr}},
		{"socks5, open", RunSOCKS(t, ProxyOptions{}), "", []string{"SOCKS " + plain.Addr, "SOCKS " + secure.Addr}},
	} {
		config := &tls.Config{RootCAs: secure.CA.Clone()}
		config.RootCAs.AppendCertsFromPEM(c.proxy.CAPEM)
		for _, target := range []string{plain.URL, secure.URL} {
			if status, body, err := through(t, c.proxy.URL, target+"/a", config); status != 200 || body != "hello /a" || err != nil {
				t.Errorf("%s to %s: %d %q %v", c.name, target, status, body, err)
			}
		}
		var asks []string
		for i, e := range c.proxy.Entries() {
			if !e.Allowed || e.Conn != int64(i+1) {
				t.Errorf("%s: %+v", c.name, e)
			}
			asks = append(asks, e.Ask+" "+e.Target)
		}
		if !slices.Equal(asks, c.asks) || c.proxy.Conns() != 2 {
			t.Errorf("%s: asked for %q over %d connections, want %q", c.name, asks, c.proxy.Conns(), c.asks)
		}
		if c.wrong == "" {
			continue
		}
		scheme, _, _ := strings.Cut(c.proxy.URL, "://")
		status, _, err := through(t, scheme+"://"+c.wrong+"@"+c.proxy.Addr, secure.URL+"/a", config)
		if err == nil {
			t.Errorf("%s: the wrong password was taken: %d", c.name, status)
		}
		if e := c.proxy.Entries(); len(e) != 3 || e[2].Allowed {
			t.Errorf("%s: %+v", c.name, e)
		}
	}
	if n := secure.Log.Connections(); n != 4 {
		t.Errorf("%d connections to the secure target, want 4", n)
	}
}

// A proxy refuses what it is told to, and a target that is not there.
func TestProxyRefuses(t *testing.T) {
	closed, release, err := ClosedPort()
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	for _, c := range []struct {
		proxy  *Proxy
		status int // of the response, 0: an error
		noted  int
	}{
		{RunHTTPProxy(t, ProxyOptions{Refuse: 503}), 503, 503},
		{RunHTTPProxy(t, ProxyOptions{}), 502, 502},
		{RunHTTPProxy(t, ProxyOptions{User: "u"}), 502, 502},
		{RunSOCKS(t, ProxyOptions{Refuse: 2}), 0, 2},
		{RunSOCKS(t, ProxyOptions{}), 0, socksUnreachable},
	} {
		status, _, err := through(t, c.proxy.URL, "http://"+closed+"/", nil)
		if status != c.status || (err == nil) != (c.status != 0) {
			t.Errorf("%s: %d, %v; want %d", c.proxy.URL, status, err, c.status)
		}
		if e := c.proxy.Entries(); len(e) != 1 || e[0].Status != c.noted {
			t.Errorf("%s: %+v", c.proxy.URL, e)
		}
	}
}
