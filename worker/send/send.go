// Package send is the network: it opens connections, writes one HTTP/1.1 request,
// reads one response, and says exactly what happened. It is the only package with
// fasthttp, which is used as a codec on our own connections: nothing here retries,
// follows a redirect by itself, or waits longer than it was told.
package send

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Options hold for all traffic of a run. The zero value of a field means its default.
type Options struct {
	Connections load.Connections
	// Dial replaces the dialer in tests; nil: net.Dialer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Client holds what the users of one run share: options, buffer pools, and the pool
// of connections when connections are shared. Safe for concurrent use.
type Client struct{}

// NewClient prepares what users share.
func NewClient(o Options) *Client { return &Client{} }

// Interrupt makes every exchange in flight, and every later one, end at once with
// Outcome.Interrupted: how the end of a run cuts off what is in flight.
func (c *Client) Interrupt() {}

// Close closes all idle connections. Call it when no exchange is in flight.
func (c *Client) Close() {}

// Reconnects is how many idle connections were found closed, readable or too old
// before the first byte was written to them, and were replaced. That is no retry:
// nothing had been sent.
func (c *Client) Reconnects() int64 { return 0 }

// Conns are one user's connections. Not safe for concurrent use.
type Conns struct{}

// NewConns are the connections of one new user.
func (c *Client) NewConns() *Conns { return &Conns{} }

// Close closes the user's idle connections.
func (k *Conns) Close() {}

// Target is how to reach a server, compiled once per step from the plan's settings.
// It is immutable and shared by all users.
type Target struct {
	TLS *tls.Config // nil: the system's roots, verification on
	// Bounds of one attempt; 0: bounded by Total only, which is always set.
	Connect, FirstByte, Total time.Duration
	MaxBody                   int64 // of the decoded body; on the wire where the body is not read
	Method                    string
}

// Exchange is a request and its response, reused from attempt to attempt so that the
// hot path allocates nothing. A user has one. Not safe for concurrent use.
type Exchange struct{}

// Start begins a new request; url is absolute. The error is a text that is no URL we
// can send to.
func (x *Exchange) Start(method string, url []byte) error { return nil }

// AddHeader adds a header line; SetBody sets the body (not copied: it must stay
// unchanged until the next Start); KeepBody says whether the body of the response
// will be read: if not, it is discarded as it arrives, only counted and limited.
func (x *Exchange) AddHeader(name string, value []byte) {}
func (x *Exchange) SetBody(b []byte)                    {}
func (x *Exchange) KeepBody(keep bool)                  {}

// Freeze is the request as bytes, for Reuse: a request that is the same every time
// is formatted once.
func (x *Exchange) Freeze() (*Frozen, error) { return nil, nil }

// Frozen is a request formatted once. Immutable.
type Frozen struct{}

// Reuse begins a new request that is a frozen one.
func (x *Exchange) Reuse(f *Frozen) {}

// Do sends the request of x over one of the user's connections and reads the
// response into x.
func (k *Conns) Do(x *Exchange, t *Target) Outcome { return Outcome{} }

// Status, Header, Cookie and Body read the response; after an Outcome with a Class
// they see what there was of it. Body is decompressed (gzip, br, deflate) when first
// asked for, bounded by MaxBody.
func (x *Exchange) Status() int                            { return 0 }
func (x *Exchange) Header(name string) (v []byte, ok bool) { return nil, false }
func (x *Exchange) Cookie(name string) (v []byte, ok bool) { return nil, false }
func (x *Exchange) Body() ([]byte, error)                  { return nil, nil }

// Redirect turns x into the next hop when the response is a redirect (RFC 9110 15.4):
// 303, and 301/302 after POST, become GET without body; 307 and 308 keep method and
// body; Authorization and Cookie headers are dropped when the origin changes. It is
// false when the response is no redirect; the error says why a Location cannot be
// followed.
func (x *Exchange) Redirect() (bool, error) { return false, nil }

// Outcome is what one attempt came to. A failed attempt is data, not an error.
type Outcome struct {
	Fate        load.Fate
	Class       load.Class // empty: a complete response was read
	Message     string     // raw text of the error, when Class is set
	Interrupted bool       // cut off by Client.Interrupt; Class is then empty
	Status      int
	BytesIn     int64 // on the wire
	BytesOut    int64
	Start       time.Time // of the attempt
	Timing      load.Timing
}

// Jar keeps cookies between exchanges (RFC 6265, net/http/cookiejar). Its methods
// cost one branch while no cookie has been set. Safe for concurrent use, so that it
// can be shared.
type Jar struct{}

// NewJar is an empty jar.
func NewJar() *Jar { return &Jar{} }

// Empty says that no cookie was ever set.
func (j *Jar) Empty() bool { return true }

// Apply adds the jar's cookies to the request of x; Store takes those that the
// response sets. Both take x between Start (or Redirect) and the next Start.
func (j *Jar) Apply(x *Exchange) {}
func (j *Jar) Store(x *Exchange) {}

// Cookies and Fill carry the jar's content to another process.
func (j *Jar) Cookies() []load.Cookie           { return nil }
func (j *Jar) Fill(cookies []load.Cookie) error { return nil }

// Record is an attempt in full, for Send once; it copies. Call it after Do.
func (x *Exchange) Record(o Outcome, maxBody int) load.Attempt { return load.Attempt{} }
