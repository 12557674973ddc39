package history

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/locust-http/locust-http/load"
)

// Trends are the rates of every row in the last load.TrendSeconds seconds that are stored
// of a run: what the small lines of a table begin with. Each column has N entries, of one
// second each; NaN in a gap.
type Trends struct {
	From  int      `json:"from"` // run time of the first entry, in seconds
	N     int      `json:"n"`
	Total Column   `json:"total"` // of all step rows together
	Rows  []Column `json:"rows"`  // by the id of the row
}

// Trends reads at most load.TrendSeconds entries, whatever the length of the run.
func (s *Store) Trends(ctx context.Context, id string) (Trends, error) {
	var t Trends
	err := s.read(ctx, func(tx *sql.Tx) error {
		number, err := lookUp(ctx, tx, id, shown)
		if err != nil {
			return err
		}
		keys, err := readKeys(ctx, tx, number)
		if err != nil {
			return err
		}
		names, err := readNames(ctx, tx, number)
		if err != nil {
			return err
		}
		_, end, err := span(ctx, tx, number, 0, 0)
		if err != nil {
			return err
		}
		t = newTrends(max(int(end)-load.TrendSeconds, 0), int(end), len(keys))
		return scan(ctx, tx, `SELECT at, step, point, counts FROM seconds JOIN details USING (run, at)
			WHERE run = ? AND at > ? ORDER BY at`, []any{number, t.From - coarseStep}, func(rows *sql.Rows) error {
			var at, step int
			var columns, counts sql.RawBytes
			if err := rows.Scan(&at, &step, &columns, &counts); err != nil {
				return err
			}
			return t.add(at, step, columns, counts, len(names.list))
		})
	})
	if err != nil {
		return Trends{}, fmt.Errorf("read the trends of run %s: %w", id, err)
	}
	return t, nil
}

func newTrends(from, end, rows int) Trends {
	t := Trends{From: from, N: end - from, Total: unknown(end - from), Rows: make([]Column, rows)}
	for i := range t.Rows {
		t.Rows[i] = unknown(t.N)
	}
	return t
}

// add takes in an entry. The seconds of one that Thin has joined have its rate.
func (t *Trends) add(at, step int, columns, counts []byte, names int) error {
	p, err := decodePoint(columns, at)
	if err != nil || p.seconds == 0 {
		return err
	}
	first, end := max(at-t.From, 0), min(at+step-t.From, t.N)
	fill := func(c Column, requests int64) {
		for i := first; i < end; i++ {
			c[i] = float64(rate(requests, p.seconds))
		}
	}
	fill(t.Total, p.requests)
	for _, c := range t.Rows {
		fill(c, 0)
	}
	known := func(row int) bool { return row < len(t.Rows) }
	return readDetails(counts, names, at, nil, known, func(r *rowEntry) { fill(t.Rows[r.Row], r.Requests) })
}
