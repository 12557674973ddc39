package send

import (
	"bufio"
	"errors"
	"net/http"
	"time"

	"github.com/locust-http/locust-http/load"
)

// attempt is one run of Do.
type attempt struct {
	k          *Conns
	x          *Exchange
	t          *Target
	key        connKey
	forward    bool       // to a proxy that is sent the request itself
	wire, rest []byte     // the request; with parts, wire is its beginning
	body       bodyReader // … and this is where wire ends in the body
	size       int64      // of the request
	formatted  *buffer    // what wire lives in; nil: a Frozen

	c       *conn
	kept    bool          // c has carried a request before
	wrote   time.Time     // when the request had been written
	waitErr error         // of the wait for the response, when that was part of writing
	early   *early        // the response's beginning, when it was read while writing
	cut     error         // why the request was not written in full although there is a response
	br      *bufio.Reader // on c, while the response is read
	closing bool          // the server ends the connection, or the response does
}

// Do sends the request of x over one of the user's connections and reads the
// response into x. It is one attempt: whatever happens, no byte of the request is
// written twice. x must have been begun by Start or Reuse without an error.
func (k *Conns) Do(x *Exchange, t *Target) Outcome {
	o := Outcome{Start: time.Now()}
	x.begin(&k.client.buffers, t.maxBody())
	perRequest := k.client.mode == load.ConnPerRequest
	a := attempt{k: k, x: x, t: t, closing: perRequest || x.closes()}
	a.key = connKey{secure: x.origin.secure, address: x.origin.address}
	if a.key.secure {
		a.key.tls = t.TLS
	}
	x.via = nil
	if t.Proxy != nil {
		a.key.through(t.Proxy, x.origin, t)
		if a.forward = t.Proxy.forwards(x.origin); a.forward {
			x.via = t.Proxy
		}
	}
	if err := a.format(perRequest); err != nil {
		o.fail(load.UnsentLocal, load.ClassLocalOther, err)
	} else if a.send(&o) {
		a.receive(&o)
	}
	a.free()
	a.done(&o)
	return o
}

// done keeps or closes the connection, and notes the time of a failure.
func (a *attempt) done(o *Outcome) {
	failed := o.Class != "" || o.Interrupted
	if failed {
		o.Timing.Total = time.Since(o.Start)
	}
	switch {
	case a.c == nil:
	case failed || a.closing:
		a.k.drop(a.c)
	default:
		if a.c.dirty {
			// What came after the response is nobody's answer. The next request finds
			// the connection so, and replaces it.
			a.c.close()
		}
		a.c.last = o.Start.Add(o.Timing.Total)
		a.k.keep(a.c)
	}
}

// send writes the request on an idle connection that is still usable, or else on a
// new one. It is false when the request was not written in full; o then says why.
func (a *attempt) send(o *Outcome) bool {
	client := a.k.client
	for client.mode != load.ConnPerRequest {
		if a.c = a.k.take(a.key); a.c == nil {
			break
		}
		a.kept = true
		if !a.enter(o) {
			return false
		}
		if o.Start.Sub(a.c.last) <= client.idle {
			n, silent, err := a.resend(o)
			if silent {
				return a.written(n, err, o)
			}
		}
		a.k.drop(a.c)
		client.reconnects.Add(1)
	}
	return a.sendNew(o)
}

func (a *attempt) sendNew(o *Outcome) bool {
	a.kept, a.c = false, nil
	if a.k.client.interrupted.Load() {
		return o.interrupt(load.UnsentInterrupted)
	}
	if a.c = a.k.open(a.x, a.t, a.key, o); a.c == nil {
		if a.k.client.interrupted.Load() {
			o.interrupt(load.UnsentInterrupted)
		}
		return false
	}
	if !a.enter(o) {
		return false
	}
	a.c.setDeadline(o.Start.Add(a.t.total()), a.t.total())
	n, err := a.write(0)
	return a.written(n, err, o)
}

// enter makes the connection known to Interrupt, and is false when that has been
// called. The order matters: see Client.Interrupt.
func (a *attempt) enter(o *Outcome) bool {
	if a.k.current.Load() != a.c {
		a.k.current.Store(a.c)
	}
	if a.k.client.interrupted.Load() {
		return o.interrupt(load.UnsentInterrupted)
	}
	return true
}

// resend writes the request on a kept connection that is silent; if it is not,
// nothing is written.
func (a *attempt) resend(o *Outcome) (n int64, silent bool, err error) {
	c := a.c
	total := a.t.total()
	direct := c.sock != nil && c.tls == nil && !c.dirty && !a.long() && a.t.FirstByte == 0
	if !direct {
		if !c.silent() {
			return 0, false, nil
		}
		c.setDeadline(o.Start.Add(total), total)
		n, err = a.write(0)
		return n, true, err
	}
	c.setDeadline(o.Start.Add(total), total)
	m, silent, err := c.sock.exchange(a.wire)
	if silent && err == nil && m < len(a.wire) {
		n, err = a.write(m)
		return n, true, err
	}
	a.wrote = c.sock.at
	return int64(m), silent, err
}

