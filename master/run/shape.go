package run

import (
	"fmt"
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// shape is what a run needs to know of its plan.
type shape struct {
	loads      []scenario
	thresholds []load.Threshold
	samples    int // kept per group of errors
	window     window
	spans      []span // the named stages
	sources    []source
	rank       map[load.RowKey]int
	setup      bool
	teardown   bool
	onLoss     string
}

// scenario is one load of a plan. A plan without scenarios has one without a name.
type scenario struct {
	name    string
	startAt time.Duration
	profile load.Profile
	weights []load.Weight
}

// source is a data file of the plan whose rows workers deal out among themselves.
type source struct {
	name string
	loop bool // at_end: loop
}

// maxSamples bounds what a plan may ask for.
const maxSamples = 50

func encode(s *Spec) error {
	if s.Encoded != nil {
		return nil
	}
	text, err := plan.Encode(s.Plan)
	if err != nil {
		return fmt.Errorf("encode plan: %w", err)
	}
	s.Encoded = text
	return nil
}

func shapeOf(p *load.Plan) (shape, error) {
	sh := shape{
		thresholds: plan.ThresholdsOf(p),
		samples:    load.MaxSamples,
		setup:      len(p.Setup) > 0 || p.Script != nil,
		teardown:   len(p.Teardown) > 0 || p.Script != nil,
		onLoss:     p.Run.OnWorkerLoss,
		window:     windowOf(p),
	}
	for i := range p.Data {
		if d := &p.Data[i]; d.Picks() == load.PickUnique {
			sh.sources = append(sh.sources, source{d.Name, d.End() == load.AtEndLoop})
		}
	}
	if p.Samples.Failures != nil {
		sh.samples = min(max(*p.Samples.Failures, 0), maxSamples)
	}
	for _, t := range sh.thresholds {
		if t.Over > 0 {
			return shape{}, &load.PlanError{Message: fmt.Sprintf("threshold %q: windows (over) are not supported yet", t.Rule)}
		}
	}
	for _, s := range p.Scenarios {
		if s.Load == nil {
			return shape{}, &load.PlanError{Message: "scenario " + s.Name + " has no load"}
		}
		sh.loads = append(sh.loads, scenario{s.Name, s.StartAt, *s.Load, s.Transactions})
	}
	if p.Load != nil {
		sh.loads = append(sh.loads, scenario{profile: *p.Load})
	}
	if len(sh.loads) == 0 {
		return shape{}, &load.PlanError{Message: "the plan has no load: nothing says how hard to run it"}
	}
	var err error
	if sh.spans, err = spansOf(sh.loads); err != nil {
		return shape{}, err
	}
	prog, issues := plan.Compile(p)
	for _, i := range issues {
		if !i.Warning {
			return shape{}, &load.PlanError{Message: i.Path + ": " + i.Message}
		}
	}
	sh.rank = rankRows(prog)
	return sh, nil
}

// rankRows numbers the rows of a plan in its own order, which is the order of results.
// Scenarios share the numbers: their rows are told apart by the order of scenarios.
func rankRows(p *plan.Program) map[load.RowKey]int {
	rank := map[load.RowKey]int{}
	add := func(k load.RowKey) {
		if _, ok := rank[k]; !ok {
			rank[k] = len(rank)
		}
	}
	if p == nil {
		return rank
	}
	// Steps stand in one another (group, repeat, if, blocks); their rows stand in a
	// line, a group before its steps.
	var walk func(kind load.RowKind, transaction string, steps []*plan.Step)
	walk = func(kind load.RowKind, transaction string, steps []*plan.Step) {
		for _, s := range steps {
			switch {
			case s.Request != nil:
				add(load.RowKey{Kind: kind, Transaction: transaction, Step: s.Name})
			case s.Group:
				add(load.RowKey{Kind: load.GroupRow, Transaction: transaction, Step: s.Name})
			}
			walk(kind, transaction, s.Steps)
			walk(kind, transaction, s.Else)
		}
	}
	walk(load.LifecycleRow, load.SetupName, p.Setup)
	walk(load.LifecycleRow, load.UserStartName, p.UserStart)
	for _, t := range p.Transactions {
		add(load.RowKey{Kind: load.TransactionRow, Transaction: t.Name})
		walk(load.StepRow, t.Name, t.Steps)
	}
	walk(load.LifecycleRow, load.UserStopName, p.UserStop)
	walk(load.LifecycleRow, load.TeardownName, p.Teardown)
	return rank
}

// place is where k stands in the plan, whatever its scenario.
func (sh *shape) place(k load.RowKey) int {
	k.Scenario = ""
	if p, ok := sh.rank[k]; ok {
		return p
	}
	return len(sh.rank)
}

// shares are the parts of the loads that worker i of n plays.
func (sh *shape) shares(i, n int) []load.Share {
	shares := make([]load.Share, len(sh.loads))
	for j, s := range sh.loads {
		shares[j] = load.Share{Scenario: s.name, StartAt: s.startAt, Profile: s.profile.Share(i, n), Weights: s.weights}
	}
	return shares
}

// length is the run time at which the last load ends by itself; 0 when one has no end.
func (sh *shape) length() time.Duration {
	var end time.Duration
	for _, s := range sh.loads {
		l := s.profile.Length()
		if l == 0 {
			return 0
		}
		end = max(end, s.startAt+l)
	}
	return end
}

func (sh *shape) graceful() time.Duration {
	var d time.Duration
	for _, s := range sh.loads {
		d = max(d, s.profile.GracefulStop)
	}
	return d
}

func (sh *shape) peakUsers() int {
	n := 0
	for _, s := range sh.loads {
		n += s.profile.PeakUsers()
	}
	return n
}

// scenario is the index of a load by name; -1 when there is none.
func (sh *shape) scenario(name string) int {
	for i := range sh.loads {
		if sh.loads[i].name == name {
			return i
		}
	}
	return -1
}

// source is the index of a data source by name; -1 when there is none.
func (sh *shape) source(name string) int {
	return slices.IndexFunc(sh.sources, func(s source) bool { return s.name == name })
}
