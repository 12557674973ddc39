package send

import (
	"fmt"

	"github.com/locust-http/locust-http/load"
)

// format makes the bytes of the request. It fails when a file of the body cannot be
// read.
func (a *attempt) format(closing bool) error {
	x, pool := a.x, &a.k.client.buffers
	if x.parts != nil {
		return a.formatParts(closing)
	}
	a.wire, a.rest, a.formatted = x.wire(closing)
	if a.forward {
		absolute := pool.get()
		absolute.b = a.t.Proxy.appendForward(absolute.b[:0], a.wire, x.origin)
		pool.put(a.formatted)
		a.wire, a.formatted = absolute.b, absolute
	}
	a.size = int64(len(a.wire) + len(a.rest))
	return nil
}

// formatParts makes the first bytes of a request whose body has parts: the header and as
// much of the body as there is room for. A small body is whole then, and such a request
// is like any other.
func (a *attempt) formatParts(closing bool) error {
	x, pool := a.x, &a.k.client.buffers
	head := pool.get()
	defer pool.put(head)
	head.b = x.appendHead(head.b[:0], closing)
	a.formatted = pool.getPortion()
	b := a.formatted.b[:0]
	if a.forward {
		b = a.t.Proxy.appendForward(b, head.b, x.origin)
	} else {
		b = append(b, head.b...)
	}
	a.size = int64(len(b)) + x.bodySize()
	a.body = bodyReader{parts: x.parts}
	n, err := a.body.fill(b[len(b):cap(b)])
	a.wire, a.formatted.b = b[:len(b)+n], b
	return err
}

// free gives back what the request was formatted in.
func (a *attempt) free() {
	switch pool := &a.k.client.buffers; {
	case a.formatted == nil:
	case a.x.parts != nil:
		pool.putPortion(a.formatted)
	default:
		pool.put(a.formatted)
	}
}

// long says whether the request takes more than one write, so that the server may answer
// before it is over.
func (a *attempt) long() bool { return a.size > int64(len(a.wire)) }

// writeRest writes what is not in a.wire.
func (a *attempt) writeRest() (n int64, err error) {
	if len(a.rest) > 0 {
		m, err := a.c.rw.Write(a.rest)
		return int64(m), err
	}
	// The first bytes have been written: their memory is free for the next.
	buf := a.formatted.b[:cap(a.formatted.b)]
	for left := a.size - int64(len(a.wire)); n < left; {
		m, err := a.body.fill(buf)
		if err != nil {
			return n, &fileError{err}
		}
		m, err = a.c.rw.Write(buf[:m])
		n += int64(m)
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// fileError is of a file of the body, while the connection is well.
type fileError struct{ err error }

func (e *fileError) Error() string { return e.err.Error() }
func (e *fileError) Unwrap() error { return e.err }

// failFile notes that a file of the body could not be read after the first byte was
// written. The reading goroutine is made to end.
func (a *attempt) failFile(err error, o *Outcome) {
	a.c.close()
	if a.early != nil {
		<-a.early.done
	}
	o.fail(load.UnsentPartly, load.ClassLocalOther, err)
}

// refusedByProxy notes that a proxy has refused the request itself. The target has seen
// nothing of it.
func (a *attempt) refusedByProxy(o *Outcome) {
	p := a.t.Proxy
	o.fail(load.UnsentConnect, load.ClassProxy, fmt.Errorf("proxy %s: %w", p.address, p.refusal(a.x.status, "")))
}
