package engine

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// masker hides what must not be seen: the values of secrets wherever they stand and
// however they are encoded, and the headers that the plan masks. Immutable.
type masker struct {
	secrets *strings.Replacer // nil: there are none
	longest int               // bytes of the longest text that stands for a secret
	headers []string
}

// defaultMask is the headers that are masked where a plan does not say. It is never changed.
var defaultMask = [...]string{"Authorization", "Cookie", "Set-Cookie", "Proxy-Authorization"}

func newMasker(secrets map[string]string, headers []string) *masker {
	m := &masker{headers: headers}
	if headers == nil {
		m.headers = defaultMask[:]
	}
	var pairs []string
	for _, value := range slices.Sorted(maps.Values(secrets)) {
		if value == "" {
			continue
		}
		for _, form := range encodings(value) {
			pairs = append(pairs, form, load.Masked)
			m.longest = max(m.longest, len(form))
		}
	}
	if pairs != nil {
		sortLongestFirst(pairs)
		m.secrets = strings.NewReplacer(pairs...)
	}
	return m
}

// encodings is how a value may look where a template has put it.
func encodings(value string) []string {
	forms := []string{
		value, url.QueryEscape(value), url.PathEscape(value), quoted(value, true), quoted(value, false),
		strings.ReplaceAll(url.QueryEscape(value), "+", "%20"),
		base64.StdEncoding.EncodeToString([]byte(value)), base64.URLEncoding.EncodeToString([]byte(value)),
		base64.RawURLEncoding.EncodeToString([]byte(value)),
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

// quoted is value as it stands in a JSON string.
func quoted(value string, html bool) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(html)
	_ = e.Encode(value) // of a string never fails
	text := strings.TrimSuffix(b.String(), "\n")
	return text[1 : len(text)-1]
}

// sortLongestFirst sorts pairs of old and new: of two that match at one place a
// Replacer takes the first.
func sortLongestFirst(pairs []string) {
	olds := make([]string, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		olds = append(olds, pairs[i])
	}
	slices.SortFunc(olds, func(a, b string) int { return len(b) - len(a) })
	for i, old := range olds {
		pairs[2*i] = old
	}
}

// text is s without the values of secrets.
func (m *masker) text(s string) string {
	if m.secrets == nil {
		return s
	}
	return m.secrets.Replace(s)
}

func (m *masker) body(b []byte) []byte {
	if m.secrets == nil || len(b) == 0 {
		return b
	}
	return []byte(m.secrets.Replace(string(b)))
}

// attempt masks a as it stands. headers says whether the headers that the plan masks
// are hidden too.
func (m *masker) attempt(a *load.Attempt, headers bool) {
	a.URL, a.Message = m.text(a.URL), m.text(a.Message)
	a.RequestBody, a.ResponseBody = m.body(a.RequestBody), m.body(a.ResponseBody)
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
	if !ok || m.secrets == nil || !strings.EqualFold(scheme, "Basic") {
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
