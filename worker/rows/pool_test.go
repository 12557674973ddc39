package rows

import (
	"reflect"
	"runtime"
	"sync"
	"testing"

	"github.com/locust-http/locust-http/load"
)

func span(from, to int64) load.RowRange { return load.RowRange{From: from, To: to} }

func drain(p *Pool) []int64 {
	var rows []int64
	for {
		row, r := p.Take()
		if r != Given {
			return rows
		}
		rows = append(rows, row)
	}
}

// numbers is from, from+1, …, to-1.
func numbers(ranges ...load.RowRange) []int64 {
	var rows []int64
	for _, r := range ranges {
		for row := r.From; row < r.To; row++ {
			rows = append(rows, row)
		}
	}
	return rows
}

func wantRows(t *testing.T, got []int64, want ...load.RowRange) {
	t.Helper()
	if w := numbers(want...); !reflect.DeepEqual(got, w) {
		t.Fatalf("rows %v, want %v", got, w)
	}
}

func wantState(t *testing.T, p *Pool, want load.DataState) {
	t.Helper()
	if got := p.State(); got != want {
		t.Fatalf("state %+v, want %+v", got, want)
	}
}

func wantTake(t *testing.T, p *Pool, want Result) {
	t.Helper()
	if row, r := p.Take(); r != want {
		t.Fatalf("Take: row %d, result %d, want %d", row, r, want)
	}
}

func TestAlone(t *testing.T) {
	p := NewPool("s", 5, 0, 1, false)
	wantState(t, p, load.DataState{Source: "s", Rows: 5, Left: 5})
	wantRows(t, drain(p), span(0, 5))
	wantTake(t, p, Exhausted)
	wantState(t, p, load.DataState{Source: "s", Rows: 5, Given: 5})
}

func TestAloneInALoop(t *testing.T) {
	p := NewPool("s", 3, 0, 1, true)
	var got []int64
	for range 7 {
		row, r := p.Take()
		if r != Given {
			t.Fatalf("result %d", r)
		}
		got = append(got, row)
	}
	wantRows(t, got, span(0, 3), span(0, 3), span(0, 1))
	wantState(t, p, load.DataState{Source: "s", Rows: 3, Round: 2, Given: 7, Left: 2})
}

func TestNoRowsAreNoLoop(t *testing.T) {
	for _, p := range []*Pool{NewPool("s", 0, 0, 1, true), NewPool("s", -1, 0, 0, true), NewPool("s", 9, 3, 1, true)} {
		wantTake(t, p, Exhausted)
	}
}

func TestDryAsksOnce(t *testing.T) {
	p := NewPool("s", 4, 0, 2, false) // chunks of 1: rows 0 and 2
	wantRows(t, drain(p), span(0, 1), span(2, 3))
	for range 3 {
		wantTake(t, p, Dry)
	}
	wantState(t, p, load.DataState{Source: "s", Rows: 4, Given: 2, Ask: 1})

	for name, g := range map[string]load.Grant{
		"another source":  {Source: "x", Ask: 1, Ranges: []load.RowRange{span(3, 4)}},
		"another request": {Source: "s", Ask: 2, Exhausted: true},
		"no request":      {Source: "s", Exhausted: true},
	} {
		p.Grant(g)
		if s := p.State(); s.Ask != 1 || s.Left != 0 {
			t.Fatalf("%s: %+v", name, s)
		}
	}
	g := load.Grant{Source: "s", Ask: 1, Ranges: []load.RowRange{span(3, 4)}}
	p.Grant(g)
	wantState(t, p, load.DataState{Source: "s", Rows: 4, Given: 2, Left: 1})
	p.Grant(g) // repeated
	wantRows(t, drain(p), span(3, 4))
	wantState(t, p, load.DataState{Source: "s", Rows: 4, Given: 3, Ask: 2})
	p.Grant(g) // late
	wantTake(t, p, Dry)
	p.Grant(load.Grant{Source: "s", Ask: 2, Exhausted: true})
	wantTake(t, p, Exhausted)
	wantState(t, p, load.DataState{Source: "s", Rows: 4, Given: 3})
	p.Grant(load.Grant{Source: "s", Ask: 2, Ranges: []load.RowRange{span(1, 2)}})
	wantTake(t, p, Exhausted)
}

func TestYieldFromTheFarEnd(t *testing.T) {
	p := NewPool("s", 96, 1, 2, false) // chunks of 3, this one's at 3, 9, 15, … 93
	for range 2 {
		wantTake(t, p, Given)
	}
	if got := p.Yield(7); !reflect.DeepEqual(got, []load.RowRange{span(83, 84), span(87, 90), span(93, 96)}) {
		t.Fatalf("yielded %v", got)
	}
	wantState(t, p, load.DataState{Source: "s", Rows: 96, Given: 2, Left: 39})
	if got := p.Yield(0); got != nil {
		t.Fatalf("yielded %v of nothing", got)
	}
	var left int64
	for _, r := range p.Yield(1000) {
		left += r.Len()
	}
	if left != 39 || p.State().Left != 0 {
		t.Fatalf("yielded %d of the last 39, left %d", left, p.State().Left)
	}
	wantTake(t, p, Dry)
	// What was yielded may come back, and be yielded again.
	p.Grant(load.Grant{Source: "s", Ask: 1, Ranges: []load.RowRange{span(93, 96), span(5, 6), span(9, 12)}})
	if got := p.Yield(4); !reflect.DeepEqual(got, []load.RowRange{span(11, 12), span(93, 96)}) {
		t.Fatalf("yielded %v", got)
	}
	wantRows(t, drain(p), span(5, 6), span(9, 11))
}

