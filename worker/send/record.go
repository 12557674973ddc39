package send

import (
	"bytes"
	"errors"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// Record is an attempt in full, for Send once and for samples of failures; it copies.
// Call it after Do, and before Redirect and Release.
//
// Of each body it takes at most max bytes: of the request's, files included, its
// beginning, and of the response's what there is. That is
//   - with KeepBody, the body, decoded, of a complete response;
//   - the beginning of it, decoded as far as that goes, when the response broke off, was
//     larger than Target.MaxBody, or was kept by KeepFailed only; Truncated says so.
//     One whose Content-Length is larger than MaxBody is not read at all;
//   - the bytes as they came when they cannot be decoded; Message then says why, unless
//     the attempt has a message of its own;
//   - nothing when the body was discarded, or no header came.
//
// Credentials for a proxy are load.Masked; all others are there.
func (x *Exchange) Record(o Outcome, max int) load.Attempt {
	a := load.Attempt{
		URL: string(x.appendURL(nil)), Status: o.Status,
		BytesIn: o.BytesIn, BytesOut: o.BytesOut, Timing: o.Timing,
		Class: o.Class, Message: o.Message, Fate: o.Fate,
	}
	x.recordRequest(&a, max)
	if x.status == 0 {
		return a
	}
	for name, value := range x.res.All() {
		a.ResponseHeader = append(a.ResponseHeader, load.Header{Name: string(name), Value: string(value)})
	}
	x.recordBody(&a, max)
	return a
}

func (x *Exchange) recordRequest(a *load.Attempt, max int) {
	x.thaw() // the codec's readers write scratch, and a Frozen is shared
	req := &x.req
	a.Method = string(req.Method())
	a.RequestBody, a.RequestSize = x.recordPayload(max)
	for name, value := range req.All() {
		h := load.Header{Name: string(name), Value: string(value)}
		if strings.EqualFold(h.Name, "Proxy-Authorization") {
			h.Value = load.Masked
		}
		a.RequestHeader = append(a.RequestHeader, h)
	}
	if x.via != nil && x.via.basic != "" {
		a.RequestHeader = append(a.RequestHeader, load.Header{Name: "Proxy-Authorization", Value: load.Masked})
	}
}

// recordPayload is the beginning of the request's body, and the size of all of it. A
// file that cannot be read ends it: that is the message of the attempt.
func (x *Exchange) recordPayload(max int) ([]byte, int64) {
	if x.parts == nil {
		body := x.reqBody
		return bytes.Clone(body[:min(len(body), max)]), int64(len(body))
	}
	size := x.bodySize()
	shown := make([]byte, min(size, int64(max)))
	r := bodyReader{parts: x.parts}
	n, _ := r.fill(shown)
	return shown[:n], size
}

func (x *Exchange) recordBody(a *load.Attempt, max int) {
	a.Truncated = x.bodyCut
	if x.body == nil || len(x.body.b) == 0 {
		return
	}
	encoding := x.res.ContentEncoding()
	body := x.body.b
	switch {
	case x.decoded != nil && x.decodeErr == nil:
		body = x.decoded.b
	case len(encoding) > 0:
		out := limited{buffer: x.buffers.get(), max: min(x.maxBody, int64(max)), prefix: true}
		defer x.buffers.put(out.buffer)
		body = x.recordDecoded(a, &out, encoding)
	}
	if len(body) > max {
		body, a.Truncated = body[:max], true
	}
	a.ResponseBody = bytes.Clone(body)
}

// recordDecoded is the body, decoded as far as there is room in out, or as it came.
func (x *Exchange) recordDecoded(a *load.Attempt, out *limited, encoding []byte) []byte {
	err := decode(out, encoding, x.body.b)
	switch {
	case err == nil:
	case out.full:
		a.Truncated = true
		if out.max == x.maxBody {
			explain(a, errBodyTooLarge)
		}
	case x.bodyCut && len(out.buffer.b) > 0:
		// The end is missing, as it has to be.
	default:
		explain(a, errors.New(decodeMessage(encoding, err)))
		return x.body.b
	}
	return out.buffer.b
}

// explain gives an attempt that has no failure of its own the reason why its body is not
// whole.
func explain(a *load.Attempt, err error) {
	if a.Class == "" {
		a.Message = err.Error()
	}
}
