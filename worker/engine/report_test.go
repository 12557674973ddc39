package engine

import (
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/worker/record"
)

const onePlan = `{version: 1, transactions: [{name: t, steps: [{name: s, request: {url: "http://127.0.0.1:9/"}}]}], load: {users: 1}}`

// A master that is away for two hours loses detail and nothing else.
func TestReportsToAMasterThatIsAwayAreJoined(t *testing.T) {
	r := testRun(t, onePlan)
	p := newReporter(r, nil)
	const seconds = 7_200
	row := r.scenes[0].choice.transactions[0].steps[0].row
	for s := 1; s <= seconds; s++ {
		row.Done(record.Outcome{Latency: time.Duration(s) * time.Microsecond})
		r.scenes[0].load.Start(s%2 == 0)
		r.scenes[0].load.Wait()
		row.Warn()
		p.cut(time.Duration(s) * time.Second)
		if len(p.pending) > maxPending {
			t.Fatalf("%d intervals wait", len(p.pending))
		}
	}
	var upTo time.Duration
	var h load.Hist
	var started, late, attempts, waits, warnings int64
	for _, iv := range p.pending {
		if iv.From != upTo || iv.To <= iv.From || iv.To%time.Second != 0 {
			t.Fatalf("interval %v–%v after %v", iv.From, iv.To, upTo)
		}
		upTo = iv.To
		attempts += iv.Counters.Attempts
		started, late = started+iv.Loads[0].Started, late+iv.Loads[0].Late
		waits += iv.Loads[0].Waiting
		for _, d := range iv.Rows {
			warnings += d.Warnings
			h.Add(&d.OK)
		}
	}
	if upTo != seconds*time.Second || h.Count != seconds || started != seconds || late != seconds/2 || attempts != seconds {
		t.Errorf("up to %v: %d requests, %d attempts, %d started, %d late", upTo, h.Count, attempts, started, late)
	}
	if waits != seconds || warnings != seconds {
		t.Errorf("%d waits, %d warnings", waits, warnings)
	}
	if h.Min != 1 || h.Max != seconds || h.Sum != seconds*(seconds+1)/2 {
		t.Errorf("min %d, max %d, sum %d", h.Min, h.Max, h.Sum)
	}
}

// However long the master is away, no interval is joined across a mark: what is measured
// from it on is not mixed with what was before.
func TestIntervalsAreNotJoinedAcrossAMark(t *testing.T) {
	r := testRun(t, onePlan)
	marks := []time.Duration{301 * time.Second, 303 * time.Second, 1_800 * time.Second}
	r.job.Marks = marks
	p := newReporter(r, nil)
	row := r.scenes[0].choice.transactions[0].steps[0].row
	for s := 1; s <= 3_600; s++ {
		row.Done(record.Outcome{Latency: time.Millisecond})
		p.cut(time.Duration(s) * time.Second)
	}
	var n int64
	at := map[time.Duration]int64{} // requests up to the end of an interval
	for _, iv := range p.pending {
		for _, d := range iv.Rows {
			n += d.Requests
		}
		at[iv.To] = n
	}
	for _, m := range marks {
		if want := int64(m / time.Second); at[m] != want {
			t.Errorf("%d requests up to the mark at %v, want %d: no interval ends there", at[m], m, want)
		}
	}
	if len(p.pending) > maxPending || n != 3_600 {
		t.Errorf("%d intervals wait, with %d requests", len(p.pending), n)
	}
}

// What a run says of itself is masked like all else.
func TestTheLogIsMasked(t *testing.T) {
	r := testRun(t, onePlan)
	r.mask = newMasker(map[string]string{"KEY": "hunter2 & co"}, nil)
	r.log("warn", "answered hunter2 & co, or hunter2%20%26%20co")
	if lines := r.logs.take(); len(lines) != 1 || lines[0].Message != "answered ***, or ***" {
		t.Errorf("%+v", lines)
	}
}

// A late tick of the reporter's clock moves no border: intervals end at whole seconds
// of the run time, and only the last does not.
func TestIntervalsEndAtWholeSeconds(t *testing.T) {
	r := testRun(t, onePlan)
	quit := make(chan struct{})
	p := newReporter(r, quit)
	t0 := time.Now().Add(-2700 * time.Millisecond) // the first look comes 700 ms late
	r.t0.Store(&t0)
	row := r.scenes[0].choice.transactions[0].steps[0].row
	row.Done(record.Outcome{})
	go p.loop()
	defer func() { close(quit); <-p.done }()

	first := <-p.out
	if n := len(first.Intervals); n != 1 || first.Intervals[0].From != 0 || first.Intervals[0].To != 2*time.Second {
		t.Fatalf("first: %+v", first.Intervals)
	}
	row.Done(record.Outcome{})
	time.Sleep(500 * time.Millisecond) // a second goes by unacknowledged
	p.ack(first.Seq)
	row.Interrupted(0, 0)
	close(p.finish) // before the load is over: the last report still waits for it
	second := <-p.out
	if n := len(second.Intervals); n != 1 || second.Intervals[0].To != 3*time.Second || second.Final || second.Ended {
		t.Fatalf("second: %+v", second)
	}
	row.Done(record.Outcome{Failed: true}) // in flight at the end
	close(p.over)
	p.ack(second.Seq)
	last := <-p.out
	var requests, interrupted int64
	for _, rep := range []load.Report{first, second, last} {
		for _, iv := range rep.Intervals {
			for _, d := range iv.Rows {
				requests, interrupted = requests+d.Requests, interrupted+d.Interrupted
			}
		}
	}
	if !last.Final || !last.Ended || last.Intervals[0].From != 3*time.Second || requests != 3 || interrupted != 1 {
		t.Errorf("%d requests, %d interrupted; last: %+v", requests, interrupted, last)
	}
	p.ack(last.Seq)
	<-p.done
	if !p.finished.Load() {
		t.Error("not finished after the final report was acknowledged")
	}
}

func TestNumbersAreNeverUsedTwiceInARun(t *testing.T) {
	seqs, ids := map[int64]bool{}, map[int64]bool{}
	const workers, each = 3, 50
	for i := range workers {
		r := testRun(t, onePlan)
		r.job.Index, r.job.Of = i, workers
		for k := range int64(each) {
			id := r.nextUser()
			if id != 1+int64(i)+workers*k {
				t.Errorf("worker %d: user %d has id %d", i, k, id)
			}
			ids[id], seqs[r.nextSeq()] = true, true
		}
	}
	for n := int64(1); n <= workers*each; n++ {
		if !ids[n] || !seqs[n] {
			t.Errorf("%d is missing", n)
		}
	}
	if len(ids) != workers*each || len(seqs) != workers*each {
		t.Errorf("%d ids and %d numbers, want %d", len(ids), len(seqs), workers*each)
	}
}
