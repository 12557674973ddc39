package send

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/valyala/fasthttp"
)

const (
	// userAgent is sent where a request has no User-Agent of its own.
	userAgent = "locust-http"

	// maxOrigins is how many origins an Exchange recognises without parsing.
	maxOrigins = 8

	// joinBody is the size up to which a body is written together with the header.
	joinBody = 64 << 10
)

// Exchange is a request and its response, reused from attempt to attempt so that the
// hot path allocates nothing. A user has one; the zero value is ready. Not safe for
// concurrent use.
type Exchange struct {
	// The request.
	req     fasthttp.RequestHeader
	origin  *origin
	origins []*origin // seen lately, newest last
	reqBody []byte
	parts   []BodyPart            // the body, where it is not reqBody
	frozen  *Frozen               // set: the request is its, and req is not filled in
	target  []byte                // scratch for the request target
	discard bool                  // the body of the response is not wanted
	fails   func(status int) bool // … but with these statuses its beginning
	fromJar []string
	via     *Proxy // that was sent the request itself

	// The response.
	res       fasthttp.ResponseHeader
	status    int // 0: there is no response
	body      *buffer
	bodyCut   bool // body lacks what came after it
	decoded   *buffer
	decodeErr error
	maxBody   int64
	buffers   *buffers // of the client that body and decoded go back to
}

// Start begins a new request; url is absolute. The error is a text that is no URL we
// can send to. It drops the response before. Methods are sent as they are given, GET
// for an empty one. The body of the response is kept unless KeepBody says otherwise.
func (x *Exchange) Start(method string, url []byte) error {
	x.Release()
	x.frozen, x.reqBody, x.parts, x.fromJar = nil, nil, nil, x.fromJar[:0]
	x.discard, x.fails = false, nil
	x.status = 0
	x.req.Reset()
	x.req.DisableNormalizing()
	x.req.SetNoDefaultContentType(true)
	x.req.SetMethod(method)
	return x.setURL(url)
}

func (x *Exchange) setURL(url []byte) error {
	prefix, path, err := split(url)
	if err != nil {
		return err
	}
	o, err := x.originOf(prefix)
	if err != nil {
		return err
	}
	if x.target, err = appendTarget(x.target[:0], path); err != nil {
		return err
	}
	x.origin = o
	x.req.SetRequestURIBytes(x.target)
	x.req.SetHost(o.authority)
	if o.basic != "" {
		x.req.Set("Authorization", o.basic)
	}
	return nil
}

// originOf is the origin of a URL that begins with prefix.
func (x *Exchange) originOf(prefix []byte) (*origin, error) {
	for i := len(x.origins) - 1; i >= 0; i-- {
		if o := x.origins[i]; o.prefix == string(prefix) {
			return o, nil
		}
	}
	o, err := newOrigin(string(prefix))
	if err != nil {
		return nil, err
	}
	if len(x.origins) == maxOrigins {
		x.origins = slices.Delete(x.origins, 0, 1)
	}
	x.origins = append(x.origins, o)
	return o, nil
}

// AddHeader adds a header line. The name is sent as it is written; Host,
// User-Agent and Content-Type replace what was there, Cookie adds to it;
// Content-Length, Transfer-Encoding and Trailer are ours and are left out. Line breaks in
// a value become spaces.
func (x *Exchange) AddHeader(name string, value []byte) {
	x.thaw()
	if isFraming(name) {
		return
	}
	if x.origin != nil && x.origin.basic != "" && strings.EqualFold(name, "Authorization") {
		x.dropHeader("Authorization")
	}
	x.req.AddBytesV(name, value)
}

// SetBody sets the body. It is not copied: it must stay unchanged until the next
// Start.
func (x *Exchange) SetBody(b []byte) {
	x.thaw()
	x.reqBody, x.parts = b, nil
}

// KeepBody says whether the body of the response will be read: if not, it is
// discarded as it arrives, only counted and limited.
func (x *Exchange) KeepBody(keep bool) { x.discard = !keep }

// KeepFailed says with which statuses, of a body that KeepBody discards, the first
// load.MaxSampleBody bytes are kept for Record: what a sample of a failure shows. It
// costs nothing with others. Body does not give it. nil is none; Start and Reuse switch
// it off again.
func (x *Exchange) KeepFailed(fails func(status int) bool) { x.fails = fails }

// Release gives the memory of the response's body back to the pools; Status and
// Header still work. Call it when a user is done with a response and may be idle for
// a while: 10,000 thinking users then hold no bodies. Start and Reuse do it anyway.
func (x *Exchange) Release() {
	if x.body != nil {
		x.buffers.put(x.body)
		x.body = nil
	}
	if x.decoded != nil {
		x.buffers.put(x.decoded)
		x.decoded = nil
	}
	x.decodeErr, x.bodyCut = nil, false
}

