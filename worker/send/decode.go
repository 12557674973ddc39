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
	out := limited{buffer: x.buffers.get(), max: x.maxBody}
	err := decode(&out, encoding, x.body.b)
	x.decoded = out.buffer
	switch {
	case out.full:
		x.decodeErr = &BodyError{load.ClassBodyTooLarge, errBodyTooLarge.Error()}
	case err != nil:
		x.decodeErr = &BodyError{load.ClassDecode, decodeMessage(encoding, err)}
	}
	if x.decodeErr != nil {
		return nil, x.decodeErr
	}
	return x.decoded.b, nil
}

// decode writes body, decoded, to out.
func decode(out *limited, encoding, body []byte) (err error) {
	switch strings.ToLower(strings.TrimSpace(string(encoding))) {
	case "gzip", "x-gzip":
		_, err = fasthttp.WriteGunzip(out, body)
	case "br":
		_, err = fasthttp.WriteUnbrotli(out, body)
	case "deflate":
		_, err = fasthttp.WriteInflate(out, body)
	case "identity":
		_, err = out.Write(body)
	default:
		err = errors.New("no decoder for it")
	}
	return err
}

func decodeMessage(encoding []byte, err error) string {
	return "content-encoding " + shorten(strings.ToLower(strings.TrimSpace(string(encoding)))) + ": " + shorten(err.Error())
}

// limited takes what a decompressor writes, up to max bytes: a small body may unpack
// to any size.
type limited struct {
	buffer *buffer
	max    int64
	prefix bool // take what there is room for of a write that is too much
	full   bool
}

// Write implements io.Writer.
func (w *limited) Write(p []byte) (int, error) {
	if int64(len(w.buffer.b)+len(p)) > w.max {
		w.full = true
		if w.prefix {
			w.buffer.b = append(w.buffer.b, p[:w.max-int64(len(w.buffer.b))]...)
		}
		return 0, errBodyTooLarge
	}
	w.buffer.b = slices.Grow(w.buffer.b, len(p))
	w.buffer.b = append(w.buffer.b, p...)
	return len(p), nil
}
