package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
)

// How long what is kept how finely.
const (
	// UndoFor is how long a deleted run can be restored.
	UndoFor = 10 * time.Minute

	fineFor   = 24 * time.Hour
	middleFor = 30 * 24 * time.Hour
	// fineWithin is how much of one run, at its newest end, is kept by the second.
	fineWithin = 6 * 3600

	thinAtOnce = 2 * coarseStep // seconds joined while others wait to write; a multiple of every step
	// Free pages of the file are given back so many at once, down to so many.
	vacuumAtOnce = 1_000
	vacuumFrom   = 100
)

// Thin joins what is older than a day, or more than 6 hours before the newest second of
// its run, to entries of 5 seconds, and what is older than 30 days to 60. It removes the
// runs that were deleted UndoFor ago and gives their room back. It is called now and then,
// and may be interrupted: what is left is done the next time.
func (s *Store) Thin(ctx context.Context, now time.Time) error {
	if err := s.thin(ctx, now); err != nil {
		return fmt.Errorf("thin the history: %w", err)
	}
	return nil
}

func (s *Store) thin(ctx context.Context, now time.Time) error {
	if err := s.purge(ctx, now); err != nil {
		return err
	}
	runs, err := s.ages(ctx, now)
	if err != nil {
		return err
	}
	var unreadable []error
	for _, r := range runs {
		err := s.thinRun(ctx, r)
		if errors.Is(err, errBlob) { // of this run; the others go on
			unreadable = append(unreadable, fmt.Errorf("run %d: %w", r.number, err))
		} else if err != nil {
			return err
		}
	}
	return errors.Join(append(unreadable, s.vacuum(ctx))...)
}

// aged is a run with how long ago it began.
type aged struct {
	number int64
	age    int // seconds since time zero of the load
}

func (s *Store) ages(ctx context.Context, now time.Time) ([]aged, error) {
	var list []aged
	err := s.read(ctx, func(tx *sql.Tx) error {
		return scan(ctx, tx, "SELECT number, coalesce(started, created) FROM runs ORDER BY number", nil, func(rows *sql.Rows) error {
			var r aged
			var began int64
			err := rows.Scan(&r.number, &began)
			r.age = int(now.Sub(moment(began)) / time.Second)
			list = append(list, r)
			return err
		})
	})
	return list, err
}

// thinRun joins entries of one run, the oldest first.
func (s *Store) thinRun(ctx context.Context, r aged) error {
	for _, step := range []int{coarseStep, middleStep} {
		for more := true; more; {
			err := s.write(ctx, func(tx *sql.Tx) (err error) {
				more, err = thinSome(ctx, tx, r, step)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// thinSome joins some entries to ones of step seconds, and says whether there may be more.
func thinSome(ctx context.Context, tx *sql.Tx, r aged, step int) (more bool, err error) {
	limit := r.age - int(middleFor/time.Second)
	if step == middleStep {
		var newest int
		err := tx.QueryRowContext(ctx, "SELECT at + step FROM seconds WHERE run = ? ORDER BY at DESC LIMIT 1", r.number).Scan(&newest)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return false, err
		}
		limit = max(r.age-int(fineFor/time.Second), newest-fineWithin)
	}
	limit -= limit % step
	if limit <= 0 {
		return false, nil
	}
	var oldest sql.NullInt64
	err = tx.QueryRowContext(ctx, `SELECT min(at) FROM (
		SELECT min(at) AS at FROM seconds WHERE run = ?1 AND step = ?2 AND at < ?4
		UNION ALL SELECT min(at) FROM seconds WHERE run = ?1 AND step = ?3 AND ?3 < ?5 AND at < ?4)`,
		r.number, fineStep, middleStep, limit, step).Scan(&oldest)
	if err != nil || !oldest.Valid {
		return false, err
	}
	from := int(oldest.Int64) / step * step
	return true, joinStretch(ctx, tx, r.number, from, min(from+thinAtOnce, limit), step)
}

// joinStretch joins the entries of [from, to), both multiples of step, that are shorter.
func joinStretch(ctx context.Context, tx *sql.Tx, run int64, from, to, step int) error {
	names, err := readNames(ctx, tx, run)
	if err != nil {
		return err
	}
	for at := from; at < to; at += step {
		parts, err := partsOf(ctx, tx, run, at, step)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(parts, func(p entry) bool { return p.step < step }) {
			continue
		}
		whole := entry{at: at, step: step}
		var t latencies
		for _, p := range parts {
			e, err := readEntry(ctx, tx, run, p.at, p.step, len(names.list))
			if err != nil {
				return err
			}
			whole.join(e)
			if err := readLatencies(ctx, tx, run, p.at, &t); err != nil {
				return err
			}
		}
		t.describe(&whole.point)
		for _, table := range []string{"seconds", "latencies", "details"} {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE run = ? AND at >= ? AND at < ?", run, at, at+step); err != nil {
				return err
			}
		}
		if err := store(ctx, tx, run, &whole, &t); err != nil {
			return err
		}
	}
	return nil
}

// partsOf are the entries, without what is in them, that begin in [at, at+step).
func partsOf(ctx context.Context, tx *sql.Tx, run int64, at, step int) (parts []entry, err error) {
	err = scan(ctx, tx, "SELECT at, step FROM seconds WHERE run = ? AND at >= ? AND at < ? ORDER BY at", []any{run, at, at + step}, func(rows *sql.Rows) error {
		var e entry
		err := rows.Scan(&e.at, &e.step)
		parts = append(parts, e)
		return err
	})
	return parts, err
}

// purge removes what was deleted long enough ago.
func (s *Store) purge(ctx context.Context, now time.Time) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		gone, err := integers(ctx, tx, "SELECT number FROM runs WHERE deleted <= ? AND state IN (?, ?, ?, ?)", stamp(now.Add(-UndoFor)),
			string(load.StateCompleted), string(load.StateStopped), string(load.StateAborted), string(load.StateFailed))
		if err != nil || len(gone) == 0 {
			return err
		}
		for _, number := range gone {
			if _, err := tx.ExecContext(ctx, "DELETE FROM runs WHERE number = ?", number); err != nil { // all of it goes with it
				return err
			}
		}
		return forget(ctx, tx)
	})
}

// vacuum gives free pages of the file back.
func (s *Store) vacuum(ctx context.Context) error {
	for {
		var free int
		if err := s.writer.QueryRowContext(ctx, "PRAGMA freelist_count").Scan(&free); err != nil {
			return err
		}
		if free <= vacuumFrom {
			return nil
		}
		if _, err := s.writer.ExecContext(ctx, fmt.Sprintf("PRAGMA incremental_vacuum(%d)", vacuumAtOnce)); err != nil {
			return err
		}
		var left int
		if err := s.writer.QueryRowContext(ctx, "PRAGMA freelist_count").Scan(&left); err != nil {
			return err
		}
		if left >= free {
			return nil // somebody else reads what would have to be moved
		}
	}
}
