package run

import (
	"iter"
	"math"
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Bounds of a series: after maxPoints its points are joined in pairs (so 6 hours have
// a point per second, 12 hours one per two); the last openPoints have latencies.
const (
	maxPoints  = 6 * 3600
	openPoints = 120
)

// series is what the conductor itself needs to know of a run over time: how it is now, the
// users of each second, and where nobody has reported anything. Who stores and shows the
// run has the feed.
type series struct {
	points    []point
	step      int // seconds per point
	frozen    int // points before it have no latencies any more
	scenarios int
}

// point is what all workers did in one stretch of run time.
type point struct {
	requests, failures int64
	users              []int32       // at its end, by scenario
	peaks              []int32       // each worker's most at once, added up; by scenario
	targets            []int32       // by scenario
	reports            int32         // how many intervals cover it
	buckets            []load.Bucket // of all step latencies, in order; nil once it is old
}

func newSeries(scenarios int) *series { return &series{step: 1, scenarios: scenarios} }

// gauge is what one worker put last into a point as its users: a further interval in
// the same point replaces that, but for the peak, which only rises.
type gauge struct {
	sec     int
	users   []int32
	peaks   []int32
	targets []int32
}

// set makes loads what the worker has in p, the point of a second.
func (g *gauge) set(p *point, sec, step int, loads []load.LoadDelta, sh *shape) {
	if g.users == nil {
		n := len(p.users)
		g.users, g.peaks, g.targets = make([]int32, n), make([]int32, n), make([]int32, n)
	} else if g.sec/step == sec/step {
		for i, n := range g.users {
			p.users[i] -= n
			p.peaks[i] -= g.peaks[i]
			p.targets[i] -= g.targets[i]
		}
	} else {
		clear(g.peaks)
	}
	g.sec = sec
	clear(g.users)
	clear(g.targets)
	for _, l := range loads {
		i := sh.scenario(l.Scenario)
		g.users[i] += int32(min(l.Users, load.MaxUsers))
		g.peaks[i] = max(g.peaks[i], int32(min(max(l.Peak, l.Users), load.MaxUsers)))
		g.targets[i] += int32(min(l.Target, load.MaxUsers))
	}
	for i, n := range g.users {
		p.users[i] += n
		p.peaks[i] += g.peaks[i]
		p.targets[i] += g.targets[i]
	}
}

// add spreads one interval of the worker of g over the seconds it covers. What
// happened before time zero is not part of a series.
func (s *series) add(iv *load.Interval, rows []load.RowKey, sh *shape, g *gauge) {
	if iv.To <= iv.From || iv.To <= 0 {
		return
	}
	whole := gather(iv, rows)
	for sec, part := range seconds(iv) {
		p := s.at(sec)
		p.gain(whole.part(part))
		if sec/s.step < s.frozen {
			p.buckets = nil
		}
		p.reports++
		g.set(p, sec, s.step, iv.Loads, sh)
	}
}

// portion is the part of an interval from one share of it to another.
type portion struct{ from, to float64 }

// seconds are the seconds of run time that an interval covers, each with its part of it.
func seconds(iv *load.Interval) iter.Seq2[int, portion] {
	return func(yield func(int, portion) bool) {
		first, last := int(iv.From/time.Second), int((iv.To-1)/time.Second)
		before := 0.0
		for sec := first; sec <= last; sec++ {
			until := 1.0
			if sec < last {
				until = float64(time.Duration(sec+1)*time.Second-iv.From) / float64(iv.To-iv.From)
			}
			if !yield(sec, portion{before, until}) {
				return
			}
			before = until
		}
	}
}

// of is what a portion has of n. Those of portions that adjoin add up to the whole.
func (p portion) of(n int64) int64 { return int64(float64(n)*p.to) - int64(float64(n)*p.from) }

func (p portion) whole() bool { return p.from == 0 && p.to == 1 }

// buckets is what a portion has of latencies: dealt out evenly, as nothing says when
// within the interval they were.
func (p portion) buckets(all []load.Bucket) (own []load.Bucket) {
	if p.whole() {
		return all
	}
	var seen int64
	// Cut from the cumulative count, so that buckets of one value do not all end up in
	// the last part.
	for _, x := range all {
		n := p.of(seen+int64(x.Count)) - p.of(seen)
		seen += int64(x.Count)
		if n > 0 {
			own = append(own, load.Bucket{Index: x.Index, Count: uint32(n)})
		}
	}
	return own
}

// gather is the sum of an interval's step rows.
func gather(iv *load.Interval, rows []load.RowKey) point {
	var p point
	for i := range iv.Rows {
		d := &iv.Rows[i]
		if rows[d.Row].Kind != load.StepRow {
			continue
		}
		p.requests += d.Requests
		p.failures += d.Failures
		p.buckets = load.MergeBuckets(p.buckets, d.OK.Buckets)
		p.buckets = load.MergeBuckets(p.buckets, d.Failed.Buckets)
	}
	return p
}

// part is a portion of p.
func (p *point) part(of portion) point {
	return point{
		requests: of.of(p.requests), failures: of.of(p.failures), buckets: of.buckets(p.buckets),
	}
}

func (p *point) gain(d point) {
	p.requests += d.requests
	p.failures += d.failures
	p.buckets = load.MergeBuckets(p.buckets, d.buckets)
}

// at is the point of a second; the series grows up to it.
func (s *series) at(sec int) *point {
	for sec/s.step >= maxPoints {
		s.thin()
	}
	i := sec / s.step
	for len(s.points) <= i {
		s.points = append(s.points, point{users: make([]int32, s.scenarios), peaks: make([]int32, s.scenarios), targets: make([]int32, s.scenarios)})
	}
	for ; s.frozen < len(s.points)-openPoints; s.frozen++ {
		s.points[s.frozen].buckets = nil
	}
	return &s.points[i]
}

// thin joins points in pairs.
func (s *series) thin() {
	half := s.points[:0]
	for i := 0; i < len(s.points); i += 2 {
		p := s.points[i]
		if i+1 < len(s.points) {
			p = p.join(s.points[i+1])
		}
		half = append(half, p)
	}
	clear(s.points[len(half):])
	s.points, s.step, s.frozen = half, 2*s.step, s.frozen/2
}

func (p point) join(next point) point {
	next.requests += p.requests
	next.failures += p.failures
	next.reports = min(next.reports, p.reports)
	for i := range next.peaks {
		next.peaks[i] = max(next.peaks[i], p.peaks[i])
	}
	next.buckets = load.MergeBuckets(p.buckets, next.buckets)
	return next
}

func total(list []int32) (n int64) {
	for _, x := range list {
		n += int64(x)
	}
	return n
}

// gaps is true when no report covers some second up to to.
func (s *series) gaps(to time.Duration) bool {
	n := min(len(s.points), int(to/(time.Duration(s.step)*time.Second)))
	return slices.ContainsFunc(s.points[:n], func(p point) bool { return p.reports == 0 })
}

// peakUsers is the largest number of users of one scenario. Workers that have their
// peaks within the same second count as having them at the same moment.
func (s *series) peakUsers(scenario int) int {
	peak := 0
	for i := range s.points {
		peak = max(peak, int(s.points[i].peaks[scenario]))
	}
	return peak
}

// bucketQuantile is the value, in ms, at quantile q by the nearest-rank rule.
func bucketQuantile(buckets []load.Bucket, q float64) float64 {
	var count, seen int64
	for _, b := range buckets {
		count += int64(b.Count)
	}
	rank := max(int64(math.Ceil(q*float64(count)-1e-9)), 1)
	for _, b := range buckets {
		if seen += int64(b.Count); seen >= rank {
			return float64(load.BucketHigh(int(b.Index))) / 1000
		}
	}
	return 0
}
