package engine

import (
	"fmt"
	"math/rand/v2"
	"slices"
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
	data  []int // sources of which it takes a row each time
}

// step is a compiled step with its row, and the steps within it. A request also has
// how to reach its server and, where nothing in it ever changes, the request as bytes.
type step struct {
	plan  *plan.Step
	row   *record.Row // of a request or a group its own, else that of what is around it
	steps []*step
	other []*step // of an if that does not hold

	target   send.Target
	frozen   *send.Frozen
	keepBody bool
}

// phase is the steps of one part of the lifecycle.
type phase struct {
	steps []*step
	data  []int // sources of which it takes a row each time
	kept  []int // sources of which its user takes a row for its life
}

// lifecycle is the steps outside transactions.
type lifecycle struct {
	setup, userStart, userStop, teardown phase
}

// binder turns the plan's parts into the engine's, one row each.
type binder struct {
	rec     *record.Recorder
	program *plan.Program
	files   *files
	tls     *send.TLSConfigs
	freeze  bool // false where each attempt differs (tags)
}

func (r *run) binder() *binder {
	return &binder{
		rec: r.rec, program: r.program, files: r.files,
		tls: r.tls, freeze: r.tag == "",
	}
}

func (b *binder) lifecycle() (l lifecycle, err error) {
	parts := []struct {
		name string
		from []*plan.Step
		to   *phase
	}{
		{load.SetupName, b.program.Setup, &l.setup},
		{load.UserStartName, b.program.UserStart, &l.userStart},
		{load.UserStopName, b.program.UserStop, &l.userStop},
		{load.TeardownName, b.program.Teardown, &l.teardown},
	}
	for _, part := range parts {
		key := load.RowKey{Kind: load.LifecycleRow, Transaction: part.name}
		if part.to.steps, err = b.steps(part.from, key, nil); err != nil {
			return l, err
		}
		part.to.data = b.uses(load.RowPerIteration, part.from)
		part.to.kept = b.uses(load.RowPerUser, part.from)
	}
	return l, nil
}

func (b *binder) transaction(t *plan.Transaction, scenario string) (*transaction, error) {
	row := b.rec.Row(load.RowKey{Kind: load.TransactionRow, Scenario: scenario, Transaction: t.Name})
	key := load.RowKey{Kind: load.StepRow, Scenario: scenario, Transaction: t.Name}
	steps, err := b.steps(t.Steps, key, row)
	return &transaction{plan: t, row: row, steps: steps, data: b.uses(load.RowPerIteration, t.Steps)}, err
}

// steps binds a list; around is the row of what it belongs to, nil in the lifecycle.
func (b *binder) steps(from []*plan.Step, key load.RowKey, around *record.Row) ([]*step, error) {
	out := make([]*step, 0, len(from))
	for _, s := range from {
		bound, err := b.step(s, key, around)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Path, err)
		}
		out = append(out, bound)
	}
	return out, nil
}

func (b *binder) step(s *plan.Step, key load.RowKey, around *record.Row) (*step, error) {
	switch {
	case s.Request != nil:
		key.Step = s.Name
		return b.request(s, b.rec.Row(key))
	case s.Group:
		around = b.rec.Row(load.RowKey{Kind: load.GroupRow, Scenario: key.Scenario, Transaction: key.Transaction, Step: s.Name})
	}
	bound := &step{plan: s}
	var err error
	if bound.steps, err = b.steps(s.Steps, key, around); err != nil {
		return nil, err
	}
	if bound.other, err = b.steps(s.Else, key, around); err != nil {
		return nil, err
	}
	if bound.row = around; around == nil {
		bound.row = firstRow(slices.Concat(bound.steps, bound.other))
	}
	return bound, nil
}

// firstRow is the row that stands for a list of steps of the lifecycle, which has none
// of its own.
func firstRow(steps []*step) *record.Row {
	for _, s := range steps {
		if s.row != nil {
			return s.row
		}
	}
	return nil
}

func (b *binder) request(s *plan.Step, row *record.Row) (*step, error) {
	r := s.Request
	config, err := b.tls.Config(r.TLS)
	if err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	bound := &step{
		plan:     s,
		row:      row,
		keepBody: s.ReadsBody,
		target: send.Target{
			TLS:       config,
			Connect:   r.Timeout.Connect,
			FirstByte: r.Timeout.FirstByte,
			Total:     r.Timeout.Total,
			MaxBody:   r.MaxResponseBody,
			Method:    r.Method,
		},
	}
	if r.Proxy && r.StaticProxy {
		text, err := r.AppendProxy(nil, &plan.Scope{})
		if err == nil {
			bound.target.Proxy, err = parseProxy(text)
		}
		if err != nil {
			return nil, fmt.Errorf("proxy: %w", err)
		}
	}
	if !r.Static || !b.freeze || r.Proxy {
		return bound, nil
	}
	k := newKit()
	if err := k.build(r, &plan.Scope{}, b.files); err != nil {
		return nil, err
	}
	k.exchange.KeepBody(s.ReadsBody)
	bound.frozen, err = k.exchange.Freeze()
	return bound, err
}

// uses is the sources that steps, and the steps within them, ask for, of those with
// this per.
func (b *binder) uses(per string, lists ...[]*plan.Step) []int {
	var out []int
	var walk func([]*plan.Step)
	walk = func(steps []*plan.Step) {
		for _, s := range steps {
			for _, i := range s.Data {
				if b.program.Data[i].Source.Life() == per && !slices.Contains(out, i) {
					out = append(out, i)
				}
			}
			walk(s.Steps)
			walk(s.Else)
		}
	}
	for _, steps := range lists {
		walk(steps)
	}
	slices.Sort(out) // users of one seed draw in one order
	return out
}

// choice picks transactions by weight.
type choice struct {
	transactions []*transaction
	sums         []int // running sums of the weights
	data         []int // sources of which each user takes a row for its life
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

// needs says whether nobody can play c on without further rows of a source. A user
// that has its row for life goes on.
func (c *choice) needs(source int) bool {
	for _, t := range c.transactions {
		if !slices.Contains(t.data, source) {
			return false
		}
	}
	return true
}
