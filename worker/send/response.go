package send

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/locust-http/locust-http/load"
)

const (
	// maxInterim is how many 1xx responses may come before the final one.
	maxInterim = 16
	// maxChunkLine bounds the line before a chunk, with its extensions.
	maxChunkLine = 1 << 10
)

// readHeader reads up to the end of the header of the final response. Interim
// responses (RFC 9110 15.2) are skipped; 101 is final, and ends HTTP on the
// connection.
func (a *attempt) readHeader() error {
	for range maxInterim + 1 {
		block, err := a.bufferHeader()
		if err != nil {
			return err
		}
		if !startsStatus(block) {
			return &protocolError{"invalid status line " + quote(block)}
		}
		saysClose := a.x.isHead() && hasClose(block)
		if err := a.x.res.Read(a.br); err != nil {
			return &protocolError{err.Error()}
		}
		status := a.x.res.StatusCode()
		if status >= 200 || status == http.StatusSwitchingProtocols {
			a.x.status = status
			a.closing = a.closing || a.closesAfter(saysClose)
			return nil
		}
	}
	return &protocolError{fmt.Sprintf("more than %d interim responses", maxInterim)}
}

// closesAfter says whether the response ends the connection (RFC 9112 9.3). fasthttp
// says so for a HEAD without a Content-Length too, where nothing needs delimiting.
func (a *attempt) closesAfter(saysClose bool) bool {
	res := &a.x.res
	if a.x.status == http.StatusSwitchingProtocols {
		return true
	}
	if a.x.isHead() && res.ContentLength() == -2 && res.IsHTTP11() {
		return saysClose
	}
	return res.ConnectionClose()
}

// bufferHeader waits until a whole header is in the reader, and returns it without
// consuming it. With that done first, an error of the connection and one of the
// syntax cannot be mixed up, and a server that sends no HTTP is found out at its
// first bytes.
func (a *attempt) bufferHeader() ([]byte, error) {
	from := 0
	for {
		b, err := a.br.Peek(a.br.Buffered())
		if err != nil {
			return nil, err
		}
		if !startsLikeHTTP(b) {
			return nil, &protocolError{"response does not begin with HTTP/1: " + quote(b)}
		}
		if end, err := headerEnd(b, from); end > 0 || err != nil {
			return b[:end], err
		}
		// The empty line may have come in part: its CR, and the LF before that.
		from = max(0, len(b)-2)
		if len(b) == a.br.Size() {
			if len(b) >= maxHeader {
				return nil, errHeaderTooLarge
			}
			if err := a.growReader(b); err != nil {
				return nil, err
			}
		}
		if _, err := a.br.Peek(len(b) + 1); err != nil {
			return nil, err
		}
	}
}

// growReader goes on with a reader that holds the largest header.
func (a *attempt) growReader(buffered []byte) error {
	pool := &a.k.client.buffers
	a.c.again = buffered
	large := pool.largeReader(a.c)
	_, err := large.Peek(len(buffered))
	a.c.again = nil
	pool.putReader(a.br)
	a.br = large
	return err
}

// startsLikeHTTP says whether b can be the beginning of an HTTP/1 response.
func startsLikeHTTP(b []byte) bool {
	const version = "HTTP/1."
	n := min(len(b), len(version))
	return string(b[:n]) == version[:n]
}

// headerEnd is the length of the header block with its empty line, 0 while that has
// not arrived. Nothing before from ends the block. Lines must end in CR LF: RFC 9112
// 2.2 lets a recipient also take a bare LF, but the codec does not.
func headerEnd(b []byte, from int) (int, error) {
	for {
		i := bytes.IndexByte(b[from:], '\n')
		if i < 0 {
			return 0, nil
		}
		from += i + 1
		if from < 2 || b[from-2] != '\r' {
			return 0, &protocolError{"a header line does not end in CR LF"}
		}
		if rest := b[from:]; len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n' {
			return from + 2, nil
		}
	}
}

// startsStatus says whether the status code of a header block is 100 or more; the
// codec takes 000 for 200.
func startsStatus(block []byte) bool {
	_, rest, _ := bytes.Cut(block, []byte(" "))
	rest = bytes.TrimLeft(rest, " ")
	return len(rest) > 0 && rest[0] >= '1' && rest[0] <= '9'
}

// hasClose says whether a header block has Connection: close.
func hasClose(block []byte) bool {
	for line := range bytes.Lines(block) {
		name, value, _ := bytes.Cut(line, []byte(":"))
		if bytes.EqualFold(name, []byte("Connection")) && bytes.Contains(bytes.ToLower(value), []byte("close")) {
			return true
		}
	}
	return false
}

// readBody reads or discards the body, by the rules of RFC 9112 6.3.
func (a *attempt) readBody() error {
	switch status := a.x.status; {
	case a.x.isHead(), status == http.StatusNoContent, status == http.StatusNotModified,
		status == http.StatusSwitchingProtocols:
		return nil
	}
	sink := sink{x: a.x, br: a.br, room: a.x.maxBody, keep: a.x.toKeep()}
	defer sink.close()
	err := sink.body(a.x.res.ContentLength())
	if err != nil {
		a.x.bodyCut = true
	}
	return err
}

