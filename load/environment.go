package load

import (
	"math"
	"slices"
	"strings"
)

// Environment is where a plan runs: environments/NAME.yaml of the workspace. It comes
// over the plan and under the flags or the dialog of a start. Package plan reads and
// writes the text; Plan.With applies it.
type Environment struct {
	Name      string     `key:"-"`
	BaseURL   Text       `key:"base_url" doc:"instead of the plan's"`
	Variables []Variable `key:"variables" doc:"over those of the plan"`
	Headers   []Pair     `key:"headers" doc:"over those of the plan's defaults; null drops one"`
	// Secrets are names only: values come from --secret, LOCUST_HTTP_SECRET_NAME, or the
	// master's store. Each must have a value when a run starts.
	Secrets []string `key:"secrets" doc:"names of the secrets that must have a value"`
	Limits  Limits   `key:"limits" doc:"what no load may exceed here"`
}

// Limits bound the load in an environment; 0: no limit.
type Limits struct {
	MaxUsers int     `key:"max_users" doc:"users of all scenarios together"`
	MaxRate  float64 `key:"max_rate" doc:"starts per second of all scenarios together"`
}

// maxSecrets bounds the names of secrets of one environment.
const maxSecrets = 100

// Validate checks e as far as it can be without a plan. Paths are those of its file.
func (e *Environment) Validate() []Issue {
	v := &validator{plan: &Plan{BaseURL: e.BaseURL}}
	v.name("", e.Name)
	v.baseURL()
	v.variables("variables", e.Variables)
	v.pairs("headers", e.Headers, true)
	v.secretNames(e.Secrets)
	if n := e.Limits.MaxUsers; n < 0 || n > maxLevel {
		v.fail("limits.max_users", "max_users must be from 0 to %d", maxLevel)
	}
	if r := e.Limits.MaxRate; math.IsNaN(r) || r < 0 || r > maxLevel {
		v.fail("limits.max_rate", "max_rate must be from 0 to %d", maxLevel)
	}
	return v.issues
}

func (v *validator) secretNames(names []string) {
	if len(names) > maxSecrets {
		v.fail("secrets", "%d secrets: at most %d go into one environment", len(names), maxSecrets)
		return
	}
	for i, name := range names {
		switch {
		case !IsSecretName(name):
			v.failHint(item("secrets", i), "letters, digits and _", "%q cannot be the name of a secret", clip(name))
		case slices.Contains(names[:i], name):
			v.fail(item("secrets", i), "secret %s is there twice", name)
		}
	}
}

// IsSecretName says whether a secret can be called so: it must be possible to give its
// value in an environment variable.
func IsSecretName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c != '_' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return s != "" && len(s) <= maxName
}

// apply puts e over q, which belongs to the caller.
func (e *Environment) apply(q *Plan) {
	if e.BaseURL != "" {
		q.BaseURL = e.BaseURL
	}
	q.Variables = overVariables(q.Variables, e.Variables)
	q.Defaults.Headers = overHeaders(q.Defaults.Headers, e.Headers)
}

// overVariables is vars with those of over in their places. Those that vars does not
// have come first, since a constant is made of the constants above it.
func overVariables(vars, over []Variable) []Variable {
	if len(over) == 0 {
		return vars
	}
	place := make(map[string]int, len(vars))
	for i, v := range vars {
		place[v.Name] = i
	}
	kept := slices.Clone(vars)
	var added []Variable
	for _, v := range over {
		if i, ok := place[v.Name]; ok {
			kept[i] = v
		} else {
			added = append(added, v)
		}
	}
	return append(added, kept...)
}

// overHeaders is headers without those that over names too, whatever the case of their
// letters, and then those of over.
func overHeaders(headers, over []Pair) []Pair {
	if len(over) == 0 {
		return headers
	}
	named := map[string]bool{}
	for _, p := range over {
		if !p.Off {
			named[strings.ToLower(p.Name)] = true
		}
	}
	var out []Pair
	for _, p := range headers {
		if !named[strings.ToLower(p.Name)] {
			out = append(out, p)
		}
	}
	for _, p := range over {
		if !p.Off && !p.Drop {
			out = append(out, p)
		}
	}
	return out
}

// within checks the load of p, with everything applied, against the limits of e: the
// peaks of all scenarios are added up, since they may meet.
func (e *Environment) within(p *Plan) error {
	users, rate := 0, 0.0
	for _, l := range p.loads() {
		users += l.PeakUsers()
		if l.Model == ArrivalsModel {
			rate += l.peakLevel()
		}
	}
	hint := "lower the load, or raise limits of the environment"
	if rate > 0 {
		hint = "lower the load (of arrivals its max_users counts), or raise limits of the environment"
	}
	path := "load"
	if len(p.Scenarios) > 0 {
		path = "scenarios"
	}
	if most := e.Limits.MaxUsers; most > 0 && users > most {
		return issuef(path, hint, "the environment %q allows at most %d users: the load asks for %d", clip(e.Name), most, users)
	}
	if most := e.Limits.MaxRate; most > 0 && rate > most {
		return issuef(path, hint, "the environment %q allows at most %v starts per second: the load asks for %v", clip(e.Name), most, rate)
	}
	return nil
}
