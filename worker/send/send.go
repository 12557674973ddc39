// Package send is the network: it opens connections, writes one HTTP/1.1 request,
// reads one response, and says exactly what happened. It is the only package with
// fasthttp, which is used as a codec on our own connections: nothing here retries,
// follows a redirect by itself, or waits longer than it was told.
//
// A Client is what all users of a run share, Conns are the connections of one user,
// an Exchange is one request with its response, a Target says how to reach a server,
// and an Outcome is what one attempt came to.
//
// An idle connection is looked at before it is used again: one that the server has
// closed, or on which anything has arrived since the last response, is replaced
// before the first byte is written. A late second response can therefore not be
// taken for the answer to the next request.
//
// A request may go through a proxy (Proxy); a connection to one is kept like any other,
// for the requests that name the same proxy. A body may be read from files while it is
// sent (Exchange.SetParts), in memory that does not grow with it: 64 KiB a request. They
// are copied: sendfile was measured to be no faster, and needs a descriptor of its own
// for each request.
//
// TLS sessions are not resumed unless Target.TLS has a ClientSessionCache: every new
// connection of a test stands for a new visitor and pays a visitor's full handshake.
package send

import (
	"crypto/tls"
	"time"

	"github.com/locust-http/locust-http/load"
)

// DefaultMaxBody bounds a response body where a Target sets no limit.
const DefaultMaxBody = 8 << 20

// DefaultTotal bounds an attempt where a Target sets no limit.
const DefaultTotal = 10 * time.Second

// DefaultIdle is the age at which an idle connection is replaced.
const DefaultIdle = 90 * time.Second

// Target is how to reach a server, compiled once per step from the plan's settings.
// It is immutable and shared by all users.
type Target struct {
	TLS *tls.Config // nil: the system's roots, verification on
	// Proxy is what the request goes through; nil: nothing. An https proxy is verified
	// with the roots of TLS, and not at all where TLS says so.
	Proxy *Proxy
	// Bounds of one attempt; 0: bounded by Total only, which is always set (0:
	// DefaultTotal). Connect is of TCP connect, the way through a proxy and the TLS
	// handshake together, FirstByte from the request written to the first byte of the
	// response. An attempt that runs into Total ends at most 1 % (and at most 100 ms)
	// later than that.
	Connect, FirstByte, Total time.Duration
	MaxBody                   int64 // of the decoded body; on the wire where the body is not read. 0: DefaultMaxBody
}

func (t *Target) total() time.Duration {
	if t.Total <= 0 {
		return DefaultTotal
	}
	return t.Total
}

func (t *Target) maxBody() int64 {
	if t.MaxBody <= 0 {
		return DefaultMaxBody
	}
	return t.MaxBody
}

// Outcome is what one attempt came to. A failed attempt is data, not an error.
//
// A server may answer before it has read the request, and close: with a complete
// response, Class is empty and Status is set, but Fate is load.UnsentPartly.
// What a proxy refuses is of load.ClassProxy and load.UnsentConnect: the target has seen
// nothing, even where the proxy was sent the request itself and Status is its 407.
type Outcome struct {
	Fate        load.Fate
	Class       load.Class // empty: a complete response was read
	Message     string     // raw text of the error, when Class is set; at most 300 bytes
	Interrupted bool       // cut off by Client.Interrupt; Class is then empty
	Status      int
	BytesIn     int64 // on the wire; over TLS, of the HTTP inside of it; what is said to a proxy for a tunnel is not counted
	BytesOut    int64
	Start       time.Time // of the attempt
	Timing      load.Timing
}
