package plan

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Check is one assertion on a response. It is immutable and shared by all users.
type Check struct {
	Rule string // the check in the words of the plan, for groups of errors: "json $.ok equals true"
	Warn bool

	subject   subject
	statuses  []load.Status // of statusSubject
	source    finder        // of sourceSubject
	reference reference     // of varSubject
	tests     []test
}

// subject is what a check looks at.
type subject uint8

const (
	statusSubject subject = iota
	sizeSubject
	bodySubject
	latencySubject
	varSubject
	sourceSubject
)

// test is one word of a check with what it compares with.
type test struct {
	word   word
	want   []*ValueTemplate
	regex  *regexp.Regexp // of matches
	exists bool           // of exists
	count  []test         // of count
}

// word is how a value is compared.
type word uint8

const (
	wordEquals word = iota
	wordNot
	wordGT
	wordGE
	wordLT
	wordLE
	wordIn
	wordBetween
	wordContains
	wordNotContains
	wordMatches
	wordExists
	wordCount
)

// observed is what a check looks at, as it is: a value, perhaps missing, and of how
// many. The value may share memory with the response.
type observed struct {
	value load.Value
	found bool
	count int
	err   error // why the response cannot be searched
}

// Holds says whether the check holds. It allocates nothing on simple checks.
func (c *Check) Holds(v *View, s *Scope) bool {
	if c.subject == statusSubject {
		return c.statusHolds(v.response.Status())
	}
	o := c.observe(v, s)
	if o.err != nil {
		return false
	}
	for i := range c.tests {
		if !c.tests[i].holds(c.subject, &o, v, s) {
			return false
		}
	}
	return true
}

func (c *Check) statusHolds(status int) bool {
	for _, s := range c.statuses {
		if status >= s.From && status <= s.To {
			return true
		}
	}
	return false
}

// observe looks at the subject of c.
func (c *Check) observe(v *View, s *Scope) observed {
	switch c.subject {
	case sizeSubject:
		body, err := v.text()
		return v.number(int64(len(body)), err)
	case bodySubject:
		body, err := v.text()
		return observed{load.StringValue(body), true, 1, err}
	case latencySubject:
		return v.number(int64(v.response.Latency()), nil)
	case varSubject:
		value := c.reference.value(s)
		if value.Kind == load.Unset {
			return observed{}
		}
		return observed{value, true, 1, nil}
	}
	return c.search(v)
}

func (c *Check) search(v *View) observed {
	limit := 1
	for i := range c.tests {
		if c.tests[i].word == wordCount {
			limit = 0
		}
	}
	if err := c.source.find(v, limit); err != nil {
		return observed{err: err}
	}
	if len(v.found) == 0 {
		return observed{}
	}
	return observed{v.found[0].value(), true, len(v.found), nil}
}

// number is n as a value in memory of v.
func (v *View) number(n int64, err error) observed {
	v.scratch = strconv.AppendInt(v.scratch[:0], n, 10)
	return observed{load.Value{Kind: load.Number, Text: sharedText(v.scratch)}, true, 1, err}
}

// holds says whether o passes the test. What is missing passes none but
// "exists: false" and a count of 0.
func (t *test) holds(on subject, o *observed, v *View, s *Scope) bool {
	switch {
	case t.word == wordExists:
		return o.found == t.exists
	case t.word == wordCount:
		return t.countHolds(o.count, v, s)
	case !o.found:
		return false
	case t.word == wordMatches:
		return t.regex.MatchString(o.value.Text)
	}
	for i := range t.want {
		want, ok := t.wanted(i, on, s)
		if !ok {
			return false
		}
		if done, holds := t.compare(i, o.value, want); done {
			return holds
		}
	}
	return t.word == wordBetween || t.word == wordNot
}

// countHolds tests how many were found.
func (t *test) countHolds(n int, v *View, s *Scope) bool {
	count := v.number(int64(n), nil)
	for i := range t.count {
		if !t.count[i].holds(varSubject, &count, v, s) {
			return false
		}
	}
	return true
}

// wanted is the i-th value to compare with, in the unit of the subject. It is not ok
// when a placeholder in it has no value or it is no duration or size.
func (t *test) wanted(i int, on subject, s *Scope) (load.Value, bool) {
	want, err := t.want[i].Eval(s)
	if err != nil {
		return load.Value{}, false
	}
	if t.want[i].constant.Kind != load.Unset {
		return want, true // its unit was resolved when it was compiled
	}
	return inUnit(on, want)
}

// compare compares with the i-th wanted value; done says that it decides.
func (t *test) compare(i int, got, want load.Value) (done, holds bool) {
	switch t.word {
	case wordEquals:
		return true, equalValues(got, want)
	case wordNot:
		return true, !equalValues(got, want)
	case wordIn:
		return equalValues(got, want), true
	case wordContains:
		return true, strings.Contains(got.Text, want.Text)
	case wordNotContains:
		return true, !strings.Contains(got.Text, want.Text)
	}
	c := compareValues(got, want)
	switch t.word {
	case wordGT:
		return true, c > 0
	case wordGE:
		return true, c >= 0
	case wordLT:
		return true, c < 0
	case wordLE:
		return true, c <= 0
	}
	return i == 0 && c < 0 || i == 1 && c > 0, false // between
}

// maxExplain bounds what Explain shows of a value, in bytes.
const maxExplain = 200

// Explain is what was found instead, for a sample: "got 500". It is at most about
// 250 bytes long.
func (c *Check) Explain(v *View, s *Scope) string {
	if c.subject == statusSubject {
		return "got " + strconv.Itoa(v.response.Status())
	}
	if c.subject == latencySubject {
		return "got " + v.response.Latency().Round(10*time.Microsecond).String()
	}
	o := c.observe(v, s)
	if o.err != nil {
		return bounded(o.err.Error(), maxExplain)
	}
	if text, unset := c.unsetWord(s); unset {
		return bounded(text, maxExplain)
	}
	return c.got(&o)
}

// unsetWord is the first word that cannot be expanded, and why.
func (c *Check) unsetWord(s *Scope) (string, bool) {
	for i := range c.tests {
		for _, want := range c.tests[i].want {
			if _, err := want.Eval(s); err != nil {
				return err.Error(), true
			}
		}
	}
	return "", false
}

func (c *Check) got(o *observed) string {
	for i := range c.tests {
		if c.tests[i].word == wordCount {
			return fmt.Sprintf("got %d", o.count)
		}
	}
	switch {
	case !o.found && c.subject == varSubject:
		return "it is not set"
	case !o.found:
		return "nothing found"
	case c.subject == sizeSubject:
		return "got " + o.value.Text + " bytes"
	case o.value.Kind == load.String:
		return "got " + strconv.Quote(bounded(o.value.Text, maxExplain))
	}
	return "got " + bounded(o.value.Text, maxExplain)
}
