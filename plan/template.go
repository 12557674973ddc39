package plan

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// template is a text compiled to segments. It is immutable and shared by all users.
type template []segment

// segment is literal bytes, already encoded for their place, or a placeholder.
type segment struct {
	literal string
	kind    segmentKind
	place   place
	slot    int          // of variableSegment; of dataSegment the number of the source
	column  int          // of dataSegment
	name    string       // of the variable, function, column or secret, for messages
	low     int64        // of $randomInt; length of $randomString
	high    int64        // of $randomInt
	choices []load.Value // of $oneOf
	filters []filter
	of      template // of baseNameSegment
}

// segmentKind says where the value of a segment comes from.
type segmentKind uint8

const (
	literalSegment segmentKind = iota
	variableSegment
	dataSegment
	secretSegment
	uuidSegment
	timestampSegment
	isoTimestampSegment
	randomIntSegment
	randomStringSegment
	oneOfSegment
	seqSegment
	userSegment
	iterationSegment
	workerSegment
	envSegment
	baseNameSegment // the last name of a path
)

// place is where an expanded value stands, which says how it is encoded.
type place uint8

const (
	inText       place = iota // as it is
	inJSONString              // between the quotes of a JSON string
	inJSON                    // a JSON value of its own: keeps its type
	inQuery                   // a name or value of a query: percent-encoded (RFC 3986)
	inForm                    // of a form: application/x-www-form-urlencoded
	inPartName                // between the quotes of a name of a multipart body
	inPartType                // the Content-Type of a part: one line
)

// expand appends the expanded text to dst and allocates nothing but for dst. After an
// error, dst holds what was expanded so far.
func (t template) expand(dst []byte, s *Scope) ([]byte, error) {
	var err error
	for i := range t {
		g := &t[i]
		if g.kind == literalSegment {
			dst = append(dst, g.literal...)
			continue
		}
		if dst, err = g.expand(dst, s); err != nil {
			return dst, err
		}
		if len(dst) > maxExpanded {
			return dst, errExpanded
		}
	}
	return dst, nil
}

// static says that t has no placeholder.
func (t template) static() bool {
	for i := range t {
		if t[i].kind != literalSegment {
			return false
		}
	}
	return true
}

// text is t as it is when it is static.
func (t template) text() string {
	if len(t) == 1 {
		return t[0].literal
	}
	return t.literals()
}

func (g *segment) expand(dst []byte, s *Scope) ([]byte, error) {
	if g.held() {
		v := g.value(s)
		if v.Kind == load.Unset {
			return dst, g.unset(s)
		}
		return appendEncoded(dst, v.Text, v.Kind, g.place), nil
	}
	if g.kind == baseNameSegment {
		return g.expandBase(dst, s)
	}
	start := len(dst)
	dst, kind, err := g.evaluate(dst, s)
	if err != nil || g.place == inText {
		return dst, err
	}
	return encodeTail(dst, start, kind, g.place), nil
}

// held says that the value of g lies ready in the scope.
func (g *segment) held() bool { return g.kind <= secretSegment && len(g.filters) == 0 }

// value is what a variable, a column or a secret holds.
func (g *segment) value(s *Scope) load.Value {
	switch g.kind {
	case variableSegment:
		return s.lookup(g.slot)
	case dataSegment:
		return s.row(g.slot, g.column)
	}
	if text, ok := s.Secrets[g.name]; ok {
		return load.StringValue(text)
	}
	return load.Value{}
}

// evaluate appends the value of g as plain text and says its type.
func (g *segment) evaluate(dst []byte, s *Scope) ([]byte, load.Kind, error) {
	start := len(dst)
	dst, kind := g.raw(dst, s)
	var err error
	for i := range g.filters {
		if dst, kind, err = g.filters[i].apply(dst, start, kind); err != nil {
			return dst, kind, g.unusable(err, g.filters[i].name)
		}
	}
	if kind == load.Unset {
		return dst, kind, g.unset(s)
	}
	return dst, kind, nil
}

// unusable is a filter that cannot take the value. A secret is not shown.
func (g *segment) unusable(err error, filter string) error {
	if g.kind == secretSegment {
		return &ExpandError{load.ClassTemplate, fmt.Sprintf("{{secret.%s}}: the value is nothing that %s can take", g.name, filter)}
	}
	return &ExpandError{load.ClassTemplate, fmt.Sprintf("{{%s}}: %v", g.name, err)}
}

func (g *segment) unset(s *Scope) error {
	switch g.kind {
	case dataSegment:
		return s.noColumn(g.slot, g.name)
	case secretSegment:
		return &ExpandError{load.ClassUnsetVariable, fmt.Sprintf("secret %s has no value where the run was started", g.name)}
	case envSegment:
		return &ExpandError{load.ClassUnsetVariable, fmt.Sprintf("environment variable %s is not set where the run was started", g.name)}
	}
	return &ExpandError{load.ClassUnsetVariable, fmt.Sprintf("variable %s is not set", g.name)}
}

// lookup is the value of a variable for this user now.
func (s *Scope) lookup(slot int) load.Value {
	if slot < len(s.Vars) && s.Vars[slot].Kind != load.Unset {
		return s.Vars[slot]
	}
	if slot < len(s.Consts) {
		return s.Consts[slot]
	}
	return load.Value{}
}

