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

// Start is a run as it was started. It is stored as it is given: whoever starts a run
// takes care that there is no secret in it.
type Start struct {
	ID, Plan, Revision, Name, Note string
	Owner, Environment             string
	Tags                           map[string]string
	PlanText                       []byte // YAML as it was
	PlanJSON                       []byte // with overrides
	Order                          []byte // JSON of the start; may be nil
	Scripts                        []load.Source
	Version                        string // of the master
	Created                        time.Time
}

// Begin stores a run that is about to start, in state queued, and gives it its number.
func (s *Store) Begin(ctx context.Context, start Start) (number int64, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		number, err = begin(ctx, tx, &start)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("store the start of run %s: %w", start.ID, err)
	}
	return number, nil
}

func begin(ctx context.Context, tx *sql.Tx, s *Start) (int64, error) {
	tags, err := encodeTags(s.Tags)
	if err != nil {
		return 0, err
	}
	var digests [3][]byte
	for i, content := range [...][]byte{s.PlanText, s.PlanJSON, s.Order} {
		if digests[i], err = keep(ctx, tx, content); err != nil {
			return 0, err
		}
	}
	done, err := tx.ExecContext(ctx, `INSERT INTO runs (id, plan, revision, name, note, owner, environment, tags, search,
		version, plan_text, plan_json, start_order, created, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.ID, s.Plan, s.Revision, s.Name, s.Note, s.Owner, s.Environment, tags, searchText(s.Name, s.Note, s.Plan, s.Tags),
		s.Version, digests[0], digests[1], digests[2], stamp(s.Created), load.StateQueued)
	if err != nil {
		return 0, err
	}
	number, err := done.LastInsertId()
	if err != nil {
		return 0, err
	}
	for i := range s.Scripts {
		x := &s.Scripts[i]
		digest, err := keep(ctx, tx, []byte(x.Text))
		if err != nil {
			return 0, err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO scripts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", number, i, x.Path, x.Library, x.File, x.Line, x.Indent, digest)
		if err != nil {
			return 0, err
		}
	}
	return number, nil
}

// Record is a run as it was started; name, note and tags as they are now. Plan and
// scripts are empty where the start could not be stored.
func (s *Store) Record(ctx context.Context, id string) (Start, error) {
	var r Start
	err := s.read(ctx, func(tx *sql.Tx) error {
		number, err := lookUp(ctx, tx, id, shown)
		if err != nil {
			return err
		}
		return r.read(ctx, tx, number)
	})
	if err != nil {
		return Start{}, fmt.Errorf("read the start of run %s: %w", id, err)
	}
	return r, nil
}

func (s *Start) read(ctx context.Context, tx *sql.Tx, number int64) error {
	var tags string
	var created int64
	var digests [3][]byte
	err := tx.QueryRowContext(ctx, `SELECT id, plan, revision, name, note, owner, environment, tags, version, created,
		plan_text, plan_json, start_order FROM runs WHERE number = ?`, number).
		Scan(&s.ID, &s.Plan, &s.Revision, &s.Name, &s.Note, &s.Owner, &s.Environment, &tags, &s.Version, &created,
			&digests[0], &digests[1], &digests[2])
	if err != nil {
		return err
	}
	s.Created = moment(created)
	if s.Tags, err = decodeTags(tags); err != nil {
		return err
	}
	for i, to := range [...]*[]byte{&s.PlanText, &s.PlanJSON, &s.Order} {
		if *to, err = kept(ctx, tx, digests[i]); err != nil {
			return err
		}
	}
	s.Scripts, err = readScripts(ctx, tx, number)
	return err
}

func readScripts(ctx context.Context, tx *sql.Tx, number int64) ([]load.Source, error) {
	list := []load.Source{}
	rows, err := tx.QueryContext(ctx, `SELECT path, library, file, line, indent, packed FROM scripts JOIN contents ON digest = content
		WHERE run = ? ORDER BY place`, number)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var x load.Source
		var packed []byte
		if err := rows.Scan(&x.Path, &x.Library, &x.File, &x.Line, &x.Indent, &packed); err != nil {
			return nil, err
		}
		text, err := unpack(packed)
		if err != nil {
			return nil, err
		}
		x.Text = string(text)
		list = append(list, x)
	}
	return list, rows.Err()
}

func encodeTags(tags map[string]string) (string, error) {
	if tags == nil {
		tags = map[string]string{}
	}
	b, err := json.Marshal(tags)
	return string(b), err
}

func decodeTags(text string) (map[string]string, error) {
	tags := map[string]string{}
	if err := json.Unmarshal([]byte(text), &tags); err != nil {
		return nil, fmt.Errorf("the tags: %w", err)
	}
	return tags, nil
}

// searchText is in what a search for a run looks.
func searchText(name, note, plan string, tags map[string]string) string {
	parts := []string{name, note, plan}
	for k, v := range tags {
		parts = append(parts, k+"="+v)
	}
	return strings.ToLower(strings.Join(parts, "\n"))
}
