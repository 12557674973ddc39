package testsite

import (
	"math"
	"time"
)

// Quantile is the value at quantile q (0–1) of sorted by the nearest-rank rule, which
// is that of load.Hist: the smallest value such that at least q·n values are no
// larger. It is 0 when sorted is empty.
func Quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	// A rank that is whole but for the rounding of q·n must not go one up.
	rank := int(math.Ceil(q*float64(len(sorted)) - 1e-9))
	return sorted[min(max(rank, 1), len(sorted))-1]
}
