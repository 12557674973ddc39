// Package livetest has connections without a buffer, for tests of those who watch.
package livetest

import (
	"context"
	"net"
	"sync"
)

// Pipes is a listener whose connections have no buffer: a write takes until it is read.
// They work on a fake clock too.
type Pipes struct {
	conns chan net.Conn
	once  sync.Once
	ended chan struct{}
}

// NewPipes makes a listener.
func NewPipes() *Pipes {
	return &Pipes{conns: make(chan net.Conn), ended: make(chan struct{})}
}

// Accept waits for the next Dial.
func (p *Pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.ended:
		return nil, net.ErrClosed
	}
}

// Close ends Accept and Dial.
func (p *Pipes) Close() error { p.once.Do(func() { close(p.ended) }); return nil }

// Addr is nothing that could be dialed.
func (p *Pipes) Addr() net.Addr { return &net.TCPAddr{} }

// Dial connects, whatever the address.
func (p *Pipes) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.conns <- far:
		return near, nil
	case <-p.ended:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
