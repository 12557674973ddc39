package load

import (
	"math"
	"sort"
	"time"
)

// Model is what a profile's level counts.
type Model string

// Users is the closed model: the level is how many users are active. Arrivals is
// the open model: the level is how many transactions begin per second, whatever the
// target does (Schroeder et al., "Open Versus Closed: A Cautionary Tale", NSDI 2006).
const (
	UsersModel    Model = "users"
	ArrivalsModel Model = "arrivals"
)

// Profile is how hard, over time. Its methods are pure functions of the time since
// the profile began: nothing in it waits or keeps state, so a plan can be previewed,
// shared out over workers and tested as a table of numbers.
type Profile struct {
	Model  Model
	Stages []Stage
	// Begin is the level before the first stage: 0 in a plan, the level of the
	// moment in a Change.
	Begin float64
	// MaxUsers bounds the users of the arrivals model; the closed model ignores it.
	MaxUsers int
	// MaxWait (arrivals): a start that would have waited longer for a user is dropped.
	MaxWait Duration
	// ReadyUsers (arrivals) have done user_start before time zero.
	ReadyUsers int
	// Iterations ends the load after so many transactions in all; 0: no bound.
	Iterations int64
	// IterationsPerUser retires each user after so many transactions; 0: no bound.
	IterationsPerUser int64
	// GracefulStop is how long users may finish their transaction at the end.
	GracefulStop Duration

	// Index and Of say which share of the whole this is (0 of 0 or 0 of 1: all).
	Index, Of int
}

// Defaults of a profile that names none.
const (
	DefaultMaxWait      = 10 * time.Second
	DefaultGracefulStop = 30 * time.Second
)

// Stage is a straight line from the level before it to Target over Duration, or,
// as a Jump, Target at once and held. A last stage with Duration 0 goes on until
// the run is stopped.
type Stage struct {
	Name     string
	Target   float64
	Duration Duration
	Jump     bool
}

// Length is the time until the last stage ends; 0 when the profile has no end of its
// own (it then goes on until it is stopped or its iterations are used up).
func (p Profile) Length() Duration {
	var d Duration
	for _, s := range p.Stages {
		if s.Duration <= 0 {
			return 0
		}
		d += s.Duration
	}
	return d
}

// Level is the whole load at t: users, or starts per second, as a real number. It is
// the same for every share. Before 0 it is Begin; after the end it is the last target.
func (p Profile) Level(t Duration) float64 {
	level := p.Begin
	if t < 0 {
		return level
	}
	for _, s := range p.Stages {
		if s.Duration <= 0 || t < s.Duration {
			if s.Jump || s.Duration <= 0 {
				return s.Target
			}
			return level + (s.Target-level)*(float64(t)/float64(s.Duration))
		}
		t -= s.Duration
		level = s.Target
	}
	return level
}

// Users is how many users of this share are active at t (closed model). On a ramp
// user k begins when the line passes k, so a ramp to 50 over 10 s has its first user
// at once and its last at 9.8 s. The shares of a profile add up to the whole at every t.
func (p Profile) Users(t Duration) int {
	// Half a microsecond of a steep ramp must not count as one more user.
	whole := int(math.Ceil(p.Level(t) - 1e-6))
	return p.part(whole)
}

// part is this share's portion of n things dealt out in turn.
func (p Profile) part(n int) int {
	if p.Of <= 1 {
		return n
	}
	return max(0, (n-p.Index+p.Of-1)/p.Of)
}

// PeakUsers is the largest number of users that this share can have at once: the
// size of its pool.
func (p Profile) PeakUsers() int {
	if p.Model == ArrivalsModel {
		return p.part(p.MaxUsers)
	}
	peak := p.Begin
	for _, s := range p.Stages {
		peak = max(peak, s.Target)
	}
	return p.part(int(math.Ceil(peak - 1e-6)))
}

// Starts is how many transactions of this share have begun before t when none is
// late (arrivals model).
func (p Profile) Starts(t Duration) int64 {
	n := int64(math.Ceil(p.cumulative(t) - 1e-9))
	if p.Iterations > 0 {
		n = min(n, p.Iterations)
	}
	of := p.starters()
	if int64(p.Index) >= of {
		return 0
	}
	return max(0, (n-int64(p.Index)+of-1)/of)
}

// starters is among how many shares the starts are dealt out: those that have users to
// take them.
func (p Profile) starters() int64 { return int64(max(1, min(p.Of, p.MaxUsers))) }

