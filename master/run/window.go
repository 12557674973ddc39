package run

import (
	"math"
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
)

// window is the run time that rates, percentiles and thresholds are of: all of it, or
// the plan's measure. Only intervals of the window reach histograms, so that a window
// costs no memory of its own; counts are kept for the whole run and, in a few numbers
// beside them, for the window.
type window struct{ from, to time.Duration } // to: forever without one

const forever = time.Duration(math.MaxInt64)

func windowOf(p *load.Plan) window {
	w := window{p.Measure.From, p.Measure.To}
	if w.to <= 0 {
		w.to = forever
	}
	return w
}

// whole says that the window is the whole run.
func (w window) whole() bool { return w.from <= 0 && w.to == forever }

// has says whether an interval counts to the window. Marks see to it that one lies in
// it or outside; one that an older worker has joined across an edge belongs to where
// its middle is.
func (w window) has(iv *load.Interval) bool {
	if w.whole() {
		return true
	}
	mid := middle(iv)
	return mid >= w.from && mid < w.to
}

func middle(iv *load.Interval) time.Duration { return iv.From + (iv.To-iv.From)/2 }

// cut is the part of the window up to a run time; never negative.
func (w window) cut(end time.Duration) window {
	return window{w.from, max(min(w.to, end), w.from)}
}

func (w window) length() time.Duration { return w.to - w.from }

// judge says what the window has missed of the run. end is when the load ended.
func (w window) judge(f *findings, end time.Duration) {
	switch {
	case w.whole():
	case w.from >= end:
		end = end.Round(time.Millisecond)
		f.doubt(load.WhyWindowEmpty, load.Params{"from": w.from.Seconds(), "end": end.Seconds()}, "nothing was measured: the window begins at %v, and the load ended at %v", w.from, end)
	case w.to != forever && w.to > end:
		end = end.Round(time.Millisecond)
		f.doubt(load.WhyWindowShort, load.Params{"end": end.Seconds(), "to": w.to.Seconds()}, "the load ended at %v, before the end of the measured window at %v", end, w.to)
	}
}

// marks are the run times at which workers have to end an interval, rising.
func (sh *shape) marks() []load.Duration {
	var at []load.Duration
	add := func(t time.Duration) {
		if t > 0 && t != forever {
			at = append(at, t)
		}
	}
	add(sh.window.from)
	add(sh.window.to)
	for _, s := range sh.spans {
		add(s.from)
		add(s.to)
	}
	slices.Sort(at)
	return slices.Compact(at)
}

// exact is h with the bounds of its own values. A report has the bounds of everything
// so far, which are too wide for a part of the run; those of the buckets are right to
// a thousandth.
func exact(h *load.SparseHist) load.SparseHist {
	if len(h.Buckets) == 0 {
		return load.SparseHist{}
	}
	own := *h
	own.Min = max(h.Min, load.BucketLow(int(h.Buckets[0].Index)))
	own.Max = min(h.Max, load.BucketHigh(int(h.Buckets[len(h.Buckets)-1].Index)))
	if last := h.Buckets[len(h.Buckets)-1]; int(last.Index) == load.NumBuckets-1 {
		own.Max = h.Max // that bucket has no upper bound
	}
	return own
}
