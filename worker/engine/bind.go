package engine

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"sync"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/scripting"
	"github.com/locust-http/locust-http/worker/record"
	"github.com/locust-http/locust-http/worker/send"
)

// transaction is a compiled transaction with its rows in the statistics.
type transaction struct {
	plan  *plan.Transaction
	row   *record.Row
	steps []*step
	data  []int // sources of which it takes a row each time
	realm *realm
	own   *scripted // its script, where that has a hook of transactions
}

// step is a compiled step with its row, and the steps within it. A request also has
// how to reach its server and, where nothing in it ever changes, the request as bytes.
type step struct {
	plan  *plan.Step
	row   *record.Row // of a request or a group its own, else that of what is around it
	steps []*step
	other []*step // of an if that does not hold
	realm *realm
	hooks *hooks // nil: it passes through none

	target   send.Target
	frozen   *send.Frozen
	keepBody bool
	fails    func(status int) bool // of which the body is kept for samples; nil: of none
}

// phase is the steps of one part of the lifecycle.
type phase struct {
	steps []*step
	realm *realm
	own   *scripted      // the plan's script, where it has the hook of this part
	hook  scripting.Hook // that own may have
	data  []int          // sources of which it takes a row each time
	kept  []int          // sources of which its user takes a row for its life
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
	samples bool // of failures are kept
	scripts *scripts
	late    sync.Mutex // held while steps are bound during the run
}

func (r *run) binder() *binder {
	return &binder{
		rec: r.rec, program: r.program, files: r.files,
		tls: r.tls, freeze: r.tag == "", samples: r.samples, scripts: r.scripts,
	}
}

func (b *binder) lifecycle() (l lifecycle, err error) {
	parts := []struct {
		name string
		from []*plan.Step
		to   *phase
		hook scripting.Hook
	}{
		{load.SetupName, b.program.Setup, &l.setup, scripting.Setup},
		{load.UserStartName, b.program.UserStart, &l.userStart, scripting.UserStart},
		{load.UserStopName, b.program.UserStop, &l.userStop, scripting.UserStop},
		{load.TeardownName, b.program.Teardown, &l.teardown, scripting.Teardown},
	}
	outer := b.scripts.outermost()
	for _, part := range parts {
		ph := part.to
		key := load.RowKey{Kind: load.LifecycleRow, Transaction: part.name}
		ph.realm = b.newRealm(part.name, key, nil, outer, cmp.Or(b.program.Plan.OnFailure, load.StopTransaction))
		ph.hook, ph.own = part.hook, having(outer, part.hook)
		if ph.steps, err = b.steps(part.from, ph.realm, nil); err != nil {
			return l, err
		}
		if ph.empty() { // whatever scripts ask for elsewhere, nobody asks here
			continue
		}
		ph.data = b.uses(load.RowPerIteration, nil, part.from)
		ph.kept = b.uses(load.RowPerUser, nil, part.from)
	}
	return l, nil
}

func (b *binder) transaction(t *plan.Transaction, scenario string) (*transaction, error) {
	row := b.rec.Row(load.RowKey{Kind: load.TransactionRow, Scenario: scenario, Transaction: t.Name})
	key := load.RowKey{Kind: load.StepRow, Scenario: scenario, Transaction: t.Name}
	reach := b.scripts.outermost()
	own := b.scripts.at(scriptPath(t), reach)
	if own != nil {
		reach = append(reach[:len(reach):len(reach)], *own)
	}
	bound := &transaction{plan: t, row: row, data: b.uses(load.RowPerIteration, []string{scriptPath(t)}, t.Steps)}
	if own != nil {
		bound.own = having([]scripted{*own}, scripting.Transaction, scripting.Begin, scripting.Finish)
	}
	bound.realm = b.newRealm(t.Name, key, row, reach, t.OnFailure)
	var err error
	bound.steps, err = b.steps(t.Steps, bound.realm, row)
	return bound, err
}

// scriptPath is where the plan has the script of t.
func scriptPath(t *plan.Transaction) string { return fmt.Sprintf("transactions[%d].script", t.Index) }

// steps binds a list; around is the row of what it belongs to, nil in the lifecycle.
func (b *binder) steps(from []*plan.Step, r *realm, around *record.Row) ([]*step, error) {
	out := make([]*step, 0, len(from))
	for _, s := range from {
		bound, err := b.step(s, r, around)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Path, err)
		}
		out = append(out, bound)
	}
	return out, nil
}

func (b *binder) step(s *plan.Step, r *realm, around *record.Row) (*step, error) {
	key := r.key
	switch {
	case s.Request != nil:
		key.Step = s.Name
		return b.request(s, r, b.rec.Row(key))
	case s.Group:
		around = b.rec.Row(load.RowKey{Kind: load.GroupRow, Scenario: key.Scenario, Transaction: key.Transaction, Step: s.Name})
	}
	bound := &step{plan: s, realm: r}
	var err error
	if bound.steps, err = b.steps(s.Steps, r, around); err != nil {
		return nil, err
	}
	if bound.other, err = b.steps(s.Else, r, around); err != nil {
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

func (b *binder) request(s *plan.Step, in *realm, row *record.Row) (*step, error) {
	r := s.Request
	config, err := b.tls.Config(r.TLS)
	if err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	bound := &step{
		plan:     s,
		row:      row,
		realm:    in,
		hooks:    in.through(b.scripts.at(s.Path+".script", in.scripts)),
		keepBody: s.ReadsBody,
		target: send.Target{
			TLS:       config,
			Connect:   r.Timeout.Connect,
			FirstByte: r.Timeout.FirstByte,
			Total:     r.Timeout.Total,
			MaxBody:   r.MaxResponseBody,
		},
	}
	if b.samples {
		bound.fails = s.MayFail
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
	if bound.hooks != nil && len(bound.hooks.after) > 0 {
		bound.keepBody = true
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

// uses is the sources that steps, the steps within them, and scripts at these paths of
// the plan ask for, of those with this per.
func (b *binder) uses(per string, scripts []string, lists ...[]*plan.Step) []int {
	var out []int
	add := func(sources []int) {
		for _, i := range sources {
			if b.program.Data[i].Source.Life() == per && !slices.Contains(out, i) {
				out = append(out, i)
			}
		}
	}
	var walk func([]*plan.Step)
	walk = func(steps []*plan.Step) {
		for _, s := range steps {
			add(s.Data)
			scripts = append(scripts, s.Path+".script")
			walk(s.Steps)
			walk(s.Else)
		}
	}
	for _, steps := range lists {
		walk(steps)
	}
	played := make(map[string]bool) // blocks, by name, that scripts may use
	for again := true; again; {
		again = false
		for name, steps := range b.program.Blocks {
			if !played[name] && b.scripts.mention(name, scripts...) {
				played[name], again = true, true
				walk(steps)
			}
		}
	}
	add(b.scriptUses(scripts))
	slices.Sort(out) // users of one seed draw in one order
	return out
}

// scriptUses is the sources that scripts at these paths or libraries may ask for by name,
// and those of requests that scripts make.
func (b *binder) scriptUses(paths []string) (out []int) {
	if b.scripts == nil {
		return nil
	}
	for i := range b.program.Data {
		if b.scripts.readRows() && b.scripts.mention(b.program.Data[i].Source.Name, paths...) {
			out = append(out, i)
		}
	}
	return append(out, b.program.CallData...)
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
