package value

import (
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// maxWhole is the largest whole number up to which a Lua number holds every one.
const maxWhole = 1 << 53

// number is a JSON number as a Lua value: a whole number beyond ±2^53, and what is beyond
// the range of a Lua number, as text with all its digits.
func number(text string) lua.LValue {
	if n, ok := smallWhole(text); ok {
		return n
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(f) >= maxWhole && isWhole(text) && strings.TrimPrefix(text, "-") != "9007199254740992" {
		return lua.LString(text)
	}
	return lua.LNumber(f)
}

// smallWhole reads a whole number of at most 15 digits.
func smallWhole(text string) (lua.LNumber, bool) {
	digits, sign := text, lua.LNumber(1)
	if digits != "" && digits[0] == '-' {
		digits, sign = digits[1:], -1
	}
	if digits == "" || len(digits) > 15 {
		return 0, false
	}
	n := int64(0)
	for i := range len(digits) {
		c := digits[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int64(c)
	}
	return sign * lua.LNumber(n), true
}

func isWhole(text string) bool {
	for i := range len(text) {
		if c := text[i]; c == '.' || c|0x20 == 'e' {
			return false
		}
	}
	return true
}

// AppendNumber writes n as JSON does: whole numbers without exponent and decimal point up
// to 10^21, others with as few digits as say exactly n. n must be finite.
func AppendNumber(dst []byte, n float64) []byte {
	if n == math.Trunc(n) && math.Abs(n) <= maxWhole {
		return strconv.AppendInt(dst, int64(n), 10)
	}
	format := byte('f')
	if abs := math.Abs(n); abs < 1e-6 || abs >= 1e21 {
		format = 'e'
	}
	dst = strconv.AppendFloat(dst, n, format, -1, 64)
	if end := len(dst); format == 'e' && dst[end-2] == '0' && dst[end-3] == '-' {
		dst = append(dst[:end-2], dst[end-1]) // 1e-07
	}
	return dst
}

// skipNumber is the index behind the JSON number at text[i], or where it stops being one.
func skipNumber(text string, i int) (int, bool) {
	if i < len(text) && text[i] == '-' {
		i++
	}
	start := i
	if i = skipDigits(text, i); i == start {
		return i, false
	}
	if text[start] == '0' {
		i = start + 1 // what follows is no more of this number
	}
	if i < len(text) && text[i] == '.' {
		start = i + 1
		if i = skipDigits(text, start); i == start {
			return i, false
		}
	}
	if i < len(text) && text[i]|0x20 == 'e' {
		i++
		if i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		start = i
		if i = skipDigits(text, start); i == start {
			return i, false
		}
	}
	return i, true
}

func skipDigits(text string, i int) int {
	for i < len(text) && text[i]-'0' <= 9 {
		i++
	}
	return i
}
