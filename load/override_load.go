package load

import (
	"math"
	"slices"
	"strings"
)

// maxScale bounds Overrides.Scale: more is a slip of the finger.
const maxScale = 1000

// overrideLoads applies to q what o says about loads. q belongs to the caller, its
// loads and scenarios do not.
func (q *Plan) overrideLoads(o Overrides) error {
	flags := o.loadFlags() || o.Duration != nil || o.MaxUsers != nil
	switch {
	case o.Scenario != "" && len(q.Scenarios) == 0:
		return issuef("load", "", "the plan has no scenarios: there is no %q", clip(o.Scenario))
	case !flags && o.Scale == 0 && o.Scenario != "" && o.GracefulStop == nil:
		return issuef("scenarios", "", "scenario %q is named, but nothing is said about its load", clip(o.Scenario))
	case !flags && o.Scale == 0:
		return nil
	case o.Scale != 0 && !(o.Scale > 0 && o.Scale <= maxScale): // also NaN
		return issuef("load", "", "scale must be above 0 and at most %d, not %v", maxScale, o.Scale)
	case o.Scale != 0 && o.loadFlags():
		return issuef("load", "", "scale is of the plan's load: it does not go with users, spawn rate or rate, which replace it")
	case len(q.Scenarios) > 0:
		return q.overrideScenarios(o, flags)
	}
	profile, err := overrideLoad(q.Load.scaled(o.Scale), o, flags)
	q.Load = profile
	return err
}

// overrideGracefulStop is overrideLoads for how loads end, which goes with every other
// change of them.
func (q *Plan) overrideGracefulStop(o Overrides) error {
	if o.GracefulStop == nil {
		return nil
	}
	if *o.GracefulStop < 0 {
		return issuef("load", "", "the graceful stop must not be negative")
	}
	with := func(p *Profile) *Profile {
		if p == nil {
			return nil
		}
		changed := *p
		changed.GracefulStop = *o.GracefulStop
		return &changed
	}
	q.Load = with(q.Load)
	q.Scenarios = slices.Clone(q.Scenarios)
	found := o.Scenario == "" || len(q.Scenarios) == 0
	for i := range q.Scenarios {
		if s := &q.Scenarios[i]; o.Scenario == "" || o.Scenario == s.Name {
			s.Load = with(s.Load)
			found = true
		}
	}
	if !found {
		return q.noScenario(o.Scenario)
	}
	return nil
}

func (q *Plan) noScenario(name string) error {
	return issuef("scenarios", "one of "+q.scenarioNames(), "there is no scenario %q", clip(name))
}

func (q *Plan) overrideScenarios(o Overrides, flags bool) error {
	if flags && o.Scenario == "" {
		return issuef("scenarios", "name it: --scenario "+q.Scenarios[0].Name+"; or change all of them with --scale",
			"the plan has scenarios: users, spawn rate, rate, max users and duration are of one of them")
	}
	q.Scenarios = slices.Clone(q.Scenarios)
	found := false
	for i := range q.Scenarios {
		s := &q.Scenarios[i]
		if o.Scenario != "" && o.Scenario != s.Name {
			continue
		}
		found = true
		profile, err := overrideLoad(s.Load.scaled(o.Scale), o, flags)
		if err != nil {
			return err
		}
		s.Load = profile
	}
	if !found {
		return q.noScenario(o.Scenario)
	}
	return nil
}

func (q *Plan) scenarioNames() string {
	var names []string
	for i := range q.Scenarios[:min(len(q.Scenarios), maxScenarios)] {
		names = append(names, clip(q.Scenarios[i].Name))
	}
	return strings.Join(names, ", ")
}

// scaled is p with every level times scale; 0 is p itself. Times and numbers of
// iterations stay: what is scaled is how hard, not how long. Where there were users
// there is at least one.
func (p *Profile) scaled(scale float64) *Profile {
	if p == nil || scale == 0 {
		return p
	}
	q := *p
	level := func(x float64) float64 {
		if x *= scale; q.Model != ArrivalsModel && x > 0 {
			return max(1, math.Round(x))
		}
		return x
	}
	users := func(n int) int {
		if n <= 0 {
			return n
		}
		// Over the bound is refused later, in words.
		return int(min(math.Ceil(float64(n)*scale), maxLevel+1))
	}
	q.Begin = level(p.Begin)
	q.Stages = slices.Clone(p.Stages)
	for i := range q.Stages {
		q.Stages[i].Target = level(q.Stages[i].Target)
	}
	q.MaxUsers, q.ReadyUsers = users(p.MaxUsers), users(p.ReadyUsers)
	return &q
}

// overrideLoad is old with the load flags of o, if there are any. A load flag (users,
// spawn rate, rate) replaces the load by the short form; a duration alone replaces it
// by its peak held for that long.
func overrideLoad(old *Profile, o Overrides, flags bool) (*Profile, error) {
	if !flags {
		return old, nil
	}
	if o.Users != nil && o.Rate != nil {
		return nil, issuef("load", "", "users and rate exclude each other: a load is either users or arrivals")
	}
	p := Profile{Model: UsersModel, MaxWait: DefaultMaxWait, GracefulStop: DefaultGracefulStop}
	if old != nil {
		p = *old
	}
	var duration Duration
	if o.Duration != nil {
		duration = *o.Duration
	} else {
		duration = p.Length()
	}
	level, perSecond := p.peakLevel(), 0.0
	if o.SpawnRate != nil {
		perSecond = *o.SpawnRate
	}
	switch {
	case o.Users != nil:
		p.Model, level = UsersModel, float64(*o.Users)
	case o.Rate != nil:
		p.Model, level = ArrivalsModel, *o.Rate
	}
	if old != nil && p.Model != old.Model {
		// What bounds users in one model says nothing in the other.
		p.MaxUsers, p.ReadyUsers, p.IterationsPerUser = 0, 0, 0
	}
	if o.MaxUsers != nil {
		p.MaxUsers = *o.MaxUsers
		p.ReadyUsers = min(p.ReadyUsers, p.MaxUsers)
	}
	if p.Model == ArrivalsModel && p.MaxUsers == 0 {
		p.MaxUsers = DefaultArrivalUsers(level)
	}
	if o.loadFlags() || o.Duration != nil {
		p.Stages = Ramp(level, perSecond, duration)
	}
	return &p, nil
}

// DefaultArrivalUsers is how many users an arrivals load may have when its plan does
// not say: enough for a second of latency at its peak.
func DefaultArrivalUsers(rate float64) int {
	return min(max(int(rate+0.5), 50), MaxUsers)
}

func (p Profile) peakLevel() float64 {
	peak := p.Begin
	for _, s := range p.Stages {
		peak = max(peak, s.Target)
	}
	return peak
}
