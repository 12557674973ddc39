// Package lint says what is wrong with the Lua of a plan before any of it runs: what does
// not compile, hooks that never run where they stand, libraries that are not there, and,
// as warnings, names that are probably misspelled.
package lint

import (
	"crypto/sha256"
	"slices"
	"sync"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting"
	"github.com/locust-http/locust-http/scripting/libtest"
)

// Checker checks the scripts of plans. It may be used from any goroutine, in any process:
// no text runs, what must not reach a parser does not (package guard), one text is studied
// at a time, and what is known of texts is kept, so that a plan that is checked at every
// keystroke costs what has changed of it.
type Checker struct {
	objects map[kind]object
	globals []string
	modules []string
	shipped []string
	tests   []string // globals of tests of libraries

	studying sync.Mutex // held while a text is studied: it takes memory

	mu    sync.Mutex // guards what follows
	known map[[sha256.Size]byte]*facts
	order [][sha256.Size]byte // oldest first
	bytes int                 // of the texts of known
}

// Bounds of what a Checker remembers: what it knows of a text is at most some times as long.
const (
	maxKnown      = 2_000
	maxKnownBytes = 16 << 20
)

// New is a Checker that knows no text yet. shipped are the names of the libraries that any
// plan can require, for hints.
func New(shipped ...string) *Checker {
	return &Checker{
		objects: libraryObjects(), globals: scripting.Globals(), modules: scripting.Modules(), shipped: shipped, tests: libtest.Globals(), known: map[[sha256.Size]byte]*facts{},
	}
}

// Check is what is wrong with sources, which are all scripts of p and all libraries that
// they can require. What keeps a run from starting is no warning. Problems are in the
// order of the sources, and at most MaxProblems.
func (c *Checker) Check(p *load.Plan, sources []load.Source) []scripting.Problem {
	all := make([]*facts, len(sources))
	for i := range sources {
		all[i] = c.facts(&sources[i])
	}
	r := newReview(c, p, sources, all)
	for i := range sources {
		r.source(i)
	}
	return r.problems
}

// MaxProblems bounds what one check says.
const MaxProblems = 100

// facts is what is known of a text.
func (c *Checker) facts(s *load.Source) *facts {
	key := sha256.Sum256([]byte(s.Text))
	if f := c.recall(key); f != nil {
		return f
	}
	c.studying.Lock()
	defer c.studying.Unlock()
	if f := c.recall(key); f != nil {
		return f // somebody else had it under way
	}
	f := study(s, c.objects)
	c.keep(key, f, len(s.Text))
	return f
}

func (c *Checker) recall(key [sha256.Size]byte) *facts {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.known[key]
}

func (c *Checker) keep(key [sha256.Size]byte, f *facts, size int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f.size = size
	c.known[key] = f
	c.order = append(c.order, key)
	c.bytes += size
	for len(c.order) > 1 && (len(c.order) > maxKnown || c.bytes > maxKnownBytes) {
		c.bytes -= c.known[c.order[0]].size
		delete(c.known, c.order[0])
		c.order = slices.Delete(c.order, 0, 1)
	}
}
