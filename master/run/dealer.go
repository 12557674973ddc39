package run

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/locust-http/locust-http/load"
)

// dealer decides who gets which rows of one unique data file. It is told what happens
// and says what to do next (see next); it calls nobody and knows no time.
//
// Every worker begins with rows of its own. The first worker that asks is served until
// it has its grant or is lost; others queue. What it gets is taken from the worker that
// has most, half of what that one has; when nobody has any, the file is used up or, with
// loop, begins again. Rows that were taken and not given on are the dealer's pool.
//
// Rows that a lost worker has, or may have, are given to nobody else in the same round.
type dealer struct {
	source
	rows  int64 // of the file; -1: no worker has said
	round int
	pool  []load.RowRange
	hands []hand

	queue   []int  // members whose request is open, in order; the first is being served
	serving uint64 // its request
	asked   int    // member that a Yield is on its way to; -1: none
	wanted  int64  // rows that it was asked for
	sent    bool   // a Grant is on its way to the first of queue
	spent   bool   // some request was answered with Exhausted
}

// hand is what one member has, as far as it is known.
type hand struct {
	known bool // it has reported since it takes part
	lost  bool
	given int64 // to users, in all rounds
	left  int64
	round int
	ask   uint64 // its open request; 0: none

	answered  uint64     // the request that grant answers
	grant     load.Grant // the last one
	confirmed bool       // it has taken grant
	tried     bool       // had none for the request that is being served

	// What Yields asked for whose answer did not come; it may come with that of the next.
	owed      int64
	owedRound int
}

// order is what to do now; the zero value: nothing.
type order struct {
	yield bool // take n rows from member
	n     int64
	grant *load.Grant // give this to member
	to    int         // member
}

func newDealer(s source, members int) *dealer {
	return &dealer{source: s, rows: -1, asked: -1, hands: make([]hand, members)}
}

// report takes what member i has reported; nil: it does not deal this file.
func (d *dealer) report(i int, s *load.DataState) error {
	h := &d.hands[i]
	h.known = true
	if s == nil {
		return nil
	}
	if d.rows < 0 {
		d.rows = s.Rows
	}
	if s.Rows != d.rows {
		return fmt.Errorf("data %s has %d rows here and %d elsewhere", d.name, s.Rows, d.rows)
	}
	h.given = s.Given
	if len(d.hands) == 1 {
		d.round = s.Round // a worker that is alone begins again by itself
	}
	// A report that was made before the grant arrived knows nothing of its rows.
	before := h.grant.Ask != 0 && s.Ask == h.grant.Ask
	if !before {
		h.left, h.round = s.Left, s.Round
		h.confirmed = true
	}
	h.ask = s.Ask
	if s.Ask != 0 && !(before && h.confirmed) && !slices.Contains(d.queue, i) {
		d.queue = append(d.queue, i)
	}
	return nil
}

// lose notes whether member i can be asked. One that is back takes part again.
func (d *dealer) lose(i int, lost bool) {
	h := &d.hands[i]
	if h.lost == lost {
		return
	}
	h.lost = lost
	if !lost {
		h.tried = false // what it did not answer it may answer now
		return
	}
	if d.asked == i {
		d.asked = -1 // an answer that comes nevertheless is taken (see yielded)
	}
	if at := slices.Index(d.queue, i); at >= 0 {
		d.queue = slices.Delete(d.queue, at, at+1)
		if at == 0 {
			d.served()
		}
	}
}

// served ends the service of the first of the queue.
func (d *dealer) served() {
	d.sent = false
	for i := range d.hands {
		d.hands[i].tried = false
	}
}

// next is what to do now. It counts as done: what comes of it is told to yielded or
// granted.
func (d *dealer) next() order {
	if d.asked >= 0 || d.sent {
		return order{}
	}
	for len(d.queue) > 0 && d.hands[d.queue[0]].ask == 0 {
		// Its grant arrived; the answer did not, but a report said so.
		d.queue = d.queue[1:]
		d.served()
	}
	if len(d.queue) == 0 {
		return order{}
	}
	to := d.queue[0]
	h := &d.hands[to]
	if h.answered == h.ask {
		d.sent = true // its answer did not arrive
		return order{grant: &h.grant, to: to}
	}
	if h.ask != d.serving {
		// It has used up a grant whose answer did not arrive, and asks again.
		d.served()
		d.serving = h.ask
	}
	if len(d.pool) == 0 {
		if i := d.richest(to); i >= 0 {
			d.asked, d.wanted = i, max((d.hands[i].left+1)/2, 1)
			return order{yield: true, n: d.wanted, to: i}
		}
		if d.waits() {
			return order{}
		}
		if d.loop && d.rows > 0 {
			d.round++
			d.pool = []load.RowRange{{From: 0, To: d.rows}}
		}
	}
	d.sent = true
	g := load.Grant{Source: d.name, Ask: h.ask, Round: d.round}
	if g.Ranges = d.take(d.portion()); len(g.Ranges) == 0 {
		g.Exhausted, d.spent = true, true
	}
	h.answered, h.grant, h.confirmed = h.ask, g, false
	h.left, h.round = length(g.Ranges), g.Round
	return order{grant: &h.grant, to: to}
}

