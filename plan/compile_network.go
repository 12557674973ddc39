package plan

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// network compiles what is about reaching the server: proxy and certificates.
func (c *compiler) network(path string, r *load.Request, out *Request) {
	out.proxy = c.proxy
	if r.Proxy != nil {
		out.proxy = c.proxyURL(path+".proxy", *r.Proxy)
	} else {
		c.need(c.proxyOf)
	}
	out.Proxy, out.StaticProxy = len(out.proxy) > 0, out.proxy.static()
	own := load.TLS{}
	if r.TLS != nil {
		own = c.certificates(path+".tls", *r.TLS)
	}
	out.TLS = mergeTLS(c.tls, &own)
	if (own.Cert != "" || own.Key != "") && (out.TLS.Cert == "") != (out.TLS.Key == "") {
		c.incomplete(path + ".tls")
	}
	out.files = append(out.files, certificateFiles(path+".tls", &own, &c.tls, &out.TLS)...)
}

// networkDefaults compiles what all requests share, so that its mistakes are shown once.
func (c *compiler) networkDefaults() {
	d := &c.plan.Defaults
	c.proxy = c.proxyURL("defaults.proxy", d.Proxy)
	c.proxyOf = c.takeNeeded()
	c.tls = c.certificates("defaults.tls", d.TLS)
	if (c.tls.Cert == "") != (c.tls.Key == "") {
		c.incomplete("defaults.tls")
	}
}

func (c *compiler) incomplete(path string) {
	c.issue(path, "give both; they may be the same file", "a client certificate is cert and key: one is missing")
}

// certificates is t with the paths of its files cleaned.
func (c *compiler) certificates(path string, t load.TLS) load.TLS {
	for _, f := range []struct {
		key  string
		name *string
	}{{"ca", &t.CA}, {"cert", &t.Cert}, {"key", &t.Key}} {
		if *f.name == "" {
			continue
		}
		clean, err := load.CleanPath(*f.name)
		if err != nil {
			c.issue(path+"."+f.key, "name a file of the workspace, as in data/certs/ca.pem", "%v", err)
			continue
		}
		*f.name = clean
	}
	return t
}

// certificateFiles is the files that a request with the TLS of merged needs, each with
// the place that names it: its own, or that of defaults.
func certificateFiles(path string, own, defaults, merged *load.TLS) []FileUse {
	var files []FileUse
	for _, f := range []struct{ key, own, name string }{
		{"ca", own.CA, merged.CA}, {"cert", own.Cert, merged.Cert}, {"key", own.Key, merged.Key},
	} {
		switch {
		case f.own != "":
			files = append(files, FileUse{Path: path + "." + f.key, Name: f.name})
		case f.name != "":
			files = append(files, FileUse{Path: "defaults.tls." + f.key, Name: f.name})
		}
	}
	return files
}

// proxyURL compiles the URL of a proxy; empty: none. One with placeholders is checked
// when it is used.
func (c *compiler) proxyURL(path string, text load.Text) template {
	if len(text) > maxBaseURL {
		c.issue(path, "", "is longer than %d bytes", maxBaseURL)
		return nil
	}
	before := len(c.issues)
	t := c.template(path, string(text), inText)
	if len(t) == 0 || !t.static() || len(c.issues) > before {
		return t
	}
	if problem := proxyProblem(t.text()); problem != "" {
		c.issue(path, "write http://[user:pass@]host:port, or https, socks5 or socks5h instead of http", "%s", problem)
	}
	return t
}

// proxyProblem is what keeps text from being the URL of a proxy. It shows nothing of
// it: there may be a password in it.
func proxyProblem(text string) string {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return "is no URL of a proxy"
	case !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, strings.ToLower(u.Scheme)):
		return "a proxy is reached with http, https, socks5 or socks5h"
	case u.Hostname() == "":
		return "the proxy has no host"
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return "the URL of a proxy ends with its port"
	}
	if n, err := strconv.ParseUint(u.Port(), 10, 16); err != nil || n == 0 {
		return "the proxy has no port from 1 to 65535"
	}
	return ""
}
