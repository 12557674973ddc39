package send

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// proxyScheme is the protocol that a proxy speaks.
type proxyScheme uint8

const (
	proxyHTTP    proxyScheme = iota
	proxyHTTPS               // as proxyHTTP, inside TLS
	proxySOCKS5              // names are resolved here
	proxySOCKS5h             // names are resolved by the proxy
)

// proxySchemes has the names and the default ports.
var proxySchemes = [...]struct{ name, port string }{
	proxyHTTP:    {"http", "80"},
	proxyHTTPS:   {"https", "443"},
	proxySOCKS5:  {"socks5", "1080"},
	proxySOCKS5h: {"socks5h", "1080"},
}

// Proxy is a proxy that requests go through, as the text of its URL says. Two that
// were parsed from texts that mean the same use the same connections. Immutable, and
// shared by all users. Nothing that it prints has its credentials.
type Proxy struct {
	scheme         proxyScheme
	host           string // for resolving and verifying
	address        string // host:port to dial
	user, password string
	basic          string // Proxy-Authorization; empty: no credentials
	key            string // tells proxies apart; holds the credentials
}

// ParseProxy reads scheme://[user[:password]@]host[:port]. The schemes are http (port
// 80), https (443: HTTP inside TLS), socks5 (1080: names of targets are resolved on
// this machine) and socks5h (1080: by the proxy), as in curl. User and password are
// percent-decoded. The error holds nothing of the text but its scheme, so no password.
func ParseProxy(text string) (*Proxy, error) {
	name, rest, ok := strings.Cut(text, "://")
	if !ok {
		return nil, errors.New("the proxy is not a URL: write http://host:port, https://…, socks5://… or socks5h://…")
	}
	p := &Proxy{}
	if err := p.setScheme(name); err != nil {
		return nil, err
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		if err := p.setUser(rest[:at]); err != nil {
			return nil, err
		}
		rest = rest[at+1:]
	}
	rest = strings.TrimSuffix(rest, "/")
	if strings.ContainsAny(rest, "/?#") {
		return nil, errors.New("the URL of the proxy has more than a host and a port")
	}
	// What is wrong with host and port is not quoted: where the @ was forgotten, the
	// port is a password.
	host, port, err := splitPort(rest)
	if err != nil {
		return nil, errors.New("host and port of the proxy are not host:port with a port from 1 to 65535 (an IPv6 address stands in [])")
	}
	if p.host, err = cleanHost(host); err != nil {
		return nil, errors.New("the proxy has no host, or one with a character that no host name has")
	}
	if port == "" {
		port = proxySchemes[p.scheme].port
	}
	p.address = net.JoinHostPort(p.host, port)
	p.key = fmt.Sprintf("%d %s %q %q", p.scheme, p.address, p.user, p.password)
	return p, nil
}

func (p *Proxy) setScheme(name string) error {
	for scheme, s := range proxySchemes {
		if strings.EqualFold(s.name, name) {
			p.scheme = proxyScheme(scheme)
			return nil
		}
	}
	const hint = "http, https, socks5 and socks5h are"
	if len(name) > 10 || strings.ContainsAny(name, "@:/") {
		return errors.New("the scheme of the proxy is none that is known: " + hint)
	}
	return fmt.Errorf("scheme %q of the proxy is not known: %s", name, hint)
}

// setUser takes user[:password], percent-encoded.
func (p *Proxy) setUser(info string) error {
	if strings.ContainsAny(info, "/?#") {
		return errors.New("user or password of the proxy has a /, ? or #: write %2F, %3F or %23")
	}
	user, password, _ := strings.Cut(info, ":")
	var errUser, errPassword error
	p.user, errUser = url.PathUnescape(user)
	p.password, errPassword = url.PathUnescape(password)
	switch {
	case errUser != nil || errPassword != nil:
		return errors.New("user or password of the proxy is not percent-encoded properly: % is written %25")
	case p.socks():
		if p.user == "" && p.password != "" || len(p.user) > maxSOCKSText || len(p.password) > maxSOCKSText {
			return errors.New("user and password of a SOCKS5 proxy have 1 to 255 bytes each")
		}
	case strings.Contains(p.user, ":"):
		return errors.New("the user of an HTTP proxy cannot have a colon (RFC 7617)")
	case p.user != "" || p.password != "":
		p.basic = "Basic " + base64.StdEncoding.EncodeToString([]byte(p.user+":"+p.password))
	}
	return nil
}

// String is the URL of the proxy with *** for its credentials: a user is often a
// token.
func (p *Proxy) String() string {
	credentials := ""
	if p.user != "" || p.password != "" {
		credentials = "***@"
	}
	return proxySchemes[p.scheme].name + "://" + credentials + p.address
}

// GoString keeps the credentials out of %#v too.
func (p *Proxy) GoString() string { return p.String() }

func (p *Proxy) socks() bool { return p.scheme == proxySOCKS5 || p.scheme == proxySOCKS5h }

// forwards says whether the proxy is sent the request itself, and not asked for a
// tunnel to o.
func (p *Proxy) forwards(o *origin) bool { return !o.secure && !p.socks() }

// through makes k the key of connections to o through p. One to a proxy that forwards
// carries requests to every target.
func (k *connKey) through(p *Proxy, o *origin, t *Target) {
	k.proxy = p.key
	if p.forwards(o) {
		k.address = p.address
	}
	if p.scheme == proxyHTTPS {
		k.tls = t.TLS
	}
}

// appendForward appends a formatted request to o as a proxy that forwards is sent it
// (RFC 9112 3.2.2): with an absolute URL and the proxy's credentials.
func (p *Proxy) appendForward(dst, wire []byte, o *origin) []byte {
	for i, c := range wire {
		if c == ' ' {
			dst = append(dst, wire[:i+1]...)
			wire = wire[i+1:]
			break
		}
	}
	dst = append(dst, "http://"...)
	dst = append(dst, o.authority...)
	if p.basic == "" {
		return append(dst, wire...)
	}
	for i, c := range wire {
		if c == '\n' {
			dst = append(dst, wire[:i+1]...)
			wire = wire[i+1:]
			break
		}
	}
	dst = append(dst, "Proxy-Authorization: "...)
	dst = append(dst, p.basic...)
	dst = append(dst, "\r\n"...)
	return append(dst, wire...)
}
