package plan

import (
	"errors"
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
	// Static: no placeholder anywhere and no file, so that every attempt is the same
	// bytes. The proxy may differ all the same: see StaticProxy.
	Static bool

	Timeout         load.Timeout // Total is always set
	FollowRedirects int
	MaxResponseBody int64
	TLS             load.TLS // defaults merged
	Proxy           bool     // there may be one: see AppendProxy
	StaticProxy     bool     // it is the same for every attempt
	// Parts of a body that reads files, in order; nil: AppendBody makes the whole body.
	Parts []Part

	secretURL bool      // the address must not be shown
	files     []FileUse // that it names

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
func (p *Part) Append(dst []byte, s *Scope) ([]byte, error) {
	start := len(dst)
	dst, err := p.text.expand(dst, s)
	if err != nil || !p.File || p.text.static() {
		return dst, err
	}
	clean, err := load.CleanPath(sharedText(dst[start:]))
	if err != nil {
		return dst, p.nameError(err)
	}
	return append(dst[:start], clean...), nil
}

// nameError is why there is no such file, in words that share no memory with the
// buffer. A secret is not shown.
func (p *Part) nameError(err error) error {
	message := "body file " + err.Error()
	var e *load.PathError
	if p.text.hasSecret() && errors.As(err, &e) {
		message = "the name of a body file with a secret in it " + e.Problem
	}
	return &ExpandError{load.ClassTemplate, message}
}

// AppendProxy appends the URL of the proxy; nothing where there is none.
func (r *Request) AppendProxy(dst []byte, s *Scope) ([]byte, error) { return r.proxy.expand(dst, s) }

// AppendBody appends the body.
func (r *Request) AppendBody(dst []byte, s *Scope) ([]byte, error) { return r.body.expand(dst, s) }

// request compiles r with the plan's defaults.
func (c *compiler) request(path string, r *load.Request) *Request {
	d := &c.plan.Defaults
	out := &Request{
		Method:          methodOf(r),
		Timeout:         mergeTimeout(r.Timeout, d.Timeout),
		FollowRedirects: DefaultFollowRedirects,
		MaxResponseBody: DefaultMaxResponseBody,
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
	c.network(path, r, out)
	c.url(path, r, out)
	contentType := c.body(path, r, out)
	c.headers(path, r, contentType, out)
	out.Static = out.Parts == nil && out.base.static() && out.url.static() && out.query.static() && out.body.static() &&
		!slices.ContainsFunc(out.Headers, func(h Header) bool { return !h.value.static() })
	return out
}

// methodOf is the method of r as it is sent.
func methodOf(r *load.Request) string {
	if r.Method == "" {
		return "GET"
	}
	return strings.ToUpper(r.Method)
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