func (g *segment) raw(dst []byte, s *Scope) ([]byte, load.Kind) {
	switch g.kind {
	case variableSegment, dataSegment, secretSegment:
		v := g.value(s)
		return append(dst, v.Text...), v.Kind
	case uuidSegment:
		return appendUUID(dst, s.Rand.Uint64(), s.Rand.Uint64()), load.String
	case timestampSegment:
		return strconv.AppendInt(dst, s.Now().Unix(), 10), load.Number
	case isoTimestampSegment:
		return s.Now().UTC().AppendFormat(dst, "2006-01-02T15:04:05.000Z"), load.String
	case randomIntSegment:
		return strconv.AppendInt(dst, randomInt(s, g.low, g.high), 10), load.Number
	case randomStringSegment:
		return appendRandom(dst, s, g.low), load.String
	case oneOfSegment:
		v := &g.choices[s.Rand.IntN(len(g.choices))]
		return append(dst, v.Text...), v.Kind
	case seqSegment:
		return strconv.AppendInt(dst, s.Seq(), 10), load.Number
	case userSegment:
		return strconv.AppendInt(dst, s.User, 10), load.Number
	case iterationSegment:
		return strconv.AppendInt(dst, s.Iteration, 10), load.Number
	case workerSegment:
		return append(dst, s.Worker...), load.String
	case envSegment:
		if text, ok := s.Env[g.name]; ok {
			return append(dst, text...), load.String
		}
	}
	return dst, load.Unset
}

// randomInt is uniform over low..high, both included.
func randomInt(s *Scope, low, high int64) int64 {
	span := uint64(high) - uint64(low) + 1
	if span == 0 { // all of int64
		return int64(s.Rand.Uint64())
	}
	return int64(uint64(low) + s.Rand.Uint64N(span))
}

func appendRandom(dst []byte, s *Scope, n int64) []byte {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	for range n {
		dst = append(dst, letters[s.Rand.IntN(len(letters))])
	}
	return dst
}

// appendUUID appends a random UUID (RFC 9562, 5.4: version 4).
func appendUUID(dst []byte, hi, lo uint64) []byte {
	hi = hi&^0xf000 | 0x4000
	lo = lo&^(3<<62) | 2<<62
	for i := range 32 {
		if i == 8 || i == 12 || i == 16 || i == 20 {
			dst = append(dst, '-')
		}
		word := hi
		if i >= 16 {
			word = lo
		}
		dst = append(dst, lowerHex[word>>(60-4*(i%16))&15])
	}
	return dst
}

// filter changes a value: urlencode, base64, json, number, bool, default.
type filter struct {
	name  string
	value load.Value // of default
}

// apply changes the value in dst[start:] of the given kind. An unset value passes all
// filters but default.
func (f *filter) apply(dst []byte, start int, kind load.Kind) ([]byte, load.Kind, error) {
	if f.name == "default" {
		if kind == load.Unset {
			return append(dst, f.value.Text...), f.value.Kind, nil
		}
		return dst, kind, nil
	}
	if kind == load.Unset {
		return dst, kind, nil
	}
	switch f.name {
	case "urlencode":
		return encodeTail(dst, start, kind, inQuery), load.String, nil
	case "json":
		return encodeTail(dst, start, kind, inJSON), load.String, nil
	case "base64":
		end := len(dst)
		dst = base64.StdEncoding.AppendEncode(dst, dst[start:end])
		return moveTail(dst, start, end), load.String, nil
	case "number":
		return asNumber(dst, start)
	}
	return asBool(dst, start)
}

func asNumber(dst []byte, start int) ([]byte, load.Kind, error) {
	text := strings.TrimSpace(sharedText(dst[start:]))
	if !isNumber(text) {
		return dst, load.Unset, fmt.Errorf("%q is not a number", bounded(strings.Clone(text), 60))
	}
	return append(dst[:start], text...), load.Number, nil
}

func asBool(dst []byte, start int) ([]byte, load.Kind, error) {
	switch text := strings.TrimSpace(sharedText(dst[start:])); text {
	case "true", "1":
		return append(dst[:start], "true"...), load.Bool, nil
	case "false", "0", "":
		return append(dst[:start], "false"...), load.Bool, nil
	default:
		return dst, load.Unset, fmt.Errorf("%q is neither true nor false", bounded(strings.Clone(text), 60))
	}
}

// ValueTemplate is a template whose result is a value: one whole placeholder keeps
// the type of what it names, anything longer is text. It is immutable and shared by
// all users.
type ValueTemplate struct {
	constant load.Value // when it is not Unset
	whole    *segment   // one placeholder
	longer   template
	kind     load.Kind // of longer: String, or Composite for JSON with placeholders in it
}

// Eval is the value for s. The error is an *ExpandError.
func (t *ValueTemplate) Eval(s *Scope) (load.Value, error) {
	if t.constant.Kind != load.Unset {
		return t.constant, nil
	}
	if t.whole != nil && t.whole.held() {
		if v := t.whole.value(s); v.Kind != load.Unset {
			return v, nil
		}
		return load.Value{}, t.whole.unset(s)
	}
	var buf [128]byte // short values allocate only their text
	text, kind, err := buf[:0], t.kind, error(nil)
	if t.whole != nil {
		text, kind, err = t.whole.evaluate(text, s)
	} else {
		text, err = t.longer.expand(text, s)
	}
	if err != nil {
		return load.Value{}, err
	}
	return load.Value{Kind: kind, Text: string(text)}, nil
}
