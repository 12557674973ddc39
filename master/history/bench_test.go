package history_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/history"
)

// busySecond is a second of 50 transactions with three steps each, 3,000 requests, and
// four workers.
func busySecond(r *rand.Rand, at int) load.Second {
	s := load.Second{At: at, Reports: 4, Loads: []load.LoadSecond{{Scenario: "main", Users: 500, Target: 500, Started: 1000}}}
	for i := range busyRows() {
		x := load.RowSecond{Row: i, Requests: 20, BytesIn: 40_000, BytesOut: 9_000, Status: [6]int64{2: 20}}
		for range 20 {
			b := load.Bucket{Index: uint16(load.BucketOf(int64(20_000 + r.ExpFloat64()*15_000))), Count: 1}
			x.OK = load.MergeBuckets(x.OK, []load.Bucket{b})
		}
		s.Rows = append(s.Rows, x)
	}
	for w := range 4 {
		s.Workers = append(s.Workers, load.WorkerSecond{Worker: fmt.Sprintf("w-%d", w), Users: 125, Requests: 750, CPU: .4, Memory: 200 << 20, Lag: time.Millisecond})
	}
	return s
}

func busyRows() []load.RowKey {
	var rows []load.RowKey
	for i := range 50 {
		name := fmt.Sprintf("transaction %d", i)
		rows = append(rows, load.RowKey{Kind: load.TransactionRow, Scenario: "main", Transaction: name})
		for j := range 3 {
			rows = append(rows, load.RowKey{Scenario: "main", Transaction: name, Step: fmt.Sprintf("step %d", j)})
		}
	}
	return rows
}

func busyRun(b *testing.B, s *history.Store, seconds int) {
	start(b, s, "run")
	r := rand.New(rand.NewPCG(1, 1))
	f := &load.Feed{Rows: busyRows()}
	// A minute repeats itself, since making it up takes longer than storing it.
	var minute []load.Second
	for at := range 60 {
		minute = append(minute, busySecond(r, at))
	}
	for at := range seconds {
		x := minute[at%60]
		x.At = at
		f.Seconds = append(f.Seconds, x)
		if len(f.Seconds) == 100 || at == seconds-1 {
			_, err := s.Append(ctx, "run", f)
			must(b, err)
			f.Seconds = f.Seconds[:0]
		}
	}
}

// Budget: 100 ms.
func BenchmarkSeriesHour(b *testing.B) {
	s, _ := open(b)
	busyRun(b, s, 3600)
	for name, q := range map[string]history.SeriesQuery{
		"1s": {}, "10s": {Step: 10}, "row": {Row: &load.RowKey{Scenario: "main", Transaction: "transaction 7", Step: "step 1"}},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, err := s.Series(ctx, "run", q)
				must(b, err)
			}
		})
	}
	b.Run("json", func(b *testing.B) {
		series, err := s.Series(ctx, "run", history.SeriesQuery{})
		must(b, err)
		for b.Loop() {
			text, err := json.Marshal(series)
			must(b, err)
			b.SetBytes(int64(len(text)))
		}
	})
	b.Run("rows", func(b *testing.B) {
		for b.Loop() {
			_, err := s.Rows(ctx, "run", 0, 0)
			must(b, err)
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	s, _ := open(b)
	start(b, s, "run")
	second := busySecond(rand.New(rand.NewPCG(1, 1)), 0)
	rows := busyRows()
	b.ReportAllocs()
	for at := 0; b.Loop(); at++ {
		second.At = at
		_, err := s.Append(ctx, "run", &load.Feed{Rows: rows, Seconds: []load.Second{second}})
		must(b, err)
	}
}

func BenchmarkEncodeSecond(b *testing.B) {
	second := busySecond(rand.New(rand.NewPCG(1, 1)), 0)
	rows := busyRows()
	for b.Loop() {
		history.EncodeSecond(rows, second)
	}
}
