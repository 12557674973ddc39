package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"

	"github.com/locust-http/locust-http/load"
)

// Bounds of a series.
const (
	defaultPoints = 4_000
	mostPoints    = 50_000
	// workerCells is up to how many entries the columns of all workers have together:
	// beyond it the steps are longer. Fewer entries than fewestPoints there never are.
	workerCells  = 400_000
	fewestPoints = 200
	longestStep  = 24 * 3600
)

// steps are the lengths of entries that are chosen from, in seconds.
var steps = [...]int{1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, longestStep}

// SeriesQuery says which part of a run is drawn, and how finely.
type SeriesQuery struct {
	From, To float64      // run time, in seconds; To 0: to the end
	Step     int          // seconds per entry; 0: as short as MaxPoints allows
	Row      *load.RowKey // nil: all step rows together
	// MaxPoints bounds the entries, where Step is given too; 0: 4,000. At most 50,000.
	MaxPoints int
}

// Series is a run over time: what charts are drawn from. All columns have N entries; the
// entry i is of [From + i·Step, From + (i+1)·Step). What Columns says holds for them; of
// entries that are joined, users, target and cpu are the largest.
type Series struct {
	Step int               `json:"step"` // seconds per entry
	From int               `json:"from"` // run time of the first entry, in seconds
	N    int               `json:"n"`
	Cols map[string]Column `json:"cols"` // by the names of Columns in JSON
	Heat [][]int64         `json:"heat"` // per entry: row, count, row, count …
	// Failed is the same of those that failed, by the index of entries that have some.
	Failed  map[int][]int64           `json:"heat_failed"`
	Workers map[string]*WorkerColumns `json:"workers"`
	Gaps    []load.Measured           `json:"gaps"` // stretches that no report covers, in ms
}

// WorkerColumns are the columns of one worker.
type WorkerColumns struct {
	Users  Column `json:"users"`
	RPS    Column `json:"rps"`
	CPU    Column `json:"cpu"`    // 0–1
	Memory Column `json:"memory"` // bytes
	Lag    Column `json:"lag"`    // ms
}

// Series is a stretch of a run. Its entries are no shorter than the longest that are
// stored of the stretch. With q.Row the counts and latencies are of that row, and there
// are no workers; a row that the run does not have has counted nothing.
func (s *Store) Series(ctx context.Context, id string, q SeriesQuery) (Series, error) {
	var out Series
	err := s.read(ctx, func(tx *sql.Tx) error {
		number, err := lookUp(ctx, tx, id, shown)
		if err != nil {
			return err
		}
		names, err := readNames(ctx, tx, number)
		if err != nil {
			return err
		}
		b := seriesBuilder{run: number, names: names.list, query: q}
		if err := b.plan(ctx, tx); err != nil {
			return err
		}
		if err := b.read(ctx, tx); err != nil {
			return err
		}
		out = b.out
		return nil
	})
	if err != nil {
		return Series{}, fmt.Errorf("read the series of run %s: %w", id, err)
	}
	return out, nil
}

// seriesBuilder makes a series from entries that come in order.
type seriesBuilder struct {
	run   int64
	names []string
	query SeriesQuery
	row   int // with query.Row; -1: the run does not have it
	end   int // run time
	// mixed: there are entries shorter than the step, so that histograms are needed.
	mixed bool
	out   Series

	slot    int // the entry of out that is being added up; -1: none
	sum     point
	latency latencies
	workers []workerEntry
	list    []load.Bucket // scratch
}

// span is a stretch of run time, limited to what is stored.
func span(ctx context.Context, tx *sql.Tx, run int64, from, to float64) (first, end float64, err error) {
	var last int
	err = tx.QueryRowContext(ctx, "SELECT at + step FROM seconds WHERE run = ? ORDER BY at DESC LIMIT 1", run).Scan(&last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, 0, err
	}
	if !(to > 0 && to < float64(last)) {
		to = float64(last)
	}
	if !(from > 0) {
		from = 0
	}
	return min(from, to), to, nil
}