// isHead says whether the request is a HEAD, whose response has no body whatever its
// header says (RFC 9110 9.3.2).
func (x *Exchange) isHead() bool {
	if x.frozen != nil {
		return x.frozen.head
	}
	return x.req.IsHead()
}

// appendHead appends request line and header. closing adds Connection: close.
func (x *Exchange) appendHead(dst []byte, closing bool) []byte {
	h := &x.req
	if len(h.UserAgent()) == 0 {
		h.SetUserAgent(userAgent)
	}
	switch n := x.bodySize(); {
	case n > 0 || expectsBody(h.Method()):
		h.SetContentLength(int(n))
	case len(h.Peek("Content-Length")) > 0:
		h.Del("Content-Length") // of the body before
	}
	if closing {
		h.SetConnectionClose()
	}
	return h.AppendBytes(dst)
}

// expectsBody says whether a request of this method without a body says so by a
// Content-Length of 0 (RFC 9110 8.6).
func expectsBody(method []byte) bool {
	switch string(method) {
	case http.MethodPost, http.MethodPut, http.MethodPatch:
		return true
	}
	return false
}

// Frozen is a request formatted once. Immutable, and shared by all users.
type Frozen struct {
	req     fasthttp.RequestHeader
	origin  *origin
	head    bool
	closing bool // the request itself asks for Connection: close
	body    []byte
	// The request as bytes, kept alive and closing; with the body when that is small.
	wire, wireClosing []byte
	rest              []byte // the body when it is large
}

// Freeze is the request as bytes, for Reuse: a request that is the same every time
// is formatted once. The request of x must have been started without an error. One with
// parts is refused: its files are read anew each time.
func (x *Exchange) Freeze() (*Frozen, error) {
	if x.parts != nil {
		return nil, errors.New("a request with a body of parts cannot be frozen")
	}
	x.thaw()
	f := &Frozen{origin: x.origin, head: x.req.IsHead(), closing: x.req.ConnectionClose(), body: slices.Clone(x.reqBody)}
	f.wire = x.appendHead(nil, false)
	x.req.CopyTo(&f.req)
	f.req.DisableNormalizing()
	f.req.SetConnectionClose()
	f.wireClosing = f.req.AppendBytes(nil)
	if !f.closing {
		f.req.ResetConnectionClose()
	}
	if len(f.body) > joinBody {
		f.rest = f.body
		return f, nil
	}
	f.wire = append(f.wire, f.body...)
	f.wireClosing = append(f.wireClosing, f.body...)
	return f, nil
}

// Reuse begins a new request that is a frozen one. Adding a header, a cookie or a
// body to it makes it an ordinary request again. f is not changed.
func (x *Exchange) Reuse(f *Frozen) {
	x.Release()
	x.frozen, x.origin = f, f.origin
	x.reqBody, x.parts, x.fromJar = nil, nil, x.fromJar[:0]
	x.discard, x.fails = false, nil
	x.status = 0
}

// thaw turns a frozen request into one that can be changed.
func (x *Exchange) thaw() {
	f := x.frozen
	if f == nil {
		return
	}
	x.frozen = nil
	f.req.CopyTo(&x.req)
	x.req.DisableNormalizing()
	x.reqBody = f.body
}

// closes says whether the request itself asks to close the connection after it.
func (x *Exchange) closes() bool {
	if x.frozen != nil {
		return x.frozen.closing
	}
	return x.req.ConnectionClose()
}

// Status is the status of the response, 0 when there was none; after an Outcome with
// a Class, Status, Header, Cookie and Body see what there was of it.
func (x *Exchange) Status() int { return x.status }

// Header is the first value of a header of the response. The name may have any case.
// The value is valid until the next Do.
func (x *Exchange) Header(name string) (v []byte, ok bool) {
	if x.status == 0 {
		return nil, false
	}
	if strings.EqualFold(name, "Set-Cookie") {
		// Several lines cannot be one value: the first is what was asked for.
		for _, line := range x.res.Cookies() {
			return line, true
		}
		return nil, false
	}
	if v = x.res.Peek(name); len(v) > 0 {
		return v, true
	}
	for key := range x.res.All() {
		if strings.EqualFold(string(key), name) {
			return nil, true // there, and empty
		}
	}
	return nil, false
}

// Cookie is the value of a cookie that the response sets. When it is set more than
// once the last counts, as it does for a browser.
func (x *Exchange) Cookie(name string) (v []byte, ok bool) {
	if x.status == 0 {
		return nil, false
	}
	for key, line := range x.res.Cookies() {
		if string(key) == name {
			v, ok = cookieValue(line), true
		}
	}
	return v, ok
}
