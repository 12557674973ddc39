// Package pattern matches Lua 5.1 patterns in bounded time. It follows the C
// implementation of Lua item by item, so what matches, what is captured and what a
// malformed pattern is told is the same, with four differences: every step costs
// something from a budget, the matcher looks at a channel now and then and ends when it is
// closed, nesting is bounded by MaxDepth, and a NUL byte in a pattern stands for itself.
package pattern

import (
	"errors"
	"strings"
)

// Bounds of one pattern.
const (
	MaxCaptures = 32  // as LUA_MAXCAPTURES
	MaxDepth    = 200 // items that are tried inside each other, as MAXCCALLS
)

// Errors that are no fault of the pattern's form.
var (
	ErrBudget      = errors.New("pattern matching took too many steps")
	ErrTooComplex  = errors.New("pattern too complex")
	ErrInterrupted = errors.New("pattern matching was interrupted")
)

// SyntaxError is a malformed pattern, in Lua's words.
type SyntaxError string

func (e SyntaxError) Error() string { return string(e) }

// position marks a capture of a position, open one that has not ended yet.
const (
	open     = -1
	position = -2
)

// slice is how many steps are taken between two looks at the interruption.
const slice = 4096

// Matcher is a pattern that is tried on a subject. It is used by one goroutine. All tries
// share one budget of steps.
type Matcher struct {
	subject string
	pattern string
	done    <-chan struct{}
	err     error
	steps   int // left beyond fuel
	fuel    int // left until the next look at done
	depth   int
	level   int // captures, open ones included
	capture [MaxCaptures]struct{ start, len int }
}

// New is a matcher. Steps is its budget: about one per byte of the subject that is looked
// at, in all tries together. A nil done never interrupts.
func New(subject, pattern string, steps int, done <-chan struct{}) Matcher {
	return Matcher{subject: subject, pattern: pattern, steps: steps, done: done}
}

// Anchored says whether the pattern begins with ^: Find tries it at one place only.
func (m *Matcher) Anchored() bool { return len(m.pattern) > 0 && m.pattern[0] == '^' }

// Find looks for the first match that begins at from or later; from is an index into the
// subject, at most its length. A leading ^ binds the match to from.
func (m *Matcher) Find(from int) (start, end int, ok bool, err error) {
	p := 0
	if m.Anchored() {
		p = 1
	}
	for s := from; s <= len(m.subject); s++ {
		if e := m.try(s, p); e >= 0 {
			return s, e, true, nil
		}
		if m.err != nil {
			return 0, 0, false, m.err
		}
		if p == 1 {
			break
		}
	}
	return 0, 0, false, nil
}

// At tries the pattern at s only. A leading ^ is skipped when anchor says so, else it
// stands for itself, as gmatch has it.
func (m *Matcher) At(s int, anchor bool) (end int, ok bool, err error) {
	p := 0
	if anchor && m.Anchored() {
		p = 1
	}
	e := m.try(s, p)
	return e, e >= 0, m.err
}

// Spend takes n steps for work that the caller does per match.
func (m *Matcher) Spend(n int) error {
	if !m.spend(n) {
		return m.err
	}
	return nil
}

// Captures is how many captures the last match has.
func (m *Matcher) Captures() int { return m.level }

// Capture is capture i, from 0, of the last match: a text, or a position, from 1.
func (m *Matcher) Capture(i int) (text string, pos int, err error) {
	if i >= m.level {
		return "", 0, SyntaxError("invalid capture index")
	}
	switch c := m.capture[i]; c.len {
	case open:
		return "", 0, SyntaxError("unfinished capture")
	case position:
		return "", c.start + 1, nil
	default:
		return m.subject[c.start : c.start+c.len], 0, nil
	}
}

// Plain says whether a pattern has no character with a meaning of its own.
func Plain(pattern string) bool { return !strings.ContainsAny(pattern, "^$*+?.([%-") }

func (m *Matcher) try(s, p int) int {
	if m.err != nil {
		return -1
	}
	m.level, m.depth = 0, 0
	return m.match(s, p)
}

// fail notes an error, which every loop of the matcher ends at.
func (m *Matcher) fail(err error) int {
	if m.err == nil {
		m.err = err
	}
	return -1
}

// spend takes n steps; false: the matcher must end.
func (m *Matcher) spend(n int) bool {
	m.fuel -= n
	return m.fuel >= 0 || m.refuel()
}

func (m *Matcher) refuel() bool {
	if m.err != nil {
		return false
	}
	select {
	case <-m.done:
		m.fail(ErrInterrupted)
		return false
	default:
	}
	take := slice - m.fuel
	if m.steps < take {
		m.fail(ErrBudget)
		return false
	}
	m.steps -= take
	m.fuel = slice
	return true
}
