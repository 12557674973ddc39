package engine

import (
	"sync/atomic"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/worker/record"
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
	finish chan struct{} // closed: make the last report when the load is over
	over   chan struct{} // closed: the load is over
	quit   <-chan struct{}
	done   chan struct{} // closed when loop has ended

	pending []load.Interval
	upTo    time.Duration // run time of the last cut
	seq     uint64
	acked   uint64
	told    bool // Ended has been reported
	final   bool // the report under way is the last

	finished atomic.Bool // the last report was acknowledged; read by anyone
	usage    usage
	lag      lagMeter
}

func newReporter(r *run, quit <-chan struct{}) *reporter {
	return &reporter{
		run:    r,
		out:    make(chan load.Report, 1),
		acks:   make(chan uint64, 16),
		finish: make(chan struct{}),
		over:   make(chan struct{}),
		quit:   quit,
		done:   make(chan struct{}),
		usage:  newUsage(),
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

// loop runs until the Final report is acknowledged or quit is closed.
func (p *reporter) loop() {
	defer close(p.done)
	defer close(p.out)
	over, finish := p.over, p.finish
	tick := time.NewTicker(lagStep)
	defer tick.Stop()
	beat := time.Now() // of the last report
	for {
		select {
		case <-p.quit:
			return
		case now := <-tick.C:
			p.lag.tick(now)
		case seq := <-p.acks:
			if seq > p.seq || seq <= p.acked {
				continue
			}
			p.acked = seq
			if p.final {
				p.finished.Store(true)
				return
			}
		case <-over:
			over = nil
			p.cut(p.run.elapsed())
		case <-finish:
			finish = nil
		}
		if t := p.run.elapsed().Truncate(time.Second); over != nil && t > p.upTo {
			p.cut(t)
		}
		if p.acked != p.seq {
			continue
		}
		ended := over == nil
		due := len(p.pending) > 0 || time.Since(beat) >= time.Second
		if due || ended && !p.told || ended && finish == nil {
			beat = time.Now()
			p.send(ended, ended && finish == nil)
		}
	}
}

// cut takes what was counted since the last cut as one interval that ends at run
// time to, and joins the oldest intervals when too many wait.
func (p *reporter) cut(to time.Duration) {
	reconnects := p.run.client.Reconnects() + p.run.after.Reconnects()
	iv := p.run.rec.Cut(p.upTo, to, reconnects)
	iv.CPU, iv.Memory = p.usage.take()
	iv.Lag = p.lag.take()
	p.upTo = to
	p.pending = append(p.pending, iv)
	if len(p.pending) > maxPending {
		p.join()
	}
}

// join halves the detail of what waits: every two neighbours become one.
func (p *reporter) join() {
	out := p.pending[:0]
	for i := 0; i+1 < len(p.pending); i += 2 {
		out = append(out, record.Join(p.pending[i], p.pending[i+1]))
	}
	if len(p.pending)%2 == 1 {
		out = append(out, p.pending[len(p.pending)-1])
	}
	clear(p.pending[len(out):])
	p.pending = out
}

// send hands out a report of all that waits.
func (p *reporter) send(ended, final bool) {
	if final {
		// Teardown, and what finished after the last interval, is in none yet.
		p.cut(p.run.elapsed())
	}
	p.seq++
	r := load.Report{
		Seq:       p.seq,
		Phase:     p.run.phase(),
		Intervals: p.pending,
		Errors:    p.run.rec.Errors(),
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
	p.pending = nil
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
