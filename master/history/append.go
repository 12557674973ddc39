package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Bounds of what a feed may name.
const (
	maxRows  = 2 * load.MaxRows
	maxNames = 20_000 // of workers and scenarios of a run together
	maxName  = load.MaxMessage
	maxLine  = 4 * load.MaxMessage // bytes of a line of the log
	maxNotes = 1_000               // beyond MaxEvents
)

// Append stores a feed and returns its seconds whole: where a second was given Again, all
// that is known of it now, Again true. All of the feed is stored or, with an error, nothing.
//
// A second that is there already and is not given Again replaces what is stored, so a feed
// may be repeated. What comes for a second that Thin has joined with others is stored with
// them; it is not returned, as nobody knows that second alone any more.
func (s *Store) Append(ctx context.Context, id string, f *load.Feed) ([]load.Second, error) {
	var seconds []load.Second
	err := s.write(ctx, func(tx *sql.Tx) (err error) {
		a := appender{tx: tx, rows: f.Rows}
		if a.run, err = lookUp(ctx, tx, id, hidden); err != nil {
			return err
		}
		seconds, err = a.append(ctx, f)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store what run %s did: %w", id, err)
	}
	return seconds, nil
}

// appender stores one feed.
type appender struct {
	tx    *sql.Tx
	run   int64
	rows  []load.RowKey
	names nameList
	sum   latencies
	trend trend
	users int64 // most at the end of a second
}

func (a *appender) append(ctx context.Context, f *load.Feed) ([]load.Second, error) {
	if err := a.addRows(ctx); err != nil {
		return nil, err
	}
	if err := addEvents(ctx, a.tx, a.run, f.Events); err != nil {
		return nil, err
	}
	if err := addLogs(ctx, a.tx, a.run, f.Logs, f.LogsLost); err != nil {
		return nil, err
	}
	if len(f.Seconds) == 0 {
		return []load.Second{}, nil
	}
	var drawn []byte
	err := a.tx.QueryRowContext(ctx, "SELECT trend, peak_second FROM runs WHERE number = ?", a.run).Scan(&drawn, &a.users)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(drawn, &a.trend); err != nil {
		return nil, fmt.Errorf("the trend: %w", err)
	}
	if a.names, err = readNames(ctx, a.tx, a.run); err != nil {
		return nil, err
	}
	known := len(a.names.list)
	whole := make([]load.Second, 0, len(f.Seconds))
	for i := range f.Seconds {
		second, alone, err := a.addSecond(ctx, &f.Seconds[i])
		if err != nil {
			return nil, fmt.Errorf("second %d: %w", f.Seconds[i].At, err)
		}
		if alone {
			whole = append(whole, second)
		}
	}
	if err := a.addNames(ctx, known); err != nil {
		return nil, err
	}
	drawn, err = json.Marshal(a.trend)
	if err != nil {
		return nil, err
	}
	_, err = a.tx.ExecContext(ctx, "UPDATE runs SET trend = ?, peak_second = ? WHERE number = ?", drawn, a.users, a.run)
	return whole, err
}

// addRows stores the rows that are new.
func (a *appender) addRows(ctx context.Context) error {
	if len(a.rows) > maxRows {
		return fmt.Errorf("%d rows, over %d", len(a.rows), maxRows)
	}
	var known int
	if err := a.tx.QueryRowContext(ctx, "SELECT count(*) FROM row_keys WHERE run = ?", a.run).Scan(&known); err != nil {
		return err
	}
	for i := known; i < len(a.rows); i++ {
		k := &a.rows[i]
		_, err := a.tx.ExecContext(ctx, "INSERT INTO row_keys VALUES (?, ?, ?, ?, ?, ?)", a.run, i, int(k.Kind), k.Scenario, k.Transaction, k.Step)
		if err != nil {
			return err
		}
	}
	return nil
}

// addSecond stores a second. alone says whether an entry has it for itself, and with it
// comes all that is known of it.
func (a *appender) addSecond(ctx context.Context, s *load.Second) (_ load.Second, alone bool, err error) {
	if s.At < 0 || s.At > math.MaxInt32 {
		return load.Second{}, false, errors.New("no time of a run")
	}
	for i := range s.Rows {
		if r := s.Rows[i].Row; r < 0 || r >= len(a.rows) {
			return load.Second{}, false, fmt.Errorf("row %d of %d", r, len(a.rows))
		}
	}
	gained := newEntry(s, a.names.number)
	gained.sum(a.rows, &a.sum)
	if len(a.names.list) > maxNames {
		return load.Second{}, false, fmt.Errorf("over %d workers and scenarios", maxNames)
	}
	there, before, err := a.covering(ctx, s.At)
	if err != nil {
		return load.Second{}, false, err
	}
	e, requests := gained, gained.point.requests
	switch {
	case !there:
	case s.Again || before.step > fineStep:
		e = before
		e.again(gained)
		if e.step == fineStep {
			e.sum(a.rows, &a.sum)
		} else if err = a.sumLatencies(ctx, &e, &gained); err != nil {
			return load.Second{}, false, err
		}
	default:
		requests -= before.point.requests
	}
	a.trend.add(s.At, requests)
	a.users = max(a.users, e.point.users)
	if err := store(ctx, a.tx, a.run, &e, &a.sum); err != nil {
		return load.Second{}, false, err
	}
	if e.step > fineStep {
		return load.Second{}, false, nil
	}
	if !s.Again {
		return *s, true, nil
	}
	return e.second(a.names.list), true, nil
}

// covering is the entry that has the second at, if there is one.
func (a *appender) covering(ctx context.Context, at int) (there bool, e entry, err error) {
	err = a.tx.QueryRowContext(ctx, "SELECT at, step FROM seconds WHERE run = ? AND at <= ? ORDER BY at DESC LIMIT 1", a.run, at).Scan(&e.at, &e.step)
	if errors.Is(err, sql.ErrNoRows) || err == nil && e.at+e.step <= at {
		return false, entry{}, nil
	}
	if err != nil {
		return false, entry{}, err
	}
	e, err = readEntry(ctx, a.tx, a.run, e.at, e.step, len(a.names.list))
	return true, e, err
}

// sumLatencies leaves in a.sum the histograms of e, an entry of many seconds, with what it gained.
func (a *appender) sumLatencies(ctx context.Context, e, gained *entry) error {
	a.sum.reset()
	if err := readLatencies(ctx, a.tx, a.run, e.at, &a.sum); err != nil {
		return err
	}
	for i := range gained.rows {
		if r := &gained.rows[i]; a.rows[r.Row].Kind == load.StepRow {
			a.sum.addRow(&r.RowSecond)
		}
	}
	a.sum.describe(&e.point)
	return nil
}

func (a *appender) addNames(ctx context.Context, known int) error {
	for i, name := range a.names.list[known:] {
		if _, err := a.tx.ExecContext(ctx, "INSERT INTO names VALUES (?, ?, ?)", a.run, known+i, name); err != nil {
			return err
		}
	}
	return nil
}

// nameList numbers the workers and scenarios of a run.
type nameList struct {
	list []string
	of   map[string]int
}

func (n *nameList) number(name string) int {
	name = load.Clip(name, maxName)
	i, ok := n.of[name]
	if !ok {
		i = len(n.list)
		n.list, n.of[name] = append(n.list, name), i
	}
	return i
}

func readNames(ctx context.Context, q querier, run int64) (nameList, error) {
	n := nameList{of: map[string]int{}}
	rows, err := q.QueryContext(ctx, "SELECT name FROM names WHERE run = ? ORDER BY place", run)
	if err != nil {
		return n, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return n, err
		}
		n.number(name)
	}
	return n, rows.Err()
}

