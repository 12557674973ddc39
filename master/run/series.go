package run

import (
	"iter"
	"math"
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Bounds of a series: after maxPoints its points are joined in pairs (so 6 hours have
// a point per second, 12 hours one per two); percentiles are computed from full
// histograms for the last openPoints and are final for what is older. What a worker
// reports later than that still counts in all other columns.
const (
	maxPoints  = 6 * 3600
	openPoints = 120
)

// series is a run over time.
type series struct {
	points    []point
	step      int // seconds per point
	frozen    int // points before it have no histogram any more
	scenarios int
}

// point is what all workers did in one stretch of run time.
type point struct {
	requests, failures int64
	bytesIn, bytesOut  int64
	users              []int32 // at its end, by scenario
	peaks              []int32 // each worker's most at once, added up; by scenario
	targets            []int32 // by scenario
	cpu                float64
	reports            int32         // how many intervals cover it
	buckets            []load.Bucket // of all step latencies; in order
	quantiles          [4]float64    // ms; once frozen
}

var quantiles = [4]float64{0.5, 0.95, 0.99, 0.999}

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
		if iv.To-iv.From >= shortest {
			p.cpu = max(p.cpu, iv.CPU)
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
		p.bytesIn += d.BytesIn
		p.bytesOut += d.BytesOut
		p.buckets = load.MergeBuckets(p.buckets, d.OK.Buckets)
		p.buckets = load.MergeBuckets(p.buckets, d.Failed.Buckets)
	}
	return p
}

// part is a portion of p.
func (p *point) part(of portion) point {
	return point{
		requests: of.of(p.requests), failures: of.of(p.failures), bytesIn: of.of(p.bytesIn), bytesOut: of.of(p.bytesOut),
		buckets: of.buckets(p.buckets),
	}
}

func (p *point) gain(d point) {
	p.requests += d.requests
	p.failures += d.failures
	p.bytesIn += d.bytesIn
	p.bytesOut += d.bytesOut
	if p.quantiles == ([4]float64{}) {
		p.buckets = load.MergeBuckets(p.buckets, d.buckets)
	}
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
		s.points[s.frozen].freeze()
	}
	return &s.points[i]
}

// freeze makes all percentiles final.
func (s *series) freeze() {
	for ; s.frozen < len(s.points); s.frozen++ {
		s.points[s.frozen].freeze()
	}
}

func (p *point) freeze() {
	p.quantiles = p.percentiles()
	p.buckets = nil
}

// percentiles are those of p in ms.
func (p *point) percentiles() (q [4]float64) {
	if p.buckets == nil {
		return p.quantiles
	}
	for i := range quantiles {
		q[i] = bucketQuantile(p.buckets, quantiles[i])
	}
	return q
}

// thin joins points in pairs. Percentiles of a pair are the larger ones, so that
// thinning hides no spike.
func (s *series) thin() {
	s.freeze()
	half := s.points[:0]
	for i := 0; i < len(s.points); i += 2 {
		p := s.points[i]
		if i+1 < len(s.points) {
			p = p.join(s.points[i+1])
		}
		half = append(half, p)
	}
	clear(s.points[len(half):])
	s.points, s.step, s.frozen = half, 2*s.step, len(half)
}

func (p point) join(next point) point {
	next.requests += p.requests
	next.failures += p.failures
	next.bytesIn += p.bytesIn
	next.bytesOut += p.bytesOut
	next.cpu = max(next.cpu, p.cpu)
	next.reports = min(next.reports, p.reports)
	for i := range next.peaks {
		next.peaks[i] = max(next.peaks[i], p.peaks[i])
	}
	for i := range next.quantiles {
		next.quantiles[i] = max(next.quantiles[i], p.quantiles[i])
	}
	return next
}

// slice is the series between two run times.
func (s *series) slice(from, to time.Duration) load.Series {
	step := time.Duration(s.step) * time.Second
	first := max(int(from/step), 0)
	last := min(len(s.points), int(to/step))
	if to > 0 && to%step != 0 && last < len(s.points) && to != math.MaxInt64 {
		last++
	}
	first = min(first, max(last, 0))
	out := load.Series{Step: float64(s.step), From: float64(first * s.step), Cols: map[string][]float64{}, Gaps: []load.Measured{}}
	names := [...]string{"users", "target", "rps", "failures", "p50", "p95", "p99", "p999", "bytes_in", "bytes_out", "cpu"}
	for _, name := range names {
		out.Cols[name] = make([]float64, 0, max(last-first, 0))
	}
	for i := first; i < last; i++ {
		for j, v := range s.points[i].columns(float64(s.step)) {
			out.Cols[names[j]] = append(out.Cols[names[j]], v)
		}
		if s.points[i].reports == 0 {
			out.Gaps = appendGap(out.Gaps, ms(time.Duration(i)*step), ms(time.Duration(i+1)*step))
		}
	}
	return out
}

// columns are p as slice names them; counts are per second.
func (p *point) columns(step float64) [11]float64 {
	q := p.percentiles()
	return [11]float64{
		float64(total(p.users)), float64(total(p.targets)),
		float64(p.requests) / step, float64(p.failures) / step,
		q[0], q[1], q[2], q[3],
		float64(p.bytesIn) / step, float64(p.bytesOut) / step, p.cpu,
	}
}

func total(list []int32) (n int64) {
	for _, x := range list {
		n += int64(x)
	}
	return n
}

func appendGap(gaps []load.Measured, from, to float64) []load.Measured {
	if n := len(gaps); n > 0 && gaps[n-1].To == from {
		gaps[n-1].To = to
		return gaps
	}
	return append(gaps, load.Measured{From: from, To: to})
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
