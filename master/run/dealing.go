package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
)

// dealing is the dealers of a run and the calls that they wait for.
type dealing struct {
	*shape
	dealers []*dealer
	calls   []dealCall // by dealer
}

// dealCall is a call to a worker on behalf of one dealer.
type dealCall struct {
	member *member            // nil: none is under way
	cancel context.CancelFunc // ends it
	next   time.Time          // of the next try, after one that failed
}

func newDealing(sh *shape, members int) dealing {
	d := dealing{shape: sh, calls: make([]dealCall, len(sh.sources))}
	for _, s := range sh.sources {
		d.dealers = append(d.dealers, newDealer(s, members))
	}
	return d
}

// heard takes what a report says of data files. It was checked before.
func (d *dealing) heard(m *member, states []load.DataState) error {
	var errs []error
	for i, x := range d.dealers {
		var state *load.DataState
		if at := slices.IndexFunc(states, func(s load.DataState) bool { return d.source(s.Source) == i }); at >= 0 {
			state = &states[at]
		}
		if state == nil && m.phase < load.Running {
			continue // it may have rows yet
		}
		errs = append(errs, x.report(m.index, state))
	}
	return errors.Join(errs...)
}

// deal does what the dealers want done. While a run ends nobody gets rows any more.
func (c *conductor) deal() {
	if c.cause != nil || c.state != load.StateSetup && c.state != load.StateRunning {
		return
	}
	for i, d := range c.dealing.dealers {
		for _, m := range c.members {
			d.lose(m.index, m.gone() && !m.final)
		}
		call := &c.dealing.calls[i]
		if call.member != nil && call.member.gone() {
			call.cancel()
		}
		if call.member == nil && !time.Now().Before(call.next) {
			c.follow(d, call, d.next())
		}
	}
}

// follow carries out an order. The call lasts until the worker answers or is lost: a
// silent one may have rows that are nobody else's.
func (c *conductor) follow(d *dealer, call *dealCall, o order) {
	if !o.yield && o.grant == nil {
		return
	}
	m := c.members[o.to]
	ctx, cancel := context.WithCancel(c.ctx)
	call.member, call.cancel = m, cancel
	done := func() {
		cancel()
		call.member = nil
		c.deal()
	}
	dealer, ok := m.session.(load.Dealer)
	if !ok {
		dealer = noDealer{}
	}
	if o.yield {
		c.spawn(func() func() {
			ctx, end := context.WithTimeout(ctx, PhaseLimit)
			defer end()
			rows, err := dealer.Yield(ctx, d.name, o.n)
			return func() { c.yielded(d, m, rows, err); done() }
		})
		return
	}
	g := *o.grant
	c.spawn(func() func() {
		ctx, end := context.WithTimeout(ctx, slack)
		defer end()
		err := dealer.Grant(ctx, g)
		return func() {
			if err != nil {
				call.next = time.Now().Add(time.Second)
				c.spec.Log.Warn("rows were not taken", "run", c.spec.ID, "worker", m.ID, "data", d.name, "error", err)
			}
			d.granted(m.index, g.Ask, err == nil)
			done()
		}
	})
}

func (c *conductor) yielded(d *dealer, m *member, rows []load.RowRange, err error) {
	if err != nil {
		c.spec.Log.Warn("no rows were given back", "run", c.spec.ID, "worker", m.ID, "data", d.name, "error", err)
		d.unanswered(m.index)
		return
	}
	if err := d.yielded(m.index, rows); err != nil {
		d.unanswered(m.index)
		if !m.broken {
			m.session.Stop(true)
			c.breakOff(m, load.Reason{Code: load.WhyBadRows, Text: "broke the rules of dealing rows", Of: []load.Reason{load.ReasonOf(err)}})
		}
	}
}

// noDealer stands for a session that shares no rows.
type noDealer struct{}

var errNoDealer = errors.New("this worker cannot share rows with others")

func (noDealer) Yield(context.Context, string, int64) ([]load.RowRange, error) {
	return nil, errNoDealer
}
func (noDealer) Grant(context.Context, load.Grant) error { return errNoDealer }

// exhausted is the reason of a run whose data is used up.
func (c *conductor) exhausted() load.Reason {
	why := load.Reason{Code: load.WhyDataExhausted, Text: load.ReasonDataExhausted}
	for _, only := range []bool{true, false} {
		for _, d := range c.dealing.dealers {
			if len(d.queue) > 0 || d.spent || !only && !d.loop {
				r := d.result()
				why.Of = append(why.Of, load.Reason{
					Code: load.WhyRowsLeft, Params: load.Params{"data": d.name, "left": float64(r.Left + r.Lost), "rows": float64(r.Rows)},
					Text: fmt.Sprintf("%s: %d of %d rows left", d.name, r.Left+r.Lost, r.Rows),
				})
			}
		}
		if len(why.Of) > 0 {
			break
		}
	}
	return why
}

// dataResults are what became of the rows of each unique data file.
func (c *conductor) dataResults() []load.DataResult {
	out := []load.DataResult{}
	for _, d := range c.dealing.dealers {
		for _, m := range c.members {
			d.lose(m.index, m.gone() && !m.final)
		}
		if d.rows >= 0 { // some worker deals it
			out = append(out, d.result())
		}
	}
	return out
}
