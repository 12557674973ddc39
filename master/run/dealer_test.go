package run

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/locust-http/locust-http/load"
)

// table is a game of dealing: workers that give rows to users, ask, yield, fall silent
// and come back, around a dealer that is told of it late.
type table struct {
	t     *rapid.T
	d     *dealer
	hands []player
	given map[int]map[int64]int // by round, row: who gave it
	calls []call                // under way
}

type player struct {
	rows  []load.RowRange
	round int
	given int64
	ask   uint64
	asks  uint64
	gone  bool // cut off: knows and answers nothing
	spent bool
	old   *load.DataState // a report on its way

	// As with a remote session: an answer that nobody waited for is that of the next
	// call, and one that was not carried out yet still is.
	late    []load.RowRange
	pending int64
}

// call is an order whose outcome the dealer has not been told.
type call struct {
	o     order
	grant load.Grant
	done  bool // the worker has heard it
	rows  []load.RowRange
}

func newTable(t *rapid.T, loop bool, most int64) *table {
	n := rapid.IntRange(1, 4).Draw(t, "workers")
	rows := rapid.Int64Range(0, most).Draw(t, "rows")
	g := &table{t: t, d: newDealer(source{"s", loop}, n), hands: make([]player, n), given: map[int]map[int64]int{}}
	const chunk = 5
	for from := int64(0); from < rows; from += chunk {
		p := &g.hands[int(from/chunk)%n]
		p.rows = append(p.rows, load.RowRange{From: from, To: min(from+chunk, rows)})
	}
	g.d.rows = rows
	return g
}

func (g *table) state(i int) *load.DataState {
	p := &g.hands[i]
	return &load.DataState{Source: "s", Rows: g.d.rows, Round: p.round, Given: p.given, Left: length(p.rows), Ask: p.ask}
}

// use gives one row of player i to a user; without one it asks.
func (g *table) use(i int) {
	p := &g.hands[i]
	if len(p.rows) == 0 {
		if p.ask == 0 && !p.spent {
			p.asks++
			p.ask = p.asks
		}
		return
	}
	row := p.rows[0].From
	if p.rows[0].From++; p.rows[0].Len() == 0 {
		p.rows = p.rows[1:]
	}
	p.given++
	round := g.given[p.round]
	if round == nil {
		round = map[int64]int{}
		g.given[p.round] = round
	}
	if by, twice := round[row]; twice {
		g.t.Fatalf("row %d of round %d given by %d and by %d", row, p.round, by, i)
	}
	round[row] = i
}

// yield takes rows from p.
func (p *player) yield(n int64) (out []load.RowRange) {
	for n > 0 && len(p.rows) > 0 {
		last := &p.rows[len(p.rows)-1]
		r := load.RowRange{From: max(last.To-n, last.From), To: last.To}
		if last.To = r.From; last.Len() == 0 {
			p.rows = p.rows[:len(p.rows)-1]
		}
		n -= r.Len()
		out = append(out, r)
	}
	return out
}

// hear has the worker carry out a call.
func (g *table) hear(c *call) {
	p := &g.hands[c.o.to]
	c.done = true
	if c.o.yield {
		switch {
		case len(p.late) > 0:
			c.rows, p.late = p.late, nil
		case p.pending > 0:
			c.rows, p.pending = p.yield(p.pending), 0
		default:
			c.rows = p.yield(c.o.n)
		}
		return
	}
	if p.ask != c.grant.Ask {
		return
	}
	p.ask, p.spent = 0, c.grant.Exhausted
	if c.grant.Round > p.round {
		p.round, p.rows = c.grant.Round, nil
	}
	p.rows = append(p.rows, c.grant.Ranges...)
}

