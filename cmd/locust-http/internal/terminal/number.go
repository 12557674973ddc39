package terminal

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// milliseconds is a latency with three digits and the unit that suits it.
func milliseconds(ms float64) string {
	switch {
	case ms <= 0:
		return "0"
	case ms < 1:
		return fmt.Sprintf("%.0fµs", ms*1000)
	case ms < 10:
		return fmt.Sprintf("%.2fms", ms)
	case ms < 100:
		return fmt.Sprintf("%.1fms", ms)
	case ms < 1000:
		return fmt.Sprintf("%.0fms", ms)
	case ms < 100_000:
		return fmt.Sprintf("%.2fs", ms/1000)
	}
	return fmt.Sprintf("%.0fs", ms/1000)
}

// rate is a number per second.
func rate(v float64) string {
	switch {
	case v == 0:
		return "0"
	case v < 10:
		return fmt.Sprintf("%.2f", v)
	case v < 1000:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

// share is part of whole in percent. Anything that is not nothing never reads as 0 %,
// and anything that is not all never as 100 %.
func share(part, whole int64) string {
	if whole <= 0 || part <= 0 {
		return "0%"
	}
	percent := 100 * float64(part) / float64(whole)
	switch {
	case part == whole:
		return "100%"
	case percent < 0.01:
		return "<0.01%"
	case percent > 99.99:
		return ">99.99%"
	case percent < 10:
		return strconv.FormatFloat(math.Round(percent*100)/100, 'f', -1, 64) + "%"
	}
	return strconv.FormatFloat(math.Round(percent*10)/10, 'f', -1, 64) + "%"
}

// count groups the digits of n by thousands.
func count(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Bytes is a size in binary units.
func Bytes(n int64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	value, prefix := float64(n)/unit, 0
	for value >= unit && prefix < 4 {
		value, prefix = value/unit, prefix+1
	}
	return fmt.Sprintf("%.1f %ciB", value, "KMGTP"[prefix])
}

// clock is a span of run time as m:ss or h:mm:ss.
func clock(d time.Duration) string {
	s := int(max(d, 0) / time.Second)
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}
