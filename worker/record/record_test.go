package record

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/locust-http/locust-http/load"
	"pgregory.net/rapid"
)

var (
	stepKey = load.RowKey{Kind: load.StepRow, Transaction: "buy", Step: "pay"}
	txKey   = load.RowKey{Kind: load.TransactionRow, Transaction: "buy"}
)

// sumUp adds the histograms of all intervals of one row.
func sumUp(ivs []load.Interval, row int) (ok, failed load.Hist, d load.RowDelta) {
	for _, iv := range ivs {
		for _, r := range iv.Rows {
			if r.Row != row {
				continue
			}
			ok.Add(&r.OK)
			failed.Add(&r.Failed)
			d.Requests += r.Requests
			d.Failures += r.Failures
			d.Interrupted += r.Interrupted
			d.BytesIn += r.BytesIn
			d.BytesOut += r.BytesOut
		}
	}
	return ok, failed, d
}

func TestCutsLoseNothingWhileUsersRecord(t *testing.T) {
	const users, each = 8, 20_000
	r := New(5)
	row := r.Row(stepKey)
	var wg sync.WaitGroup
	for i := range users {
		wg.Go(func() {
			rnd := rand.New(rand.NewPCG(1, uint64(i)))
			for n := range each {
				row.Done(Outcome{
					Latency: time.Duration(rnd.ExpFloat64() * 5e6), Failed: n%10 == 0,
					Status: 200, BytesIn: 3, BytesOut: 2,
				})
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	var ivs []load.Interval
	for open := true; open; {
		select {
		case <-done:
			open = false
		default:
		}
		ivs = append(ivs, r.Cut(0, 0, 0))
	}
	ok, failed, d := sumUp(ivs, 0)
	if d.Requests != users*each || d.Failures != users*each/10 {
		t.Errorf("counted %d requests and %d failures, want %d and %d", d.Requests, d.Failures, users*each, users*each/10)
	}
	if ok.Count+failed.Count != users*each {
		t.Errorf("histograms hold %d values, want %d", ok.Count+failed.Count, users*each)
	}
	if d.BytesIn != 3*users*each || d.BytesOut != 2*users*each {
		t.Errorf("counted %d bytes in and %d out", d.BytesIn, d.BytesOut)
	}
}

func TestQuantilesAreThoseOfTheValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(0, 20_000_000), 1, 500).Draw(t, "µs")
		r := New(0)
		row := r.Row(stepKey)
		var ivs []load.Interval
		for i, v := range values {
			row.Done(Outcome{Latency: time.Duration(v) * time.Microsecond})
			if i%7 == 0 {
				ivs = append(ivs, r.Cut(0, 0, 0))
			}
		}
		ok, _, _ := sumUp(append(ivs, r.Cut(0, 0, 0)), 0)
		slices.Sort(values)
		var sum int64
		for _, v := range values {
			sum += v
		}
		if ok.Min != values[0] || ok.Max != values[len(values)-1] || ok.Sum != sum {
			t.Fatalf("min %d max %d sum %d, want %d %d %d", ok.Min, ok.Max, ok.Sum, values[0], values[len(values)-1], sum)
		}
		for _, q := range []float64{0.5, 0.9, 0.99, 1} {
			exact := values[max(0, int(ceil(q*float64(len(values))))-1)]
			got := ok.Quantile(q)
			if got < exact || float64(got) > float64(exact)*1.001+1 {
				t.Fatalf("quantile %v is %d, want %d (to 0.1 %% above)", q, got, exact)
			}
		}
	})
}

func ceil(x float64) float64 {
	n := float64(int64(x))
	if n < x-1e-9 {
		n++
	}
	return n
}

func TestEveryIntervalKeepsTheEquation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := New(1)
		row, tx := r.Row(stepKey), r.Row(txKey)
		life := r.Row(load.RowKey{Kind: load.LifecycleRow, Transaction: load.SetupName, Step: "login"})
		var want load.Counters
		acts := map[string]func(*rapid.T){
			"request":   func(*rapid.T) { row.Done(Outcome{}); want.Attempts++ },
			"setup":     func(*rapid.T) { life.Done(Outcome{Failed: true}); want.Attempts++ },
			"redirect":  func(*rapid.T) { r.Redirect(); want.Attempts++; want.Redirects++ },
			"interrupt": func(*rapid.T) { row.Interrupted(0, 1); want.Attempts++ },
			"tx":        func(*rapid.T) { tx.Done(Outcome{}) },
			"skip":      func(*rapid.T) { r.Skip(); want.Skipped++ },
			"unsent": func(t *rapid.T) {
				f := load.Fate(rapid.IntRange(0, int(load.NumFates)-1).Draw(t, "fate"))
				r.Fate(f)
				if f != load.Sent {
					want.Unsent[f]++
				}
			},
		}
		var got load.Counters
		acts[""] = func(t *rapid.T) {
			if rapid.Bool().Draw(t, "cut") {
				iv := r.Cut(0, 0, 0)
				got.Add(&iv.Counters)
			}
		}
		t.Repeat(acts)
		iv := r.Cut(0, 0, 0)
		got.Add(&iv.Counters)
		if got != want {
			t.Fatalf("counters %+v, want %+v", got, want)
		}
	})
}

