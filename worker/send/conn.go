package send

import (
	"crypto/tls"
	"errors"
	"net"
	"os"
	"syscall"
	"time"
)

// connKey says which requests a connection can carry. Two steps with different TLS
// settings never share one.
type connKey struct {
	secure  bool
	address string
	tls     *tls.Config
	proxy   string // Proxy.key; empty: straight to the address
}

// conn is one connection. One exchange at a time uses it.
type conn struct {
	key   connKey
	raw   net.Conn    // the socket: what Interrupt closes, and what deadlines are set on
	rw    net.Conn    // what HTTP is spoken over: raw, or TLS on top of it
	tls   *recordConn // between TLS and raw; nil without TLS
	inner *recordConn // between TLS with the target and TLS with its proxy; nil without both
	sock  *socket     // non-blocking access to raw; nil where there is none

	// Whether the server has asked for a client certificate, and was given one.
	certAsked, certGiven bool

	last     time.Time // end of the exchange before
	deadline time.Time // what is set on raw
	dirty    bool      // more than the response arrived with it
	one      [1]byte

	// As the source of a bufio.Reader: what is read again before the socket is, and
	// what the socket gave during this exchange.
	again []byte
	in    int64
	reads int
}

func newConn(key connKey, raw net.Conn) *conn {
	c := &conn{key: key, raw: raw, rw: raw}
	if sc, ok := raw.(syscall.Conn); ok {
		c.sock = newSocket(sc)
	}
	return c
}

func (c *conn) close() { c.raw.Close() }

// Read makes c the source of a bufio.Reader.
func (c *conn) Read(p []byte) (int, error) {
	if len(c.again) > 0 {
		n := copy(p, c.again)
		c.again = c.again[n:]
		return n, nil
	}
	var n int
	var err error
	if c.sock != nil && c.tls == nil {
		n, err = c.sock.read(p)
	} else {
		n, err = c.rw.Read(p)
	}
	c.in += int64(n)
	c.reads++
	return n, err
}

// setDeadline bounds everything on c by at. Moving a timer for every request costs
// more than the write of the deadline is worth: one that is at most 1 % of the limit
// (and at most 100 ms) late is left as it is.
func (c *conn) setDeadline(at time.Time, limit time.Duration) {
	slack := min(limit/100, 100*time.Millisecond)
	if late := c.deadline.Sub(at); late >= 0 && late <= slack {
		return
	}
	c.deadline = at.Add(slack)
	// The only error is that of a closed connection, which the next use reports.
	_ = c.raw.SetDeadline(c.deadline)
}

// setReadDeadline bounds reading alone; the next setDeadline sets both again.
func (c *conn) setReadDeadline(at time.Time) {
	c.deadline = time.Time{}
	_ = c.raw.SetReadDeadline(at)
}

// errWouldBlock is what a non-blocking read gives when nothing has arrived. It is a
// net.Error of the kind that crypto/tls survives.
var errWouldBlock net.Error = wouldBlock{}

type wouldBlock struct{}

func (wouldBlock) Error() string   { return "nothing to read" }
func (wouldBlock) Timeout() bool   { return true }
func (wouldBlock) Temporary() bool { return true }

// probeWait is how long a platform without non-blocking reads waits to see that
// nothing has arrived.
const probeWait = 200 * time.Microsecond

// silent says whether the idle connection is open and nothing has arrived on it since
// the last response: only then may a request be written. What has arrived is read, so
// a connection that is not silent is of no further use.
func (c *conn) silent() bool {
	if c.dirty {
		return false
	}
	if c.tls != nil {
		return c.silentTLS()
	}
	if c.sock != nil {
		_, err := c.sock.tryRead(c.one[:])
		return errors.Is(err, errWouldBlock)
	}
	_, quiet := c.shortRead(c.raw)
	return quiet
}

// silentTLS also reads what TLS itself has to say: a NewSessionTicket (RFC 8446 4.6.1)
// is taken in and does not count as an answer, a close_notify does. A record of which
// only a part has arrived may be an answer, so it counts.
func (c *conn) silentTLS() bool {
	if c.sock == nil {
		n, quiet := c.shortRead(c.rw)
		return n == 0 && quiet && c.wholeRecords()
	}
	c.tls.probing = true
	n, err := c.rw.Read(c.one[:])
	c.tls.probing = false
	return n == 0 && errors.Is(err, errWouldBlock) && c.wholeRecords()
}

func (c *conn) wholeRecords() bool { return c.tls.whole() && (c.inner == nil || c.inner.whole()) }

// shortRead is the portable way: a read with a deadline that is nearly over.
func (c *conn) shortRead(from net.Conn) (n int, quiet bool) {
	c.deadline = time.Time{}
	_ = c.raw.SetDeadline(time.Now().Add(probeWait))
	n, err := from.Read(c.one[:])
	return n, n == 0 && errors.Is(err, os.ErrDeadlineExceeded)
}

// recordConn is the socket as TLS sees it. It can read without blocking, and knows
// whether it has passed on whole records only.
type recordConn struct {
	net.Conn
	sock    *socket
	probing bool
	head    [5]byte // of the record (RFC 8446 5.1): type, version, length
	headLen int
	left    int // bytes of the record that are still to come
}

// Read implements net.Conn.
func (r *recordConn) Read(p []byte) (n int, err error) {
	if r.probing {
		n, err = r.sock.tryRead(p)
	} else {
		n, err = r.Conn.Read(p)
	}
	r.follow(p[:n])
	return n, err
}

func (r *recordConn) follow(p []byte) {
	for len(p) > 0 {
		if r.left > 0 {
			n := min(r.left, len(p))
			r.left -= n
			p = p[n:]
			continue
		}
		n := copy(r.head[r.headLen:], p)
		r.headLen += n
		p = p[n:]
		if r.headLen == len(r.head) {
			r.left = int(r.head[3])<<8 | int(r.head[4])
			r.headLen = 0
		}
	}
}

func (r *recordConn) whole() bool { return r.left == 0 && r.headLen == 0 }
