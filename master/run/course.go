package run

import (
	"math"
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
)

// profile is what p becomes when it is changed at time t of its own.
func (q *ChangeRequest) profile(p load.Profile, t time.Duration) (load.Profile, error) {
	if p.Length() > 0 && t >= p.Length() {
		return p, ErrNotRunning
	}
	rest := tail(p, t)
	left := rest.Length()
	if q.Duration != nil {
		left = *q.Duration
	}
	switch {
	case q.Users != nil && p.Model != load.UsersModel:
		return p, refuse("this load is arrivals per second: give rate instead of users")
	case q.Rate != nil && p.Model != load.ArrivalsModel:
		return p, refuse("this load is users: give users instead of rate")
	case q.Users != nil:
		rest.Stages = reach(rest.Begin, float64(*q.Users), q.SpawnRate, left)
	case q.Rate != nil:
		rest.Stages = reach(rest.Begin, *q.Rate, q.SpawnRate, left)
	case q.Stages != nil:
		rest.Stages = slices.Clone(q.Stages)
	case q.Scale != nil:
		rest.Begin *= *q.Scale
		for i := range rest.Stages {
			rest.Stages[i].Target *= *q.Scale
		}
		fallthrough
	default:
		if q.Duration != nil {
			rest.Stages = lasting(rest, left)
		}
	}
	return rest, nil
}

// tail is what is left of p at t.
func tail(p load.Profile, t time.Duration) load.Profile {
	rest := p
	if t <= 0 {
		rest.Stages = slices.Clone(p.Stages)
		return rest
	}
	i, since := p.StageAt(t)
	rest.Begin = p.Level(t)
	rest.Stages = slices.Clone(p.Stages[max(i, 0):])
	if len(rest.Stages) > 0 && rest.Stages[0].Duration > 0 {
		rest.Stages[0].Duration -= since
	}
	return rest
}

// reach goes from one level to another, perSecond each second (nil: at once), and
// holds it; all in all for length, 0: until stopped.
func reach(from, to float64, perSecond *float64, length time.Duration) []load.Stage {
	hold := load.Stage{Target: to, Duration: length, Jump: true}
	if perSecond == nil || from == to {
		return []load.Stage{hold}
	}
	need := math.Abs(to-from) / *perSecond
	if length > 0 && need >= length.Seconds() {
		reached := from + math.Copysign(*perSecond*length.Seconds(), to-from)
		return []load.Stage{{Target: reached, Duration: length}}
	}
	if need > maxLength.Seconds() {
		need = maxLength.Seconds()
	}
	ramp := load.Stage{Target: to, Duration: max(time.Duration(need*float64(time.Second)), 1)}
	if length > 0 {
		hold.Duration = max(length-ramp.Duration, 1)
	}
	return []load.Stage{ramp, hold}
}

// lasting are the stages of p, cut or held so that they take d.
func lasting(p load.Profile, d time.Duration) []load.Stage {
	var stages []load.Stage
	cut := p
	for _, s := range p.Stages {
		if s.Duration <= 0 || s.Duration >= d {
			level := s.Target
			if s.Duration > d && !s.Jump { // at its very end the next stage may jump
				level = cut.Level(d)
			}
			return append(stages, load.Stage{Name: s.Name, Target: level, Duration: d, Jump: s.Jump || s.Duration <= 0})
		}
		stages = append(stages, s)
		d -= s.Duration
		cut.Begin, cut.Stages = s.Target, cut.Stages[1:]
	}
	last := cut.Begin
	return append(stages, load.Stage{Target: last, Duration: d, Jump: true})
}
