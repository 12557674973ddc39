package engine

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/worker/record"
	"github.com/locust-http/locust-http/worker/usage"
)

// maxPending is how many intervals wait for a master that is away; beyond it the two
// oldest neighbours are joined, so an hour of silence loses detail but no count.
const maxPending = 120

// reporter cuts the counters into intervals, one each second of the run time, and
// hands them out in numbered reports, one at a time: the next is made when the last
// has been acknowledged. Its goroutine (loop) owns all of it but the channels.
type reporter struct {
	run *run
	out chan load.Report // capacity 1: never more than one is under way

	acks   chan uint64
	asks   chan struct{} // capacity 1: a data file has run dry, the master should know
	finish chan struct{} // closed: make the last report when the load is over
	over   chan struct{} // closed: the load is over
	quit   <-chan struct{}
	done   chan struct{} // closed when loop has ended

	pending []load.Interval
	upTo    time.Duration // run time of the last cut
	seq     uint64
	acked   uint64
	told    bool            // Ended has been reported
	asking  bool            // a data file has run dry since the last report
	marks   []time.Duration // to come
	final   bool            // the report under way is the last

	finished atomic.Bool // the last report was acknowledged; read by anyone
	usage    usage.Meter
	lag      usage.Lag
}

func newReporter(r *run, quit <-chan struct{}) *reporter {
	return &reporter{
		run:    r,
		out:    make(chan load.Report, 1),
		acks:   make(chan uint64, 16),
		asks:   make(chan struct{}, 1),
		finish: make(chan struct{}),
		over:   make(chan struct{}),
		quit:   quit,
		done:   make(chan struct{}),
		usage:  usage.NewMeter(),
		marks:  slices.Clone(r.job.Marks),
	}
}

// ack notes that a report was taken; it never blocks for long because the loop
// always reads until it ends.
func (p *reporter) ack(seq uint64) {
	select {
	case p.acks <- seq:
	case <-p.done:
	}
}

// ask makes the next report leave as soon as it can. Never blocks.
func (p *reporter) ask() {
	if p == nil {
		return
	}
	select {
	case p.asks <- struct{}{}:
	default:
	}
}

// loop runs until the Final report is acknowledged or quit is closed.
func (p *reporter) loop() {
	defer close(p.done)
	defer close(p.out)
	over, finish := p.over, p.finish
	tick := time.NewTicker(usage.LagStep)
	defer tick.Stop()
	edge := time.NewTimer(time.Hour) // of the next interval, when it comes before the next tick
	defer edge.Stop()
	beat := time.Now() // of the last report
	for {
		select {
		case <-p.quit:
			return
		case now := <-tick.C:
			p.lag.Tick(now)
		case seq := <-p.acks:
			if seq > p.seq || seq <= p.acked {
				continue
			}
			p.acked = seq
			if p.final {
				p.finished.Store(true)
				return
			}
		case <-edge.C:
		case <-p.asks:
			p.asking = true
		case <-over:
			over = nil
			p.cutTo(p.run.elapsed())
		case <-finish:
			finish = nil
		}
		if over != nil {
			p.cutAtBoundaries(p.run.elapsed())
		}
		if wait := p.untilBoundary(p.run.elapsed()); wait < usage.LagStep {
			edge.Reset(wait)
		}
		if p.acked != p.seq {
			continue
		}
		ended := over == nil
		due := len(p.pending) > 0 || p.asking || time.Since(beat) >= time.Second
		if due || ended && !p.told || ended && finish == nil {
			beat = time.Now()
			p.send(ended, ended && finish == nil)
		}
	}
}

// cutAtBoundaries ends the intervals that should have ended by run time now: at each
// mark, and at the last whole second.
func (p *reporter) cutAtBoundaries(now time.Duration) {
	second := now.Truncate(time.Second)
	for len(p.marks) > 0 && p.marks[0] <= now {
		if p.marks[0] > second {
			p.cutAfter(second)
		}
		p.cutAfter(p.marks[0])
		p.marks = p.marks[1:]
	}
	p.cutAfter(second)
}

func (p *reporter) cutAfter(t time.Duration) {
	if t > p.upTo {
		p.cut(t)
	}
}

// cutTo ends the last interval of the load, or of the run.
func (p *reporter) cutTo(now time.Duration) {
	p.cutAtBoundaries(now)
	p.cut(now)
}

// untilBoundary is how long the interval under way still lasts.
func (p *reporter) untilBoundary(now time.Duration) time.Duration {
	next := now.Truncate(time.Second) + time.Second
	if len(p.marks) > 0 {
		next = min(next, p.marks[0])
	}
	return max(next-now, 0)
}

// cut takes what was counted since the last cut as one interval that ends at run
// time to, and joins the oldest intervals when too many wait.
func (p *reporter) cut(to time.Duration) {
	reconnects := p.run.reconnects()
	iv := p.run.rec.Cut(p.upTo, to, reconnects)
	iv.CPU, iv.Memory = p.usage.Take()
	iv.Lag = p.lag.Take()
	p.upTo = to
	p.pending = append(p.pending, iv)
	if len(p.pending) > maxPending {
		p.join()
	}
}

// join halves the detail of what waits: every two neighbours become one, unless a mark
// is between them.
func (p *reporter) join() {
	out := p.pending[:0]
	for i := 0; i < len(p.pending); i++ {
		iv := p.pending[i]
		if i+1 < len(p.pending) && !slices.Contains(p.run.job.Marks, iv.To) {
			i++
			iv = record.Join(iv, p.pending[i])
		}
		out = append(out, iv)
	}
	clear(p.pending[len(out):])
	p.pending = out
}

// send hands out a report of all that waits.
func (p *reporter) send(ended, final bool) {
	if final {
		// Teardown, and what finished after the last interval, is in none yet.
		p.cutTo(p.run.elapsed())
	}
	p.seq++
	r := load.Report{
		Seq:       p.seq,
		Phase:     p.run.phase(),
		Intervals: p.pending,
		Errors:    p.run.rec.Errors(final),
		Data:      p.run.states(),
		Logs:      p.run.logs.take(),
		Ended:     ended,
		Final:     final,
	}
	reason, abort := p.run.outcome()
	r.Abort = abort
	if ended {
		r.Reason = reason
	}
	r.Rows = p.number(&r)
	p.pending, p.asking = nil, false
	p.told = p.told || ended
	p.final = final
	p.out <- r // has room: the one before was taken, or it would not be acknowledged
}

// number replaces the recorder's row numbers by places in the report's own table.
func (p *reporter) number(r *load.Report) (rows []load.RowKey) {
	place := make(map[int]int)
	put := func(row *int) {
		at, ok := place[*row]
		if !ok {
			at = len(rows)
			place[*row] = at
			rows = append(rows, p.run.rec.Key(*row))
		}
		*row = at
	}
	for i := range r.Intervals {
		for j := range r.Intervals[i].Rows {
			put(&r.Intervals[i].Rows[j].Row)
		}
	}
	for i := range r.Errors {
		put(&r.Errors[i].Row)
	}
	return rows
}
