package send

import (
	"net/http"
	"time"
)

// salvageWait is how long, after a failed write, a response is waited for that the
// server may have sent before it closed: it has arrived by then, or never will.
const salvageWait = 50 * time.Millisecond

// statusLength is how much of a response says what its status is.
const statusLength = len("HTTP/1.1 200")

// early is the beginning of a response that may come while the request is still being
// written: servers refuse a large body before they have read it (RFC 9112 9.3). Its
// goroutine reads while the attempt writes; whatever it has read, the attempt goes on
// with.
type early struct {
	done    chan struct{} // closed when the rest is set
	b       []byte
	err     error
	stopped bool // the write was stopped: the server has refused, so there is no use in it
}

// watchEarly reads the beginning of the response until the connection's deadline. The
// caller reads nothing until done is closed.
func watchEarly(c *conn) *early {
	e := &early{done: make(chan struct{})}
	go func() {
		defer close(e.done)
		e.read(c)
		if statusOf(e.b) >= http.StatusBadRequest {
			e.stopped = true
			_ = c.raw.SetWriteDeadline(longAgo)
		}
	}()
	return e
}

// readEarly reads what had arrived before a write failed.
func readEarly(c *conn) *early {
	e := &early{done: make(chan struct{})}
	defer close(e.done)
	c.setReadDeadline(time.Now().Add(salvageWait))
	e.read(c)
	return e
}

func (e *early) read(c *conn) {
	// No more than a reader takes at once: see conn.again.
	b := make([]byte, readerSize/8)
	n := 0
	for n < statusLength && e.err == nil {
		var m int
		m, e.err = c.rw.Read(b[n:])
		n += m
	}
	e.b = b[:n]
}

// salvage says whether a response is there although the request was not written in
// full. err is why not; the result is a better reason where there is one.
func (a *attempt) salvage(err error) (bool, error) {
	switch {
	case a.early == nil && (a.kept || isTimeout(err)):
		// On a kept connection what came before the first byte is no answer to it.
		return false, err
	case a.early == nil:
		a.early = readEarly(a.c)
	default:
		<-a.early.done
	}
	if len(a.early.b) > 0 {
		return true, err
	}
	if a.early.err != nil && isTLS(a.early.err) {
		// With TLS 1.3 a refused client certificate shows on the first read only.
		err = a.early.err
	}
	return false, err
}

// takeEarly waits for the beginning of the response that is read by another goroutine,
// and makes it what c gives first.
func (a *attempt) takeEarly(o *Outcome) error {
	e := a.early
	<-e.done
	if e.stopped || a.cut != nil {
		a.c.deadline = time.Time{}
		a.c.setDeadline(o.Start.Add(a.t.total()), a.t.total())
	}
	a.c.again, a.c.in = e.b, int64(len(e.b))
	if len(e.b) > 0 {
		return nil
	}
	return e.err
}
