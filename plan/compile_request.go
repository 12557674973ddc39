package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Defaults of a request.
const (
	DefaultTimeout         = 10 * time.Second
	DefaultFollowRedirects = 10
	DefaultMaxResponseBody = 8 << 20 // bytes
	// UserAgent and AcceptEncoding are sent unless a plan sets or drops them.
	UserAgent      = "locust-http/1.0"
	AcceptEncoding = "gzip, br"
)

// Request builds the parts of an HTTP request. Each Append… adds to dst and
// allocates nothing but for dst itself. A placeholder without a value, or a text
// that is no valid URL, header or number when expanded, is an *ExpandError. It is
// immutable and shared by all users.
type Request struct {
	Method  string
	Headers []Header // defaults merged, dropped ones left out; with Content-Type and Authorization
	HasBody bool
	// Static: no placeholder anywhere, so that every attempt is the same bytes.
	Static bool

	Timeout         load.Timeout // Total is always set
	FollowRedirects int
	MaxResponseBody int64
	TLS             load.TLS // defaults merged
	Proxy           bool     // there may be one: see AppendProxy
	StaticProxy     bool     // it is the same for every attempt
	// Parts of a body that reads files, in order; nil: AppendBody makes the whole body.
	Parts []Part

	secretURL bool // the address must not be shown

	base  template // of base_url, without / at the end
	proxy template
	url   template
	query template
	body  template
}

// Part is a stretch of a body: bytes, or a file as it is.
type Part struct {
	File bool

	text template // the bytes, or the name of the file
}

// Append appends the bytes of the part, or the name of its file: relative to the
// workspace and cleaned, with /; a name that leads out of it is an *ExpandError.
func (p *Part) Append(dst []byte, s *Scope) ([]byte, error) { return p.text.expand(dst, s) }

// AppendProxy appends the URL of the proxy; nothing where there is none.
func (r *Request) AppendProxy(dst []byte, s *Scope) ([]byte, error) { return r.proxy.expand(dst, s) }

// AppendURL appends the absolute URL, with base_url and the encoded query. The text of
// url is taken as it is, but for what no URL may hold: other characters than ASCII and
// a few like " and { are percent-encoded (RFC 3986, 2.1), a fragment is left out, and
// a space or control character is an error: it can mean anything, and urlencode says
// what is meant.
func (r *Request) AppendURL(dst []byte, s *Scope) ([]byte, error) {
	start := len(dst)
	dst, err := r.appendAddress(dst, s)
	if err != nil {
		return dst, err
	}
	dst, problem := cleanURL(dst, start)
	if problem != "" {
		return dst, r.urlError(dst[start:], problem)
	}
	if len(r.query) == 0 {
		return dst, nil
	}
	return r.query.expand(appendQueryMark(dst, start), s)
}

// appendAddress appends url, with base_url in front of it when it begins with /.
func (r *Request) appendAddress(dst []byte, s *Scope) ([]byte, error) {
	start := len(dst)
	dst, err := r.url.expand(dst, s)
	if err != nil || len(r.base) == 0 || len(dst) == start || dst[start] != '/' {
		return dst, err
	}
	end := len(dst)
	if dst, err = r.base.expand(dst, s); err != nil {
		return dst, err
	}
	dst = trimSlash(dst, end)
	dst = append(dst, dst[start:end]...)
	return moveTail(dst, start, end), nil
}

// trimSlash takes slashes off the end of dst, down to start.
func trimSlash(dst []byte, start int) []byte {
	for len(dst) > start && dst[len(dst)-1] == '/' {
		dst = dst[:len(dst)-1]
	}
	return dst
}

func appendQueryMark(dst []byte, start int) []byte {
	switch {
	case dst[len(dst)-1] == '?' || dst[len(dst)-1] == '&':
		return dst
	case strings.IndexByte(sharedText(dst[start:]), '?') >= 0:
		return append(dst, '&')
	}
	return append(dst, '?')
}

// maxURL bounds an expanded URL, in bytes; servers take 8 to 64 KiB.
const maxURL = 64 << 10