// answer tells the dealer of a call; lost says that the answer did not arrive.
func (g *table) answer(at int, lost bool) {
	c := g.calls[at]
	g.calls = slices.Delete(g.calls, at, at+1)
	ok := c.done && !lost
	switch {
	case !c.o.yield:
		g.d.granted(c.o.to, c.grant.Ask, ok)
	case ok:
		if err := g.d.yielded(c.o.to, c.rows); err != nil {
			g.t.Fatal(err)
		}
	default:
		g.d.unanswered(c.o.to)
		p := &g.hands[c.o.to]
		// One call at a time is on its way, and none while an answer waits to be taken.
		if p.late = append(p.late, c.rows...); !c.done && p.pending == 0 && len(p.late) == 0 && rapid.Bool().Draw(g.t, "on its way") {
			p.pending = c.o.n
		}
	}
}

func (g *table) order() {
	if len(g.calls) > 0 {
		return // as the conductor: one call at a time for a file
	}
	o := g.d.next()
	if !o.yield && o.grant == nil {
		return
	}
	c := call{o: o}
	if o.grant != nil {
		c.grant = *o.grant
	}
	g.calls = append(g.calls, c)
}

func (g *table) report(i int, s *load.DataState) {
	if err := g.d.report(i, s); err != nil {
		g.t.Fatal(err)
	}
}

// play makes one random move. With losses, workers are cut off and calls fail.
func (g *table) play(losses bool) {
	i := rapid.IntRange(0, len(g.hands)-1).Draw(g.t, "worker")
	p := &g.hands[i]
	switch rapid.IntRange(0, 10).Draw(g.t, "move") {
	case 0, 1, 2:
		g.use(i)
	case 3: // a report that was made some moves ago arrives
		if p.old != nil && !p.gone {
			g.report(i, p.old)
			p.old = nil
		}
	case 4:
		if p.old == nil {
			p.old = g.state(i)
		}
	case 5, 6:
		g.order()
	case 7:
		if len(g.calls) > 0 && !g.calls[0].done && !g.hands[g.calls[0].o.to].gone {
			g.hear(&g.calls[0])
		}
	case 8:
		if len(g.calls) > 0 && g.calls[0].done {
			g.answer(0, losses && rapid.Bool().Draw(g.t, "lost answer"))
		}
	case 9:
		if p.pending > 0 && !p.gone {
			p.late, p.pending = append(p.late, p.yield(p.pending)...), 0
		}
	case 10:
		if losses {
			p.gone = !p.gone
			g.d.lose(i, p.gone)
			if p.gone && len(g.calls) > 0 && g.calls[0].o.to == i {
				g.answer(0, rapid.Bool().Draw(g.t, "too late"))
			}
		}
	}
}

// finish has everybody who is there use rows until there are none.
func (g *table) finish() {
	for range 5000 {
		busy := false
		for i := range g.hands {
			p := &g.hands[i]
			if p.gone || p.spent {
				continue
			}
			busy = true
			g.use(i)
			p.old = nil
			g.report(i, g.state(i))
		}
		g.order()
		if len(g.calls) > 0 {
			if !g.calls[0].done && !g.hands[g.calls[0].o.to].gone {
				g.hear(&g.calls[0])
			}
			g.answer(0, !g.calls[0].done)
		}
		if !busy {
			return
		}
	}
	g.t.Fatalf("it does not come to an end: %+v", *g.d)
}

func (g *table) start() {
	for i := range g.hands {
		g.report(i, g.state(i))
	}
}

// games checks many games at a time: what goes wrong takes several coincidences.
func games(t *testing.T, play func(t *rapid.T)) {
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			play(t)
		}
	})
}

// TestDealer: in whatever order workers use, ask, answer and report, no row is given
// twice, all are given, and the end is told to everybody.
func TestDealer(t *testing.T) {
	games(t, func(t *rapid.T) {
		g := newTable(t, false, 60)
		g.start()
		for range rapid.IntRange(0, 300).Draw(t, "moves") {
			g.play(false)
		}
		g.finish()
		if n := len(g.given[0]); int64(n) != g.d.rows {
			t.Fatalf("%d of %d rows were given", n, g.d.rows)
		}
		r := g.d.result()
		if want := (load.DataResult{Name: "s", Rows: g.d.rows, Given: g.d.rows, Rounds: 1}); r != want {
			t.Fatalf("%+v, want %+v", r, want)
		}
	})
}

