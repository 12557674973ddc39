package plan

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// shortForm writes the types that have a short form which says as much as the long
// one. It is false for all others.
func (e *encoder) shortForm(value any) bool {
	switch x := value.(type) {
	case load.Duration:
		e.string(shortDuration(x))
	case load.Range:
		e.string(shortRange(x))
	case load.Size:
		return e.size(x)
	case load.Pick:
		return e.number(string(x))
	case load.Timeout:
		if x != (load.Timeout{Total: x.Total}) || x.Total == 0 {
			return false
		}
		e.string(shortDuration(x.Total))
	case load.Connections:
		if x.Idle != 0 || x.Mode == "" {
			return false
		}
		e.string(string(x.Mode))
	case load.UserLife:
		switch {
		case x == load.UserLife{Iterations: 1}:
			e.string("iteration")
		case x.Iterations == 0:
			e.string(shortRange(x.After))
		default:
			return false
		}
	case load.Repeat:
		return e.times(x)
	case []load.Status:
		if len(x) != 1 {
			return false
		}
		e.status(x[0])
	case []load.Weight:
		return e.evenWeights(x)
	case load.Profile:
		e.structure(reflect.ValueOf(shortLoad(&x)))
	default:
		return false
	}
	return true
}

// shortDuration is 2m for what Go calls 2m0s.
func shortDuration(d load.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	// µ is not on every keyboard.
	return strings.Replace(s, "µs", "us", 1)
}

func shortRange(r load.Range) string {
	if r.Min == r.Max {
		return shortDuration(r.Min)
	}
	return shortDuration(r.Min) + ".." + shortDuration(r.Max)
}

// size writes whole MiB and KiB so.
func (e *encoder) size(s load.Size) bool {
	for _, u := range []struct {
		name  string
		bytes load.Size
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if s > 0 && s%u.bytes == 0 {
			e.string(strconv.FormatInt(int64(s/u.bytes), 10) + u.name)
			return true
		}
	}
	return false
}

// number writes a text that is a whole number without quotes, where the format reads
// both the same.
func (e *encoder) number(s string) bool {
	n, err := strconv.Atoi(s)
	if err != nil || strconv.Itoa(n) != s {
		return false
	}
	e.raw(s)
	return true
}

// times writes a repeat with a number of rounds; false for all others.
func (e *encoder) times(r load.Repeat) bool {
	n, err := strconv.Atoi(string(r.Times))
	if err != nil || strconv.Itoa(n) != string(r.Times) || r != (load.Repeat{Times: r.Times, Every: r.Every}) {
		return false
	}
	e.raw(`{"times":` + string(r.Times))
	if r.Every != 0 {
		e.raw(`,"every":`)
		e.string(shortDuration(r.Every))
	}
	e.raw("}")
	return true
}

// evenWeights writes transactions that weigh the same as a list of names.
func (e *encoder) evenWeights(weights []load.Weight) bool {
	if len(weights) == 0 || slices.ContainsFunc(weights, func(w load.Weight) bool { return w.Weight != 1 }) {
		return false
	}
	e.raw("[")
	for i, w := range weights {
		if i > 0 {
			e.raw(",")
		}
		e.string(w.Transaction)
	}
	e.raw("]")
	return true
}

// shortLoad is p in the short form if that gives the same stages, and in any case
// without what is so by default.
func shortLoad(p *load.Profile) loadText {
	t := textOf(p)
	if p.MaxWait == load.DefaultMaxWait {
		t.MaxWait = nil
	}
	if p.GracefulStop == load.DefaultGracefulStop {
		t.GracefulStop = nil
	}
	arrivals := p.Model == load.ArrivalsModel
	if arrivals && p.MaxUsers == load.DefaultArrivalUsers(peak(p.Stages)) {
		t.MaxUsers = 0
	}
	if len(p.Stages) == 0 {
		return t
	}
	level, length, perSecond := p.Stages[len(p.Stages)-1].Target, p.Length(), 0.0
	if up := p.Stages[0].Duration; !p.Stages[0].Jump && up > 0 {
		perSecond = level / up.Seconds()
	}
	switch {
	case !slices.Equal(load.Ramp(level, perSecond, length), p.Stages):
	case arrivals && perSecond == 0:
		t.Model, t.Stages = "", nil
		t.Arrivals = &arrivalsText{Rate: level, Duration: length, MaxUsers: t.MaxUsers}
		t.MaxUsers = 0
	case !arrivals && level == float64(int64(level)):
		t.Model, t.Stages = "", nil
		t.Users, t.Duration = &level, length
		if perSecond > 0 {
			t.SpawnRate = &perSecond
		}
	}
	return t
}