// cleanURL makes dst[start:] an absolute URL of allowed characters, or says what keeps
// it from being one.
func cleanURL(dst []byte, start int) (_ []byte, problem string) {
	if !isAbsolute(sharedText(dst[start:])) {
		return dst, "is not an absolute http or https URL"
	}
	if len(dst)-start > maxURL {
		return dst, fmt.Sprintf("is longer than %d bytes", maxURL)
	}
	for i := start; i < len(dst); i++ {
		switch c := dst[i]; {
		case plainURL[c]:
		case c == '#':
			return dst[:i], ""
		case c <= ' ' || c == 0x7f:
			return dst, fmt.Sprintf("has the character %q in it: use {{name | urlencode}} or query", c)
		default:
			return encodeURL(dst, start, i)
		}
	}
	return dst, ""
}

// encodeURL percent-encodes what no URL may hold from dst[i], the first such byte, on.
func encodeURL(dst []byte, start, from int) (_ []byte, problem string) {
	end := len(dst)
	for i := from; i < end; i++ {
		c := dst[i]
		if plainURL[c] || c == '#' || c <= ' ' || c == 0x7f {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return cleanURL(moveTail(dst, from, end), start)
}

// urlError shows a URL that cannot be used, unless there is a secret in it.
func (r *Request) urlError(url []byte, problem string) error {
	if r.secretURL {
		return &ExpandError{load.ClassTemplate, "the url with a secret in it " + problem}
	}
	return &ExpandError{load.ClassTemplate, fmt.Sprintf("url %q %s", bounded(string(url), 120), problem)}
}

// plainURL has the bytes that may stand in a URL as they are: unreserved, reserved but
// for #, and %. It is never changed.
var plainURL = func() (plain [256]bool) {
	for c := range 256 {
		plain[c] = unreserved(byte(c)) || c < 128 && strings.IndexByte(":/?[]@!$&'()*+,;=%", byte(c)) >= 0
	}
	return plain
}()

// isAbsolute says whether url begins with http:// or https:// and a host.
func isAbsolute(url string) bool {
	for _, scheme := range [...]string{"http://", "https://"} {
		if len(url) > len(scheme) && strings.EqualFold(url[:len(scheme)], scheme) {
			return strings.IndexByte("/?#", url[len(scheme)]) < 0
		}
	}
	return false
}

// AppendBody appends the body.
func (r *Request) AppendBody(dst []byte, s *Scope) ([]byte, error) { return r.body.expand(dst, s) }

// request compiles r with the plan's defaults.
func (c *compiler) request(path string, r *load.Request) *Request {
	d := &c.plan.Defaults
	out := &Request{
		Method:          strings.ToUpper(r.Method),
		Timeout:         mergeTimeout(r.Timeout, d.Timeout),
		FollowRedirects: DefaultFollowRedirects,
		MaxResponseBody: DefaultMaxResponseBody,
		TLS:             mergeTLS(d.TLS, r.TLS),
	}
	if out.Method == "" {
		out.Method = "GET"
	}
	if !isToken(out.Method) {
		c.issue(path+".method", "", "%q is not a method", r.Method)
	}
	for _, hops := range []*int{d.FollowRedirects, r.FollowRedirects} {
		if hops != nil {
			out.FollowRedirects = *hops
		}
	}
	for _, size := range []load.Size{d.MaxResponseBody, r.MaxResponseBody} {
		if size != 0 {
			out.MaxResponseBody = int64(size)
		}
	}
	c.notYet(path+".proxy", r.Proxy != nil && *r.Proxy != "" || r.Proxy == nil && d.Proxy != "")
	c.url(path, r, out)
	contentType := c.body(path, r, out)
	c.headers(path, r, contentType, out)
	out.Static = out.base.static() && out.url.static() && out.query.static() && out.body.static() &&
		!slices.ContainsFunc(out.Headers, func(h Header) bool { return !h.value.static() })
	return out
}

func mergeTimeout(own, defaults load.Timeout) load.Timeout {
	or := func(a, b load.Duration) load.Duration {
		if a != 0 {
			return a
		}
		return b
	}
	return load.Timeout{
		Connect:   or(own.Connect, defaults.Connect),
		FirstByte: or(own.FirstByte, defaults.FirstByte),
		Total:     or(own.Total, or(defaults.Total, DefaultTimeout)),
	}
}

func mergeTLS(d load.TLS, own *load.TLS) load.TLS {
	if own == nil {
		return d
	}
	if own.Insecure != nil {
		d.Insecure = own.Insecure
	}
	for _, f := range []struct {
		to   *string
		from string
	}{{&d.CA, own.CA}, {&d.Cert, own.Cert}, {&d.Key, own.Key}, {&d.ServerName, own.ServerName}} {
		if f.from != "" {
			*f.to = f.from
		}
	}
	return d
}

// baseURL compiles base_url, once for all requests.
func (c *compiler) baseURL() {
	text := string(c.plan.BaseURL)
	c.base = c.template("base_url", text, inText)
	c.baseOf = c.takeNeeded()
	if begin := c.base.beginning(); begin != "" && !beginsAbsolute(begin, c.base.static()) {
		c.issue("base_url", "begin it with http:// or https://", "%q is not an absolute URL", text)
		c.base = template{{literal: "http://unknown"}} // so that no step repeats it
	}
	if c.base.static() {
		text := strings.TrimRight(c.base.text(), "/")
		c.base = nil
		c.base.add(text)
	}
}

// beginning is the text before the first placeholder.
func (t template) beginning() string {
	if len(t) == 0 {
		return ""
	}
	return t[0].literal
}

// beginsAbsolute says whether text is an absolute URL, or can become one: http{{s}}://…
func beginsAbsolute(text string, whole bool) bool {
	if whole {
		return isAbsolute(text)
	}
	for _, scheme := range [...]string{"http://", "https://"} {
		n := min(len(text), len(scheme))
		if strings.EqualFold(text[:n], scheme[:n]) {
			return true
		}
	}
	return false
}

func (c *compiler) url(path string, r *load.Request, out *Request) {
	before := len(c.issues)
	out.url = c.template(path+".url", string(r.URL), inText)
	out.query = c.pairs(path+".query", r.Query, inQuery)
	if len(c.issues) > before {
		return
	}
	switch begin := out.url.beginning(); {
	case len(out.url) == 0:
		c.issue(path+".url", "", "is missing")
		return
	case begin == "":
		out.base = c.base // whether it is needed shows when the placeholder is expanded
	case begin[0] != '/' && !beginsAbsolute(begin, out.url.static()):
		c.issue(path+".url", "begin it with http://, or with / for a path under base_url", "%q is not an absolute URL", r.URL)
		return
	case begin[0] == '/' && c.plan.BaseURL == "":
		c.issue(path+".url", "", "%q is not an absolute URL and there is no base_url", r.URL)
		return
	case begin[0] == '/' && c.base.static():
		out.url = joined(c.base, out.url)
	case begin[0] == '/':
		out.base = c.base
	}
	if out.url.static() && len(out.base) == 0 {
		c.staticURL(path+".url", out)
	}
	if len(out.base) > 0 {
		c.need(c.baseOf)
	}
	out.secretURL = out.base.hasSecret() || out.url.hasSecret()
}

// joined is two templates one after the other.
func joined(a, b template) template {
	var t template
	for _, g := range slices.Concat(a, b) {
		if g.kind == literalSegment {
			t.add(g.literal)
		} else {
			t = append(t, g)
		}
	}
	return t
}

// staticURL checks a URL without placeholders now instead of first at every request.
func (c *compiler) staticURL(path string, out *Request) {
	url, problem := cleanURL([]byte(out.url.text()), 0)
	if problem != "" {
		c.issue(path, "", "%v", out.urlError(url, problem))
		return
	}
	out.url = nil
	out.url.add(string(url))
}

// pairs compiles the pairs of a query or form, joined with &.
func (c *compiler) pairs(path string, pairs []load.Pair, p place) template {
	var t template
	for _, pair := range pairs {
		if pair.Off || pair.Drop {
			continue
		}
		if len(t) > 0 {
			t.add("&")
		}
		c.appendTemplate(&t, path+"."+pair.Name, pair.Name, p)
		t.add("=")
		c.appendTemplate(&t, path+"."+pair.Name, string(pair.Value), p)
	}
	return t
}

// body compiles the body and says which Content-Type goes with it.
func (c *compiler) body(path string, r *load.Request, out *Request) (contentType load.Text) {
	c.notYet(path+".multipart", r.Multipart != nil)
	c.notYet(path+".file", r.File != "")
	out.HasBody = true
	switch {
	case r.JSON != "":
		out.body = c.jsonTemplate(path+".json", r.JSON)
		return "application/json"
	case r.Form != nil:
		out.body = c.pairs(path+".form", r.Form, inForm)
		return "application/x-www-form-urlencoded"
	case r.Text != nil:
		out.body = c.template(path+".text", string(*r.Text), inText)
		return "text/plain; charset=utf-8"
	}
	out.HasBody = false
	return ""
}
