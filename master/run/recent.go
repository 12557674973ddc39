package run

import (
	"time"

	"github.com/locust-http/locust-http/load"
)

// recent is how often something was in each of the last load.TrendSeconds seconds that it
// was told of.
type recent struct {
	counts []int64 // of second s at s % TrendSeconds; nil: it was told of nothing
	upTo   int     // the second after the last one
}

// add adds n to a second. One that is too old is left out.
func (r *recent) add(second int, n int64) {
	if r.counts == nil {
		r.counts = make([]int64, load.TrendSeconds)
	}
	if second-r.upTo >= load.TrendSeconds {
		clear(r.counts)
		r.upTo = second
	}
	for ; r.upTo <= second; r.upTo++ {
		r.counts[r.upTo%load.TrendSeconds] = 0
	}
	if second >= r.upTo-load.TrendSeconds {
		r.counts[second%load.TrendSeconds] += n
	}
}

// before are the counts of the seconds before end, the last of them at most
// load.TrendSeconds.
func (r *recent) before(end int) []int64 {
	from := max(end-load.TrendSeconds, 0)
	list := make([]int64, max(end-from, 0))
	for s := max(from, r.upTo-load.TrendSeconds, 0); s < min(end, r.upTo); s++ {
		list[s-from] = r.counts[s%load.TrendSeconds]
	}
	return list
}

// ErrorTrend is a group of errors without its samples.
type ErrorTrend struct {
	load.ErrorResult
	Trend []int64 `json:"trend"` // failures in each of the last seconds that all workers have reported; empty once the run has ended
}

// Errors are the groups of errors as they are now, the most frequent first.
func (r *Run) Errors() []ErrorTrend {
	var list []ErrorTrend
	if r.ask(func(c *conductor) { list = c.errors() }) {
		return list
	}
	return EndedErrors(r.Result().Errors)
}

// EndedErrors are those of a result: there is nothing recent about them.
func EndedErrors(groups []load.ErrorResult) []ErrorTrend {
	list := make([]ErrorTrend, len(groups))
	for i, g := range groups {
		g.Samples = []load.SampleResult{}
		list[i] = ErrorTrend{g, []int64{}}
	}
	return list
}

func (c *conductor) errors() []ErrorTrend {
	groups := c.stats.sortedGroups()
	list := make([]ErrorTrend, len(groups))
	end := int(c.upTo(0) / time.Second)
	for i, g := range groups {
		list[i] = ErrorTrend{g.summary(), g.recent.before(end)}
	}
	return list
}
