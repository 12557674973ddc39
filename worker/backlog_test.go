package worker

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/locust-http/locust-http/load"
)

// heavy is a report whose one sample carries so many bytes.
func heavy(seq uint64, bytes int) load.Report {
	return load.Report{Seq: seq, Errors: []load.ErrorDelta{{Count: 3, Samples: []load.Sample{{
		Message: "it failed", Stack: "plan.yaml:3", Response: &load.SampleResponse{Body: make([]byte, bytes)}, Vars: map[string]load.Value{"a": load.StringValue("b")},
	}}}}}
}

func TestTheBacklogIsBoundedInBytes(t *testing.T) {
	var b backlog
	const each = 1 << 20
	kept := 0
	for seq := uint64(1); seq <= 100; seq++ {
		r := heavy(seq, each)
		b.add(r)
		if got := b.reports[b.len()-1].Errors[0]; got.Samples[0].Response != nil {
			kept++
		} else if got.Count != 3 || got.Samples[0].Message != "it failed" || got.Samples[0].Vars != nil || got.Samples[0].Stack != "" {
			t.Fatalf("report %d has lost more than its details: %+v", seq, got)
		}
		if r.Errors[0].Samples[0].Response == nil {
			t.Fatal("the engine's own report was changed")
		}
	}
	if kept < 14 || kept > 16 {
		t.Errorf("%d samples of 1 MiB are kept, want those of 16 MiB", kept)
	}
	if b.total.details > maxBacklogSamples || b.full() {
		t.Errorf("%d bytes of details, full %v", b.total.details, b.full())
	}
	// What is acknowledged makes room.
	b.dropTo(50)
	b.add(heavy(101, each))
	if b.len() != 51 || b.reports[0].Seq != 51 || b.reports[50].Errors[0].Samples[0].Response == nil {
		t.Errorf("%d reports from %d", b.len(), b.reports[0].Seq)
	}
	b.dropTo(1000)
	if b.total != (reportSize{}) || b.len() != 0 {
		t.Errorf("an empty backlog has %+v", b.total)
	}
	// Counts have no other bound than that nothing more is taken.
	row := load.RowDelta{OK: load.SparseHist{Buckets: make([]load.Bucket, 1<<20)}}
	n := uint64(0)
	for ; !b.full(); n++ {
		b.add(load.Report{Seq: n, Intervals: []load.Interval{{Rows: []load.RowDelta{row}}}})
	}
	if n < 7 || n > 9 {
		t.Errorf("full after %d reports of 8 MiB", n)
	}
	b = backlog{}
	metric := load.MetricDelta{Name: "cart", Buckets: make([]load.Bucket, 1<<20)}
	for n = 0; !b.full(); n++ {
		b.add(load.Report{Seq: n, Intervals: []load.Interval{{Metrics: []load.MetricDelta{metric}}}})
	}
	if n < 7 || n > 9 {
		t.Errorf("full after %d reports of 8 MiB of metrics", n)
	}
}

func TestRowsPassThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, d := newLab(nil)
		defer d.Close()
		s := mustPrepare(t, d, job("r1", 1, 30*time.Second)).(load.Dealer)
		l.last().s.rows = 10
		rows, err := s.Yield(t.Context(), "accounts", 4)
		if err != nil || len(rows) != 1 || rows[0] != (load.RowRange{From: 6, To: 10}) {
			t.Errorf("Yield: %v, %v", rows, err)
		}
		g := load.Grant{Source: "accounts", Ask: 3, Ranges: rows}
		if err := s.Grant(t.Context(), g); err != nil || len(l.last().s.grants) != 1 || l.last().s.grants[0].Ask != 3 {
			t.Errorf("Grant: %v, arrived %v", err, l.last().s.grants)
		}
		// A master that only deals rows is heard.
		for range 4 {
			time.Sleep(20 * time.Second)
			if _, err := s.Yield(t.Context(), "accounts", 0); err != nil {
				t.Errorf("a master that speaks: %v", err)
			}
		}
		time.Sleep(31 * time.Second)
		if _, err := s.Yield(t.Context(), "accounts", 1); err == nil {
			t.Error("rows were taken of a load that was stopped for silence")
		}
	})
}