func TestJoinedIntervalsAreTheirSum(t *testing.T) {
	r := New(5)
	row, tx := r.Row(stepKey), r.Row(txKey)
	l := r.Load("")
	row.Done(Outcome{Latency: 3 * time.Millisecond, Status: 200, BytesIn: 1})
	l.Start(true)
	r.Redirect()
	a := r.Cut(0, time.Second, 2)
	row.Done(Outcome{Latency: time.Millisecond, Status: 500, Failed: true})
	row.Done(Outcome{Latency: 9 * time.Millisecond, Status: 200})
	tx.Done(Outcome{Latency: time.Second})
	tx.Scheduled(2 * time.Second)
	l.Start(false)
	b := r.Cut(time.Second, 2*time.Second, 5)
	j := Join(a, b)
	if j.From != 0 || j.To != 2*time.Second {
		t.Errorf("joined to %v–%v", j.From, j.To)
	}
	ok, failed, d := sumUp([]load.Interval{j}, 0)
	if ok.Count != 2 || failed.Count != 1 || d.Requests != 3 || ok.Min != 3000 || ok.Max != 9000 {
		t.Errorf("joined row: %d ok, %d failed, %d requests, min %d max %d", ok.Count, failed.Count, d.Requests, ok.Min, ok.Max)
	}
	if j.Loads[0].Started != 2 || j.Loads[0].Late != 1 {
		t.Errorf("joined load: %+v", j.Loads[0])
	}
	if j.Counters.Attempts != 4 || j.Counters.Reconnects != 5 {
		t.Errorf("joined counters: %+v", j.Counters)
	}
}

func TestPeakUsersOfACut(t *testing.T) {
	r := New(5)
	l := r.Load("")
	cut := func() load.Interval { return r.Cut(0, 0, 0) }
	for _, n := range []int{1, 7, 2} {
		l.SetUsers(n)
	}
	a := cut()
	l.SetUsers(0)
	b, c := cut(), cut()
	for i, want := range []load.LoadDelta{{Users: 2, Peak: 7}, {Users: 0, Peak: 2}, {}} {
		if got := []load.Interval{a, b, c}[i].Loads[0]; got != want {
			t.Errorf("cut %d: %+v, want %+v", i, got, want)
		}
	}
	if got := Join(a, b).Loads[0]; got.Users != 0 || got.Peak != 7 {
		t.Errorf("joined: %+v", got)
	}
}

func TestRowsAreBounded(t *testing.T) {
	r := New(5)
	for i := range load.MaxRows + 50 {
		r.Row(load.RowKey{Kind: load.StepRow, Transaction: "t", Step: string(rune('a' + i))}).Done(Outcome{})
	}
	iv := r.Cut(0, 0, 0)
	if len(iv.Rows) != load.MaxRows+1 {
		t.Fatalf("%d rows, want %d and one for the rest", len(iv.Rows), load.MaxRows)
	}
	last := iv.Rows[len(iv.Rows)-1]
	if key := r.Key(last.Row); key.Step != load.OtherName || last.Requests != 50 {
		t.Errorf("the last row is %+v with %d requests", key, last.Requests)
	}
}

// fail counts a failure, and keeps s if it is wanted.
func fail(r *Recorder, row *Row, class load.Class, rule string, s load.Sample) {
	if r.Fail(row, class, rule, s.At) {
		r.Keep(row, class, rule, s)
	}
}

// Samples that a report has no room for come with later ones; in the last one they are
// without their exchange. All that is kept is bounded.
func TestSamplesAreSpreadOverReports(t *testing.T) {
	r := New(load.MaxSamples)
	row := r.Row(stepKey)
	large := load.Sample{Request: &load.SampleRequest{Body: make([]byte, 100<<10)}}
	const groups = 60 // of 5 samples: 30 MB, of which 16 MiB are kept
	for i := range groups {
		for range load.MaxSamples + 1 {
			fail(r, row, load.ClassCheck, string(rune('a'+i)), large)
		}
	}
	var count, samples, whole int
	for report := range 30 {
		inReport := 0
		for _, g := range r.Errors(report == 9) {
			count += int(g.Count)
			samples += len(g.Samples)
			for _, s := range g.Samples {
				if s.Request != nil {
					inReport += len(s.Request.Body)
					whole++
				}
			}
		}
		if inReport > maxReportExchanges {
			t.Errorf("report %d has %d bytes of samples", report, inReport)
		}
	}
	if count != groups*(load.MaxSamples+1) || samples != groups*load.MaxSamples {
		t.Errorf("%d failures and %d samples", count, samples)
	}
	if want := 10 * (maxReportExchanges / (100 << 10)); whole != want {
		t.Errorf("%d samples with their exchange, want %d: ten reports full", whole, want)
	}
}

