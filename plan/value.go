package plan

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/locust-http/locust-http/load"
)

// jsonValue is the value that one JSON text says; ok is false when it is not JSON.
// Numbers and composites keep their text.
func jsonValue(text string) (v load.Value, ok bool) {
	start := skipSpace(text, 0)
	end, ok := skipJSON(text, start, 0)
	if !ok || skipSpace(text, end) != len(text) {
		return load.Value{}, false
	}
	return rawValue(text[start:end]), true
}

// rawValue is the value of one valid JSON value without space around it. Its text
// shares memory with raw unless a string in it has to be decoded.
func rawValue(raw string) load.Value {
	switch raw[0] {
	case '"':
		return load.Value{Kind: load.String, Text: unquote(raw)}
	case '{', '[':
		return load.Value{Kind: load.Composite, Text: raw}
	case 't', 'f':
		return load.Value{Kind: load.Bool, Text: raw}
	case 'n':
		return load.Value{Kind: load.Null, Text: raw}
	}
	return load.Value{Kind: load.Number, Text: raw}
}

// wordValue is a scalar as a plan writes it in a line: a JSON number, true or false
// has that type, everything else is text.
func wordValue(word string) load.Value {
	switch {
	case word == "true" || word == "false":
		return load.Value{Kind: load.Bool, Text: word}
	case isNumber(word):
		return load.Value{Kind: load.Number, Text: word}
	}
	return load.StringValue(word)
}

// isNumber says whether s is a number by the grammar of JSON (RFC 8259, 6).
func isNumber(s string) bool {
	end, ok := skipNumber(s, 0)
	return ok && end == len(s)
}

// decimal is a JSON number taken apart for comparison: its value is
// 0.d1d2d3… · 10^point, where d1 is the first digit of digits that is not 0.
type decimal struct {
	negative bool
	zero     bool
	point    int64
	digits   string // from d1 on; may hold a decimal point
}

// parseDecimal takes a number apart; s must be a JSON number.
func parseDecimal(s string) decimal {
	var d decimal
	if s[0] == '-' {
		d.negative, s = true, s[1:]
	}
	mantissa, exponent := s, int64(0)
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exponent = s[:i], clampedInt(s[i+1:])
	}
	whole := strings.IndexByte(mantissa, '.')
	if whole < 0 {
		whole = len(mantissa)
	}
	first := strings.IndexAny(mantissa, "123456789")
	if first < 0 {
		return decimal{zero: true}
	}
	d.digits = mantissa[first:]
	d.point = exponent + int64(whole-first)
	if first > whole {
		d.point++ // the decimal point itself is no digit
	}
	return d
}

// clampedInt reads an exponent; one beyond 2^40 compares as 2^40, which is farther
// than any number of digits that fits into memory.
func clampedInt(s string) int64 {
	const bound = 1 << 40
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil && s[0] == '-' {
		return -bound
	}
	if err != nil {
		return bound
	}
	return max(min(n, bound), -bound)
}

// compareNumbers compares two JSON numbers exactly, whatever their size: 1.10 equals
// 1.1, and 9007199254740993 is not 9007199254740992. It allocates nothing.
func compareNumbers(a, b string) int {
	if x, ok := smallInt(a); ok {
		if y, ok := smallInt(b); ok {
			return cmpInt(x, y)
		}
	}
	x, y := parseDecimal(a), parseDecimal(b)
	if x.zero || y.zero || x.negative != y.negative {
		return cmpInt(x.sign(), y.sign())
	}
	c := cmpInt(x.point, y.point)
	if c == 0 {
		c = compareDigits(x.digits, y.digits)
	}
	return c * int(x.sign())
}

func (d decimal) sign() int64 {
	switch {
	case d.zero:
		return 0
	case d.negative:
		return -1
	}
	return 1
}

func compareDigits(a, b string) int {
	for a != "" || b != "" {
		var x, y byte = '0', '0'
		x, a = nextDigit(a)
		y, b = nextDigit(b)
		if x != y {
			return cmpInt(int64(x), int64(y))
		}
	}
	return 0
}

// nextDigit takes one digit off s; after the last one there are only zeros.
func nextDigit(s string) (digit byte, rest string) {
	if s != "" && s[0] == '.' {
		s = s[1:]
	}
	if s == "" {
		return '0', ""
	}
	return s[0], s[1:]
}

func cmpInt(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// smallInt reads a whole number of at most 18 digits.
func smallInt(s string) (int64, bool) {
	digits := strings.TrimPrefix(s, "-")
	if len(digits) > 18 {
		return 0, false
	}
	var n int64
	for i := 0; i < len(digits); i++ {
		c := digits[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int64(c)
	}
	if len(digits) < len(s) {
		n = -n
	}
	return n, true
}

// numberForm says whether v can be compared as a number.
func numberForm(v load.Value) bool {
	return v.Kind == load.Number || v.Kind == load.String && isNumber(v.Text)
}

// equalValues says whether two values are the same: as numbers when one of them is a
// number and the other reads as one (a header that says 5 equals 5), composites by
// their members, everything else by its text. Null equals only null.
func equalValues(a, b load.Value) bool {
	if (a.Kind == load.Number || b.Kind == load.Number) && numberForm(a) && numberForm(b) {
		return compareNumbers(a.Text, b.Text) == 0
	}
	if (a.Kind == load.Null) != (b.Kind == load.Null) {
		return false
	}
	if a.Text == b.Text {
		return true
	}
	return a.Kind == load.Composite && b.Kind == load.Composite && equalJSON(a.Text, b.Text)
}

// compareValues orders two values: as numbers when both read as numbers, by their
// bytes otherwise.
func compareValues(a, b load.Value) int {
	if numberForm(a) && numberForm(b) {
		return compareNumbers(a.Text, b.Text)
	}
	return strings.Compare(a.Text, b.Text)
}

// parseSize reads a number of bytes: 100, 8KiB, 1.5MB.
func parseSize(s string) (bytes int64, ok bool) {
	units := []struct {
		name string
		n    float64
	}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1}, {"", 1}}
	s = strings.TrimSpace(s)
	for _, u := range units {
		number, found := strings.CutSuffix(s, u.name)
		if number = strings.TrimSpace(number); !found || !isNumber(number) {
			continue
		}
		f, err := strconv.ParseFloat(number, 64)
		if err != nil || f < 0 || f*u.n > math.MaxInt64/2 {
			return 0, false
		}
		return int64(f * u.n), true
	}
	return 0, false
}

// bounded is s cut to at most n bytes at the boundary of a character.
func bounded(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// formatFloat is an XPath number as text (XPath 1.0, 4.2: no exponent).
func formatFloat(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