func TestYieldIsBounded(t *testing.T) {
	p := NewPool("s", 100<<20, 0, 2, false)
	first, second := p.Yield(50<<20), p.Yield(1)
	if len(first) != maxYield || len(second) != 1 || second[0].To > first[0].From {
		t.Fatalf("%d ranges, then %v before %v", len(first), second, first[0])
	}
	alone := NewPool("s", 100<<20, 0, 1, false)
	if got := alone.Yield(50 << 20); !reflect.DeepEqual(got, []load.RowRange{span(50<<20, 100<<20)}) {
		t.Fatalf("one that has all rows yielded %v", got)
	}
}

// A master that grants what it must not cannot make a pool give a row twice.
func TestHostileGrants(t *testing.T) {
	p := NewPool("s", 8, 0, 2, false)               // chunks of 1: even rows
	wantRows(t, drain(p), numbersOf(0, 2, 4, 6)...) // asks
	grant := func(exhausted bool, ranges ...load.RowRange) {
		wantTake(t, p, Dry)
		p.Grant(load.Grant{Source: "s", Ask: p.State().Ask, Ranges: ranges, Exhausted: exhausted})
	}
	grant(false, span(-5, 2), span(1, 4), span(1, 2), span(3, 1), span(7, 1<<62))
	wantRows(t, drain(p), numbersOf(1, 3, 7)...)
	grant(false, span(-1<<63, 1<<63-1)) // all but 5 were given
	wantRows(t, drain(p), numbersOf(5)...)
	grant(false, span(0, 8))
	wantTake(t, p, Dry)
	if s := p.State(); s.Given != 8 || s.Left != 0 || s.Ask != 4 {
		t.Fatalf("state %+v", s)
	}
	grant(true)
	wantTake(t, p, Exhausted)
}

func numbersOf(rows ...int64) []load.RowRange {
	var out []load.RowRange
	for _, r := range rows {
		out = append(out, span(r, r+1))
	}
	return out
}

func TestRounds(t *testing.T) {
	p := NewPool("s", 4, 0, 2, true)
	wantRows(t, drain(p), numbersOf(0, 2)...)
	p.Grant(load.Grant{Source: "s", Ask: 1, Round: 2, Ranges: []load.RowRange{span(0, 3)}})
	wantTake(t, p, Given)
	wantState(t, p, load.DataState{Source: "s", Rows: 4, Round: 2, Given: 3, Left: 2})
	wantRows(t, drain(p), span(1, 3))
	p.Grant(load.Grant{Source: "s", Ask: 2, Round: 1, Ranges: []load.RowRange{span(3, 4)}})
	wantTake(t, p, Dry) // of a round that is over
	p.Grant(load.Grant{Source: "s", Ask: 3, Round: 2, Exhausted: true})
	wantTake(t, p, Dry) // a loop has no end
	p.Grant(load.Grant{Source: "s", Ask: 4, Round: 3})
	wantState(t, p, load.DataState{Source: "s", Rows: 4, Round: 3, Given: 5})
	wantTake(t, p, Dry)
	wantState(t, p, load.DataState{Source: "s", Rows: 4, Round: 3, Given: 5, Ask: 5})
}

// Run with -race: users take while the master asks and grants.
func TestManyUsers(t *testing.T) {
	const rows, users = 20_000, 8
	pools := []*Pool{NewPool("s", rows, 0, 2, false), NewPool("s", rows, 1, 2, false)}
	got := make([][]int64, 2*users)
	var all sync.WaitGroup
	for u := range got {
		p := pools[u%2]
		all.Go(func() {
			for {
				switch row, r := p.Take(); r {
				case Given:
					got[u] = append(got[u], row)
				case Dry:
					runtime.Gosched()
				case Exhausted:
					return
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	for running := true; running; {
		for i, p := range pools {
			if s := p.State(); s.Ask != 0 {
				ranges := pools[1-i].Yield(max(1, pools[1-i].State().Left/2))
				p.Grant(load.Grant{Source: "s", Ask: s.Ask, Ranges: ranges, Exhausted: len(ranges) == 0})
			} else {
				p.Yield(0)
			}
		}
		select {
		case <-done:
			running = false
		default:
		}
	}
	seen := map[int64]bool{}
	for _, rows := range got {
		for _, row := range rows {
			if seen[row] {
				t.Fatalf("row %d was given twice", row)
			}
			seen[row] = true
		}
	}
	if len(seen) != rows {
		t.Fatalf("%d of %d rows were given", len(seen), rows)
	}
}
