package modules

import (
	"maps"
	"sync"
	"sync/atomic"
)

// cache keeps what was made of texts, up to a bound in bytes, beyond which it starts anew.
// It is safe for concurrent use; the zero value is empty.
type cache[V any] struct {
	known atomic.Pointer[map[string]V] // replaced, never changed
	mu    sync.Mutex                   // of who replaces it
	cost  int
}

// Bounds of a cache.
const (
	maxCached     = 512
	maxCachedCost = 16 << 20 // bytes, as estimated
)

func (c *cache[V]) get(text string) (v V, ok bool) {
	if known := c.known.Load(); known != nil {
		v, ok = (*known)[text]
	}
	return v, ok
}

// add keeps v, which takes about cost bytes.
func (c *cache[V]) add(text string, v V, cost int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := map[string]V{}
	if known := c.known.Load(); known != nil && len(*known) < maxCached && c.cost+cost <= maxCachedCost {
		next = maps.Clone(*known)
	} else {
		c.cost = 0
	}
	if _, again := next[text]; !again {
		c.cost += cost
	}
	next[text] = v
	c.known.Store(&next)
}
