package send

import (
	"bytes"
	"strings"
)

// Reason is the reason phrase of the response as the server said it, such as "Not Found";
// empty where it said none, or there is no response.
func (x *Exchange) Reason() string {
	if x.status == 0 {
		return ""
	}
	return string(x.res.StatusMessage())
}

// EachHeader visits the header lines of the response. Lines of one name come in the order
// in which they were received; names are written in the usual way ("Content-Type").
func (x *Exchange) EachHeader(visit func(name, value string)) {
	if x.status == 0 {
		return
	}
	for name, value := range x.res.All() {
		visit(string(name), string(value))
	}
}

// Headers is the values of all lines of a header of the response, in order. The name may
// have any case.
func (x *Exchange) Headers(name string) (values []string) {
	if x.status == 0 {
		return nil
	}
	for key, value := range x.res.All() {
		if strings.EqualFold(string(key), name) {
			values = append(values, string(value))
		}
	}
	return values
}

// Reply is a finished exchange that outlives its Exchange: response, and request as it was
// sent. It is immutable, and safe for concurrent use. Strings are copies.
type Reply struct {
	Status      int // 0: there was no response
	Outcome     Outcome
	RequestSize int64 // of the whole body of the request

	// All text in one piece: where a part ends the next begins.
	text    []byte
	url     int // the end of …
	head    int // … the request line with its header lines
	payload int // … the request's body, as far as it was kept
	reason  int
	header  int // … the header lines of the response
	bodyErr error
}

// Snapshot is a copy of what x has been and has got, in two allocations. o is what Do has
// returned, and maxBody how many bytes of the request's body are kept. Call it as Record.
func (x *Exchange) Snapshot(o Outcome, maxBody int) *Reply {
	x.thaw()
	r := &Reply{Status: x.status, Outcome: o, RequestSize: x.bodySize()}
	body, err := x.Body()
	r.bodyErr = err
	b := make([]byte, 0, x.snapshotSize(maxBody)+len(body))
	b = x.appendURL(b)
	r.url = len(b)
	b = x.appendHead(b, false)
	r.head = len(b)
	b = x.appendPayload(b, maxBody)
	r.payload = len(b)
	if x.status != 0 {
		b = append(b, x.res.StatusMessage()...)
	}
	r.reason = len(b)
	if x.status != 0 {
		for name, value := range x.res.All() {
			b = append(append(append(append(b, name...), ": "...), value...), "\r\n"...)
		}
	}
	r.header = len(b)
	r.text = append(b, body...)
	return r
}

// snapshotSize is about how much room a snapshot takes without the response's body.
func (x *Exchange) snapshotSize(maxBody int) int {
	n := 3*len(x.req.RequestURI()) + 256 + int(min(x.bodySize(), int64(maxBody)))
	for name, value := range x.req.All() {
		n += len(name) + len(value) + 4
	}
	if x.status != 0 {
		for name, value := range x.res.All() {
			n += len(name) + len(value) + 4
		}
	}
	return n
}

// appendPayload appends at most max bytes of the request's body.
func (x *Exchange) appendPayload(b []byte, max int) []byte {
	if x.parts == nil {
		return append(b, x.reqBody[:min(len(x.reqBody), max)]...)
	}
	shown, _ := x.recordPayload(max)
	return append(b, shown...)
}

// Method is the method of the request.
func (r *Reply) Method() string {
	method, _, _ := bytes.Cut(r.text[r.url:r.head], []byte(" "))
	return knownMethod(method)
}

// URL is the absolute URL of the request, without userinfo.
func (r *Reply) URL() string { return string(r.text[:r.url]) }

// RequestTarget is path and query as they were sent.
func (r *Reply) RequestTarget() string {
	_, rest, _ := bytes.Cut(r.text[r.url:r.head], []byte(" "))
	target, _, _ := bytes.Cut(rest, []byte(" "))
	return string(target)
}

// RequestBody is the body of the request as far as it was kept: all of it when it is as
// long as RequestSize. It must not be changed.
func (r *Reply) RequestBody() []byte { return r.text[r.head:r.payload:r.payload] }

// RequestHeader is the first value of a header of the request, in any case.
func (r *Reply) RequestHeader(name string) (value string, ok bool) {
	return firstLineOf(r.requestLines(), name)
}

// EachRequestHeader visits the header lines of the request in the order in which they were
// sent.
func (r *Reply) EachRequestHeader(visit func(name, value string)) {
	eachLine(string(r.requestLines()), visit)
}

func (r *Reply) requestLines() []byte {
	_, lines, _ := bytes.Cut(r.text[r.url:r.head], []byte("\r\n"))
	return lines
}

// Reason is as of Exchange.
func (r *Reply) Reason() string { return string(r.text[r.payload:r.reason]) }

// Header is the first value of a header of the response, in any case.
func (r *Reply) Header(name string) (value string, ok bool) {
	return firstLineOf(r.lines(), name)
}

// Headers and EachHeader are as of Exchange.
func (r *Reply) Headers(name string) (values []string) {
	r.EachHeader(func(key, value string) {
		if strings.EqualFold(key, name) {
			values = append(values, value)
		}
	})
	return values
}

// EachHeader visits the header lines of the response.
func (r *Reply) EachHeader(visit func(name, value string)) { eachLine(string(r.lines()), visit) }

func (r *Reply) lines() []byte { return r.text[r.reason:r.header] }

// Cookie is the value of a cookie that the response sets; the last counts.
func (r *Reply) Cookie(name string) (value string, ok bool) {
	r.EachHeader(func(key, line string) {
		if key != "Set-Cookie" {
			return
		}
		if found, _, _ := strings.Cut(line, "="); strings.TrimSpace(found) == name {
			value, ok = string(cookieValue([]byte(line))), true
		}
	})
	return value, ok
}

// Body is the decoded body of the response, or a *BodyError; it must not be changed.
func (r *Reply) Body() ([]byte, error) {
	if r.bodyErr != nil {
		return nil, r.bodyErr
	}
	return r.text[r.header:len(r.text):len(r.text)], nil
}

// firstLineOf is the value of the first of lines with this name.
func firstLineOf(lines []byte, name string) (value string, ok bool) {
	for len(lines) > 0 {
		var line []byte
		line, lines, _ = bytes.Cut(lines, []byte("\r\n"))
		if key, v, _ := bytes.Cut(line, []byte(": ")); strings.EqualFold(string(key), name) {
			return string(v), true
		}
	}
	return "", false
}
