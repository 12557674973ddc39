package send

import (
	"bufio"
	"io"
	"sync"
)

const (
	readerSize = 4 << 10  // of a reader: enough for the header of nearly every response
	maxHeader  = 64 << 10 // of a header, with the status line
	maxKept    = 64 << 10 // a larger buffer is left to the garbage collector
	scratch    = 32 << 10 // what a body that nobody reads is read into
)

// buffer is a byte slice that can go back to a pool.
type buffer struct{ b []byte }

// buffers are shared by all users, so that memory follows what is in flight and not
// how many users there are. The zero value is ready.
type buffers struct {
	small, large sync.Pool // *bufio.Reader of readerSize and of maxHeader
	bytes        sync.Pool // *buffer
	scratch      sync.Pool // *buffer of length scratch
	portions     sync.Pool // *buffer of capacity portion, or a little more
}

func (p *buffers) reader(r io.Reader) *bufio.Reader {
	if br, ok := p.small.Get().(*bufio.Reader); ok {
		br.Reset(r)
		return br
	}
	return bufio.NewReaderSize(r, readerSize)
}

func (p *buffers) largeReader(r io.Reader) *bufio.Reader {
	if br, ok := p.large.Get().(*bufio.Reader); ok {
		br.Reset(r)
		return br
	}
	return bufio.NewReaderSize(r, maxHeader)
}

func (p *buffers) putReader(br *bufio.Reader) {
	br.Reset(nil)
	if br.Size() == readerSize {
		p.small.Put(br)
	} else {
		p.large.Put(br)
	}
}

func (p *buffers) get() *buffer {
	if b, ok := p.bytes.Get().(*buffer); ok {
		return b
	}
	return &buffer{b: make([]byte, 0, 1<<10)}
}

func (p *buffers) put(b *buffer) {
	if b == nil || cap(b.b) > maxKept {
		return
	}
	b.b = b.b[:0]
	p.bytes.Put(b)
}

// getPortion is a buffer for the beginning of a request with parts.
func (p *buffers) getPortion() *buffer {
	if b, ok := p.portions.Get().(*buffer); ok {
		return b
	}
	return &buffer{b: make([]byte, 0, portion)}
}

func (p *buffers) putPortion(b *buffer) {
	if cap(b.b) <= 2*portion {
		b.b = b.b[:0]
		p.portions.Put(b)
	}
}

func (p *buffers) getScratch() *buffer {
	if b, ok := p.scratch.Get().(*buffer); ok {
		return b
	}
	return &buffer{b: make([]byte, scratch)}
}
