package send

import (
	"errors"
	"fmt"
	"strings"

	"github.com/valyala/fasthttp"
	"golang.org/x/net/http/httpguts"
)

// What follows reads and changes a request that was begun (Start, AddHeader, SetBody,
// SetParts, Jar.Apply) and not yet sent. A value that no request can carry is an error,
// and the request is then as it was: whatever is set, one well-formed request is written.
// A frozen request becomes an ordinary one, except where only its method, target or body
// is read.

// Method is the method of the request.
func (x *Exchange) Method() string { return knownMethod(x.requestLine().Method()) }

// requestLine has the request line, also of a frozen request. Of that nothing but method and
// target may be read: the codec's other readers write scratch, and a Frozen is shared.
func (x *Exchange) requestLine() *fasthttp.RequestHeader {
	if x.frozen != nil {
		return &x.frozen.req
	}
	return &x.req
}

// knownMethod is m as a string; it allocates for unusual ones only.
func knownMethod(m []byte) string {
	for _, known := range [...]string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"} {
		if string(m) == known {
			return known
		}
	}
	return string(m)
}

// SetMethod changes the method, and leaves the body. CONNECT is refused: it asks for a
// tunnel, and no response that can be read.
func (x *Exchange) SetMethod(method string) error {
	switch {
	case !httpguts.ValidHeaderFieldName(method):
		return fmt.Errorf("%s is not a method", quote([]byte(method)))
	case method == "CONNECT":
		return errors.New("method CONNECT asks for a tunnel: it cannot be sent as a request")
	}
	x.thaw()
	x.req.SetMethod(method)
	return nil
}

// URL is the absolute URL of the request, without userinfo.
func (x *Exchange) URL() string { return string(x.appendURL(nil)) }

// SetURL sends the request elsewhere; url is as for Start. Where the origin stays, so does
// a Host header that was set; else it becomes the one of the new URL, and cookies of a Jar
// and the credentials of the URL before are taken off: Apply the jar again. Headers that
// were set by name, Authorization among them, stay.
func (x *Exchange) SetURL(url string) error {
	x.thaw()
	before, host := x.origin, x.req.Host()
	if len(host) > 0 {
		host = []byte(string(host))
	}
	own := before.basic != "" && string(x.req.Peek("Authorization")) == before.basic
	if err := x.setURL([]byte(url)); err != nil {
		return err
	}
	if before == x.origin || before.same(x.origin) {
		x.req.SetHostBytes(host)
	} else {
		x.dropJar()
	}
	switch basic := x.origin.basic; {
	case basic != "":
		x.dropHeader("Authorization")
		x.req.Set("Authorization", basic)
	case own:
		x.dropHeader("Authorization")
	}
	return nil
}

// dropJar takes off the cookies that a Jar has added.
func (x *Exchange) dropJar() {
	for _, name := range x.fromJar {
		x.req.DelCookie(name)
	}
	x.fromJar = x.fromJar[:0]
}

// RequestTarget is path and query as they are sent.
func (x *Exchange) RequestTarget() string { return string(x.requestLine().RequestURI()) }

// SetRequestTarget changes path and query and nothing else. It begins with a slash. As
// in a URL, bytes that a request line cannot carry, such as spaces, are percent-encoded,
// and control characters refused; so is #, which would begin a fragment.
func (x *Exchange) SetRequestTarget(target string) error {
	if target == "" || target[0] != '/' {
		return fmt.Errorf("path %s does not begin with /", quote([]byte(target)))
	}
	x.thaw()
	for i := 0; i < len(target); i++ {
		if plainTarget[target[i]] {
			continue
		}
		return x.encodeTarget(target)
	}
	x.req.SetRequestURI(target)
	return nil
}

// plainTarget is the bytes that a request line carries as they are.
var plainTarget = func() (plain [256]bool) {
	for c := '!'; c <= '~'; c++ {
		plain[c] = !strings.ContainsRune(`"<>#`, c)
	}
	return plain
}()

func (x *Exchange) encodeTarget(target string) (err error) {
	if strings.IndexByte(target, '#') >= 0 {
		return fmt.Errorf("path %s has a #, which is not sent: write %%23", quote([]byte(target)))
	}
	if x.target, err = appendTarget(x.target[:0], []byte(target)); err != nil {
		return err
	}
	x.req.SetRequestURIBytes(x.target)
	return nil
}

// RequestBody is the body of the request; it must not be changed. It is an error where a
// part of it is read from a file.
func (x *Exchange) RequestBody() ([]byte, error) {
	if x.frozen != nil {
		return x.frozen.body, nil
	}
	if x.parts == nil {
		return x.reqBody, nil
	}
	for i := range x.parts {
		if x.parts[i].File != nil {
			return nil, errors.New("the body is read from a file while it is sent")
		}
	}
	whole := make([]byte, x.bodySize())
	r := bodyReader{parts: x.parts}
	_, err := r.fill(whole)
	return whole, err
}
