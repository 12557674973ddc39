package libtest

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/scripting"
)

// Request is a request that a script sent, or one to try a before on. It implements
// scripting.Request.
type Request struct {
	Verb    string
	Target  *url.URL
	Row     string
	Headers []load.Header
	Content []byte
	Place   string // file:line of the call
	Skipped string // why it is not sent

	sent bool
}

var errSent = errors.New("the request is sent and cannot be changed")

func newRequest(c *scripting.Call) (*Request, error) {
	u, err := absolute(c.URL)
	if err != nil {
		return nil, err
	}
	r := &Request{
		Verb: c.Method, Target: u, Row: c.Name, Place: c.Place, Content: slices.Clone(c.Body),
		Headers: slices.Clone(c.Headers), sent: true,
	}
	if r.Row == "" {
		r.Row = c.Method + " " + u.Path
	}
	return r, nil
}

// change does a change, if the request is not sent yet.
func (r *Request) change(do func() error) error {
	if r.sent {
		return errSent
	}
	return do()
}

// Method is the method.
func (r *Request) Method() string { return r.Verb }

// SetMethod changes the method.
func (r *Request) SetMethod(m string) error {
	return r.change(func() error { r.Verb = m; return nil })
}

// URL is absolute.
func (r *Request) URL() string {
	if r.Target == nil {
		return ""
	}
	return r.Target.String()
}

// SetURL changes the whole URL.
func (r *Request) SetURL(text string) error {
	return r.change(func() (err error) { r.Target, err = absolute(text); return err })
}

// Path is path and query.
func (r *Request) Path() string {
	if r.Target == nil {
		return ""
	}
	return r.Target.RequestURI()
}

// SetPath changes path and query.
func (r *Request) SetPath(text string) error { return r.SetURL(text) }

// Name is the row.
func (r *Request) Name() string { return r.Row }

// SetName changes the row.
func (r *Request) SetName(n string) error { return r.change(func() error { r.Row = n; return nil }) }

// Header is the first header of that name.
func (r *Request) Header(name string) (string, bool) {
	for _, h := range r.Headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value, true
		}
	}
	return "", false
}

// SetHeader replaces all headers of that name.
func (r *Request) SetHeader(name, value string) error {
	return r.change(func() error {
		r.drop(name)
		r.Headers = append(r.Headers, load.Header{Name: name, Value: value})
		return nil
	})
}

// DropHeader removes all headers of that name.
func (r *Request) DropHeader(name string) error {
	return r.change(func() error { r.drop(name); return nil })
}

func (r *Request) drop(name string) {
	r.Headers = slices.DeleteFunc(r.Headers, func(h load.Header) bool { return strings.EqualFold(h.Name, name) })
}

// EachHeader visits all headers.
func (r *Request) EachHeader(visit func(name, value string)) {
	for _, h := range r.Headers {
		visit(h.Name, h.Value)
	}
}

// Body is the body.
func (r *Request) Body() ([]byte, error) { return r.Content, nil }

// SetBody changes the body.
func (r *Request) SetBody(b []byte) error {
	return r.change(func() error { r.Content = slices.Clone(b); return nil })
}

// Skip notes why the request is not sent.
func (r *Request) Skip(reason string) error {
	return r.change(func() error { r.Skipped = reason; return nil })
}

// response is an Answer as scripts see it.
type response struct {
	host   *Host
	sent   *Request
	answer Answer
	ok     bool
	view   *plan.View
}

func newResponse(h *Host, sent *Request, a *Answer, expected []int) *response {
	r := &response{host: h, sent: sent, answer: *a}
	if a.Class != "" {
		r.answer.Status = 0
		return r
	}
	if a.Status == 0 {
		r.answer.Status = http.StatusOK
	}
	r.ok = r.answer.Status < http.StatusBadRequest
	if expected != nil {
		r.ok = slices.Contains(expected, r.answer.Status)
	}
	return r
}

func (r *response) Valid() bool                   { return true }
func (r *response) Status() int                   { return r.answer.Status }
func (r *response) Reason() string                { return http.StatusText(r.answer.Status) }
func (r *response) OK() bool                      { return r.ok }
func (r *response) Size() int64                   { return int64(len(r.answer.Body)) }
func (r *response) Latency() time.Duration        { return r.answer.Latency }
func (r *response) FirstByte() time.Duration      { return r.answer.Latency }
func (r *response) Failure() (load.Class, string) { return r.answer.Class, r.answer.Message }
func (r *response) Body() ([]byte, error)         { return r.answer.Body, nil }
func (r *response) Request() scripting.Request    { return r.sent }
func (r *response) Check(c scripting.Check)       { r.host.Check(c) }

func (r *response) Header(name string) (string, bool) {
	all := r.Headers(name)
	if len(all) == 0 {
		return "", false
	}
	return all[0], true
}

func (r *response) Headers(name string) []string { return r.answer.Headers.Values(name) }

func (r *response) EachHeader(visit func(name, value string)) {
	for name, values := range r.answer.Headers {
		for _, value := range values {
			visit(name, value)
		}
	}
}

func (r *response) Cookie(name string) (string, bool) {
	for _, c := range (&http.Response{Header: r.answer.Headers}).Cookies() {
		if c.Name == name {
			return c.Value, true
		}
	}
	return "", false
}

func (r *response) View() *plan.View {
	if r.view == nil {
		r.view = new(plan.View)
		r.view.Reset(planResponse{r})
	}
	return r.view
}

// planResponse is a response as queries see it.
type planResponse struct{ r *response }

func (p planResponse) Status() int            { return p.r.Status() }
func (p planResponse) Latency() time.Duration { return p.r.Latency() }
func (p planResponse) Body() ([]byte, error)  { return p.r.Body() }

func (p planResponse) Header(name string) ([]byte, bool) {
	value, ok := p.r.Header(name)
	return []byte(value), ok
}

func (p planResponse) Headers(name string) []string { return p.r.Headers(name) }

func (p planResponse) Cookie(name string) ([]byte, bool) {
	value, ok := p.r.Cookie(name)
	return []byte(value), ok
}
