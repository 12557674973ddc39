package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
)

// defaultLines is how many lines of a log are given where no limit is asked for.
const defaultLines = 1_000

// Events are those of a run with a Seq above after, in order.
func (s *Store) Events(ctx context.Context, id string, after int64) ([]load.Event, error) {
	list := []load.Event{}
	err := s.each(ctx, id, `SELECT seq, at, second, kind, worker, name, before, after, text, author, why FROM events
		WHERE run = ? AND seq > ? ORDER BY seq`, []any{after}, func(rows *sql.Rows) error {
		var e load.Event
		var at int64
		var why []byte
		if err := rows.Scan(&e.Seq, &at, &e.Second, &e.Kind, &e.Worker, &e.Name, &e.From, &e.To, &e.Text, &e.By, &why); err != nil {
			return err
		}
		if len(why) > 0 {
			if err := json.Unmarshal(why, &e.Why); err != nil {
				return fmt.Errorf("why event %d came: %w", e.Seq, err)
			}
		}
		e.At = moment(at)
		list = append(list, e)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the events of run %s: %w", id, err)
	}
	return list, nil
}

// Note adds an event to a run that has ended; it gets the next Seq. A text over
// load.MaxNote is cut.
func (s *Store) Note(ctx context.Context, id string, e load.Event) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		number, err := lookUp(ctx, tx, id, shown)
		if err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(seq), 0) + 1 FROM events WHERE run = ?", number).Scan(&e.Seq); err != nil {
			return err
		}
		if e.Seq > load.MaxEvents+maxNotes {
			return ErrFull
		}
		return addEvent(ctx, tx, number, &e)
	})
	if err != nil {
		return fmt.Errorf("note an event of run %s: %w", id, err)
	}
	return nil
}

// LogQuery says which lines of a log are read.
type LogQuery struct {
	After  int64  // only lines with a Seq above it
	Level  string // this level and what is worse; empty: all
	Search string // in the message, the worker or the place; upper and lower case are the same
	Limit  int    // 0: 1,000; at most load.MaxLogLines
}

// LogLine is a line with its place in the log of its run.
type LogLine struct {
	Seq int64 // 1, 2, …
	load.LogLine
}

// MarshalJSON has the names that the API has.
func (l LogLine) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Seq     int64     `json:"seq"`
		At      time.Time `json:"at"`
		Level   string    `json:"level"`
		Worker  string    `json:"worker"`
		Message string    `json:"message"`
		Place   string    `json:"place,omitempty"`
	}{l.Seq, l.At, l.Level, l.Worker, l.Message, l.Place})
}

// Logs are the lines of a run's log that q asks for, the oldest first. Of long runs only
// the last load.MaxLogLines are there.
func (s *Store) Logs(ctx context.Context, id string, q LogQuery) ([]LogLine, error) {
	where, args := q.where()
	list := []LogLine{}
	limit := q.Limit
	if limit <= 0 {
		limit = defaultLines
	}
	search := strings.ToLower(q.Search)
	err := s.each(ctx, id, "SELECT seq, at, level, worker, message, place FROM logs WHERE run = ? AND "+where+" ORDER BY seq", args,
		func(rows *sql.Rows) error {
			var l LogLine
			var at int64
			err := rows.Scan(&l.Seq, &at, &l.Level, &l.Worker, &l.Message, &l.Place)
			if err != nil || search != "" && !strings.Contains(strings.ToLower(l.Message+"\n"+l.Worker+"\n"+l.Place), search) {
				return err
			}
			l.At = moment(at)
			if list = append(list, l); len(list) >= min(limit, load.MaxLogLines) {
				return errEnough
			}
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("read the log of run %s: %w", id, err)
	}
	return list, nil
}

func (q *LogQuery) where() (string, []any) {
	switch q.Level {
	case "", "info":
		return "seq > ?", []any{q.After}
	case "warn":
		return "seq > ? AND level IN ('warn', 'error')", []any{q.After}
	default:
		return "seq > ? AND level = ?", []any{q.After, q.Level}
	}
}
