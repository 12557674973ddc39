package run

import (
	"slices"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Nobody takes for hours: what is kept stays bounded, and every count is there.
func TestPendingSecondsAreBounded(t *testing.T) {
	sh := oneLoad(load.UsersModel)
	f := newFeed(make(chan struct{}, 1), sh)
	key := func(int) load.RowKey { return load.RowKey{Transaction: "t", Step: "s"} }
	const n = 3 * maxPending
	for i := range n {
		at := time.Duration(i) * time.Second
		f.add(&load.Interval{
			From: at, To: at + time.Second, CPU: 0.5,
			Rows:  []load.RowDelta{{Requests: 2, Failures: 1, Status: [6]int64{2: 1, 5: 1}, OK: load.SparseHist{Buckets: []load.Bucket{{Index: 7, Count: 1}}}}},
			Loads: []load.LoadDelta{{Users: 3, Started: 2}},
		}, "w", key, sh)
		f.squeeze()
	}
	for range 2 * maxPendingLogs {
		f.log(load.LogLine{Message: "x"})
	}
	if len(f.pending) > maxPending {
		t.Errorf("%d seconds are pending", len(f.pending))
	}
	got := f.take(n, newSeries(1), sh.loads, func(int, int) int { return 0 })
	var requests, ok, started, own int64
	for _, s := range got.Seconds {
		for _, r := range s.Rows {
			requests += r.Requests
			for _, b := range r.OK {
				ok += int64(b.Count)
			}
		}
		for _, l := range s.Loads {
			started += l.Started
		}
		for _, w := range s.Workers {
			own += w.Requests
		}
	}
	if requests != 2*n || ok != n || started != 2*n || own != 2*n {
		t.Errorf("%d requests, %d latencies, %d started, %d by workers; want %d, %d, %d, %d", requests, ok, started, own, 2*n, n, 2*n, 2*n)
	}
	if len(got.Logs) != maxPendingLogs || got.LogsLost != maxPendingLogs {
		t.Errorf("%d lines, %d lost", len(got.Logs), got.LogsLost)
	}
}

// What is due is what the profile asks for, up to the stop; of the time before a change the
// load knows how much it was.
func TestDueStarts(t *testing.T) {
	ramp := scenario{profile: load.Profile{Model: load.ArrivalsModel, Stages: []load.Stage{{Target: 10, Duration: 2 * time.Second}, {Target: 10, Duration: 2 * time.Second}}}}
	changed := scenario{startAt: 1500 * time.Millisecond, profile: load.Profile{Model: load.ArrivalsModel, Begin: 4, Stages: []load.Stage{{Target: 20, Jump: true}}}}
	closed := scenario{profile: load.Profile{Model: load.UsersModel, Stages: load.Ramp(5, 0, 0)}}
	for _, c := range []struct {
		name    string
		load    scenario
		stopped time.Duration
		want    []int64
	}{
		{"ramp", ramp, 0, []int64{3, 7, 10, 10, 0, 0}},
		{"stopped", ramp, 2500 * time.Millisecond, []int64{3, 7, 5, 0, 0, 0}},
		{"changed", changed, 0, []int64{4, 12, 20, 20, 20, 20}},
		{"users", closed, 0, []int64{0, 0, 0, 0, 0, 0}},
	} {
		f := feed{stopped: c.stopped}
		var got []int64
		for sec := range c.want {
			got = append(got, f.due(sec, &c.load))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
