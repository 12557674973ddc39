package run_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/run/runtest"
)

// A group says when its failures were, who had them, and how many there were in each of the
// last seconds, also while a worker is away and after it has come back.
func TestErrorsSayWhen(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := shop()
		p.Load.Stages = load.Ramp(10, 0, 5*time.Minute)
		p.Thresholds = []load.Threshold{{Rule: "failures < 50%", Metric: "failures", Share: true, Op: "<", Value: 0.5}}
		workers := []*runtest.Worker{{PerSecond: 10, Failing: 3}, {PerSecond: 10, Failing: 2}, {PerSecond: 10}}
		r := watched(t, p, workers...)
		go r.Conduct(context.Background())
		<-r.News()
		wait := func(want ...int64) {
			t.Helper()
			groups := r.Errors()
			if len(groups) != 1 || len(groups[0].Samples) != 0 || !slices.Equal(slices.Sorted(slices.Values(groups[0].Workers)), []string{"w0", "w1"}) {
				t.Errorf("%+v", groups)
				return
			}
			if !slices.Equal(groups[0].Trend, want) {
				t.Errorf("trend %v, want %v", groups[0].Trend, want)
			}
		}
		time.Sleep(4500 * time.Millisecond) // a second of it was before time zero
		wait(5, 5, 5)
		workers[1].Session().Cut(true)
		time.Sleep(15 * time.Second) // it is lost after 10: the others are not held up by it
		wait(append([]int64{5, 5, 5}, slices.Repeat([]int64{3}, 15)...)...)
		workers[1].Session().Cut(false)
		time.Sleep(3 * time.Minute)
		wait(slices.Repeat([]int64{5}, load.TrendSeconds)...)
		<-r.Done()
		e := r.Result().Errors[0]
		if e.Count != 5*300 || e.FirstSeen != 0 || e.LastSeen != 299_000 || len(e.Samples) != load.MaxSamples {
			t.Errorf("%d failures from %v to %v with %d samples", e.Count, e.FirstSeen, e.LastSeen, len(e.Samples))
		}
		if ended := r.Errors(); len(ended) != 1 || ended[0].Count != e.Count || len(ended[0].Trend) != 0 || len(ended[0].Samples) != 0 {
			t.Errorf("after the end: %+v", ended)
		}
	})
}
