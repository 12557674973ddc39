package send

import (
	"errors"
	"slices"
	"strings"

	"github.com/locust-http/locust-http/load"
	"github.com/valyala/fasthttp"
)

// BodyError is why Exchange.Body has no body to give.
type BodyError struct {
	Class   load.Class // ClassDecode, or ClassBodyTooLarge
	Message string
}

func (e *BodyError) Error() string { return e.Message }

// Body is the body of the response, decompressed (gzip, br, deflate) when it is first
// asked for, and bounded by Target.MaxBody. It is valid until the next Start, Reuse,
// Release or Do. The error is a *BodyError; it is nil when there is no response.
func (x *Exchange) Body() ([]byte, error) {
	switch {
	case x.decodeErr != nil:
		return nil, x.decodeErr
	case x.decoded != nil:
		return x.decoded.b, nil
	case x.status != 0 && x.discard:
		return nil, &BodyError{load.ClassDecode, "the body of the response was not kept"}
	case x.body == nil || len(x.body.b) == 0:
		return nil, nil
	}
	encoding := x.res.ContentEncoding()
	if len(encoding) == 0 {
		return x.body.b, nil
	}
	x.decode(strings.ToLower(strings.TrimSpace(string(encoding))))
	if x.decodeErr != nil {
		return nil, x.decodeErr
	}
	return x.decoded.b, nil
}

func (x *Exchange) decode(encoding string) {
	out := limited{buffer: x.buffers.get(), max: x.maxBody}
	var err error
	switch encoding {
	case "gzip", "x-gzip":
		_, err = fasthttp.WriteGunzip(&out, x.body.b)
	case "br":
		_, err = fasthttp.WriteUnbrotli(&out, x.body.b)
	case "deflate":
		_, err = fasthttp.WriteInflate(&out, x.body.b)
	case "identity":
		_, err = out.Write(x.body.b)
	default:
		err = errors.New("no decoder for it")
	}
	x.decoded = out.buffer
	switch {
	case out.full:
		x.decodeErr = &BodyError{load.ClassBodyTooLarge, errBodyTooLarge.Error()}
	case err != nil:
		x.decodeErr = &BodyError{load.ClassDecode, "content-encoding " + shorten(encoding) + ": " + shorten(err.Error())}
	}
}

// limited takes what a decompressor writes, up to max bytes: a small body may unpack
// to any size.
type limited struct {
	buffer *buffer
	max    int64
	full   bool
}

// Write implements io.Writer.
func (w *limited) Write(p []byte) (int, error) {
	if int64(len(w.buffer.b)+len(p)) > w.max {
		w.full = true
		return 0, errBodyTooLarge
	}
	w.buffer.b = slices.Grow(w.buffer.b, len(p))
	w.buffer.b = append(w.buffer.b, p...)
	return len(p), nil
}
