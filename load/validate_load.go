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
	maxLuaTimeout = time.Second
)

// loads checks that a plan has a load, or scenarios with loads of their own.
func (v *validator) loads() {
	p := v.plan
	switch {
	case p.Load == nil && len(p.Scenarios) == 0:
		v.failHint("load", "for example load: {users: 10, duration: 1m}", "the plan has no load")
	case p.Load != nil && len(p.Scenarios) > 0:
		v.fail("scenarios", "a plan has load or scenarios, not both")
	}
	if p.Load != nil {
		v.profile("load", p.Load)
	}
	for i := range p.Scenarios {
		v.scenario(item("scenarios", i), &p.Scenarios[i])
	}
}

func (v *validator) scenario(path string, s *Scenario) {
	if s.Name == "" {
		v.fail(path, "a scenario without a name")
	}
	if s.Load == nil {
		v.fail(path, "scenario %q has no load", s.Name)
		return
	}
	v.profile(path+".load", s.Load)
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
