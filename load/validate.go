package load

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of a plan's structure.
const (
	maxName       = 200
	maxWeight     = 1_000_000
	maxThresholds = 100
	maxRedirects  = 50
)

// Validate checks the structure of p: what belongs together, what excludes what,
// ranges and names. What needs a parser (templates, selectors, expressions) is
// checked where they are compiled, in package plan. Issues are in no order; none
// without Warning means that the plan can be compiled.
func (p *Plan) Validate() []Issue {
	v := &validator{plan: p}
	v.name("name", p.Name)
	v.baseURL()
	v.variables("variables", p.Variables)
	v.defaults()
	v.userLife()
	v.data()
	v.files()
	v.blocks()
	v.steps("setup", p.Setup)
	v.steps("user_start", p.UserStart)
	v.steps("user_stop", p.UserStop)
	v.steps("teardown", p.Teardown)
	v.transactions()
	v.rows()
	v.loads()
	v.measure()
	v.thresholds()
	v.run()
	return v.issues
}

// validator collects issues. It keeps to the paths of the text, so that package plan
// can show each at its place.
type validator struct {
	plan   *Plan
	issues []Issue
}

func (v *validator) fail(path, format string, args ...any) {
	v.issues = append(v.issues, Issue{Path: path, Message: fmt.Sprintf(format, args...)})
}

func (v *validator) failHint(path, hint, format string, args ...any) {
	v.issues = append(v.issues, Issue{Path: path, Message: fmt.Sprintf(format, args...), Hint: hint})
}

func (v *validator) warn(path, format string, args ...any) {
	v.issues = append(v.issues, Issue{Path: path, Message: fmt.Sprintf(format, args...), Warning: true})
}