// body takes a body of n bytes, or one in chunks (-1), or all that comes.
func (s *sink) body(n int) error {
	switch {
	case n >= 0:
		return s.take(int64(n))
	case n == -1:
		return s.takeChunks()
	}
	return s.takeAll()
}

// sink is where a body goes: into the exchange, or nowhere.
type sink struct {
	x       *Exchange
	br      *bufio.Reader
	room    int64 // bytes that may still come
	keep    int64 // … and of them those that are kept
	scratch *buffer
}

// toKeep is how much of the body of the response is kept: all (and the one byte that
// shows that it is too large), nothing, or the beginning of that of a failed one.
func (x *Exchange) toKeep() int64 {
	switch {
	case !x.discard:
		return x.maxBody + 1
	case x.fails != nil && x.fails(x.status):
		return load.MaxSampleBody
	}
	return 0
}

func (s *sink) close() {
	if s.scratch != nil {
		s.x.buffers.scratch.Put(s.scratch)
	}
}

// take takes n bytes of body.
func (s *sink) take(n int64) error {
	if n > s.room {
		return errBodyTooLarge
	}
	s.room -= n
	for n > 0 {
		m, err := s.some(n)
		n -= int64(m)
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil && n > 0 {
			return err
		}
	}
	return nil
}

// takeAll takes everything until the server closes.
func (s *sink) takeAll() error {
	for {
		n, err := s.some(s.room + 1)
		if int64(n) > s.room {
			return errBodyTooLarge
		}
		s.room -= int64(n)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// some takes between 1 and limit bytes of body. Memory grows with what has arrived,
// not with what was announced.
func (s *sink) some(limit int64) (int, error) {
	x, br := s.x, s.br
	if s.keep <= 0 {
		n, err := s.skip(limit)
		x.bodyCut = x.bodyCut || n > 0 && x.body != nil
		return n, err
	}
	limit = min(limit, s.keep)
	if x.body == nil {
		x.body = x.buffers.get()
	}
	b := x.body.b
	if len(b) == cap(b) || int64(cap(b)-len(b)) < min(limit, 512) {
		b = slices.Grow(b, int(min(limit, max(int64(len(b)), readerSize))))
	}
	n, err := br.Read(b[len(b):min(int64(cap(b)), int64(len(b))+limit)])
	x.body.b = b[:len(b)+n]
	s.keep -= int64(n)
	return n, err
}

func (s *sink) skip(limit int64) (int, error) {
	br := s.br
	if n := br.Buffered(); n > 0 {
		return br.Discard(int(min(int64(n), limit)))
	}
	if s.scratch == nil {
		s.scratch = s.x.buffers.getScratch()
	}
	return br.Read(s.scratch.b[:min(int64(len(s.scratch.b)), limit)])
}

// takeChunks takes a chunked body (RFC 9112 7.1) with its trailer, which is dropped.
func (s *sink) takeChunks() error {
	for {
		line, err := s.line()
		if err != nil {
			return err
		}
		size, ok := chunkSize(line)
		if !ok {
			return &protocolError{"invalid chunk size " + quote(line)}
		}
		if size == 0 {
			return s.trailer()
		}
		if err := s.take(size); err != nil {
			return err
		}
		if line, err = s.line(); err != nil {
			return err
		}
		if len(line) > 0 {
			return &protocolError{"chunk is longer than its size: " + quote(line)}
		}
	}
}

func (s *sink) trailer() error {
	for total := 0; total <= maxHeader; {
		line, err := s.line()
		if err != nil || len(line) == 0 {
			return err
		}
		total += len(line)
	}
	return errHeaderTooLarge
}

// line reads a line of the chunked coding, without its end.
func (s *sink) line() ([]byte, error) {
	line, err := s.br.ReadSlice('\n')
	switch {
	case err == io.EOF:
		return nil, io.ErrUnexpectedEOF
	case err != nil && len(line) < maxChunkLine:
		return nil, err
	case len(line) > maxChunkLine:
		return nil, &protocolError{"line of the chunked body is too long: " + quote(line)}
	}
	return bytes.TrimSuffix(line[:len(line)-1], []byte("\r")), nil
}

// chunkSize reads the size at the beginning of a chunk's first line. A size beyond 60
// bits is none: nobody sends that much.
func chunkSize(line []byte) (size int64, ok bool) {
	digits := 0
	for ; digits < len(line); digits++ {
		var d int64
		switch c := line[digits]; {
		case c >= '0' && c <= '9':
			d = int64(c - '0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			d = int64(c|0x20-'a') + 10
		default:
			return size, digits > 0 && (c == ';' || c == ' ' || c == '\t')
		}
		if digits == 15 {
			return 0, false
		}
		size = size<<4 | d
	}
	return size, digits > 0
}
