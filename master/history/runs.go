package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Bounds of a list of runs.
const (
	defaultRuns = 50
	mostRuns    = 1_000
	maxWords    = 20 // of a search
)

// Query says which runs are listed. The zero Query lists the newest.
type Query struct {
	Plan   string       // empty: of all plans
	Search string       // words that name, note, plan or tags must all have; "#12" is a number
	States []load.State // none: all
	Before int64        // only numbers below it; 0: from the newest on
	Limit  int          // 0: 50; at most 1,000
}

// Summary is a run in a list.
type Summary struct {
	Number      int64             `json:"number"`
	ID          string            `json:"id"`
	Plan        string            `json:"plan"`
	Revision    string            `json:"revision"`
	Name        string            `json:"name"`
	Note        string            `json:"note"`
	Owner       string            `json:"owner"`
	Environment string            `json:"environment"`
	Tags        map[string]string `json:"tags"`
	State       load.State        `json:"state"`
	Reason      string            `json:"reason"`
	Degraded    bool              `json:"degraded"`
	Result      load.Verdict      `json:"result"`
	Measurement string            `json:"measurement"`
	Created     time.Time         `json:"created_at"`
	StartedAt   *time.Time        `json:"started_at"`
	EndedAt     *time.Time        `json:"ended_at"`
	Workers     int               `json:"workers"`
	PeakUsers   int               `json:"peak_users"`
	Requests    int64             `json:"requests"`
	Failures    int64             `json:"failures"`
	RPS         float64           `json:"rps"`
	P50         float64           `json:"p50"` // ms
	P95         float64           `json:"p95"`
	P99         float64           `json:"p99"`
	Trend       []float64         `json:"trend"` // requests per second over the run, at most 30
}

// Runs are the runs that q asks for, the newest first, and how many there are, whatever
// Before and Limit.
func (s *Store) Runs(ctx context.Context, q Query) (runs []Summary, total int, err error) {
	where, args := q.where()
	limit := q.Limit
	if limit <= 0 {
		limit = defaultRuns
	}
	err = s.read(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM runs WHERE "+where, args...).Scan(&total); err != nil {
			return err
		}
		if q.Before > 0 {
			where, args = where+" AND number < ?", append(args, q.Before)
		}
		runs, err = summaries(ctx, tx, where+" ORDER BY number DESC LIMIT ?", append(args, min(limit, mostRuns))...)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list the runs: %w", err)
	}
	return runs, total, nil
}

func (q *Query) where() (where string, args []any) {
	where = "deleted IS NULL"
	if q.Plan != "" {
		where, args = where+" AND plan = ?", append(args, q.Plan)
	}
	if len(q.States) > 0 {
		where += " AND state IN (?" + strings.Repeat(", ?", len(q.States)-1) + ")"
		for _, state := range q.States {
			args = append(args, string(state))
		}
	}
	words := strings.Fields(strings.ToLower(q.Search))
	for _, word := range words[:min(len(words), maxWords)] {
		number, err := strconv.ParseInt(strings.TrimPrefix(word, "#"), 10, 64)
		if err != nil || word[0] != '#' {
			number = 0 // no run has it
		}
		where, args = where+" AND (instr(search, ?) > 0 OR number = ?)", append(args, word, number)
	}
	return where, args
}

// Find is the run with that id, or that number.
func (s *Store) Find(ctx context.Context, idOrNumber string) (Summary, error) {
	var found []Summary
	err := s.read(ctx, func(tx *sql.Tx) error {
		number, err := lookUp(ctx, tx, idOrNumber, shown)
		if err != nil {
			return err
		}
		found, err = summaries(ctx, tx, "number = ?", number)
		return err
	})
	if err != nil {
		return Summary{}, fmt.Errorf("find run %s: %w", load.Clip(idOrNumber, 100), err)
	}
	return found[0], nil
}

func summaries(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]Summary, error) {
	rows, err := tx.QueryContext(ctx, `SELECT number, id, plan, revision, name, note, owner, environment, tags, state, reason, degraded,
		verdict, measurement, created, started, ended, workers, max(peak_users, peak_second), requests, failures, rps, p50, p95, p99, trend
		FROM runs WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Summary{}
	for rows.Next() {
		var r Summary
		var tags, drawn string
		var created int64
		var started, ended sql.NullInt64
		err := rows.Scan(&r.Number, &r.ID, &r.Plan, &r.Revision, &r.Name, &r.Note, &r.Owner, &r.Environment, &tags, &r.State, &r.Reason, &r.Degraded,
			&r.Result, &r.Measurement, &created, &started, &ended, &r.Workers, &r.PeakUsers, &r.Requests, &r.Failures, &r.RPS, &r.P50, &r.P95, &r.P99, &drawn)
		if err != nil {
			return nil, err
		}
		r.Created, r.StartedAt, r.EndedAt = moment(created), momentOf(started), momentOf(ended)
		if r.Tags, err = decodeTags(tags); err != nil {
			return nil, err
		}
		var t trend
		if err := json.Unmarshal([]byte(drawn), &t); err != nil {
			return nil, fmt.Errorf("the trend: %w", err)
		}
		r.Trend = t.rates()
		list = append(list, r)
	}
	return list, rows.Err()
}

// Edit changes the name, the note and the tags of a run; what is nil stays.
func (s *Store) Edit(ctx context.Context, id string, name, note *string, tags map[string]string) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		number, err := lookUp(ctx, tx, id, shown)
		if err != nil {
			return err
		}
		found, err := summaries(ctx, tx, "number = ?", number)
		if err != nil {
			return err
		}
		r := found[0]
		if name != nil {
			r.Name = *name
		}
		if note != nil {
			r.Note = *note
		}
		if tags != nil {
			r.Tags = tags
		}
		text, err := encodeTags(r.Tags)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE runs SET name = ?, note = ?, tags = ?, search = ? WHERE number = ?",
			r.Name, r.Note, text, searchText(r.Name, r.Note, r.Plan, r.Tags), number)
		return err
	})
	if err != nil {
		return fmt.Errorf("edit run %s: %w", id, err)
	}
	return nil
}

// Delete hides a run. It is gone at the next Thin after UndoFor, unless Restore is called
// before. A run that has not ended is gone only once it has.
func (s *Store) Delete(ctx context.Context, id string) error {
	return s.hide(ctx, "delete", id, shown, sql.NullInt64{Int64: stamp(time.Now()), Valid: true})
}

// Restore shows a deleted run again. One that is not deleted stays as it is.
func (s *Store) Restore(ctx context.Context, id string) error {
	return s.hide(ctx, "restore", id, hidden, sql.NullInt64{})
}

func (s *Store) hide(ctx context.Context, what, id, which string, since sql.NullInt64) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		number, err := lookUp(ctx, tx, id, which)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE runs SET deleted = ? WHERE number = ?", since, number)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s run %s: %w", what, id, err)
	}
	return nil
}
