package rows

import (
	"slices"
	"testing"

	"github.com/locust-http/locust-http/load"
	"pgregory.net/rapid"
)

// dealing is a small master with its workers' pools. Messages to and from a worker may
// be lost and repeated: a grant is kept and sent as long as its request is seen open.
type dealing struct {
	t     *rapid.T
	rows  int64
	loop  bool
	pools []*Pool
	sent  []load.Grant // the last one of each worker
	old   []load.Grant // all, to be repeated
	to    []int        // the worker of each of old
	round int
	spare []load.RowRange // rows of this round that are with the master
	given []map[int64]int // by round: how often each row was given
}

func newDealing(t *rapid.T, rows int64, of int, loop bool) *dealing {
	d := &dealing{t: t, rows: rows, loop: loop, sent: make([]load.Grant, of)}
	for i := range of {
		d.pools = append(d.pools, NewPool("s", rows, i, of, loop))
	}
	return d
}

// take takes up to n rows of worker i and says whether it can still give any.
func (d *dealing) take(i, n int) bool {
	for range n {
		row, r := d.pools[i].Take()
		if r != Given {
			return r != Exhausted
		}
		round := d.pools[i].State().Round
		for len(d.given) <= round {
			d.given = append(d.given, map[int64]int{})
		}
		if d.given[round][row]++; d.given[round][row] > 1 {
			d.t.Fatalf("row %d was given twice in round %d", row, round)
		}
	}
	return true
}

// deal answers the request of worker i, if its state gets through.
func (d *dealing) deal(i int, lost bool) {
	s := d.pools[i].State()
	if s.Ask == 0 {
		return
	}
	if d.sent[i].Ask != s.Ask {
		d.sent[i] = d.answer(i, s)
		d.old, d.to = append(d.old, d.sent[i]), append(d.to, i)
	}
	if !lost {
		d.pools[i].Grant(d.sent[i])
	}
}

// answer takes half of what the richest has, or begins a round, or says that it is over.
func (d *dealing) answer(i int, s load.DataState) load.Grant {
	g := load.Grant{Source: "s", Ask: s.Ask, Round: d.round}
	if len(d.spare) == 0 {
		rich, most := 0, int64(0)
		for j, p := range d.pools {
			if left := p.State().Left; left > most {
				rich, most = j, left
			}
		}
		if most > 0 {
			g.Ranges = d.pools[rich].Yield((most + 1) / 2)
			return g
		}
		// A grant that has not arrived holds rows as well.
		for j, other := range d.sent {
			if j != i && d.pools[j].State().Ask == other.Ask && len(other.Ranges) > 0 {
				return g
			}
		}
		if !d.loop {
			g.Exhausted = true
			return g
		}
		d.round++
		g.Round = d.round
		for j := range d.pools {
			from, to := d.rows*int64(j)/int64(len(d.pools)), d.rows*int64(j+1)/int64(len(d.pools))
			d.spare = append(d.spare, load.RowRange{From: from, To: to})
		}
	}
	g.Ranges, d.spare = d.spare[:1:1], d.spare[1:]
	return g
}

func TestModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.OneOf(rapid.Int64Range(1, 40), rapid.Int64Range(1, 4000)).Draw(t, "rows")
		of := rapid.IntRange(1, 5).Draw(t, "of")
		loop := rapid.Bool().Draw(t, "loop")
		d := newDealing(t, rows, of, loop)
		for range rapid.IntRange(0, 200).Draw(t, "steps") {
			i := rapid.IntRange(0, of-1).Draw(t, "worker")
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0, 1:
				if n := rapid.IntRange(1, 300).Draw(t, "n"); !d.take(i, n) {
					d.checkExhausted()
				}
			case 2:
				d.deal(i, rapid.Bool().Draw(t, "lost"))
			case 3:
				if n := len(d.old); n > 0 {
					k := rapid.IntRange(0, n-1).Draw(t, "repeated")
					d.pools[d.to[k]].Grant(d.old[k])
				}
			}
		}
		d.finish()
	})
}

// checkExhausted is that all rows have been given.
func (d *dealing) checkExhausted() {
	if d.loop || len(d.given) == 0 || int64(len(d.given[0])) != d.rows {
		d.t.Fatalf("exhausted with %v given of %d rows, loop %v", d.given, d.rows, d.loop)
	}
}

// finish lets everybody work on without losses until the file is given in full: once,
// or in a loop once more than it has been.
func (d *dealing) finish() {
	last := d.round
	for _, p := range d.pools {
		last = max(last, p.State().Round)
	}
	for range 10_000 {
		alive := false
		for i := range d.pools {
			// In this order, as users that wait do: a row that is granted and taken away
			// again before it is given would go round for ever.
			d.deal(i, false)
			alive = d.take(i, 50) || alive
		}
		if d.loop {
			alive = len(d.given) <= last+1
		}
		if !alive {
			break
		}
	}
	full := d.given[:min(len(d.given), last+1)]
	if len(full) != last+1 || slices.ContainsFunc(full, func(rows map[int64]int) bool { return int64(len(rows)) != d.rows }) {
		d.t.Fatalf("%d rounds, of which the first %d should have all %d rows", len(d.given), last+1, d.rows)
	}
	if !d.loop && len(d.given) != 1 {
		d.t.Fatalf("%d rounds without a loop", len(d.given))
	}
}
