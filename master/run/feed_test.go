package run_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/run"
	"github.com/locust-http/locust-http/master/run/runtest"
)

// watcher puts together what Take gives, as a history does.
type watcher struct {
	rows    []load.RowKey
	seconds map[int]load.Second
	again   int
	events  []load.Event
	total   int64
	failed  int64
}

func (w *watcher) take(t *testing.T, r *run.Run) {
	f := r.Take()
	if len(f.Rows) < len(w.rows) || !slices.Equal(w.rows, f.Rows[:len(w.rows)]) {
		t.Errorf("rows were %v and are %v", w.rows, f.Rows)
	}
	w.rows = f.Rows
	for _, s := range f.Seconds {
		if _, known := w.seconds[s.At]; known != s.Again {
			t.Errorf("second %d: known %v, again %v", s.At, known, s.Again)
		}
		if s.Again {
			w.again++
		}
		w.seconds[s.At] = s
		for _, row := range s.Rows {
			if w.rows[row.Row].Kind == load.StepRow {
				w.total += row.Requests
				w.failed += row.Failures
				if n := count(row.OK) + count(row.Failed); n != row.Requests {
					t.Errorf("second %d: %d latencies of %d requests", s.At, n, row.Requests)
				}
			}
		}
	}
	w.events = append(w.events, f.Events...)
}

func count(buckets []load.Bucket) (n int64) {
	for _, b := range buckets {
		n += int64(b.Count)
	}
	return n
}

// kinds are the events but for states, with their workers or names.
func (w *watcher) kinds() (list []string) {
	for _, e := range w.events {
		if e.Kind != load.EventState {
			list = append(list, string(e.Kind)+" "+e.Worker+e.Name)
		}
	}
	return list
}

func watched(t *testing.T, p *load.Plan, workers ...*runtest.Worker) *run.Run {
	t.Helper()
	s := specOf(p, workers...)
	s.Watched = true
	r, err := run.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What a load asks for does not shrink when a worker is lost, and ends with the load.
func TestTargetOutlivesAWorker(t *testing.T) {
	bubble(t, func(t *testing.T) {
		workers := []*runtest.Worker{{PerSecond: 10}, {PerSecond: 10}}
		p := shop()
		p.Load.Stages = load.Ramp(10, 0, 40*time.Second)
		r := watched(t, p, workers...)
		go r.Conduct(context.Background())
		w := watcher{seconds: map[int]load.Second{}}
		time.Sleep(5500 * time.Millisecond)
		workers[1].Session().Cut(true)
		<-r.Done()
		w.take(t, r)
		for at := range 40 {
			l := w.seconds[at].Loads[0]
			if l.Target != 10 {
				t.Errorf("second %d: %d users are asked for", at, l.Target)
			}
			if at < 4 && l.Users != 10 || at > 5 && l.Users != 5 {
				t.Errorf("second %d has %d users", at, l.Users)
			}
		}
		if l := w.seconds[40]; len(l.Loads) > 0 && l.Loads[0].Target != 0 {
			t.Errorf("after the load %d users are asked for", l.Loads[0].Target)
		}
	})
}

// A worker is away for a while and comes back with what it did: every count is given
// once, whatever second it belongs to.
func TestFeedIsTheWholeRun(t *testing.T) {
	bubble(t, func(t *testing.T) {
		workers := []*runtest.Worker{{PerSecond: 100, Failing: 3}, {PerSecond: 10}}
		p := shop()
		p.Load.Stages = load.Ramp(10, 0, time.Minute)
		p.Thresholds = []load.Threshold{{Rule: "failures < 50%", Metric: "failures", Share: true, Op: "<", Value: 0.5}}
		r := watched(t, p, workers...)
		go r.Conduct(context.Background())
		w := watcher{seconds: map[int]load.Second{}}
		<-r.News()
		for i := range 50 {
			time.Sleep(time.Second)
			w.take(t, r)
			switch i {
			case 5:
				workers[1].Session().Cut(true)
			case 25:
				workers[1].Session().Cut(false)
			}
		}
		<-r.Done()
		w.take(t, r)
		res := r.Result()
		wantRequests(t, res, 60*110)
		if w.total != res.Total.Requests || w.failed != res.Total.Failures {
			t.Errorf("seconds have %d requests, %d failed; the result %d and %d", w.total, w.failed, res.Total.Requests, res.Total.Failures)
		}
		if w.again == 0 {
			t.Error("no second was given again although a worker was away")
		}
		for at := range 60 {
			s, ok := w.seconds[at]
			if !ok || s.Reports == 0 {
				t.Fatalf("second %d: %+v", at, s)
			}
			if n := s.Loads[0].Users; n != 10 || s.Loads[0].Target != 10 {
				t.Errorf("second %d has %d users of %d, want 10", at, n, s.Loads[0].Target)
			}
		}
		if len(w.seconds) != 60 {
			t.Errorf("%d seconds", len(w.seconds))
		}
		if got, want := w.kinds(), []string{"worker_suspect w1", "worker_lost w1", "worker_returned w1"}; !slices.Equal(got, want) {
			t.Errorf("events %v, want %v", got, want)
		}
		var states []string
		for i, e := range w.events {
			if e.Seq != int64(i+1) || e.At.IsZero() {
				t.Errorf("event %d: %+v", i, e)
			}
			if e.Kind == load.EventState {
				states = append(states, e.Name)
			}
		}
		if want := []string{"preparing", "setup", "running", "stopping", "completed"}; !slices.Equal(states, want) {
			t.Errorf("states %v, want %v", states, want)
		}
		if f := r.Take(); len(f.Seconds)+len(f.Events) > 0 || !slices.Equal(f.Rows, w.rows) {
			t.Errorf("after all was taken there is %+v", f)
		}
	})
}

// A worker that is lost, and whose session breaks later, is lost once; what it is said to
// be lost for is what it was lost for.
func TestFeedTellsALossOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		workers := []*runtest.Worker{{PerSecond: 10}, {PerSecond: 10}}
		p := shop()
		p.Load.Stages = load.Ramp(10, 0, time.Minute)
		r := watched(t, p, workers...)
		go r.Conduct(context.Background())
		time.Sleep(5 * time.Second)
		workers[1].Session().Cut(true)
		time.Sleep(20 * time.Second)
		workers[1].Session().Break()
		<-r.Done()
		w := watcher{seconds: map[int]load.Second{}}
		w.take(t, r)
		if got, want := w.kinds(), []string{"worker_suspect w1", "worker_lost w1"}; !slices.Equal(got, want) {
			t.Errorf("events %v, want %v", got, want)
		}
		if why := r.Result().Workers[1].Why; why == nil || why.Code != load.WhyNoReport {
			t.Errorf("it was lost because of %v", why)
		}
	})
}

