package run

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/locust-http/locust-http/load"
)

// Whatever the order in which it is told, recent knows the last seconds as a map would.
func TestRecentIsTheLastSeconds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r recent
		known, end := map[int]int64{}, 0
		for range rapid.IntRange(0, 200).Draw(t, "times") {
			second, n := rapid.IntRange(0, 3*load.TrendSeconds).Draw(t, "second"), rapid.Int64Range(1, 9).Draw(t, "n")
			r.add(second, n)
			end = max(end, second+1)
			known[second] += n
			for s := range known { // what is too old then is not known when it comes again
				if s < end-load.TrendSeconds {
					delete(known, s)
				}
			}
		}
		at := rapid.IntRange(0, 4*load.TrendSeconds).Draw(t, "at")
		var want []int64
		for s := max(0, at-load.TrendSeconds); s < at; s++ {
			want = append(want, known[s])
		}
		if got := r.before(at); !slices.Equal(got, want) {
			t.Fatalf("before %d: %v, want %v", at, got, want)
		}
	})
}
