package scripted

import (
	"reflect"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

func shop() *load.Plan {
	step := func(name string) load.Step { return load.Step{Name: name, Request: &load.Request{Method: "GET"}} }
	rare := 1
	often := 4
	return &load.Plan{Transactions: []load.Transaction{
		{Name: "browse", Weight: &often, Steps: []load.Step{step("list"), step("one")}},
		{Name: "buy", Weight: &rare, Steps: []load.Step{step("pay")}},
	}}
}

func second(s *Story, at int) (load.Interval, load.Report) {
	iv := load.Interval{From: time.Duration(at) * time.Second, To: time.Duration(at+1) * time.Second}
	var r load.Report
	s.Count(&iv, &r, &load.Job{Index: 1, Of: 4}, 50)
	return iv, r
}

// Two plays of a story are the same, and its numbers fit together.
func TestStoryIsTheSameEveryTime(t *testing.T) {
	s := NewStory(shop())
	for at := range 60 {
		iv, r := second(s, at)
		again, more := second(NewStory(shop()), at)
		if !reflect.DeepEqual(iv, again) || !reflect.DeepEqual(r, more) {
			t.Fatalf("second %d differs", at)
		}
		var attempts, failed, errors int64
		for _, d := range iv.Rows {
			var n int64
			for _, b := range append(d.OK.Buckets, d.Failed.Buckets...) {
				n += int64(b.Count)
			}
			if n != d.Requests {
				t.Fatalf("second %d: row %d has %d latencies of %d requests", at, d.Row, n, d.Requests)
			}
			if s.Rows()[d.Row].Kind == load.StepRow {
				attempts += d.Requests
				failed += d.Failures
			}
		}
		for _, e := range r.Errors {
			errors += e.Count
		}
		if attempts != iv.Counters.Attempts || failed != errors {
			t.Fatalf("second %d: %d attempts of %d, %d failed of %d", at, attempts, iv.Counters.Attempts, failed, errors)
		}
		if share := float64(failed) / float64(attempts); Burst(at) != (share > 0.05) {
			t.Errorf("second %d: %.3f have failed", at, share)
		}
	}
}