func TestFeedTellsWhatPeopleDid(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := shop()
		p.Thresholds = []load.Threshold{{Rule: "failures <= 4", Metric: "failures", Op: "<=", Value: 4}}
		r := watched(t, p, &runtest.Worker{PerSecond: 10, Failing: 1})
		go r.Conduct(context.Background())
		time.Sleep(3 * time.Second)
		users := 4
		if err := r.Change(context.Background(), run.ChangeRequest{Users: &users, By: "ana"}); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(r.Note("cache is cold", "bo"), r.Mark("bo")); err != nil {
			t.Fatal(err)
		}
		<-r.Done()
		if err := r.Note("too late", ""); !errors.Is(err, run.ErrEnded) {
			t.Errorf("a note after the end: %v", err)
		}
		w := watcher{seconds: map[int]load.Second{}}
		w.take(t, r)
		if got, want := w.kinds(), []string{"load ", "note ", "steady ", "threshold_crossed failures <= 4"}; !slices.Equal(got, want) {
			t.Fatalf("events %v, want %v", got, want)
		}
		var change, note load.Event
		for _, e := range w.events {
			switch e.Kind {
			case load.EventLoad:
				change = e
			case load.EventNote:
				note = e
			}
		}
		if change.From != 10 || change.To != 4 || change.By != "ana" || change.Second < 1 {
			t.Errorf("%+v", change)
		}
		if note.Text != "cache is cold" || note.By != "bo" {
			t.Errorf("%+v", note)
		}
		select {
		case <-r.News():
		default:
			t.Error("the end was no news")
		}
	})
}

// Who does not watch pays nothing for seconds.
func TestFeedUnwatched(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := start(t, shop(), &runtest.Worker{PerSecond: 10})
		r.Conduct(context.Background())
		if f := r.Take(); len(f.Rows) > 0 || len(f.Events) == 0 {
			t.Errorf("%+v", f)
		}
	})
}
