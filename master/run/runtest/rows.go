package runtest

import (
	"context"
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Chunk is how many rows in a row a worker begins with, as real ones do.
const Chunk = 1000

// Rows is a unique data file that a Worker deals out while its load is on.
type Rows struct {
	Source    string
	Rows      int64 // of the file
	PerSecond int64 // that users ask for
}

// GivenRow is a row that a user got.
type GivenRow struct {
	Source string
	Round  int
	Row    int64
}

// deck is a session's part of one data file.
type deck struct {
	Rows
	round int
	left  []load.RowRange
	given []GivenRow
	asks  uint64 // numbers so far
	ask   uint64 // open
	want  int64  // users that wait for a row
}

func (w *Worker) decks(job *load.Job) []*deck {
	var decks []*deck
	for _, r := range w.Rows {
		d := &deck{Rows: r}
		for from := int64(job.Index) * Chunk; from < r.Rows; from += int64(job.Of) * Chunk {
			d.left = append(d.left, load.RowRange{From: from, To: min(from+Chunk, r.Rows)})
		}
		decks = append(decks, d)
	}
	return decks
}

// deal gives rows to n more users.
func (d *deck) deal(n int64) {
	for d.want += n; d.want > 0 && len(d.left) > 0; d.want-- {
		d.given = append(d.given, GivenRow{d.Source, d.round, d.left[0].From})
		if d.left[0].From++; d.left[0].Len() == 0 {
			d.left = d.left[1:]
		}
	}
	if d.want > 0 && d.ask == 0 {
		d.asks++
		d.ask = d.asks
	}
}

func (d *deck) state() load.DataState {
	s := load.DataState{Source: d.Source, Rows: d.Rows.Rows, Round: d.round, Given: int64(len(d.given)), Ask: d.ask}
	for _, r := range d.left {
		s.Left += r.Len()
	}
	return s
}

func (s *Session) deck(source string) *deck {
	i := slices.IndexFunc(s.decks, func(d *deck) bool { return d.Source == source })
	if i < 0 {
		return nil
	}
	return s.decks[i]
}

// Yield gives rows away from the end.
func (s *Session) Yield(ctx context.Context, source string, n int64) ([]load.RowRange, error) {
	if err := s.w.do(ctx, "yield", s.w.OnYield); err != nil {
		return nil, err
	}
	if !s.through(ctx) {
		return nil, ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.deck(source)
	var out []load.RowRange
	for d != nil && n > 0 && len(d.left) > 0 {
		last := &d.left[len(d.left)-1]
		r := load.RowRange{From: max(last.To-n, last.From), To: last.To}
		n -= r.Len()
		if last.To = r.From; last.Len() == 0 {
			d.left = d.left[:len(d.left)-1]
		}
		out = append(out, r)
	}
	return out, nil
}

// Grant adds rows, or ends the load when there are none.
func (s *Session) Grant(ctx context.Context, g load.Grant) error {
	if err := s.w.do(ctx, "grant", s.w.OnGrant); err != nil {
		return err
	}
	if !s.through(ctx) {
		return ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.deck(g.Source)
	if d == nil || d.ask != g.Ask {
		return nil
	}
	d.ask = 0
	if g.Exhausted {
		s.end, s.reason = s.now(), load.ReasonDataExhausted
		return nil
	}
	if g.Round > d.round {
		d.round, d.left = g.Round, nil
	}
	d.left = append(d.left, g.Ranges...)
	d.deal(0)
	return nil
}

// through waits until the connection is there; false when ctx ends before.
func (s *Session) through(ctx context.Context) bool {
	for {
		s.mu.Lock()
		cut := s.cut
		s.mu.Unlock()
		if !cut {
			return ctx.Err() == nil
		}
		select {
		case <-ctx.Done():
			return false
		case <-s.closed:
			return false
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// Given are the rows that users have got.
func (s *Session) Given() []GivenRow {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []GivenRow
	for _, d := range s.decks {
		out = append(out, d.given...)
	}
	return out
}
