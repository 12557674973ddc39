package load

import (
	"fmt"
	"slices"
)

// Issue is one thing that is wrong with a plan, by its path in the plan
// ("transactions[0].steps[2].request.url"); package plan turns it into a Problem with
// a place in the file.
type Issue struct {
	Path    string
	Message string
	Hint    string
	Warning bool
	// Echo: it may only follow from another problem, since what it misses may stand in
	// a part of the plan that could not be read.
	Echo bool
}

// Overrides are what a command line or a start dialog changes about a plan. Nil and
// zero fields change nothing.
type Overrides struct {
	// Environment comes first: all others are over it.
	Environment *Environment
	// Scenario is the one that the load fields are about, in a plan with scenarios.
	Scenario string
	// Scale multiplies the load of all scenarios, or of Scenario; 0: as it is.
	Scale     float64
	BaseURL   string
	Variables map[string]string // values are plain text
	Users     *int
	SpawnRate *float64
	Rate      *float64 // starts per second: makes the load an arrivals load
	MaxUsers  *int
	Duration  *Duration
	Seed      *uint64
	Tags      map[string]string
}

// loadFlags says whether o replaces the load by the short form.
func (o Overrides) loadFlags() bool { return o.Users != nil || o.SpawnRate != nil || o.Rate != nil }

// With is p with o applied; p is not changed. A load flag (users, spawn rate, rate)
// replaces the plan's load by the short form; a duration alone replaces it by its
// peak held for that long.
func (p *Plan) With(o Overrides) (*Plan, error) {
	q := *p
	if o.BaseURL != "" {
		q.BaseURL = Text(o.BaseURL)
	}
	if len(o.Variables) > 0 {
		q.Variables = slices.Clone(p.Variables)
		for _, name := range sortedKeys(o.Variables) {
			v := Variable{Name: name, Value: quoteJSON(o.Variables[name])}
			i := slices.IndexFunc(q.Variables, func(v Variable) bool { return v.Name == name })
			if i < 0 {
				q.Variables = append(q.Variables, v)
			} else {
				q.Variables[i] = v
			}
		}
	}
	if o.Seed != nil {
		q.Run.Seed = o.Seed
	}
	if len(o.Tags) > 0 {
		q.Run.Tags = slices.Clone(p.Run.Tags)
		for _, name := range sortedKeys(o.Tags) {
			tag := Label{name, o.Tags[name]}
			if i := slices.IndexFunc(q.Run.Tags, func(l Label) bool { return l.Name == name }); i >= 0 {
				q.Run.Tags[i] = tag
			} else {
				q.Run.Tags = append(q.Run.Tags, tag)
			}
		}
	}
	if !o.loadFlags() && o.Duration == nil && o.MaxUsers == nil {
		return &q, nil
	}
	if len(p.Scenarios) > 0 {
		return nil, fmt.Errorf("the plan has scenarios: load flags need a scenario to apply to")
	}
	profile, err := overrideLoad(p.Load, o)
	if err != nil {
		return nil, err
	}
	q.Load = profile
	return &q, nil
}

func overrideLoad(old *Profile, o Overrides) (*Profile, error) {
	if o.Users != nil && o.Rate != nil {
		return nil, fmt.Errorf("users and rate exclude each other: a load is either users or arrivals")
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

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// quoteJSON is s as a JSON string.
func quoteJSON(s string) JSON {
	const hex = "0123456789abcdef"
	b := []byte{'"'}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < 0x20:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return JSON(append(b, '"'))
}