// richest is the member that most rows of this round can be had from and that has not
// been asked for this request; -1: none has any.
func (d *dealer) richest(to int) int {
	best, most := -1, int64(0)
	for i := range d.hands {
		h := &d.hands[i]
		if h.lost || h.tried {
			continue
		}
		n := int64(0)
		if h.round == d.round && i != to {
			n = h.left
		}
		if h.owedRound == d.round {
			n += h.owed // taken from it before: even if it is the one that asks
		}
		if n > most {
			best, most = i, n
		}
	}
	return best
}

// waits says whether some member may have rows that nobody knows of yet.
func (d *dealer) waits() bool {
	return slices.ContainsFunc(d.hands, func(h hand) bool { return !h.known && !h.lost })
}

// portion is how much of the pool one request is given: an equal share of the file, so
// that a new round costs each worker one request, and no worker gets what others want.
func (d *dealer) portion() int64 {
	live := int64(0)
	for i := range d.hands {
		if !d.hands[i].lost {
			live++
		}
	}
	live = max(live, 1)
	return max((d.rows+live-1)/live, 1)
}

// take takes up to n rows from the pool.
func (d *dealer) take(n int64) []load.RowRange {
	var out []load.RowRange
	for n > 0 && len(d.pool) > 0 {
		r := d.pool[0]
		if r.Len() <= n {
			d.pool = d.pool[1:]
		} else {
			d.pool[0].From += n
			r.To = r.From + n
		}
		n -= r.Len()
		out = append(out, r)
	}
	return out
}

// yielded takes the answer of member i to a Yield: rows that are now the dealer's, none,
// or rows that cannot be (an error; none of them is used). Until it or unanswered is
// told, next must not be asked again, even when the member is lost.
func (d *dealer) yielded(i int, rows []load.RowRange) error {
	h := &d.hands[i]
	n, err := d.sound(rows, max(d.wanted, h.owed))
	if err != nil {
		return fmt.Errorf("data %s: %w", d.name, err)
	}
	d.answered(i)
	h.left = max(h.left-n, 0)
	old := h.owed > 0 && h.owedRound != d.round
	h.owed = 0
	if old {
		// They may be of the round in which it was asked before: in this one they would be
		// somebody else's.
		return nil
	}
	d.pool = append(d.pool, rows...)
	return nil
}

// unanswered notes that the answer of member i to a Yield did not come. A remote
// session gives what it would have been to whoever asks next.
func (d *dealer) unanswered(i int) {
	d.answered(i)
	h := &d.hands[i]
	if h.owedRound != d.round && h.owed == 0 {
		h.owedRound = d.round
	}
	h.owed += d.wanted
}

func (d *dealer) answered(i int) {
	if d.asked == i {
		d.asked = -1
	}
	d.hands[i].tried = true
}

// sound counts rows that a worker has given back: at most so many, and each once.
func (d *dealer) sound(rows []load.RowRange, most int64) (n int64, err error) {
	sorted := slices.SortedFunc(slices.Values(rows), func(a, b load.RowRange) int { return cmp.Compare(a.From, b.From) })
	for i, r := range sorted {
		if r.From < 0 || r.To > d.rows || r.From >= r.To {
			return 0, fmt.Errorf("it gave back rows %d to %d of %d", r.From, r.To, d.rows)
		}
		if i > 0 && r.From < sorted[i-1].To {
			return 0, fmt.Errorf("it gave back row %d twice", r.From)
		}
		n += r.Len()
	}
	if n > most {
		return 0, fmt.Errorf("it gave back %d rows when asked for %d", n, most)
	}
	return n, nil
}

// granted takes the answer of member i to a Grant; one that did not arrive is sent
// again.
func (d *dealer) granted(i int, ask uint64, ok bool) {
	h := &d.hands[i]
	if h.answered != ask {
		return
	}
	h.confirmed = h.confirmed || ok
	if len(d.queue) == 0 || d.queue[0] != i {
		return
	}
	if d.sent = false; ok {
		d.queue = d.queue[1:]
		d.served()
	}
}

// result is what became of the rows.
func (d *dealer) result() load.DataResult {
	r := load.DataResult{Name: d.name, Rows: max(d.rows, 0), Rounds: d.round + 1}
	unknown := false
	var lost int64
	r.Left = length(d.pool)
	for i := range d.hands {
		h := &d.hands[i]
		r.Given += h.given
		switch {
		case h.round != d.round:
		case h.lost:
			lost += h.left
		default:
			r.Left += h.left
			unknown = unknown || !h.known
		}
	}
	switch {
	case d.round > 0:
		r.Lost = lost
	case unknown || !slices.ContainsFunc(d.hands, func(h hand) bool { return h.lost }):
		// The rest is with workers that have not reported yet, or on its way.
		r.Left = max(r.Rows-r.Given, 0)
	default:
		// Whatever is not accounted for; that includes rows that were on their way.
		r.Lost = max(r.Rows-r.Given-r.Left, 0)
	}
	return r
}

func length(rows []load.RowRange) (n int64) {
	for _, r := range rows {
		n += r.Len()
	}
	return n
}
