package send

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/locust-http/locust-http/load"
)

// maxUserIdle is how many idle connections one user keeps; the one that was used
// longest ago goes first.
const maxUserIdle = 16

// Conns are one user's connections. Not safe for concurrent use.
type Conns struct {
	client *Client
	idle   []*conn // of mode user; the last was used last

	// current is the connection of the attempt in flight, or of the one before: what
	// Interrupt closes.
	current atomic.Pointer[conn]

	prev, next *Conns // of Client.users, guarded by Client.mu
	listed     bool   // guarded by Client.mu
}

// NewConns are the connections of one new user. Close them when the user ends.
func (c *Client) NewConns() *Conns {
	k := &Conns{client: c}
	c.register(k)
	return k
}

// Close closes the user's idle connections and ends their use: a later Do would be
// beyond the reach of Interrupt. Safe to call twice.
func (k *Conns) Close() {
	k.closeIdle()
	if k.client.listedNow(k) {
		k.client.forget(k)
	}
}

func (c *Client) listedNow(k *Conns) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return k.listed
}

func (k *Conns) closeIdle() {
	for _, c := range k.idle {
		c.close()
	}
	k.idle = nil
	k.current.Store(nil)
}

// take is an idle connection to key, or nil; whether it still lives is not known.
func (k *Conns) take(key connKey) *conn {
	if k.client.mode == load.ConnShared {
		return k.client.shared.take(key)
	}
	for i := len(k.idle) - 1; i >= 0; i-- {
		if c := k.idle[i]; c.key == key {
			k.idle = slices.Delete(k.idle, i, i+1)
			return c
		}
	}
	return nil
}

// keep puts c aside for the next exchange.
func (k *Conns) keep(c *conn) {
	if k.client.mode == load.ConnShared {
		k.client.shared.put(c)
		return
	}
	if len(k.idle) == maxUserIdle {
		k.idle[0].close()
		k.idle = slices.Delete(k.idle, 0, 1)
	}
	k.idle = append(k.idle, c)
}

// drop closes a connection that is not to be used again.
func (k *Conns) drop(c *conn) {
	c.close()
	k.current.Store(nil)
}

// sharedPool holds the idle connections of mode shared, last in, first out, so that
// few of them stay warm. It holds at most load.MaxUsers: no more exchanges than that
// are ever in flight; a connection beyond that is closed.
type sharedPool struct {
	mu    sync.Mutex // guards what follows
	conns map[connKey][]*conn
	count int
	idle  time.Duration
}

func (p *sharedPool) take(key connKey) *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.conns[key]
	if len(list) == 0 {
		return nil
	}
	last := len(list) - 1
	c := list[last]
	list[last] = nil
	p.conns[key] = list[:last]
	p.count--
	return c
}

func (p *sharedPool) put(c *conn) {
	if surplus := p.add(c); surplus != nil {
		surplus.close()
	}
}

// add adds c and returns what is to be closed: c itself when the pool is full, or the
// connection that has waited longest when it has waited too long.
func (p *sharedPool) add(c *conn) (surplus *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.count >= load.MaxUsers {
		return c
	}
	if p.conns == nil {
		p.conns = make(map[connKey][]*conn)
	}
	list := p.conns[c.key]
	if len(list) > 0 && c.last.Sub(list[0].last) > p.idle {
		surplus = list[0]
		list = slices.Delete(list, 0, 1)
		p.count--
	}
	p.conns[c.key] = append(list, c)
	p.count++
	return surplus
}

func (p *sharedPool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, list := range p.conns {
		for _, c := range list {
			c.close()
		}
	}
	p.conns, p.count = nil, 0
}

// MoveTo makes k connections of another client with the same options, with what is
// idle: from then on Interrupt of that client ends its exchanges, and of the one
// before no longer. No exchange may be in flight.
func (k *Conns) MoveTo(c *Client) {
	if k.client.listedNow(k) {
		k.client.forget(k)
	}
	k.client = c
	c.register(k)
}
