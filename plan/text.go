package plan

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// sizeUnits are the units of sizes, the longest first.
func sizeUnits() []struct {
	name  string
	bytes int64
} {
	return []struct {
		name  string
		bytes int64
	}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1}, {"", 1}}
}

// ParseSize reads a number of bytes as a plan writes it: 100, 64KiB, 8MB.
func ParseSize(s string) (load.Size, bool) {
	for _, u := range sizeUnits() {
		number, ok := strings.CutSuffix(s, u.name)
		if !ok {
			continue
		}
		number = strings.TrimSpace(number)
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || digits(number) != len(number) || n > math.MaxInt64/u.bytes {
			return 0, false
		}
		return load.Size(n * u.bytes), true
	}
	return 0, false
}

// writeString writes s as a JSON string, escaping what RFC 8259 says must be.
func writeString(b *bytes.Buffer, s string) {
	const hex = "0123456789abcdef"
	b.WriteByte('"')
	done := 0
	for i := range len(s) {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b.WriteString(s[done:i])
		done = i + 1
		switch c {
		case '"', '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case '\n':
			b.WriteString(`\n`)
		default:
			b.WriteString(`\u00`)
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	b.WriteString(s[done:])
	b.WriteByte('"')
}
