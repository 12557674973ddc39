package plan

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// Holds says whether the condition holds for this user now. It allocates nothing on
// simple words.
func (c *Condition) Holds(s *Scope) bool { return c.check.Holds(nil, s) }

// Explain is why the condition does not hold, for a message: `got "running"`. It is at
// most about 250 bytes long.
func (c *Condition) Explain(s *Scope) string { return c.check.Explain(nil, s) }

// Count is how many rounds Times asks for, from 0 to MaxRounds; anything else is an
// *ExpandError.
func (r *Repeat) Count(s *Scope) (int, error) {
	v, err := r.Times.Eval(s)
	if err != nil {
		return 0, err
	}
	n, problem := rounds(v)
	if problem != "" {
		return 0, &ExpandError{load.ClassTemplate, problem}
	}
	return n, nil
}

// rounds reads how often to repeat.
func rounds(v load.Value) (n int, problem string) {
	text := strings.TrimSpace(v.Text)
	if v.Kind != load.Number && v.Kind != load.String || !isNumber(text) {
		return 0, fmt.Sprintf("repeat: %q is no number of times", bounded(v.Text, 60))
	}
	f, err := strconv.ParseFloat(text, 64) // exact for all that is within the bound
	switch {
	case err != nil || f < 0 || f > MaxRounds:
		return 0, fmt.Sprintf("repeat: %s times: from 0 to %d are possible", bounded(text, 60), MaxRounds)
	case f != float64(int(f)):
		return 0, fmt.Sprintf("repeat: %s times: a whole number is needed", bounded(text, 60))
	}
	return int(f), ""
}

// Items appends the items of Each: the elements of the JSON array that the list holds,
// at most MaxRounds. A list that is unset, or is no array, is an *ExpandError. A text
// that is a JSON array will do, as a column of a CSV file has it. The items share
// memory with the list.
func (r *Repeat) Items(dst []load.Value, s *Scope) ([]load.Value, error) {
	list := r.each.value(s)
	if list.Kind == load.Unset {
		return dst, r.each.unset(s)
	}
	doc := list.Text
	start := skipSpace(doc, 0)
	end, ok := skipJSON(doc, start, 0)
	if !ok || skipSpace(doc, end) != len(doc) || doc[start] != '[' {
		return dst, &ExpandError{load.ClassTemplate, fmt.Sprintf("repeat: %s is no list", r.each.name)}
	}
	from := len(dst)
	i, more := enter(doc, start, ']')
	for more {
		if len(dst)-from == MaxRounds {
			return dst, &ExpandError{load.ClassTemplate, fmt.Sprintf("repeat: %s has over %d items", r.each.name, MaxRounds)}
		}
		end, _ = skipJSON(doc, i, 0)
		dst = append(dst, rawValue(doc[i:end]))
		i, more, _ = next(doc, end, ']')
	}
	return dst, nil
}