// write writes the request from byte n on, and returns up to where it came.
func (a *attempt) write(from int) (n int64, err error) {
	long := a.long()
	if long {
		a.early = watchEarly(a.c)
	}
	m, err := a.c.rw.Write(a.wire[from:])
	n = int64(from + m)
	if err == nil && long {
		var rest int64
		rest, err = a.writeRest()
		n += rest
	}
	a.wrote = time.Now()
	return n, err
}

// written notes how far the request came.
func (a *attempt) written(n int64, err error, o *Outcome) bool {
	o.BytesOut = n
	if n == a.size {
		a.waitErr = err
		return true
	}
	var file *fileError
	if errors.As(err, &file) {
		a.failFile(err, o)
		return false
	}
	answered, err := a.salvage(err)
	if a.k.client.interrupted.Load() {
		return o.interrupt(load.UnsentInterrupted)
	}
	if answered {
		a.cut, a.closing = err, true
		return true
	}
	o.fail(load.UnsentPartly, classifyWrite(err, a.kept), a.c.explainTLS(err))
	return false
}

// receive reads the response.
func (a *attempt) receive(o *Outcome) {
	c := a.c
	c.in, c.reads, c.again = 0, 0, nil
	a.br = a.k.client.buffers.reader(c)
	err := a.waitErr
	if err == nil {
		err = a.response(o)
	}
	surplus := a.br.Buffered() + len(c.again)
	c.again = nil
	c.dirty = surplus > 0
	a.k.client.buffers.putReader(a.br)
	o.BytesIn = c.in - int64(surplus)
	o.Status = a.x.status
	a.end(err, o)
}

// end notes what the response came to.
func (a *attempt) end(err error, o *Outcome) {
	switch {
	case err != nil && a.k.client.interrupted.Load():
		if o.interrupt(load.Sent); a.cut != nil {
			o.Fate = load.UnsentInterrupted
		}
	case err != nil && a.cut != nil && a.early.stopped:
		o.fail(load.UnsentPartly, classifyRead(err, false), err) // cut is our own doing
	case err != nil && a.cut != nil:
		o.fail(load.UnsentPartly, classifyWrite(a.cut, a.kept), a.cut)
	case err != nil:
		o.fail(load.Sent, classifyRead(err, a.kept && a.c.in == 0), a.c.explainTLS(err))
	case a.forward && o.Status == http.StatusProxyAuthRequired:
		a.refusedByProxy(o)
	case a.cut != nil:
		o.Fate = load.UnsentPartly
	}
}

func (a *attempt) response(o *Outcome) error {
	if a.t.FirstByte > 0 {
		limit := min(time.Since(o.Start)+a.t.FirstByte, a.t.total())
		a.c.setReadDeadline(o.Start.Add(limit))
	}
	if a.early != nil {
		if err := a.takeEarly(o); err != nil {
			return err
		}
	}
	if _, err := a.br.Peek(1); err != nil {
		return err
	}
	now := time.Now()
	reads := a.c.reads
	o.Timing.FirstByte = now.Sub(a.wrote)
	o.Timing.Total = now.Sub(o.Start)
	if a.t.FirstByte > 0 {
		a.c.setDeadline(o.Start.Add(a.t.total()), a.t.total())
	}
	if err := a.readHeader(); err != nil {
		return err
	}
	if err := a.readBody(); err != nil {
		return err
	}
	if a.c.reads > reads {
		// Not all of it came with the first byte.
		o.Timing.Total = time.Since(o.Start)
	}
	return nil
}

// interrupt notes that Interrupt cut the attempt off. It returns false, for callers
// that answer whether to go on.
func (o *Outcome) interrupt(fate load.Fate) bool {
	o.Fate, o.Class, o.Message, o.Interrupted = fate, "", "", true
	return false
}

// begin forgets the response before.
func (x *Exchange) begin(pool *buffers, maxBody int64) {
	x.Release()
	x.status = 0
	x.res.SetNoDefaultContentType(true)
	x.buffers, x.maxBody = pool, maxBody
}

// wire is the request as bytes; rest is a body that is too large to be copied behind
// the header. formatted, if not nil, is what wire lives in.
func (x *Exchange) wire(closing bool) (wire, rest []byte, formatted *buffer) {
	if f := x.frozen; f != nil {
		if closing {
			return f.wireClosing, f.rest, nil
		}
		return f.wire, f.rest, nil
	}
	formatted = x.buffers.get()
	formatted.b = x.appendHead(formatted.b[:0], closing)
	if len(x.reqBody) > joinBody {
		return formatted.b, x.reqBody, formatted
	}
	formatted.b = append(formatted.b, x.reqBody...)
	return formatted.b, nil, formatted
}