// plan chooses the step and makes the empty columns.
func (b *seriesBuilder) plan(ctx context.Context, tx *sql.Tx) error {
	from, to, err := span(ctx, tx, b.run, b.query.From, b.query.To)
	if err != nil {
		return err
	}
	shortest, longest := 0, fineStep
	for _, step := range []int{fineStep, middleStep, coarseStep} {
		var there bool
		err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM seconds WHERE run = ? AND step = ? AND at < ? AND at > ?)",
			b.run, step, to, from-float64(step)).Scan(&there)
		if err != nil {
			return err
		}
		if there {
			longest = step
			if shortest == 0 {
				shortest = step
			}
		}
	}
	step := b.step(from, to, longest)
	b.mixed = step > shortest
	first := int(from) / step * step
	n := int(math.Ceil((to - float64(first)) / float64(step)))
	b.end = first + n*step // an entry is never cut
	b.out = Series{Step: step, From: first, N: n, Cols: make(map[string]Column, len(columnNames)), Heat: make([][]int64, n), Failed: map[int][]int64{},
		Workers: map[string]*WorkerColumns{}, Gaps: []load.Measured{}}
	for _, name := range columnNames {
		b.out.Cols[name] = unknown(n)
	}
	for i := range b.out.Heat {
		b.out.Heat[i] = []int64{}
	}
	b.slot, b.row = -1, -1
	if k := b.query.Row; k != nil {
		err := tx.QueryRowContext(ctx, `SELECT place FROM row_keys WHERE run = ? AND kind = ? AND scenario = ? AND "transaction" = ? AND step = ?`,
			b.run, int(k.Kind), k.Scenario, k.Transaction, k.Step).Scan(&b.row)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	return nil
}

// step is the length of an entry: a multiple of longest, so that no stored entry is cut.
func (b *seriesBuilder) step(from, to float64, longest int) int {
	most := b.query.MaxPoints
	if most <= 0 {
		most = defaultPoints
	}
	most = min(most, mostPoints, max(workerCells/max(len(b.names), 1), fewestPoints))
	fits := func(step int) bool {
		first := int(from) / step * step
		return (to-float64(first))/float64(step) <= float64(most)
	}
	if asked := min(b.query.Step, longestStep); asked > 0 {
		step := (asked + longest - 1) / longest * longest
		for !fits(step) {
			step *= 2
		}
		return step
	}
	for _, step := range steps {
		if step%longest == 0 && fits(step) {
			return step
		}
	}
	step := longestStep
	for !fits(step) {
		step *= 2
	}
	return step
}

func unknown(n int) Column {
	c := make(Column, n)
	for i := range c {
		c[i] = math.NaN()
	}
	return c
}

// read goes through what is stored.
func (b *seriesBuilder) read(ctx context.Context, tx *sql.Tx) error {
	query := "SELECT at, step, point, workers, NULL FROM seconds"
	switch {
	case b.query.Row != nil && b.row >= 0:
		query = "SELECT at, step, point, workers, counts FROM seconds JOIN details USING (run, at)"
	case b.query.Row == nil && b.mixed:
		query = "SELECT at, step, point, workers, buckets FROM seconds JOIN latencies USING (run, at)"
	}
	err := scan(ctx, tx, query+" WHERE run = ? AND at >= ? AND at < ? ORDER BY at", []any{b.run, b.out.From, b.end}, func(rows *sql.Rows) error {
		var at, step int
		var columns, workers, more sql.RawBytes
		if err := rows.Scan(&at, &step, &columns, &workers, &more); err != nil {
			return err
		}
		return b.add(at, columns, workers, more)
	})
	if err != nil {
		return err
	}
	b.emit()
	b.findGaps()
	return nil
}

