package engine

import (
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"sort"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/worker/record"
	"github.com/locust-http/locust-http/worker/send"
)

// transaction is a compiled transaction with its rows in the statistics.
type transaction struct {
	plan  *plan.Transaction
	row   *record.Row
	steps []*step
}

// step is a compiled step with its row, how to reach its server, and, where nothing
// in the request ever changes, the request as bytes.
type step struct {
	plan     *plan.Step
	row      *record.Row
	target   send.Target
	frozen   *send.Frozen
	keepBody bool
}

// lifecycle is the steps outside transactions.
type lifecycle struct {
	setup, userStart, userStop, teardown []*step
}

// binder turns the plan's parts into the engine's, one row each.
type binder struct {
	rec    *record.Recorder
	freeze bool // false where each attempt differs (tags)
}

func (b binder) lifecycle(p *plan.Program) (l lifecycle, err error) {
	parts := []struct {
		name string
		from []*plan.Step
		to   *[]*step
	}{
		{load.SetupName, p.Setup, &l.setup},
		{load.UserStartName, p.UserStart, &l.userStart},
		{load.UserStopName, p.UserStop, &l.userStop},
		{load.TeardownName, p.Teardown, &l.teardown},
	}
	for _, part := range parts {
		key := load.RowKey{Kind: load.LifecycleRow, Transaction: part.name}
		if *part.to, err = b.steps(part.from, key); err != nil {
			return l, err
		}
	}
	return l, nil
}

func (b binder) transaction(t *plan.Transaction, scenario string) (*transaction, error) {
	row := b.rec.Row(load.RowKey{Kind: load.TransactionRow, Scenario: scenario, Transaction: t.Name})
	key := load.RowKey{Kind: load.StepRow, Scenario: scenario, Transaction: t.Name}
	steps, err := b.steps(t.Steps, key)
	return &transaction{plan: t, row: row, steps: steps}, err
}

func (b binder) steps(from []*plan.Step, key load.RowKey) ([]*step, error) {
	out := make([]*step, 0, len(from))
	for _, s := range from {
		key.Step = s.Name
		bound, err := b.step(s, key)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Path, err)
		}
		out = append(out, bound)
	}
	return out, nil
}

func (b binder) step(s *plan.Step, key load.RowKey) (*step, error) {
	r := s.Request
	bound := &step{
		plan:     s,
		row:      b.rec.Row(key),
		keepBody: s.ReadsBody,
		target: send.Target{
			TLS:       tlsConfig(r.TLS),
			Connect:   r.Timeout.Connect,
			FirstByte: r.Timeout.FirstByte,
			Total:     r.Timeout.Total,
			MaxBody:   r.MaxResponseBody,
			Method:    r.Method,
		},
	}
	if !r.Static || !b.freeze {
		return bound, nil
	}
	k := newKit()
	if err := k.build(r, &plan.Scope{}); err != nil {
		return nil, err
	}
	k.exchange.KeepBody(s.ReadsBody)
	frozen, err := k.exchange.Freeze()
	bound.frozen = frozen
	return bound, err
}

func tlsConfig(t load.TLS) *tls.Config {
	insecure := t.Insecure != nil && *t.Insecure
	if !insecure && t.ServerName == "" {
		return nil
	}
	// Whoever writes `insecure: true` into a plan asks for just this.
	return &tls.Config{InsecureSkipVerify: insecure, ServerName: t.ServerName}
}

// choice picks transactions by weight.
type choice struct {
	transactions []*transaction
	sums         []int // running sums of the weights
}

func (c *choice) add(t *transaction, weight int) {
	if weight <= 0 {
		return
	}
	c.transactions = append(c.transactions, t)
	c.sums = append(c.sums, c.total()+weight)
}

func (c *choice) total() int {
	if len(c.sums) == 0 {
		return 0
	}
	return c.sums[len(c.sums)-1]
}

func (c *choice) pick(r *rand.Rand) *transaction {
	if len(c.sums) == 1 {
		return c.transactions[0]
	}
	n := r.IntN(c.total())
	return c.transactions[sort.SearchInts(c.sums, n+1)]
}