// TestDealerWithLosses: the same with workers that are cut off at any moment, for good
// or for a while, and answers that do not arrive: no row twice, and every row that
// nobody was given is counted.
func TestDealerWithLosses(t *testing.T) {
	games(t, func(t *rapid.T) {
		g := newTable(t, false, 60)
		g.start()
		for range rapid.IntRange(0, 300).Draw(t, "moves") {
			g.play(true)
		}
		g.finish()
		r := g.d.result()
		var told int64
		for i := range g.hands {
			told += g.d.hands[i].given
		}
		if r.Given != told || r.Given+r.Left+r.Lost != r.Rows || int64(len(g.given[0])) < r.Given {
			t.Fatalf("%+v, told of %d, really %d", r, told, len(g.given[0]))
		}
		if !slices.ContainsFunc(g.hands, func(p player) bool { return p.gone }) {
			if int64(len(g.given[0])) != r.Given {
				t.Fatalf("everybody is back, but %d given and %+v", len(g.given[0]), r)
			}
		}
	})
}

// TestDealerLoops: with loop nobody is ever told that there are no rows, and no row goes
// out twice in one round.
func TestDealerLoops(t *testing.T) {
	games(t, func(t *rapid.T) {
		g := newTable(t, true, 15)
		if g.d.rows == 0 {
			return // an empty file has no rounds
		}
		losses := rapid.Bool().Draw(t, "losses")
		g.start()
		for range rapid.IntRange(0, 600).Draw(t, "moves") {
			g.play(losses)
		}
		for i, p := range g.hands {
			if p.spent {
				t.Fatalf("worker %d was told that there are no rows", i)
			}
		}
		// Whole rounds are whole.
		for round := range g.d.round {
			if n := len(g.given[round]); !losses && int64(n) != g.d.rows && !g.holds(round) {
				t.Fatalf("round %d had %d of %d rows", round, n, g.d.rows)
			}
		}
		if r := g.d.result(); r.Rounds != g.d.round+1 || r.Left < 0 || r.Lost < 0 || !losses && r.Lost != 0 {
			t.Fatalf("%+v", r)
		}
	})
}

// holds says whether somebody still has rows of a round.
func (g *table) holds(round int) bool {
	return slices.ContainsFunc(g.hands, func(p player) bool { return p.round == round && len(p.rows) > 0 })
}

func TestDealerTakesHalfOfTheRichest(t *testing.T) {
	d := newDealer(source{"s", false}, 3)
	for i, left := range []int64{0, 30, 61} {
		s := &load.DataState{Rows: 100, Left: left}
		if i == 0 {
			s.Given, s.Ask = 9, 1
		}
		if err := d.report(i, s); err != nil {
			t.Fatal(err)
		}
	}
	if o := d.next(); !o.yield || o.to != 2 || o.n != 31 {
		t.Fatalf("%+v, want 31 rows of the third worker", o)
	}
	if o := d.next(); o.yield || o.grant != nil {
		t.Fatalf("%+v while an answer is awaited", o)
	}
	d.yielded(2, nil)
	if o := d.next(); !o.yield || o.to != 1 || o.n != 15 {
		t.Fatalf("%+v, want 15 rows of the second worker", o)
	}
	d.yielded(1, []load.RowRange{{From: 5, To: 7}})
	o := d.next()
	if o.grant == nil || o.to != 0 || o.grant.Ask != 1 || fmt.Sprint(o.grant.Ranges) != "[{5 7}]" {
		t.Fatalf("%+v, want rows 5 and 6 for the first worker", o)
	}
	d.granted(0, 1, false)
	if again := d.next(); again.grant == nil || fmt.Sprint(*again.grant) != fmt.Sprint(*o.grant) {
		t.Fatalf("%+v, want the same grant again", again)
	}
	d.granted(0, 1, true)
	if r := d.result(); r != (load.DataResult{Name: "s", Rows: 100, Given: 9, Left: 91, Rounds: 1}) {
		t.Errorf("%+v", r)
	}
}

