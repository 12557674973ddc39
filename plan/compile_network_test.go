package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

func TestProxies(t *testing.T) {
	p := dataPlan(
		get("/"),
		load.Step{Request: &load.Request{URL: "/", Proxy: pointer(load.Text(""))}},
		load.Step{Request: &load.Request{URL: "/", Proxy: pointer(load.Text("socks5h://u:p%40@[::1]:1080/"))}},
	)
	p.Defaults.Proxy = "http://{{docs.user}}:{{secret.PW}}@proxy.test:3128"
	prog, steps := mustCompile(t, p)
	s := scopeOf(prog, nil)
	s.Rows = rowsOfProgram(prog, map[string]load.Value{"docs.user": load.StringValue("joe")})
	s.Secrets = map[string]string{"PW": "x"}
	for i, want := range []struct {
		url           string
		proxy, static bool
		data          []int
	}{{"http://joe:x@proxy.test:3128", true, false, []int{1}}, {"", false, true, nil}, {"socks5h://u:p%40@[::1]:1080/", true, true, nil}} {
		r := steps[i].Request
		if r.Proxy != want.proxy || r.StaticProxy != want.static || !slices.Equal(steps[i].Data, want.data) || !r.Static {
			t.Errorf("step %d: proxy %v, static %v, data %v", i, r.Proxy, r.StaticProxy, steps[i].Data)
		}
		checkExpanded(t, r.AppendProxy, s, want.url)
	}
}

func TestProxyProblems(t *testing.T) {
	for text, want := range map[string]string{
		"http://h:1": "", "https://h:65535/": "", "SOCKS5://u:p@h:1080": "", "socks5h://[::1]:9": "",
		"h:3128":                     "a proxy is reached with http, https, socks5 or socks5h",
		"proxy":                      "a proxy is reached with http, https, socks5 or socks5h",
		"ftp://h:1":                  "a proxy is reached with http, https, socks5 or socks5h",
		"http://h":                   "the proxy has no port from 1 to 65535",
		"http://h:0":                 "the proxy has no port from 1 to 65535",
		"http://h:70000":             "the proxy has no port from 1 to 65535",
		"http://:1":                  "the proxy has no host",
		"http://h:1/x":               "the URL of a proxy ends with its port",
		"http://h:1?x":               "the URL of a proxy ends with its port",
		"http://hunter2:hunter2@h:x": "is no URL of a proxy",
		"http://u:%zz@h:1":           "is no URL of a proxy",
		"http://a b:1":               "is no URL of a proxy",
	} {
		p := planOf(get("/"), get("/"))
		p.Defaults.Proxy = load.Text(text)
		prog, issues := Compile(p)
		if want == "" {
			if prog == nil {
				t.Errorf("%s: %v", text, issues)
			}
			continue
		}
		lines := issueTexts(issues)
		if len(lines) != 1 || !strings.HasPrefix(lines[0], "defaults.proxy: "+want) || strings.Contains(lines[0], "hunter2") {
			t.Errorf("%s: %q, want %q", text, lines, want)
		}
	}
}

func TestCertificateIssues(t *testing.T) {
	plan := func(defaults load.TLS, own *load.TLS) *load.Plan {
		p := planOf(load.Step{Request: &load.Request{URL: "/", TLS: own}}, get("/"))
		p.Defaults.TLS = defaults
		return p
	}
	const own, missing = "transactions[0].steps[0].request.tls", "a client certificate is cert and key: one is missing (give both; they may be the same file)"
	for _, tt := range []struct {
		plan *load.Plan
		want []string
	}{
		{plan(load.TLS{Cert: "a"}, nil), []string{"defaults.tls: " + missing}},
		{plan(load.TLS{}, &load.TLS{Key: "a"}), []string{own + ": " + missing}},
		{plan(load.TLS{Cert: "a", Key: "b"}, &load.TLS{Cert: "c"}), nil},
		{plan(load.TLS{CA: "../ca"}, nil), []string{`defaults.tls.ca: "../ca" leads out of the workspace (name a file of the workspace, as in data/certs/ca.pem)`}},
		{plan(load.TLS{}, &load.TLS{CA: `c:\ca`}), []string{own + `.ca: "c:\ca" has a drive in it (name a file of the workspace, as in data/certs/ca.pem)`}},
	} {
		prog, issues := Compile(tt.plan)
		if got := issueTexts(issues); !slices.Equal(got, tt.want) || (prog == nil) != (len(tt.want) > 0) {
			t.Errorf("got  %q\nwant %q", got, tt.want)
		}
	}
}
