// Package rows deals out the rows of data files with pick: unique on one worker: its
// own share, which follows from its number, and what its master grants it later.
package rows

import (
	"sync"

	"github.com/locust-http/locust-http/load"
)

// Result is the outcome of Pool.Take.
type Result uint8

// The results of Take.
const (
	Given     Result = iota // a row
	Dry                     // none here now; a request for more is open
	Exhausted               // none any more, for good: what at_end says happens
)

// Pool deals out the rows of one data file on one worker: none of them twice within a
// round, whatever is granted. Safe for concurrent use.
type Pool struct {
	source string
	own    share
	loop   bool

	mu        sync.Mutex
	round     int
	given     int64 // in all rounds
	next, end int64 // of the own share, what is left of it
	granted   []load.RowRange
	taken     []load.RowRange // what was given in this round out of grants; the last one grows
	ask       uint64          // the last request
	open      bool            // whether it waits for its grant
	exhausted bool
}

// NewPool is the pool of the worker index among of, for a file of rows rows. With loop
// the file begins again when all rows are given; a worker that is alone begins again by
// itself, others are told by a grant.
func NewPool(source string, rows int64, index, of int, loop bool) *Pool {
	p := &Pool{source: source, own: shareOf(rows, index, of), loop: loop}
	p.end = p.own.len()
	return p
}

// Take gives out a row: first the pool's own, then the granted ones, each in rising
// order. After Dry there is nothing until the next Grant.
func (p *Pool) Take() (row int64, r Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	row, ok := p.take()
	switch {
	case ok:
		p.given++
		return row, Given
	case p.exhausted:
		return 0, Exhausted
	case p.own.of > 1:
		if !p.open {
			p.ask, p.open = p.ask+1, true
		}
		return 0, Dry
	case !p.loop || p.own.len() == 0:
		p.exhausted = true
		return 0, Exhausted
	}
	p.begin(p.round + 1)
	p.next, p.end = 0, p.own.len()
	row, _ = p.take()
	p.given++
	return row, Given
}

// take takes the next row of what is left.
func (p *Pool) take() (row int64, ok bool) {
	if p.next < p.end {
		p.next++
		return p.own.row(p.next - 1), true
	}
	if len(p.granted) == 0 {
		return 0, false
	}
	r := &p.granted[0]
	row = r.From
	if n := len(p.taken); n > 0 && p.taken[n-1].To == row {
		p.taken[n-1].To++
	} else {
		p.taken = append(p.taken, load.RowRange{From: row, To: row + 1})
	}
	if r.From++; r.From == r.To {
		p.granted = p.granted[1:]
	}
	return row, true
}

// begin begins a round in which nothing is left yet.
func (p *Pool) begin(round int) {
	p.round = round
	p.next, p.end = 0, 0
	p.granted, p.taken = nil, nil
}

// maxYield is how many ranges one Yield answers with, so that a message and a grant
// made of it stay small.
const maxYield = 4096

// Yield takes up to n rows of this round out of the pool, from the far end of what is
// left, and says which, in rising order of their giving. The pool will not give them,
// unless a grant brings them back. A single answer has at most 4,096 ranges.
func (p *Pool) Yield(n int64) []load.RowRange {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []load.RowRange
	for n > 0 && len(out) < maxYield && len(p.granted) > 0 {
		r := &p.granted[len(p.granted)-1]
		cut := load.RowRange{From: max(r.From, r.To-n), To: r.To}
		n -= cut.Len()
		out = append(out, cut)
		if r.To = cut.From; r.Len() == 0 {
			p.granted = p.granted[:len(p.granted)-1]
		}
	}
	for n > 0 && len(out) < maxYield && p.next < p.end {
		cut := p.own.last(p.next, p.end, n)
		n -= cut.Len()
		p.end -= cut.Len()
		out = append(out, cut)
	}
	return ascending(out)
}

// Grant answers the open request. Any other grant is late or repeated and changes
// nothing, as one of another source. Rows that the file does not have, that were given
// here before in this round or that stand in the grant twice are left out; a grant
// without any rows ends the request, so that the next Take asks again. A higher round
// begins that round; the rows of a lower one are left out. With loop no pool is
// exhausted.
func (p *Pool) Grant(g load.Grant) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.open || g.Ask != p.ask || g.Source != p.source {
		return
	}
	p.open = false
	if g.Round > p.round {
		p.begin(g.Round)
	}
	if g.Round == p.round {
		p.granted = p.fresh(g.Ranges)
	}
	p.exhausted = g.Exhausted && !p.loop && len(p.granted) == 0
}

// fresh is what of ranges the pool may give in this round.
func (p *Pool) fresh(ranges []load.RowRange) []load.RowRange {
	fresh := without(merge(ranges, p.own.rows), merge(p.taken, p.own.rows))
	if p.round > 0 {
		return fresh // the own share is of the first round
	}
	return p.own.without(fresh, p.next)
}

// State is where the pool stands.
func (p *Pool) State() load.DataState {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := load.DataState{
		Source: p.source, Rows: p.own.rows, Round: p.round,
		Given: p.given, Left: p.end - p.next,
	}
	for _, r := range p.granted {
		s.Left += r.Len()
	}
	if p.open {
		s.Ask = p.ask
	}
	return s
}