// store writes an entry in place of what is there. of are the latencies of all its step rows.
func store(ctx context.Context, tx *sql.Tx, run int64, e *entry, of *latencies) error {
	_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO seconds VALUES (?, ?, ?, ?, ?)", run, e.at, e.step, e.point.encode(), encodeWorkers(e.workers))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO latencies VALUES (?, ?, ?)", run, e.at, encodeLatencies(of))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO details VALUES (?, ?, ?)", run, e.at, encodeDetails(e))
	return err
}

// readEntry reads all of an entry. names is how many the run has.
func readEntry(ctx context.Context, q querier, run int64, at, step, names int) (entry, error) {
	e := entry{at: at, step: step}
	var columns, workers, counts []byte
	err := q.QueryRowContext(ctx, `SELECT point, workers, counts FROM seconds JOIN details USING (run, at)
		WHERE run = ? AND at = ?`, run, at).Scan(&columns, &workers, &counts)
	if err != nil {
		return e, err
	}
	if e.point, err = decodePoint(columns, at); err != nil {
		return e, err
	}
	if e.workers, err = decodeWorkers(nil, workers, names, at); err != nil {
		return e, err
	}
	err = readDetails(counts, names, at, func(l loadEntry) { e.loads = append(e.loads, l) }, nil, func(r *rowEntry) {
		e.rows = append(e.rows, *r)
		r.OK, r.Failed = nil, nil // they are the entry's now
	})
	return e, err
}

