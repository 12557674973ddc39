package engine

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/locust-http/locust-http/internal/dataset"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/worker/rows"
)

// source is a data file at work. Immutable but for what the pool guards.
type source struct {
	spec   *load.DataSource
	table  *dataset.Table
	reader *dataset.Reader
	pool   *rows.Pool // of unique rows; nil for others
}

// openSources opens the data files that templates or scripts ask for; others stay nil.
func (r *run) openSources() (err error) {
	data := r.program.Data
	r.sources, r.columns = make([]*source, len(data)), make([][]string, len(data))
	defer func() {
		if err != nil {
			closeSources(r.sources)
		}
	}()
	for i := range data {
		use := &data[i]
		r.columns[i] = use.Columns
		byName := r.scripts.readRows() && r.scripts.mentionAnywhere(use.Source.Name)
		if len(use.Columns) == 0 && !byName {
			continue
		}
		if r.sources[i], r.columns[i], err = openSource(use, byName, &r.job, r.files); err != nil {
			return fmt.Errorf("data %s: %w", use.Source.Name, err)
		}
	}
	return nil
}

// openSource opens a data file with the columns that templates ask for, and behind them
// all others where scripts may ask for them by name.
func openSource(use *plan.DataUse, all bool, job *load.Job, f *files) (*source, []string, error) {
	path, err := f.locate(use.Source.File)
	if err != nil {
		return nil, nil, err
	}
	table, err := dataset.Open(path, *use.Source)
	if err != nil {
		return nil, nil, err
	}
	s := &source{spec: use.Source, table: table}
	columns := slices.Clone(use.Columns)
	if all {
		for _, name := range table.Columns() {
			if !slices.Contains(columns, name) {
				columns = append(columns, name)
			}
		}
	}
	if s.reader, err = table.Bind(columns); err != nil {
		table.Close()
		return nil, nil, err
	}
	if use.Source.Picks() == load.PickUnique {
		s.pool = rows.NewPool(use.Source.Name, table.Rows(), job.Index, max(1, job.Of), use.Source.End() == load.AtEndLoop)
	}
	return s, columns, nil
}

func closeSources(sources []*source) {
	for _, s := range sources {
		if s != nil {
			s.table.Close()
		}
	}
}

// supply is what came of a user's wish for rows.
type supply uint8

const (
	supplied supply = iota
	dry             // the worker has asked the master for rows
	usedUp          // there are no more
)

// takeRows takes a row of each of these sources that u has none of yet; s is the one
// that had none for it.
func (u *user) takeRows(wanted []int) (got supply, s *source) {
	if len(wanted) == 0 {
		return supplied, nil
	}
	u.asked = u.run.larder.now()
	for _, i := range wanted {
		if u.hasRow[i] {
			continue
		}
		s := u.run.sources[i]
		row, got := u.nextRow(i, s)
		if got != supplied {
			return got, s
		}
		values, err := s.reader.Row(u.scope.Rows[i][:0], row)
		if err != nil { // the file was read whole before: this is a fault of ours, or of the disk
			u.run.log("error", fmt.Sprintf("data %s, row %d: %v", s.spec.Name, row+1, err))
		}
		u.scope.Rows[i], u.hasRow[i] = values, true
	}
	return supplied, nil
}

// nextRow is the row of source i that u is to have now.
func (u *user) nextRow(i int, s *source) (int64, supply) {
	n := s.table.Rows()
	switch {
	case s.pool != nil:
		row, result := s.pool.Take()
		switch result {
		case rows.Given:
			return row, supplied
		case rows.Dry:
			u.run.reporter.ask()
			return 0, dry
		}
		return 0, usedUp
	case s.spec.Picks() == load.PickRandom:
		return u.scope.Rand.Int64N(n), supplied
	case s.spec.Life() == load.RowPerUser:
		return u.scope.User % n, supplied
	}
	row := u.walked[i] % n
	u.walked[i]++
	return row, supplied
}

// dropRows gives up the rows of these sources: the next takeRows takes others.
func (u *user) dropRows(sources []int) {
	for _, i := range sources {
		u.hasRow[i] = false
		clear(u.scope.Rows[i])
		u.scope.Rows[i] = u.scope.Rows[i][:0]
	}
}

// withoutRows is what u does when a source has no row for it: wait until the master
// has answered, retire, or end the run.
func (u *user) withoutRows(got supply, s *source) next {
	if got == dry {
		return next{kind: hungry}
	}
	if s.spec.End() != load.AtEndStop {
		u.run.abort(load.Reason{
			Code: load.WhyDataUsedUp, Params: load.Params{"data": s.spec.Name, "rows": float64(s.table.Rows())},
			Text: fmt.Sprintf("data %s is used up: all of its %d rows have been given out", s.spec.Name, s.table.Rows()),
		})
		u.leaving.Store(true)
		return next{}
	}
	u.run.dataEnds(s)
	u.scene.retire(u)
	return next{}
}

// dataEnds notes that a source has no rows any more: loads that cannot go on without
// end, others lose the users that ask for one.
func (r *run) dataEnds(s *source) {
	r.usedUp.Store(true)
	for i := range r.sources {
		if r.sources[i] != s {
			continue
		}
		for _, sc := range r.scenes {
			if sc.choice.needs(i) {
				sc.endEarly()
			}
		}
	}
}

// larder is the users that wait for rows.
type larder struct {
	deliveries atomic.Int64 // how often rows have come

	mu    sync.Mutex // guards users, and deliveries against add
	users map[*user]struct{}
}

// now is how often rows have come until now.
func (l *larder) now() int64 { return l.deliveries.Load() }

// add makes u one that is woken when rows come. It is false when some have come since.
func (l *larder) add(u *user, since int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.deliveries.Load() != since {
		return false
	}
	if l.users == nil {
		l.users = make(map[*user]struct{})
	}
	l.users[u] = struct{}{}
	return true
}

// deliver makes all that wait look again.
func (l *larder) deliver() {
	l.mu.Lock()
	users := l.users
	l.users = nil
	l.deliveries.Add(1)
	l.mu.Unlock()
	for u := range users {
		u.wakeFrom(forRows)
	}
}

// states is where the unique sources stand.
func (r *run) states() []load.DataState {
	var out []load.DataState
	for _, s := range r.sources {
		if s != nil && s.pool != nil {
			out = append(out, s.pool.State())
		}
	}
	return out
}

// uniqueSource is a source by name that deals unique rows.
func (r *run) uniqueSource(name string) (*source, error) {
	for _, s := range r.sources {
		if s != nil && s.pool != nil && s.spec.Name == name {
			return s, nil
		}
	}
	return nil, fmt.Errorf("no unique data file %q in use", load.Clip(name, 80))
}
