package send

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Options hold for all traffic of a run. The zero value of a field means its default.
type Options struct {
	Connections load.Connections
	// Dial replaces name resolution and the dialer in tests: it gets host:port as
	// the URL has it. nil: net.Resolver, then net.Dialer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Client holds what the users of one run share: options, buffer pools, and the pool
// of connections when connections are shared. Safe for concurrent use.
type Client struct {
	mode       load.ConnectionMode
	idle       time.Duration
	dialer     dialer
	buffers    buffers
	shared     sharedPool
	reconnects atomic.Int64

	interrupted atomic.Bool
	mu          sync.Mutex // guards what follows
	ctx         context.Context
	cancel      context.CancelFunc
	users       *Conns // head of the list of all Conns that may be in use
}

// NewClient prepares what users share. It opens nothing and starts nothing.
func NewClient(o Options) *Client {
	c := &Client{mode: o.Connections.Mode, idle: o.Connections.Idle}
	c.dialer = dialer{replaced: o.Dial, net: net.Dialer{KeepAlive: -1}}
	if c.mode == "" {
		c.mode = load.ConnPerUser
	}
	if c.idle <= 0 {
		c.idle = DefaultIdle
	}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.shared.idle = c.idle
	return c
}

// Interrupt makes every exchange in flight, and every later one, end at once with
// Outcome.Interrupted: how the end of a run cuts off what is in flight. It may be
// called from any goroutine, and more than once.
func (c *Client) Interrupt() {
	// The flag goes up before the connections are looked at, and an attempt makes its
	// connection known before it looks at the flag: one of the two sees the other.
	c.interrupted.Store(true)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cancel()
	for k := c.users; k != nil; k = k.next {
		if cn := k.current.Load(); cn != nil {
			cn.raw.Close()
		}
	}
}

// Close closes all idle connections. Call it when no exchange is in flight.
func (c *Client) Close() {
	c.shared.close()
	c.mu.Lock()
	defer c.mu.Unlock()
	for k := c.users; k != nil; k = k.next {
		k.closeIdle()
	}
}

// Reconnects is how many idle connections were found closed, readable or too old
// before the first byte was written to them, and were replaced. That is no retry:
// nothing had been sent.
func (c *Client) Reconnects() int64 { return c.reconnects.Load() }

// context is what dials of this client end with.
func (c *Client) context() context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ctx
}

func (c *Client) register(k *Conns) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k.listed = true
	k.next = c.users
	if k.next != nil {
		k.next.prev = k
	}
	c.users = k
}

func (c *Client) forget(k *Conns) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k.prev != nil {
		k.prev.next = k.next
	} else {
		c.users = k.next
	}
	if k.next != nil {
		k.next.prev = k.prev
	}
	k.prev, k.next, k.listed = nil, nil, false
}
