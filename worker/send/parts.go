package send

import (
	"errors"
	"fmt"
	"io"
)

// portion is how much of a body of parts is in memory at a time.
const portion = 64 << 10

// BodyPart is a stretch of a request body: bytes, or a file of Size bytes, which is
// read from its beginning. ReadAt of a file may be called from any goroutine that has
// an Exchange with it, for as long as the Exchange may be sent.
type BodyPart struct {
	Bytes []byte
	File  io.ReaderAt // nil: Bytes
	Size  int64       // of File
}

func (p *BodyPart) size() int64 {
	if p.File != nil {
		return max(p.Size, 0)
	}
	return int64(len(p.Bytes))
}

// SetParts sets the body: the parts one after the other, with a Content-Length of
// their sum. Files are read while the body is sent, 64 KiB at a time, and again for a
// redirect that keeps the body; one that cannot be read, or has less than Size bytes,
// fails the attempt with load.ClassLocalOther. The parts are not copied: they and their
// bytes must stay unchanged until the next Start, and files open. A request with parts
// cannot be frozen.
func (x *Exchange) SetParts(parts []BodyPart) {
	x.thaw()
	x.reqBody, x.parts = nil, parts
}

// bodySize is the Content-Length of the request.
func (x *Exchange) bodySize() int64 {
	n := int64(len(x.reqBody))
	for i := range x.parts {
		n += x.parts[i].size()
	}
	return n
}

// bodyReader is a place in a body of parts.
type bodyReader struct {
	parts []BodyPart // what is left
	at    int64      // in the first
}

// fill fills p as far as there is body.
func (r *bodyReader) fill(p []byte) (n int, err error) {
	for n < len(p) && len(r.parts) > 0 {
		part := &r.parts[0]
		left := part.size() - r.at
		if left <= 0 {
			r.parts, r.at = r.parts[1:], 0
			continue
		}
		m, err := part.read(p[n:n+int(min(left, int64(len(p)-n)))], r.at)
		n += m
		r.at += int64(m)
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// read fills p from byte at on.
func (p *BodyPart) read(to []byte, at int64) (int, error) {
	if p.File == nil {
		return copy(to, p.Bytes[at:]), nil
	}
	n, err := p.File.ReadAt(to, at)
	switch {
	case n == len(to):
		return n, nil
	case err == nil || errors.Is(err, io.EOF):
		return n, fmt.Errorf("read body file: it ends after %d bytes, %d were expected", at+int64(n), p.Size)
	}
	return n, fmt.Errorf("read body file: %w", err)
}
