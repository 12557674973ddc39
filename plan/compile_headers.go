package plan

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// Header is one header line of a request.
type Header struct {
	Name  string
	value template
	basic bool // value is user:password, to be sent as RFC 7617 says
}

// Append appends the header's value. A line break or a NUL in it is an *ExpandError:
// it would begin another header (RFC 9110, 5.5). The message does not show the value,
// which may be a secret.
func (h *Header) Append(dst []byte, s *Scope) ([]byte, error) {
	start := len(dst)
	if h.basic {
		return h.appendBasic(dst, s)
	}
	dst, err := h.value.expand(dst, s)
	if err != nil || h.value.static() {
		return dst, err
	}
	return dst, checkHeader(h.Name, dst[start:])
}

func (h *Header) appendBasic(dst []byte, s *Scope) ([]byte, error) {
	dst = append(dst, "Basic "...)
	start := len(dst)
	dst, err := h.value.expand(dst, s)
	if err != nil {
		return dst, err
	}
	end := len(dst)
	dst = base64.StdEncoding.AppendEncode(dst, dst[start:end])
	return moveTail(dst, start, end), nil
}

func checkHeader(name string, value []byte) error {
	for _, c := range value {
		if c == '\r' || c == '\n' || c == 0 {
			return &ExpandError{load.ClassTemplate, fmt.Sprintf("header %s: the value has a line break or NUL in it", name)}
		}
	}
	return nil
}

// headerLine is a header under merge.
type headerLine struct {
	path, name string
	value      load.Text
	auth       *load.Auth // instead of value
}

// headers merges, from the most general to the most special: those that are always
// sent, the body's own type, defaults.auth, defaults.headers, type, auth, headers. Each
// level replaces all lines of the same name (which has no case) of those before it. The
// type of a multipart body has its boundary in it, so nothing replaces it.
func (c *compiler) headers(path string, r *load.Request, contentType load.Text, out *Request) {
	lines := []headerLine{{name: "User-Agent", value: UserAgent}, {name: "Accept-Encoding", value: AcceptEncoding}}
	if contentType != "" {
		lines = append(lines, headerLine{name: "Content-Type", value: contentType})
	}
	lines = withAuth(lines, "defaults.auth", c.plan.Defaults.Auth)
	lines = withHeaders(lines, "defaults.headers", c.fewHeaders("defaults.headers", c.plan.Defaults.Headers))
	if r.Multipart != nil {
		c.noOwnType(path, r.Headers)
		lines = withHeaders(lines, path, []load.Pair{{Name: "Content-Type", Value: contentType}})
	} else if r.Type != "" {
		lines = withHeaders(lines, path, []load.Pair{{Name: "Content-Type", Value: r.Type}})
	}
	lines = withAuth(lines, path+".auth", r.Auth)
	lines = withHeaders(lines, path+".headers", c.fewHeaders(path+".headers", r.Headers))
	out.Headers = make([]Header, len(lines))
	for i, l := range lines {
		out.Headers[i] = c.headerOnce(l)
	}
}

// fewHeaders refuses a list of too many.
func (c *compiler) fewHeaders(path string, pairs []load.Pair) []load.Pair {
	if len(pairs) <= maxHeaders {
		return pairs
	}
	c.issue(path, "", "%d headers: at most %d go into one list", len(pairs), maxHeaders)
	return nil
}

// sharedHeader is a header of defaults with the data sources that it needs.
type sharedHeader struct {
	header Header
	of     []int
}

// headerOnce is header, which compiles what requests share only once.
func (c *compiler) headerOnce(l headerLine) Header {
	if !strings.HasPrefix(l.path, "defaults.") {
		return c.header(l)
	}
	key := l.path + "\x00" + string(l.value)
	s := c.shared[key]
	if s == nil {
		around := c.takeNeeded()
		s = &sharedHeader{header: c.header(l)}
		s.of = c.takeNeeded()
		c.need(around)
		c.shared[key] = s
	}
	c.need(s.of)
	return s.header
}

// noOwnType refuses a Content-Type beside a multipart body.
func (c *compiler) noOwnType(path string, headers []load.Pair) {
	for _, h := range headers {
		if !h.Off && strings.EqualFold(h.Name, "Content-Type") {
			c.issue(path+".headers."+h.Name, "leave it out", "Content-Type follows from multipart")
		}
	}
}

// withHeaders replaces the lines that pairs name by those of pairs.
func withHeaders(lines []headerLine, path string, pairs []load.Pair) []headerLine {
	lines = slices.DeleteFunc(lines, func(l headerLine) bool {
		return slices.ContainsFunc(pairs, func(p load.Pair) bool { return !p.Off && strings.EqualFold(p.Name, l.name) })
	})
	for _, p := range pairs {
		if !p.Off && !p.Drop {
			lines = append(lines, headerLine{path: path + "." + p.Name, name: p.Name, value: p.Value})
		}
	}
	return lines
}

func withAuth(lines []headerLine, path string, auth *load.Auth) []headerLine {
	if auth == nil {
		return lines
	}
	lines = slices.DeleteFunc(lines, func(l headerLine) bool { return strings.EqualFold(l.name, "Authorization") })
	if auth.Basic == nil && auth.Bearer == "" {
		return lines
	}
	return append(lines, headerLine{path: path, name: "Authorization", auth: auth})
}

func (c *compiler) header(l headerLine) Header {
	h := Header{Name: l.name}
	switch {
	case l.name == "":
		c.unknown(l.path, "", "a header without a name")
	case !isToken(l.name):
		c.issue(l.path, "", "%q is no name for a header", l.name)
	case strings.EqualFold(l.name, "Content-Length") || strings.EqualFold(l.name, "Transfer-Encoding"):
		c.issue(l.path, "leave it out", "%s follows from the body", l.name)
	case l.auth != nil && l.auth.Basic != nil:
		c.basicAuth(&h, l.path+".basic", l.auth.Basic)
		return h
	case l.auth != nil:
		h.value.add("Bearer ")
		c.appendTemplate(&h.value, l.path+".bearer", string(l.auth.Bearer), inText)
	default:
		h.value = c.template(l.path, string(l.value), inText)
	}
	if err := checkHeader(l.name, []byte(h.value.literals())); err != nil {
		c.issue(l.path, "", "%v", err)
	}
	return h
}

// literals is all that is no placeholder.
func (t template) literals() string {
	var text strings.Builder
	for _, g := range t {
		text.WriteString(g.literal)
	}
	return text.String()
}

func (c *compiler) basicAuth(h *Header, path string, a *load.BasicAuth) {
	c.appendTemplate(&h.value, path+".user", string(a.User), inText)
	h.value.add(":")
	c.appendTemplate(&h.value, path+".password", string(a.Password), inText)
	h.basic = true
	if !h.value.static() {
		return
	}
	text, _ := h.appendBasic(nil, nil)
	h.value, h.basic = nil, false
	h.value.add(string(text))
}

// isToken says whether s is a token (RFC 9110, 5.6.2): a method, the name of a header.
func isToken(s string) bool {
	for i := range len(s) {
		if !unreserved(s[i]) && strings.IndexByte("!#$%&'*+^`|", s[i]) < 0 {
			return false
		}
	}
	return s != ""
}