// add adds an entry. more is its histogram or its details, where they are needed.
func (b *seriesBuilder) add(at int, columns, workers, more []byte) error {
	slot := (at - b.out.From) / b.out.Step
	if slot < 0 || slot >= b.out.N {
		return nil
	}
	if slot != b.slot {
		b.emit()
		b.slot = slot
	}
	p, err := decodePoint(columns, at)
	if err != nil {
		return err
	}
	if b.query.Row != nil {
		return b.addRow(&p, at, more)
	}
	b.sum.absorb(&p)
	b.sum.latency, b.sum.ok = p.latency, p.ok
	if b.mixed {
		if b.list, err = b.latency.decode(b.list, more, at); err != nil {
			return err
		}
	}
	b.workers, err = decodeWorkers(b.workers, workers, len(b.names), at)
	return err
}

// addRow adds what one row did in an entry whose columns are p.
func (b *seriesBuilder) addRow(p *point, at int, details []byte) error {
	own := point{seconds: p.seconds, reports: p.reports, users: p.users, target: p.target, cpu: p.cpu}
	if b.row >= 0 {
		err := readDetails(details, len(b.names), at, nil, func(row int) bool { return row == b.row }, func(r *rowEntry) {
			own.gain(&r.RowSecond)
			own.peak = r.peak
			b.latency.addRow(&r.RowSecond)
		})
		if err != nil {
			return err
		}
	}
	b.sum.absorb(&own)
	return nil
}

// emit writes the entry that is complete.
func (b *seriesBuilder) emit() {
	if b.slot < 0 {
		return
	}
	if b.mixed || b.query.Row != nil {
		b.latency.describe(&b.sum)
	}
	if b.query.Row != nil {
		b.sum.heat, b.sum.failedHeat = b.latency.all.heat(), b.latency.failed.heat()
	}
	c := b.sum.columns()
	if b.query.Row != nil { // starts are of loads, not of rows
		unknown := Number(math.NaN())
		c.Iterations, c.Late, c.Dropped, c.Due = unknown, unknown, unknown, unknown
	}
	for i, v := range c.each() {
		b.out.Cols[columnNames[i]][b.slot] = float64(v)
	}
	b.out.Heat[b.slot] = b.sum.heat.pairs()
	if failed := b.sum.failedHeat.pairs(); len(failed) > 0 {
		b.out.Failed[b.slot] = failed
	}
	if b.sum.seconds > 0 {
		b.emitWorkers()
	}
	b.latency.reset()
	b.sum, b.workers = point{}, b.workers[:0]
}

func (b *seriesBuilder) emitWorkers() {
	b.workers = joined(b.workers, func(w *workerEntry) int { return w.name }, (*workerEntry).follow)
	for i := range b.workers {
		w := &b.workers[i]
		name := b.names[w.name]
		c := b.out.Workers[name]
		if c == nil {
			n := b.out.N
			c = &WorkerColumns{Users: unknown(n), RPS: unknown(n), CPU: unknown(n), Memory: unknown(n), Lag: unknown(n)}
			b.out.Workers[name] = c
		}
		p := w.point(b.sum.seconds)
		c.Users[b.slot], c.RPS[b.slot], c.CPU[b.slot] = float64(p.Users), float64(p.RPS), float64(p.CPU)
		c.Memory[b.slot], c.Lag[b.slot] = float64(p.Memory), float64(p.Lag)
	}
}

func (b *seriesBuilder) findGaps() {
	known := b.out.Cols["users"]
	for i := 0; i < b.out.N; i++ {
		if !math.IsNaN(known[i]) {
			continue
		}
		begin := i
		for i < b.out.N && math.IsNaN(known[i]) {
			i++
		}
		at := func(i int) float64 { return float64(b.out.From+i*b.out.Step) * 1000 }
		b.out.Gaps = append(b.out.Gaps, load.Measured{From: at(begin), To: at(i)})
	}
}
