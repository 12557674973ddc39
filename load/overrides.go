package load

import (
	"fmt"
	"slices"
	"strings"
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

// Error is the message with its hint: an issue is also what Plan.With returns.
func (i Issue) Error() string {
	if i.Hint == "" {
		return i.Message
	}
	return i.Message + ": " + i.Hint
}

func issuef(path, hint, format string, args ...any) error {
	return Issue{Path: path, Hint: hint, Message: fmt.Sprintf(format, args...)}
}

// Overrides are what a command line or a start dialog changes about a plan. Nil and
// zero fields change nothing.
type Overrides struct {
	// Environment comes first: all others are over it.
	Environment *Environment
	// Scenario is the one that the load fields are about, in a plan with scenarios.
	Scenario string
	// Scale multiplies the load of all scenarios, or of Scenario: users, rates, and the
	// bounds of users, not times and not iterations. Above 0 and at most 1000; 0: as it is.
	Scale     float64
	BaseURL   string
	Variables map[string]string // values are plain text
	Users     *int
	SpawnRate *float64
	Rate      *float64 // starts per second: makes the load an arrivals load
	MaxUsers  *int
	Duration  *Duration
	// GracefulStop is how long users may finish their transaction, in all loads or in that
	// of Scenario.
	GracefulStop *Duration
	Seed         *uint64
	Tags         map[string]string
}

// loadFlags says whether o replaces the load by the short form.
func (o Overrides) loadFlags() bool { return o.Users != nil || o.SpawnRate != nil || o.Rate != nil }

// With is p with o applied; p is not changed. The environment comes first, everything
// else over it. A load flag (users, spawn rate, rate) replaces the plan's load, or that
// of Scenario, by the short form; a duration alone replaces it by its peak held for that
// long; the scale multiplies every level of the load. What then exceeds the limits of
// the environment is refused.
//
// The error is an Issue.
func (p *Plan) With(o Overrides) (*Plan, error) {
	q := *p
	if o.Environment != nil {
		o.Environment.apply(&q)
	}
	if o.BaseURL != "" {
		q.BaseURL = Text(o.BaseURL)
	}
	q.overrideVariables(o.Variables)
	if o.Seed != nil {
		q.Run.Seed = o.Seed
	}
	q.overrideTags(o.Tags)
	if err := q.overrideLoads(o); err != nil {
		return nil, err
	}
	if err := q.overrideGracefulStop(o); err != nil {
		return nil, err
	}
	if o.Environment != nil {
		if err := o.Environment.within(&q); err != nil {
			return nil, err
		}
	}
	return &q, nil
}

// overrideVariables puts vars over those of q, which are not changed in place.
func (q *Plan) overrideVariables(vars map[string]string) {
	var over []Variable
	for _, name := range sortedKeys(vars) {
		// The value is text: no placeholder is looked for in it.
		text := strings.ReplaceAll(vars[name], "{{", "{{'{{'}}")
		over = append(over, Variable{Name: name, Value: quoteJSON(text)})
	}
	q.Variables = overVariables(q.Variables, over)
}

func (q *Plan) overrideTags(tags map[string]string) {
	if len(tags) == 0 {
		return
	}
	q.Run.Tags = slices.Clone(q.Run.Tags)
	for _, name := range sortedKeys(tags) {
		tag := Label{name, tags[name]}
		if i := slices.IndexFunc(q.Run.Tags, func(l Label) bool { return l.Name == name }); i >= 0 {
			q.Run.Tags[i] = tag
		} else {
			q.Run.Tags = append(q.Run.Tags, tag)
		}
	}
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