// readLatencies adds those of an entry to l.
func readLatencies(ctx context.Context, q querier, run int64, at int, l *latencies) error {
	var blob []byte
	err := q.QueryRowContext(ctx, "SELECT buckets FROM latencies WHERE run = ? AND at = ?", run, at).Scan(&blob)
	if err != nil {
		return err
	}
	_, err = l.decode(nil, blob, at)
	return err
}

// addEvents stores events; those that are there already stay, and beyond MaxEvents they
// are left out.
func addEvents(ctx context.Context, tx *sql.Tx, run int64, list []load.Event) error {
	for i := range list {
		if seq := list[i].Seq; seq < 1 || seq > load.MaxEvents {
			continue
		}
		if err := addEvent(ctx, tx, run, &list[i]); err != nil {
			return err
		}
	}
	return nil
}

func addEvent(ctx context.Context, tx *sql.Tx, run int64, e *load.Event) error {
	clip := func(s string) string { return load.Clip(s, maxName) }
	why := ""
	if e.Why != nil {
		text, err := json.Marshal(e.Why)
		if err != nil {
			return fmt.Errorf("why event %d came: %w", e.Seq, err)
		}
		why = string(text)
	}
	_, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		run, e.Seq, stamp(e.At), finite(e.Second), clip(string(e.Kind)), clip(e.Worker), clip(e.Name),
		finite(e.From), finite(e.To), load.Clip(e.Text, load.MaxNote), clip(e.By), why)
	return err
}

// finite is v, or the nearest number that JSON has.
func finite(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return load.AddFinite(v, 0)
}

// addLogs stores lines, and one that says how many more there were; the run keeps the
// last MaxLogLines.
func addLogs(ctx context.Context, tx *sql.Tx, run int64, list []load.LogLine, lost int64) error {
	if lost > 0 {
		line := load.LogLine{At: time.Now(), Level: "warn", Message: fmt.Sprintf("%d more lines had no room", lost)}
		if n := len(list); n > 0 {
			line.At = list[n-1].At
		}
		list = append(list[:len(list):len(list)], line)
	}
	if len(list) == 0 {
		return nil
	}
	var last int64
	err := tx.QueryRowContext(ctx, "SELECT coalesce(max(seq), 0) FROM logs WHERE run = ?", run).Scan(&last)
	if err != nil {
		return err
	}
	if over := len(list) - load.MaxLogLines; over > 0 {
		list, last = list[over:], last+int64(over)
	}
	for _, l := range list {
		last++
		_, err := tx.ExecContext(ctx, "INSERT INTO logs VALUES (?, ?, ?, ?, ?, ?, ?)", run, last, stamp(l.At),
			load.Clip(l.Level, maxName), load.Clip(l.Worker, maxName), load.Clip(l.Message, maxLine), load.Clip(l.Place, maxName))
		if err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM logs WHERE run = ? AND seq <= ?", run, last-load.MaxLogLines)
	return err
}
