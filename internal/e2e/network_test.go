package e2e

import (
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
)

// limitedPlan asks for a page that only those with a certificate get, of a server whose
// certificate is for another name and signed by nobody that is known.
const limitedPlan = `
version: 1
base_url: %s
defaults: {tls: %s}
on_failure: continue
transactions:
  - name: t
    steps:
      - {name: limited, request: {url: /limited}, check: [{json: $.client, equals: %q}, {json: $.server_name, equals: shop.test}]}
load: {users: 2, iterations: 6}
`

func TestPrivateTLS(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, testsite.NewShop(), testsite.Options{TLS: true, Name: "shop.test"})
	for name, c := range map[string]struct {
		tls      string
		code     int
		failures load.Class // of each request; empty: none fails
		seen     int64
	}{
		"all of it":         {tls: "{ca: tls/ca.pem, cert: tls/client.pem, key: tls/client.key, server_name: shop.test}", seen: 6},
		"no certificate":    {tls: "{ca: tls/ca.pem, server_name: shop.test}", code: 3, failures: load.ClassStatus, seen: 6},
		"another authority": {tls: "{cert: tls/client.pem, key: tls/client.key, server_name: shop.test}", code: 3, failures: load.ClassTLSUntrusted},
		"another name":      {tls: "{ca: tls/ca.pem, cert: tls/client.pem, key: tls/client.key}", code: 3, failures: load.ClassTLSHostname},
	} {
		t.Run(name, func(t *testing.T) {
			before := site.Log.Seen()
			dir := t.TempDir()
			writeFiles(t, dir, map[string]string{
				"tls/ca.pem": string(site.CAPEM), "tls/client.pem": string(site.ClientPEM), "tls/client.key": string(site.ClientKeyPEM),
				"plan.yaml": fmt.Sprintf(limitedPlan, site.URL, c.tls, testsite.ClientName),
			})
			code, r := runExample(t, filepath.Join(dir, "plan.yaml"), site)
			if code != c.code {
				t.Errorf("exit %d, want %d", code, c.code)
			}
			equal(t, "seen", site.Log.Seen()-before, c.seen)
			account(t, r, c.seen)
			equal(t, "attempts", r.Attempts, 6)
			for _, e := range r.Errors {
				if e.Class != c.failures || e.Count != 6 {
					t.Errorf("%s: %d %s", e.Class, e.Count, e.Message)
				}
			}
			if (len(r.Errors) > 0) != (c.failures != "") {
				t.Errorf("errors %+v", r.Errors)
			}
		})
	}
}

// The example that may have a proxy has one: two of its three steps go through it.
func TestThroughProxies(t *testing.T) {
	t.Parallel()
	const user, password = "me", "p@ss:w/rd %"
	for name, run := range map[string]func(testsite.T, testsite.ProxyOptions) *testsite.Proxy{"HTTP": testsite.RunHTTPProxy, "SOCKS5": testsite.RunSOCKS} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
			proxy := run(t, testsite.ProxyOptions{User: user, Password: password})
			code, r := runExample(t, "network.yaml", site, "--var", "proxy="+proxy.URL, "--rate", "10", "--duration", "2s")
			if code != 0 {
				t.Errorf("exit %d", code)
			}
			account(t, r, site.Log.Seen())
			rows := rowsOf(r)
			through := int64(0)
			for _, e := range proxy.Entries() {
				if !e.Allowed {
					t.Errorf("%+v", e)
				}
				if name == "SOCKS5" || e.Ask == "GET" {
					through++
				}
			}
			want := rows["small"].Requests + rows["large"].Requests
			if name == "SOCKS5" {
				want = proxy.Conns() // a connection each, used again and again
			}
			equal(t, "asked of the proxy", through, want)
			equal(t, "transactions", rows["small"].Requests, 20)
			enough(t, r, 60)
			if through == 0 {
				t.Error("nothing went through the proxy")
			}
		})
		t.Run(name+" with the wrong password", func(t *testing.T) {
			t.Parallel()
			site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
			proxy := run(t, testsite.ProxyOptions{User: user, Password: password})
			wrong := strings.Replace(proxy.URL, "@"+proxy.Addr, "x@"+proxy.Addr, 1)
			plan := edited(t, "network.yaml", "      - name: direct, to whoever it is\n        request: {url: /ok, proxy: \"\", tls: {insecure: true, server_name: shop.example.com}}\n", "")
			code, r := runExample(t, plan, site, "--var", "proxy="+wrong, "--rate", "10", "--duration", "1s")
			if code != 3 {
				t.Errorf("exit %d", code)
			}
			equal(t, "seen by the target", site.Log.Seen(), 0)
			equal(t, "failures", r.Total.Failures, r.Total.Requests)
			for _, e := range proxy.Entries() {
				if e.Allowed {
					t.Errorf("%+v", e)
				}
			}
			if u, err := url.Parse(proxy.URL); err != nil || u.Host != proxy.Addr || len(proxy.Entries()) == 0 {
				t.Errorf("the proxy at %s was not asked: %v", u, err)
			}
		})
	}
}

// A target may have an address of IPv6. A machine that has none says so here; the
// addresses as such are tried with the code that reads them.
func TestIPv6Target(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Log("this machine has no ::1")
		return
	}
	l.Close()
	site := testsite.Run(t, testsite.NewShop(), testsite.Options{Addr: "[::1]:0"})
	code, r := runExample(t, "smoke.yaml", site)
	if code != 0 {
		t.Errorf("exit %d", code)
	}
	account(t, r, site.Log.Seen())
	equal(t, "requests", r.Sent, 21)
}
