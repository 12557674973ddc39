package plan

import (
	"maps"
	"sync"
	"sync/atomic"
)

// Bounds of a QueryCache. Beyond them it starts anew: scripts that write their queries as
// they go, rather than from a fixed set, are as slow as compiling is.
const (
	maxCachedQueries = 512
	maxCachedCost    = 16 << 20 // bytes, as estimated
)

// QueryCache compiles the queries of scripts, each once. It is safe for concurrent use;
// the zero value is empty.
type QueryCache struct {
	known atomic.Pointer[map[queryKey]*Query] // replaced, never changed
	mu    sync.Mutex                          // of who replaces it
	cost  int
}

type queryKey struct {
	kind       QueryKind
	text, attr string
}

// Compile is CompileQuery. What does not compile is not kept.
func (c *QueryCache) Compile(kind QueryKind, text, attr string) (*Query, error) {
	key := queryKey{kind, text, attr}
	if known := c.known.Load(); known != nil {
		if q := (*known)[key]; q != nil {
			return q, nil
		}
	}
	q, err := CompileQuery(kind, text, attr)
	if err != nil {
		return nil, err
	}
	c.add(key, q)
	return q, nil
}

func (c *QueryCache) add(key queryKey, q *Query) {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := map[queryKey]*Query{}
	if known := c.known.Load(); known != nil && len(*known) < maxCachedQueries && c.cost+q.cost <= maxCachedCost {
		next = maps.Clone(*known)
	} else {
		c.cost = 0
	}
	if next[key] == nil {
		c.cost += q.cost
	}
	next[key] = q
	c.known.Store(&next)
}
