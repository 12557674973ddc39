package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Save stores how a run stands. A run whose start could not be stored becomes known by
// it. The name, note and tags of a run that is known stay: they may have been edited.
func (s *Store) Save(ctx context.Context, id string, r *load.Result, created time.Time) error {
	packed, err := packResult(r)
	if err != nil {
		return fmt.Errorf("store the result of run %s: %w", id, err)
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		number, err := lookUp(ctx, tx, id, hidden)
		if errors.Is(err, ErrNotFound) {
			number, err = begin(ctx, tx, &Start{
				ID: id, Plan: r.Plan, Revision: r.Revision, Name: r.Name, Note: r.Note,
				Environment: r.Environment, Tags: r.Tags, Created: created,
			})
		}
		if err != nil {
			return err
		}
		return saveResult(ctx, tx, number, r, packed)
	})
	if err != nil {
		return fmt.Errorf("store the result of run %s: %w", id, err)
	}
	return nil
}

func packResult(r *load.Result) ([]byte, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	return pack(text)
}

func saveResult(ctx context.Context, tx *sql.Tx, number int64, r *load.Result, packed []byte) error {
	peak := 0 // of the scenario that had most: the peaks of several need not be at once
	for i := range r.Load {
		peak = max(peak, r.Load[i].PeakUsers)
	}
	l := &r.Total.Latency
	_, err := tx.ExecContext(ctx, `UPDATE runs SET started = ?, ended = ?, state = ?, reason = ?, degraded = ?, verdict = ?, measurement = ?,
		workers = ?, peak_users = ?, requests = ?, failures = ?, rps = ?, p50 = ?, p95 = ?, p99 = ? WHERE number = ?`,
		optional(r.StartedAt), optional(r.EndedAt), string(r.State), r.Reason, r.Degraded, string(r.Result), r.Measurement.Verdict,
		len(r.Workers), peak, r.Total.Requests, r.Total.Failures, finite(r.Total.RPS), finite(l.P50), finite(l.P95), finite(l.P99), number)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO results VALUES (?, ?)", number, packed)
	return err
}

// Result is the result that was saved last, with the name, note and tags of now.
func (s *Store) Result(ctx context.Context, id string) (load.Result, error) {
	var r load.Result
	err := s.read(ctx, func(tx *sql.Tx) error {
		number, err := lookUp(ctx, tx, id, shown)
		if err != nil {
			return err
		}
		r, err = readResult(ctx, tx, number)
		return err
	})
	if err != nil {
		return load.Result{}, fmt.Errorf("read the result of run %s: %w", id, err)
	}
	return r, nil
}

func readResult(ctx context.Context, tx *sql.Tx, number int64) (load.Result, error) {
	found, err := summaries(ctx, tx, "number = ?", number)
	if err != nil {
		return load.Result{}, err
	}
	run := &found[0]
	r := unsaved(run)
	var packed []byte
	err = tx.QueryRowContext(ctx, "SELECT packed FROM results WHERE run = ?", number).Scan(&packed)
	if errors.Is(err, sql.ErrNoRows) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	text, err := unpack(packed)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, err
	}
	r.Name, r.Note, r.Tags = run.Name, run.Note, run.Tags
	for i := range r.Errors {
		if g := &r.Errors[i]; g.Workers == nil {
			fromSamples(g)
		}
	}
	return r, nil
}

// fromSamples says when a group of errors was, and who had it, as far as its samples know:
// results were saved before they said so themselves.
func fromSamples(g *load.ErrorResult) {
	g.Workers = []string{}
	for i := range g.Samples {
		x := &g.Samples[i]
		if i == 0 {
			g.FirstSeen = x.At
		}
		g.FirstSeen, g.LastSeen = min(g.FirstSeen, x.At), max(g.LastSeen, x.At)
		if !slices.Contains(g.Workers, x.Worker) {
			g.Workers = append(g.Workers, x.Worker)
		}
	}
}

// unsaved is the result of a run of which none was saved yet.
func unsaved(run *Summary) load.Result {
	r := load.NewResult(run.ID)
	r.Plan, r.Revision, r.Name, r.Note, r.Tags, r.Environment = run.Plan, run.Revision, run.Name, run.Note, run.Tags, run.Environment
	r.State, r.Reason, r.StartedAt, r.EndedAt = run.State, run.Reason, run.StartedAt, run.EndedAt
	return r
}

// abandoned is why a run that Abandoned finds has failed.
func abandoned() []load.Reason {
	return []load.Reason{{Code: load.WhyMasterEnded, Text: "the master ended before the run did"}}
}

// Abandoned ends the runs that had not ended: it is called when a master starts, before
// there is any run. They have failed; what was saved of them is kept, with the counts of
// all their seconds, and they ended when the last thing was heard of them. It says which
// they are.
func (s *Store) Abandoned(ctx context.Context) (ids []string, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		ids = nil
		left, err := integers(ctx, tx, "SELECT number FROM runs WHERE state NOT IN (?, ?, ?, ?) ORDER BY number",
			string(load.StateCompleted), string(load.StateStopped), string(load.StateAborted), string(load.StateFailed))
		if err != nil {
			return err
		}
		for _, number := range left {
			id, err := abandon(ctx, tx, number)
			if err != nil {
				return fmt.Errorf("run %d: %w", number, err)
			}
			ids = append(ids, id)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("end the runs that a master left: %w", err)
	}
	return ids, nil
}

func abandon(ctx context.Context, tx *sql.Tx, number int64) (id string, err error) {
	r, err := readResult(ctx, tx, number)
	if err != nil {
		return "", err
	}
	var created, until, event, line int64
	err = tx.QueryRowContext(ctx, `SELECT created,
		coalesce((SELECT at + step FROM seconds WHERE run = number ORDER BY at DESC LIMIT 1), 0),
		coalesce((SELECT max(at) FROM events WHERE run = number), 0),
		coalesce((SELECT max(at) FROM logs WHERE run = number), 0)
		FROM runs WHERE number = ?`, number).Scan(&created, &until, &event, &line)
	if err != nil {
		return "", err
	}
	last := max(created, event, line)
	if r.StartedAt != nil {
		last = max(last, stamp(r.StartedAt.Add(time.Duration(until)*time.Second)))
	}
	if err := resum(ctx, tx, number, &r, until); err != nil {
		return "", err
	}
	ended := moment(last)
	r.State, r.Why, r.EndedAt = load.StateFailed, abandoned(), &ended
	r.Reason = load.TextOf(r.Why)
	packed, err := packResult(&r)
	if err != nil {
		return "", err
	}
	return r.ID, saveResult(ctx, tx, number, &r, packed)
}

// integers are what a query for one column of whole numbers gives.
func integers(ctx context.Context, q querier, query string, args ...any) (list []int64, err error) {
	err = scan(ctx, q, query, args, func(rows *sql.Rows) error {
		var n int64
		err := rows.Scan(&n)
		list = append(list, n)
		return err
	})
	return list, err
}
