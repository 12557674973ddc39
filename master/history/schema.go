package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// migrations make the schema, each from that of the one before. A file's user_version is
// how many it has had. What is released is never changed: a further one is added.
var migrations = [...]string{`
CREATE TABLE contents (
	digest BLOB PRIMARY KEY,   -- SHA-256 of what is in packed
	size   INTEGER NOT NULL,   -- of it, in bytes
	packed BLOB NOT NULL       -- deflate
);
CREATE TABLE runs (
	number      INTEGER PRIMARY KEY AUTOINCREMENT, -- a number is never given again
	id          TEXT NOT NULL UNIQUE,              -- ULID
	plan        TEXT NOT NULL,
	revision    TEXT NOT NULL,
	name        TEXT NOT NULL,
	note        TEXT NOT NULL,
	owner       TEXT NOT NULL,
	environment TEXT NOT NULL,
	tags        TEXT NOT NULL,    -- JSON object
	search      TEXT NOT NULL,    -- name, note, plan and tags in lower case
	version     TEXT NOT NULL,    -- of the master
	plan_text   BLOB REFERENCES contents(digest),
	plan_json   BLOB REFERENCES contents(digest),
	start_order BLOB REFERENCES contents(digest),
	created     INTEGER NOT NULL, -- times are ns since 1970
	started     INTEGER,          -- time zero of the load
	ended       INTEGER,
	deleted     INTEGER,          -- hidden since
	state       TEXT NOT NULL,
	reason      TEXT NOT NULL DEFAULT '',
	degraded    INTEGER NOT NULL DEFAULT 0,
	verdict     TEXT NOT NULL DEFAULT '',
	measurement TEXT NOT NULL DEFAULT '',
	workers     INTEGER NOT NULL DEFAULT 0,
	peak_users  INTEGER NOT NULL DEFAULT 0, -- of the result
	peak_second INTEGER NOT NULL DEFAULT 0, -- users at the end of a second
	requests    INTEGER NOT NULL DEFAULT 0,
	failures    INTEGER NOT NULL DEFAULT 0,
	rps         REAL NOT NULL DEFAULT 0,
	p50         REAL NOT NULL DEFAULT 0,    -- ms
	p95         REAL NOT NULL DEFAULT 0,
	p99         REAL NOT NULL DEFAULT 0,
	trend       TEXT NOT NULL DEFAULT '{}'  -- JSON
);
CREATE INDEX runs_plan ON runs(plan, number);
CREATE INDEX runs_plan_text ON runs(plan_text);
CREATE INDEX runs_plan_json ON runs(plan_json);
CREATE INDEX runs_start_order ON runs(start_order);
CREATE TABLE scripts (
	run     INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
	place   INTEGER NOT NULL,
	path    TEXT NOT NULL,
	library TEXT NOT NULL,
	file    TEXT NOT NULL,
	line    INTEGER NOT NULL,
	indent  INTEGER NOT NULL,
	content BLOB NOT NULL REFERENCES contents(digest),
	PRIMARY KEY (run, place)
) WITHOUT ROWID;
CREATE INDEX scripts_content ON scripts(content);
CREATE TABLE results (
	run    INTEGER PRIMARY KEY REFERENCES runs(number) ON DELETE CASCADE,
	packed BLOB NOT NULL -- deflate of the JSON
);
CREATE TABLE row_keys (
	run          INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
	place        INTEGER NOT NULL,
	kind         INTEGER NOT NULL,
	scenario     TEXT NOT NULL,
	"transaction" TEXT NOT NULL,
	step         TEXT NOT NULL,
	PRIMARY KEY (run, place)
) WITHOUT ROWID;
CREATE TABLE names ( -- of workers and scenarios, as entries refer to them
	run   INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
	place INTEGER NOT NULL,
	name  TEXT NOT NULL,
	PRIMARY KEY (run, place)
) WITHOUT ROWID;
CREATE TABLE seconds (
	run     INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
	at      INTEGER NOT NULL, -- run time at which the entry begins
	step    INTEGER NOT NULL, -- 1, 5 or 60 seconds
	point   BLOB NOT NULL,
	workers BLOB NOT NULL,
	PRIMARY KEY (run, at)
) WITHOUT ROWID;
CREATE INDEX seconds_step ON seconds(run, step, at);
CREATE TABLE latencies (
	run     INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
	at      INTEGER NOT NULL,
	buckets BLOB NOT NULL,
	PRIMARY KEY (run, at)
);
CREATE TABLE details (
	run    INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
	at     INTEGER NOT NULL,
	counts BLOB NOT NULL,
	PRIMARY KEY (run, at)
);
CREATE TABLE events (
	run    INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
	seq    INTEGER NOT NULL,
	at     INTEGER NOT NULL,
	second REAL NOT NULL,
	kind   TEXT NOT NULL,
	worker TEXT NOT NULL,
	name   TEXT NOT NULL,
	before REAL NOT NULL,
	after  REAL NOT NULL,
	text   TEXT NOT NULL,
	author TEXT NOT NULL,
	PRIMARY KEY (run, seq)
) WITHOUT ROWID;
CREATE TABLE logs (
	run     INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
	seq     INTEGER NOT NULL,
	at      INTEGER NOT NULL,
	level   TEXT NOT NULL,
	worker  TEXT NOT NULL,
	message TEXT NOT NULL,
	place   TEXT NOT NULL,
	PRIMARY KEY (run, seq)
) WITHOUT ROWID;
`, `
ALTER TABLE events ADD COLUMN why TEXT NOT NULL DEFAULT ''; -- JSON of what text says; empty: nothing
`}

// applicationID marks the file as one of ours ("LHis").
const applicationID = 0x4c486973

// version is how many migrations the file has had.
func version(ctx context.Context, db querier) (n int, err error) {
	var app, tables int
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&app); err != nil {
		return 0, err
	}
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&n); err != nil {
		return 0, err
	}
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return 0, err
	}
	switch {
	case app != applicationID && (app != 0 || tables > 0 || n != 0):
		return 0, errors.New("it is the database of another program")
	case n > len(migrations):
		return 0, fmt.Errorf("%w: it has version %d of the schema, this program knows %d", ErrNewer, n, len(migrations))
	}
	return n, nil
}

// migrate brings the schema up to date.
func migrate(ctx context.Context, tx *sql.Tx) error {
	n, err := version(ctx, tx)
	if err != nil {
		return err
	}
	if n == len(migrations) {
		return nil
	}
	for i, m := range migrations[n:] {
		if _, err := tx.ExecContext(ctx, m); err != nil {
			return fmt.Errorf("bring the schema to version %d: %w", n+i+1, err)
		}
	}
	_, err = tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, len(migrations)))
	return err
}
