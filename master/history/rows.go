package history

import (
	"context"
	"database/sql"
	"fmt"
	"math"

	"github.com/locust-http/locust-http/load"
)

// RowSummary is what one row counted in a stretch of a run. Latencies are of successes
// and failures together, in ms; 0 where there are none.
type RowSummary struct {
	ID          int              `json:"id"`   // place of the row in the run; -1: the total
	Kind        string           `json:"kind"` // step, transaction, group, lifecycle; TotalKind
	Scenario    string           `json:"scenario"`
	Transaction string           `json:"transaction"`
	Step        string           `json:"step"`
	Requests    int64            `json:"requests"`
	Failures    int64            `json:"failures"`
	Interrupted int64            `json:"interrupted"`
	Warnings    int64            `json:"warnings"`
	RPS         float64          `json:"rps"` // over the seconds that are known
	FailRPS     float64          `json:"fail_rps"`
	BytesIn     int64            `json:"bytes_in"`
	BytesOut    int64            `json:"bytes_out"`
	Status      map[string]int64 `json:"status"` // by class: 2xx, 4xx, … and none
	Mean        float64          `json:"mean"`
	P50         float64          `json:"p50"`
	P90         float64          `json:"p90"`
	P95         float64          `json:"p95"`
	P99         float64          `json:"p99"`
	P999        float64          `json:"p999"`
	Max         float64          `json:"max"`
}

// TotalKind is the kind of the summary of all steps of transactions together.
const TotalKind = "total"

// KindName is how a kind of rows is called in a RowSummary.
func KindName(k load.RowKind) string {
	switch k {
	case load.TransactionRow:
		return "transaction"
	case load.GroupRow:
		return "group"
	case load.LifecycleRow:
		return "lifecycle"
	default:
		return "step"
	}
}

var statusNames = [6]string{"none", "1xx", "2xx", "3xx", "4xx", "5xx"}

// rowSum is a row under addition.
type rowSum struct {
	counts  rowEntry // without histograms
	latency tally
	ok      tally // of latency: the successes; where they were asked for
}

// Rows sums up every row between two run times, in seconds; to 0: to the end. The last
// summary is the total. Entries that Thin has joined count whole if part of them is asked
// for.
func (s *Store) Rows(ctx context.Context, id string, from, to float64) ([]RowSummary, error) {
	var list []RowSummary
	err := s.read(ctx, func(tx *sql.Tx) error {
		number, err := lookUp(ctx, tx, id, shown)
		if err != nil {
			return err
		}
		keys, err := readKeys(ctx, tx, number)
		if err != nil {
			return err
		}
		sums, seconds, err := sumRows(ctx, tx, number, len(keys), from, to, false)
		if err != nil {
			return err
		}
		list = make([]RowSummary, 0, len(keys)+1)
		var total rowSum
		for i := range keys {
			list = append(list, sums[i].summary(i, &keys[i], seconds))
			if keys[i].Kind == load.StepRow {
				total.merge(&sums[i])
			}
		}
		all := total.summary(-1, &load.RowKey{}, seconds)
		all.Kind = TotalKind
		list = append(list, all)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the rows of run %s: %w", id, err)
	}
	return list, nil
}

// sumRows adds up n rows, and says how many seconds are known. ok: also the latencies of
// successes by themselves.
func sumRows(ctx context.Context, tx *sql.Tx, run int64, n int, from, to float64, ok bool) ([]rowSum, int64, error) {
	names, err := readNames(ctx, tx, run)
	if err != nil {
		return nil, 0, err
	}
	if from, to, err = span(ctx, tx, run, from, to); err != nil {
		return nil, 0, err
	}
	sums := make([]rowSum, n)
	var seconds int64
	err = scan(ctx, tx, `SELECT at, step, point, counts FROM seconds JOIN details USING (run, at)
		WHERE run = ? AND at > ? AND at < ? ORDER BY at`, []any{run, from - coarseStep, to}, func(rows *sql.Rows) error {
		var at, step int
		var columns, counts sql.RawBytes
		if err := rows.Scan(&at, &step, &columns, &counts); err != nil || float64(at+step) <= from {
			return err
		}
		p, err := decodePoint(columns, at)
		if err != nil {
			return err
		}
		seconds += p.seconds
		return readDetails(counts, len(names.list), at, nil, func(row int) bool { return row < n }, func(r *rowEntry) {
			sums[r.Row].add(r)
			if ok {
				sums[r.Row].ok.add(r.OK)
			}
		})
	})
	return sums, seconds, err
}

func (s *rowSum) add(r *rowEntry) {
	s.latency.add(r.OK)
	s.latency.add(r.Failed)
	own := *r
	own.OK, own.Failed = nil, nil
	s.counts.gain(&own)
}

func (s *rowSum) summary(id int, k *load.RowKey, seconds int64) RowSummary {
	c, l := &s.counts, s.latency.spread()
	r := RowSummary{
		ID: id, Kind: KindName(k.Kind), Scenario: k.Scenario, Transaction: k.Transaction, Step: k.Step,
		Requests: c.Requests, Failures: c.Failures, Interrupted: c.Interrupted, Warnings: c.Warnings,
		RPS: float64(rate(c.Requests, seconds)), FailRPS: float64(rate(c.Failures, seconds)),
		BytesIn: c.BytesIn, BytesOut: c.BytesOut, Status: c.statuses(),
		Mean: float64(ms(int64(math.Round(l.mean)))), Max: float64(ms(l.max)),
	}
	for i, to := range [...]*float64{&r.P50, &r.P90, &r.P95, &r.P99, &r.P999} {
		*to = float64(ms(l.at[i]))
	}
	return r
}

func readKeys(ctx context.Context, q querier, run int64) ([]load.RowKey, error) {
	var keys []load.RowKey
	err := scan(ctx, q, `SELECT kind, scenario, "transaction", step FROM row_keys WHERE run = ? ORDER BY place LIMIT ?`, []any{run, maxRows}, func(rows *sql.Rows) error {
		var k load.RowKey
		err := rows.Scan(&k.Kind, &k.Scenario, &k.Transaction, &k.Step)
		keys = append(keys, k)
		return err
	})
	return keys, err
}
