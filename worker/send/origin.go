package send

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// origin is where a request goes (RFC 6454): what of a URL decides which connection
// can carry it. Immutable.
type origin struct {
	secure    bool
	host      string // for resolving and verifying: no brackets, no port
	address   string // host:port to dial
	authority string // as the Host header says it
	prefix    string // scheme and authority as the URL has them, to recognise it again
	basic     string // Authorization of a user:password@ in the URL
}

func (o *origin) scheme() string {
	if o.secure {
		return "https"
	}
	return "http"
}

// same says whether two origins are one in the sense of RFC 6454.
func (o *origin) same(p *origin) bool { return o.secure == p.secure && o.address == p.address }

// split cuts an absolute URL into scheme with authority, and path with query, without
// the fragment. The path of http://host?q is empty.
func split(u []byte) (prefix, path []byte, err error) {
	if i := bytes.IndexByte(u, '#'); i >= 0 {
		u = u[:i]
	}
	i := bytes.Index(u, []byte("://"))
	if i < 0 {
		return nil, nil, fmt.Errorf("%s is not an absolute URL", quote(u))
	}
	i += 3
	if n := bytes.IndexAny(u[i:], "/?"); n >= 0 {
		return u[:i+n], u[i+n:], nil
	}
	return u, nil, nil
}

// newOrigin reads scheme://[user[:password]@]host[:port].
func newOrigin(prefix string) (*origin, error) {
	o := &origin{prefix: prefix}
	scheme, rest, _ := strings.Cut(prefix, "://")
	port := "80"
	switch strings.ToLower(scheme) {
	case "http":
	case "https":
		o.secure, port = true, "443"
	default:
		return nil, fmt.Errorf("scheme %s cannot be sent to: only http and https can", quote([]byte(scheme)))
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		user, err := url.PathUnescape(rest[:at])
		if err != nil {
			return nil, errors.New("the user in the URL is not percent-encoded properly")
		}
		o.basic = "Basic " + base64.StdEncoding.EncodeToString([]byte(user))
		rest = rest[at+1:]
	}
	host, explicit, err := splitPort(rest)
	if err != nil {
		return nil, err
	}
	o.host, err = cleanHost(host)
	if err != nil {
		return nil, err
	}
	o.authority = o.host
	if strings.Contains(o.host, ":") {
		// A zone names an interface of this machine and is not sent (RFC 6874).
		address, _, _ := strings.Cut(o.host, "%")
		o.authority = "[" + address + "]"
	}
	if explicit != "" {
		port = explicit
		o.authority += ":" + port
	}
	o.address = net.JoinHostPort(o.host, port)
	return o, nil
}

// splitPort cuts host:port or [v6]:port; port is empty when there is none.
func splitPort(s string) (host, port string, err error) {
	host = s
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return "", "", fmt.Errorf("host %s: missing ]", quote([]byte(s)))
		}
		host, port = strings.Replace(s[1:end], "%25", "%", 1), s[end+1:]
		if ip, err := netip.ParseAddr(host); err != nil || !ip.Is6() {
			return "", "", fmt.Errorf("host %s is not an IPv6 address", quote([]byte(s)))
		}
		if port != "" && port[0] != ':' {
			return "", "", fmt.Errorf("host %s: unexpected text after ]", quote([]byte(s)))
		}
		port = strings.TrimPrefix(port, ":")
	} else if i := strings.IndexByte(s, ':'); i >= 0 {
		if host, port = s[:i], s[i+1:]; strings.Contains(port, ":") {
			return "", "", fmt.Errorf("host %s has more than one colon: an IPv6 address stands in []", quote([]byte(s)))
		}
	}
	if port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return "", "", fmt.Errorf("port %s is not a number from 1 to 65535", quote([]byte(port)))
		}
	}
	return host, port, nil
}

func cleanHost(host string) (string, error) {
	if host == "" {
		return "", errors.New("the URL has no host")
	}
	ascii := true
	for i := 0; i < len(host); i++ {
		switch c := host[i]; {
		case c >= 0x80:
			ascii = false
		case c <= ' ' || c == 0x7f || strings.IndexByte(`"<>\^{|}[]@`+"`", c) >= 0:
			return "", fmt.Errorf("host %s has a character that no host name has", quote([]byte(host)))
		}
	}
	if ascii {
		name, zone, hasZone := strings.Cut(host, "%")
		if name = strings.ToLower(name); hasZone {
			name += "%" + zone // an interface, whose name has its case
		}
		return name, nil
	}
	if !utf8.ValidString(host) {
		return "", fmt.Errorf("host %s is not UTF-8", quote([]byte(host)))
	}
	name, err := idna.Lookup.ToASCII(host)
	if err != nil {
		return "", fmt.Errorf("host %s is not an international name: %w", quote([]byte(host)), err)
	}
	return name, nil
}

// appendTarget appends path as a request line can carry it: bytes that are not
// allowed there are percent-encoded, everything else stays as it was written.
func appendTarget(dst, path []byte) ([]byte, error) {
	if len(path) == 0 || path[0] != '/' {
		dst = append(dst, '/')
	}
	for i, c := range path {
		switch {
		case c > ' ' && c < 0x7f && c != '"' && c != '<' && c != '>':
			dst = append(dst, c)
		case c < ' ' || c == 0x7f:
			return dst, fmt.Errorf("the URL has a control character at byte %d of its path", i)
		default:
			const hex = "0123456789ABCDEF"
			dst = append(dst, '%', hex[c>>4], hex[c&15])
		}
	}
	return dst, nil
}

// quote is s for an error message, not longer than a line.
func quote(s []byte) string {
	if len(s) > 100 {
		return strconv.Quote(string(s[:100])) + "…"
	}
	return strconv.Quote(string(s))
}
