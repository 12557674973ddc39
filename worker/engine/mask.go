package engine

import (
	"cmp"
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// masker hides what must not be seen: the values of secrets wherever they stand and
// however they are encoded, and the headers that the plan masks. Immutable.
type masker struct {
	forms   []string // the texts that stand for a secret, the longest first
	longest int      // bytes of the longest of them
	headers []string
}

// defaultMask is the headers that are masked where a plan does not say. It is never changed.
var defaultMask = [...]string{"Authorization", "Cookie", "Set-Cookie", "Proxy-Authorization"}

func newMasker(secrets map[string]string, headers []string) *masker {
	m := &masker{headers: headers}
	if headers == nil {
		m.headers = defaultMask[:]
	}
	for _, value := range secrets {
		m.forms = append(m.forms, encodings(value)...)
	}
	slices.SortFunc(m.forms, func(a, b string) int {
		return cmp.Or(len(b)-len(a), strings.Compare(a, b))
	})
	m.forms = slices.Compact(m.forms)
	if len(m.forms) > 0 {
		m.longest = len(m.forms[0])
	}
	return m
}

// text is s without the values of secrets. Messages cut what they quote, which they mark
// with an ellipsis: the beginning of a secret before one is hidden as well.
func (m *masker) text(s string) string {
	if len(m.forms) == 0 {
		return s
	}
	var c cover
	m.find(&c, s)
	for at := 0; ; at++ {
		i := strings.Index(s[at:], "…")
		if i < 0 {
			break
		}
		at += i
		m.findEdge(&c, s, at)
		m.findEdge(&c, s, len(strings.TrimSuffix(s[:at], `"`)))
	}
	return c.hide(s)
}

// short is s without the values of secrets, cut to n bytes: a secret at the edge is masked
// whole, and cut then.
func (m *masker) short(s string, n int) string {
	return load.Clip(m.text(load.Clip(s, n+m.longest)), n)
}

// body is b without the values of secrets. One that is cut may end within a secret.
func (m *masker) body(b []byte, cut bool) []byte {
	if len(m.forms) == 0 || len(b) == 0 {
		return b
	}
	var c cover
	s := string(b)
	m.find(&c, s)
	if cut {
		m.findEdge(&c, s, len(s))
	}
	return []byte(c.hide(s))
}

// find covers all forms of secrets in s, also where they overlap.
func (m *masker) find(c *cover, s string) {
	for _, form := range m.forms {
		for at := 0; ; at++ {
			i := strings.Index(s[at:], form)
			if i < 0 {
				break
			}
			at += i
			c.add(s, at, at+len(form))
		}
	}
}

// findEdge covers the longest beginning of a secret that ends s[:end].
func (m *masker) findEdge(c *cover, s string, end int) {
	longest := 0
	for _, form := range m.forms {
		for n := min(len(form)-1, end); n > longest; n-- {
			if s[end-n:end] == form[:n] {
				longest = n
			}
		}
	}
	c.add(s, end-longest, end)
}

// cover is the bytes of a text that are not shown.
type cover struct {
	hidden      []bool // nil: none
	since, upTo int    // what was covered last
}

// add covers s[from:to].
func (c *cover) add(s string, from, to int) {
	if from >= to {
		return
	}
	if c.hidden == nil {
		c.hidden = make([]bool, len(s))
	}
	if from > c.upTo || from < c.since {
		c.since, c.upTo = from, from
	}
	// A secret that overlaps itself is not gone over again and again.
	for ; c.upTo < to; c.upTo++ {
		c.hidden[c.upTo] = true
	}
}

// hide is s with load.Masked in place of each stretch that is covered.
func (c *cover) hide(s string) string {
	if c.hidden == nil {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		from, hidden := i, c.hidden[i]
		for i < len(s) && c.hidden[i] == hidden {
			i++
		}
		if hidden {
			b.WriteString(load.Masked)
		} else {
			b.WriteString(s[from:i])
		}
	}
	return b.String()
}

// attempt masks a as it stands. headers says whether the headers that the plan masks
// are hidden too.
func (m *masker) attempt(a *load.Attempt, headers bool) {
	a.URL, a.Message = m.text(a.URL), m.text(a.Message)
	a.RequestBody = m.body(a.RequestBody, int64(len(a.RequestBody)) < a.RequestSize)
	a.ResponseBody = m.body(a.ResponseBody, a.Truncated)
	for _, lines := range [][]load.Header{a.RequestHeader, a.ResponseHeader} {
		for i := range lines {
			h := &lines[i]
			switch {
			case headers && m.masks(h.Name):
				h.Value = load.Masked
			case m.basic(h.Value):
				h.Value = "Basic " + load.Masked
			default:
				h.Value = m.text(h.Value)
			}
		}
	}
}

func (m *masker) masks(header string) bool {
	return slices.ContainsFunc(m.headers, func(h string) bool { return strings.EqualFold(h, header) })
}

// basic says whether a header is of basic authentication with a secret in it: encoded
// together with the name of the user it looks like none.
func (m *masker) basic(value string) bool {
	scheme, encoded, ok := strings.Cut(value, " ")
	if !ok || len(m.forms) == 0 || !strings.EqualFold(scheme, "Basic") {
		return false
	}
	text, err := base64.StdEncoding.DecodeString(encoded)
	return err == nil && m.text(string(text)) != string(text)
}

// value is v without the values of secrets.
func (m *masker) value(v load.Value) load.Value {
	v.Text = m.text(v.Text)
	return v
}

// vars masks variables, and cuts them to a number of bytes in all; 0: no bound.
func (m *masker) vars(vars map[string]load.Value, room int) map[string]load.Value {
	bounded := room > 0
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		v := m.value(vars[name])
		v.Text = load.Clip(v.Text, len(v.Text)) // it has to travel
		if bounded {
			room -= len(name)
			v.Text = load.Clip(v.Text, max(0, min(room, len(v.Text))))
			room -= len(v.Text)
		}
		vars[name] = v
	}
	return vars
}