func TestErrorsAreGroupedAndSampled(t *testing.T) {
	r := New(2)
	row := r.Row(stepKey)
	for range 4 {
		fail(r, row, load.ClassStatus, "500", load.Sample{Message: "boom"})
	}
	fail(r, row, load.ClassStatus, "404", load.Sample{Message: strings.Repeat("é", load.MaxMessage) + "\xff"})
	first := r.Errors(false)
	if len(first) != 2 || first[0].Count != 4 || len(first[0].Samples) != 2 || first[1].Count != 1 {
		t.Fatalf("groups %+v", first)
	}
	if m := first[1].Samples[0].Message; len(m) != load.MaxMessage || !utf8.ValidString(m) {
		t.Errorf("a long message became %d bytes, as text: %v", len(m), utf8.ValidString(m))
	}
	fail(r, row, load.ClassStatus, "500", load.Sample{})
	if second := r.Errors(false); len(second) != 1 || second[0].Count != 1 || len(second[0].Samples) != 0 {
		t.Fatalf("after the cut: %+v", second)
	}
	for i := range 2 * load.MaxErrorGroups {
		r.Fail(row, load.ClassCheck, string(rune(i)), 0)
	}
	var n int64
	groups := r.Errors(false)
	for _, g := range groups {
		n += g.Count
	}
	if n != 2*load.MaxErrorGroups || len(groups) > load.MaxErrorGroups+2 {
		t.Errorf("%d failures in %d groups", n, len(groups))
	}
}

// When failures were: exactly, until a second is too old to be shown.
func TestErrorsAreOfTheirSeconds(t *testing.T) {
	r := New(0)
	row := r.Row(stepKey)
	at := func(ms ...int) {
		for _, x := range ms {
			r.Fail(row, load.ClassStatus, "500", time.Duration(x)*time.Millisecond)
		}
	}
	want := func(count int64, first, last time.Duration, seconds ...load.SecondCount) {
		t.Helper()
		got := r.Errors(false)
		if len(got) != 1 || got[0].Count != count || got[0].First != first || got[0].Last != last || !slices.Equal(got[0].Seconds, seconds) {
			t.Errorf("%+v, want %d from %v to %v: %v", got, count, first, last, seconds)
		}
	}
	at(1500, 1900, 3200, 2100, 1100) // two were overtaken
	want(5, 1100*time.Millisecond, 3200*time.Millisecond, load.SecondCount{At: 1, Count: 3}, load.SecondCount{At: 2, Count: 1}, load.SecondCount{At: 3, Count: 1})
	at(3300)
	want(1, 3300*time.Millisecond, 3300*time.Millisecond, load.SecondCount{At: 3, Count: 1})
	at(4000, 5000, 124_000, 4500)
	want(4, 4*time.Second, 124*time.Second, load.SecondCount{At: 5, Count: 1}, load.SecondCount{At: 124, Count: 1})
	for second := range 1000 {
		at(1000*second, 1000*second)
	}
	got := r.Errors(false)[0]
	if got.Count != 2000 || len(got.Seconds) != load.TrendSeconds || got.Seconds[0] != (load.SecondCount{At: 1000 - load.TrendSeconds, Count: 2}) {
		t.Errorf("after a long silence: %d, %d seconds from %+v", got.Count, len(got.Seconds), got.Seconds[0])
	}
}

func TestRecordingAllocatesNothing(t *testing.T) {
	row := New(0).Row(stepKey)
	row.Done(Outcome{Latency: time.Millisecond})
	o := Outcome{Latency: time.Millisecond, Status: 200, BytesIn: 100, BytesOut: 50}
	if n := testing.AllocsPerRun(100, func() { row.Done(o) }); n != 0 {
		t.Errorf("recording allocates %v times", n)
	}
}

func BenchmarkDone(b *testing.B) {
	row := New(0).Row(stepKey)
	o := Outcome{Latency: time.Millisecond, Status: 200, BytesIn: 100, BytesOut: 50}
	for b.Loop() {
		row.Done(o)
	}
}

func BenchmarkCutOf100Rows(b *testing.B) {
	r := New(0)
	for i := range 100 {
		row := r.Row(load.RowKey{Kind: load.StepRow, Step: string(rune('a' + i))})
		for us := range 50 {
			row.Done(Outcome{Latency: time.Duration(us*us) * time.Millisecond})
		}
	}
	for b.Loop() {
		r.Cut(0, 0, 0)
	}
}