func item(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// name checks a name that becomes a row, a file name or a label on a screen.
func (v *validator) name(path, s string) {
	switch {
	case utf8.RuneCountInString(s) > maxName:
		v.fail(path, "the name has over %d characters", maxName)
	case strings.ContainsFunc(s, unicode.IsControl):
		v.fail(path, "%q: a name is one line without control characters", s)
	case strings.TrimSpace(s) != s:
		v.fail(path, "%q: a name does not begin or end with a space", s)
	}
}

func (v *validator) baseURL() {
	if base := v.plan.BaseURL; base != "" && !isAbsolute(base) {
		v.failHint("base_url", "for example http://127.0.0.1:8080", "%q is not an absolute URL", clip(string(base)))
	}
}

// isAbsolute says that a URL begins with a scheme that can be sent to and has a host,
// as far as it can be seen before placeholders are expanded.
func isAbsolute(u Text) bool {
	s := string(u)
	if strings.HasPrefix(s, "{{") {
		return true
	}
	scheme, rest, ok := strings.Cut(s, "://")
	scheme = strings.ToLower(scheme)
	return ok && (scheme == "http" || scheme == "https") && rest != "" && rest[0] != '/' && rest[0] != '?' && rest[0] != '#'
}

// clip bounds a text that goes into a message.
func clip(s string) string {
	const most = 80
	if r := []rune(s[:min(len(s), 4*most)]); len(r) > most || len(s) > 4*most {
		return string(r[:min(len(r), most)]) + "…"
	}
	return s
}

// variables checks the names of constants or of a step's set.
func (v *validator) variables(path string, vars []Variable) {
	seen := map[string]bool{}
	for _, x := range vars {
		v.variableName(path+"."+x.Name, x.Name)
		if seen[x.Name] {
			v.fail(path+"."+x.Name, "variable %q is set twice", x.Name)
		}
		seen[x.Name] = true
	}
}

// variableName checks that {{name}} can be written.
func (v *validator) variableName(path, name string) {
	ok := name != "" && len(name) <= maxName
	for i, r := range name {
		letter := r == '_' || unicode.IsLetter(r)
		if !letter && (i == 0 || r != '-' && !unicode.IsDigit(r)) {
			ok = false
		}
	}
	if !ok {
		v.failHint(path, "letters, digits, _ and -; a letter or _ first", "%q cannot be the name of a variable", clip(name))
	}
}

func (v *validator) defaults() {
	d := &v.plan.Defaults
	v.pairs("defaults.headers", d.Headers, false)
	v.settings("defaults", d.Timeout, d.FollowRedirects, d.Auth)
	v.tls("defaults.tls", &d.TLS, &TLS{})
}

func (v *validator) userLife() {
	u := &v.plan.UserLife
	switch {
	case u.Iterations < 0:
		v.fail("user_life.iterations", "iterations cannot be negative")
	case u.After != Range{} && u.After.Min <= 0:
		v.fail("user_life", "a user lives longer than 0s")
	}
}

// settings checks what defaults and requests have in common.
func (v *validator) settings(path string, t Timeout, redirects *int, auth *Auth) {
	if t.Total > 0 && (t.Connect > t.Total || t.FirstByte > t.Total) {
		v.fail(path+".timeout", "a part of the timeout is longer than the total")
	}
	if redirects != nil && (*redirects < 0 || *redirects > maxRedirects) {
		v.fail(path+".follow_redirects", "follow_redirects must be from 0 to %d", maxRedirects)
	}
	if auth != nil {
		v.auth(path+".auth", auth)
	}
}

func (v *validator) auth(path string, a *Auth) {
	n := count(a.None, a.Basic != nil, a.Bearer != "")
	if n != 1 {
		v.fail(path, "auth is one of none, {basic: {user, password}} and {bearer: token}")
	}
}

// count is how many of the conditions hold.
func count(conditions ...bool) int {
	n := 0
	for _, c := range conditions {
		if c {
			n++
		}
	}
	return n
}

func (v *validator) transactions() {
	seen := map[string]bool{}
	chosen := 0
	for i := range v.plan.Transactions {
		t := &v.plan.Transactions[i]
		path := item("transactions", i)
		if seen[t.Name] && t.Name != "" {
			v.fail(path+".name", "there are two transactions named %q", t.Name)
		}
		seen[t.Name] = true
		if v.transaction(path, t) {
			chosen++
		}
	}
	switch {
	case len(v.plan.Transactions) == 0:
		v.failHint("transactions", "transactions: [{name: home, steps: [{request: {url: /}}]}]", "the plan has no transactions")
	case chosen == 0:
		v.fail("transactions", "every transaction is switched off: none has a weight above 0")
	}
}

// transaction says whether t can be chosen.
func (v *validator) transaction(path string, t *Transaction) bool {
	if t.Name == "" {
		v.fail(path, "a transaction without a name")
	}
	v.rowName(path+".name", t.Name)
	weight := 1
	if t.Weight != nil {
		weight = *t.Weight
	}
	if weight < 0 || weight > maxWeight {
		v.fail(path+".weight", "weight must be from 0 to %d", maxWeight)
	}
	if t.Script == nil || len(t.Steps) > 0 {
		v.played(path, t)
	}
	v.steps(path+".steps", t.Steps)
	return weight != 0 && !t.Off
}

// played checks that a transaction without a script does something: one that does
// nothing would be repeated without end, as fast as it can be.
func (v *validator) played(path string, t *Transaction) {
	if len(t.Steps) == 0 {
		v.fail(path, "transaction %q has no steps", t.Name)
		return
	}
	for i := range t.Steps {
		if !t.Steps[i].Off {
			return
		}
	}
	v.fail(path, "every step of transaction %q is switched off", t.Name)
}

func (v *validator) thresholds() {
	if len(v.plan.Thresholds) > maxThresholds {
		v.fail("thresholds", "over %d thresholds", maxThresholds)
	}
	for i := range v.plan.Thresholds {
		t := &v.plan.Thresholds[i]
		if t.Scheduled && !v.plan.hasArrivals() {
			v.warn(item("thresholds", i), "a load of users has no intended starts: this threshold will have no data")
		}
	}
}

// hasArrivals says whether a load of p has intended starts, or is not known.
func (p *Plan) hasArrivals() bool {
	loads := p.loads()
	return len(loads) == 0 || slices.ContainsFunc(loads, func(l *Profile) bool { return l.Model == ArrivalsModel })
}

// loads are those of p: its own, or those of its scenarios.
func (p *Plan) loads() []*Profile {
	var loads []*Profile
	if p.Load != nil {
		loads = append(loads, p.Load)
	}
	for i := range p.Scenarios {
		if l := p.Scenarios[i].Load; l != nil {
			loads = append(loads, l)
		}
	}
	return loads
}

func (v *validator) run() {
	p := v.plan
	if n := p.Samples.Failures; n != nil && (*n < 0 || *n > MaxSamples) {
		v.fail("samples.failures", "samples.failures must be from 0 to %d", MaxSamples)
	}
	if p.Run.LuaTimeout > maxLuaTimeout {
		v.fail("run.lua_timeout", "lua_timeout is at most %v", maxLuaTimeout)
	}
	if p.Run.Workers.Count < 0 {
		v.fail("run.workers.count", "the number of workers cannot be negative")
	}
	if p.Samples.Mask == nil {
		return
	}
	for i, name := range p.Samples.Mask {
		if !isToken(name) {
			v.fail(item("samples.mask", i), "%q cannot be the name of a header", clip(name))
		}
	}
}