// Turn is which start of the whole load this share's k-th start is, math.MaxInt64 when
// it has none at all.
func (p Profile) Turn(k int64) int64 {
	of := p.starters()
	if int64(p.Index) >= of {
		return math.MaxInt64
	}
	return k*of + int64(p.Index)
}

// cumulative is the integral of the level from 0 to t, in starts of the whole load.
func (p Profile) cumulative(t Duration) float64 {
	var sum float64
	level := p.Begin
	for _, s := range p.Stages {
		if t <= 0 {
			break
		}
		d := t
		if s.Duration > 0 {
			d = min(t, s.Duration)
		}
		from, to := level, s.Target
		switch {
		case s.Jump || s.Duration <= 0:
			from = s.Target
		default:
			to = level + (s.Target-level)*(float64(d)/float64(s.Duration))
		}
		sum += (from + to) / 2 * d.Seconds()
		t -= d
		level = s.Target
		if s.Duration <= 0 {
			break
		}
	}
	return sum
}

// Never is the instant of a start that does not happen.
const Never = Duration(math.MaxInt64)

// Start is the instant of this share's k-th start, k = 0, 1, … (arrivals model), or
// Never when the profile has fewer. Start k of the whole happens when the integral
// of the rate reaches k, which spaces starts evenly within every second; share i of
// n takes the starts i, i+n, i+2n, …, which spaces them evenly across workers too. Shares
// that have no users take none.
func (p Profile) Start(k int64) Duration {
	if k < 0 {
		return 0
	}
	k = p.Turn(k)
	if k == math.MaxInt64 || p.Iterations > 0 && k >= p.Iterations {
		return Never
	}
	rest := float64(k)
	var at Duration
	level := p.Begin
	for _, s := range p.Stages {
		from := level
		if s.Jump || s.Duration <= 0 {
			from = s.Target
		}
		if s.Duration <= 0 {
			if s.Target <= 0 {
				return Never
			}
			after := seconds(rest / s.Target)
			if after > Never-at {
				return Never
			}
			return at + after
		}
		d := s.Duration.Seconds()
		area := (from + s.Target) / 2 * d
		// The start that falls on the end of a stage belongs to the next one.
		if rest < area-1e-9 {
			slope := (s.Target - from) / d
			return at + seconds(solve(slope, from, rest))
		}
		rest = max(0, rest-area)
		at += s.Duration
		level = s.Target
	}
	return Never
}

// solve is the smallest x ≥ 0 with slope/2·x² + from·x = area.
func solve(slope, from, area float64) float64 {
	if math.Abs(slope) < 1e-12 {
		return area / from
	}
	// The form that loses no digits when slope is small beside from.
	root := math.Sqrt(max(0, from*from+2*slope*area))
	if from+root == 0 {
		return 0
	}
	return 2 * area / (from + root)
}

func seconds(s float64) Duration {
	if s > float64(math.MaxInt64)/1e9 {
		return Never
	}
	return Duration(math.Round(s * 1e9))
}

// Share is the i-th of n shares of p, 0 ≤ i < n.
func (p Profile) Share(i, n int) Profile {
	p.Index, p.Of = i, n
	return p
}

// StageAt is the index of the stage that t falls into, and the time since it began;
// -1 after the end.
func (p Profile) StageAt(t Duration) (int, Duration) {
	var ends []Duration
	var d Duration
	for _, s := range p.Stages {
		d += s.Duration
		if s.Duration <= 0 {
			d = Never
		}
		ends = append(ends, d)
		if s.Duration <= 0 {
			break
		}
	}
	i := sort.Search(len(ends), func(i int) bool { return t < ends[i] })
	if i == len(ends) {
		return -1, 0
	}
	if i == 0 {
		return 0, t
	}
	return i, t - ends[i-1]
}

// Ramp is the short form: users (or starts per second) reached at perSecond more
// each second, then held; the whole takes duration, 0 for until stopped. perSecond 0
// reaches the level at once.
func Ramp(level, perSecond float64, duration Duration) []Stage {
	var up Duration
	if perSecond > 0 {
		up = seconds(level / perSecond)
	}
	// A ramp that takes no time is a jump: a stage without a duration would have no end.
	if up <= 0 {
		return []Stage{{Target: level, Duration: duration, Jump: true}}
	}
	if duration > 0 && up >= duration {
		return []Stage{{Target: perSecond * duration.Seconds(), Duration: duration}}
	}
	stages := []Stage{{Target: level, Duration: up}}
	if duration > 0 {
		return append(stages, Stage{Target: level, Duration: duration - up})
	}
	return append(stages, Stage{Target: level, Jump: true})
}