func TestDealerRefusesRowsThatCannotBe(t *testing.T) {
	for _, rows := range [][]load.RowRange{{{From: -1, To: 2}}, {{From: 8, To: 11}}, {{From: 3, To: 3}}, {{From: 0, To: 6}}} {
		d := newDealer(source{"s", false}, 2)
		d.report(0, &load.DataState{Rows: 10, Ask: 1})
		d.report(1, &load.DataState{Rows: 10, Left: 10})
		d.next()
		if err := d.yielded(1, rows); err == nil {
			t.Errorf("%v was taken", rows)
		}
	}
	d := newDealer(source{"s", false}, 2)
	d.report(0, &load.DataState{Rows: 10})
	if err := d.report(1, &load.DataState{Rows: 11}); err == nil {
		t.Error("two sizes of one file were taken")
	}
}

func TestDealerWaitsForTheFirstReports(t *testing.T) {
	d := newDealer(source{"s", false}, 2)
	d.report(0, &load.DataState{Rows: 10, Ask: 1})
	if o := d.next(); o.yield || o.grant != nil {
		t.Fatalf("%+v before the other worker has said what it has", o)
	}
	d.report(1, &load.DataState{Rows: 10, Left: 4, Given: 6})
	if o := d.next(); !o.yield {
		t.Fatalf("%+v, want rows of the other worker", o)
	}
}

// TestDealerLeavesOldRoundsAlone: rows of a round that is over are not used in the next,
// where they are with somebody else.
func TestDealerLeavesOldRoundsAlone(t *testing.T) {
	d := newDealer(source{"s", true}, 2)
	d.report(1, &load.DataState{Rows: 10, Left: 10})
	d.lose(1, true)
	d.report(0, &load.DataState{Rows: 10, Ask: 1})
	if o := d.next(); o.grant == nil || o.grant.Round != 1 {
		t.Fatalf("%+v, want rows of a new round", o)
	}
	d.granted(0, 1, true)
	d.lose(1, false)
	d.report(0, &load.DataState{Rows: 10, Round: 1, Given: 10, Ask: 2})
	if o := d.next(); o.grant == nil || o.grant.Round != 2 {
		t.Fatalf("%+v, want rows of another round", o)
	}
}

// TestDealerTakesLateAnswers: rows whose answer was not waited for come with the next
// one, and are those of the round in which they were asked for.
func TestDealerTakesLateAnswers(t *testing.T) {
	late := []load.RowRange{{From: 4, To: 10}}
	for _, loop := range []bool{false, true} {
		d := newDealer(source{"s", loop}, 3)
		d.report(0, &load.DataState{Rows: 12, Ask: 1})
		d.report(1, &load.DataState{Rows: 12, Left: 12})
		d.report(2, &load.DataState{Rows: 12})
		if o := d.next(); !o.yield || o.n != 6 {
			t.Fatalf("%+v", o)
		}
		d.unanswered(1)
		if o := d.next(); o.grant == nil || o.grant.Exhausted == loop {
			t.Fatalf("%+v", o)
		}
		d.granted(0, 1, true)
		// The second has rows of this round, fewer than it was asked for before.
		d.report(1, &load.DataState{Rows: 12, Left: 3, Round: d.round})
		d.report(2, &load.DataState{Rows: 12, Ask: 1})
		d.pool, d.hands[0].left = nil, 0
		if o := d.next(); !o.yield || o.to != 1 || o.n != 2 {
			t.Fatalf("%+v", o)
		}
		if err := d.yielded(1, late); err != nil {
			t.Fatal(err)
		}
		if n := length(d.pool); loop && n != 0 || !loop && n != 6 {
			t.Errorf("loop %v: %d rows are taken for those of this round", loop, n)
		}
	}
}
