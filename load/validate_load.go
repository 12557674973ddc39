package load

import (
	"math"
	"time"
)

// Bounds of a load. What one worker can carry (MaxUsers) is judged when the workers
// are known.
const (
	maxLevel      = 10_000_000
	maxStages     = 1_000
	maxStageTime  = 366 * 24 * time.Hour
	maxNamed      = 50 // stages of all loads that have a name, and so a summary of their own
	maxLuaTimeout = time.Second
)

// loads checks that a plan has a load, or scenarios with loads of their own.
func (v *validator) loads() {
	p := v.plan
	switch {
	case p.Load != nil && p.Scenarios != nil:
		v.fail("scenarios", "a plan has load or scenarios, not both")
	case p.Scenarios != nil && len(p.Scenarios) == 0:
		v.failHint("scenarios", "leave it out, or give it one", "an empty list of scenarios")
	case p.Load == nil && p.Scenarios == nil:
		v.failHint("load", "for example load: {users: 10, duration: 1m}", "the plan has no load")
	}
	if p.Load != nil {
		v.profile("load", p.Load)
	}
	v.scenarios()
	v.namedStages()
}

func (v *validator) profile(path string, p *Profile) {
	if len(p.Stages) > maxStages {
		v.fail(path+".stages", "over %d stages", maxStages)
		return
	}
	if len(p.Stages) == 0 {
		v.fail(path+".stages", "a load without stages")
		return
	}
	sound := true
	for i := range p.Stages {
		sound = v.stage(item(path+".stages", i), &p.Stages[i], i == len(p.Stages)-1) && sound
	}
	if sound && p.peakLevel() <= 0 {
		v.fail(path, "the load is never above 0")
	}
	v.bounds(path, p)
}

func (v *validator) stage(path string, s *Stage, last bool) bool {
	switch {
	case math.IsNaN(s.Target) || s.Target < 0 || s.Target > maxLevel:
		v.fail(path, "the level must be from 0 to %d, not %v", maxLevel, s.Target)
	case s.Duration < 0 || s.Duration > maxStageTime:
		v.fail(path, "a stage lasts at most %v", maxStageTime)
	case s.Duration == 0 && !last:
		v.fail(path, "a stage without a duration: only the last may have none")
	default:
		return true
	}
	return false
}

func (v *validator) bounds(path string, p *Profile) {
	arrivals := p.Model == ArrivalsModel
	if p.MaxUsers < 0 || p.MaxUsers > maxLevel {
		v.fail(path+".max_users", "max_users must be from 0 to %d", maxLevel)
	}
	switch {
	case p.ReadyUsers < 0:
		v.fail(path+".ready_users", "ready_users cannot be negative")
	case arrivals && p.ReadyUsers > p.MaxUsers:
		v.fail(path+".ready_users", "ready_users is above max_users, which is %d", p.MaxUsers)
	}
	if !arrivals && (p.MaxUsers > 0 || p.ReadyUsers > 0) {
		v.warn(path, "max_users and ready_users say nothing about a load of users")
	}
	switch {
	case p.Iterations < 0 || p.IterationsPerUser < 0:
		v.fail(path+".iterations", "iterations cannot be negative")
	case p.Iterations > 0 && p.IterationsPerUser > 0:
		v.fail(path+".iterations", "iterations are a number in all or per user, not both")
	case arrivals && p.IterationsPerUser > 0:
		v.fail(path+".iterations", "iterations per user belong to a load of users")
	}
}

// namedStages checks the names of stages: each is a summary in the result.
func (v *validator) namedStages() {
	named := 0
	check := func(path string, p *Profile) {
		seen := map[string]bool{}
		for i := range p.Stages {
			name := p.Stages[i].Name
			if name == "" {
				continue
			}
			at := item(path+".stages", i) + ".name"
			v.name(at, name)
			if seen[name] {
				v.fail(at, "there are two stages named %q", clip(name))
			}
			seen[name] = true
			if named++; named == maxNamed+1 {
				v.fail(at, "over %d stages have a name", maxNamed)
			}
		}
	}
	if v.plan.Load != nil {
		check("load", v.plan.Load)
	}
	for i := range v.plan.Scenarios {
		if l := v.plan.Scenarios[i].Load; l != nil {
			check(item("scenarios", i)+".load", l)
		}
	}
}

// measure checks the measured window against itself and the length of the load.
func (v *validator) measure() {
	w := v.plan.Measure
	if w.To > 0 && w.From >= w.To {
		v.failHint("measure", "for example {from: 30s, to: 2m}", "the measured window ends before it begins")
		return
	}
	length := v.plan.length()
	switch {
	case length == 0:
	case w.From >= length:
		v.fail("measure.from", "the measured window begins at %v, when the load of %v is over", w.From, length)
	case w.To > length:
		v.warn("measure.to", "the measured window ends at %v, after the load of %v", w.To, length)
	}
}

// length is when the last load of p ends; 0 when one has no end of its own.
func (p *Plan) length() Duration {
	var end Duration
	if p.Load != nil {
		end = p.Load.Length()
		if end == 0 {
			return 0
		}
	}
	for i := range p.Scenarios {
		s := &p.Scenarios[i]
		if s.Load == nil {
			continue
		}
		d := s.Load.Length()
		if d == 0 {
			return 0
		}
		end = max(end, s.StartAt+d)
	}
	return end
}
