package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Errors of a store. Test with errors.Is.
var (
	// ErrNotFound: there is no such run, or it is deleted.
	ErrNotFound = errors.New("there is no such run in the history")
	// ErrNewer: the file was written by a newer version of this program.
	ErrNewer = errors.New("the history was written by a newer version of this program")
	// ErrTakenAway: the file is not where it was opened any more. What would be written to it
	// nobody could find again.
	ErrTakenAway = errors.New("its file was taken away or replaced: put it back, or start the master again")
	// ErrFull: the run has as many events as it may have.
	ErrFull = errors.New("the run has too many events")
)

const (
	// busyTimeout is how long a call waits for another process that is writing.
	busyTimeout = 5 * time.Second
	readers     = 4 // connections
	// wholeCheck is up to what size, in bytes, the file is checked in full when it is
	// opened; of a larger one only the table of runs is.
	wholeCheck = 64 << 20
	openWithin = 2 * time.Minute
)

// Store is the history of a workspace. Its methods may be called from any goroutine, and
// several processes may have the file open at once. Writes are done one at a time; reads
// do not wait for them. An error leaves the file as it was, and the next call may succeed:
// after a full disk the caller just goes on.
type Store struct {
	writer *sql.DB // one connection
	reader *sql.DB
	file   string
	opened os.FileInfo // of file
}

// querier is a transaction or a whole database.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Open opens the history in file, which is made (0600) if it is missing. A file that is
// damaged is put aside, under the same name with ".damaged-" and the time, and a new one
// is begun. One of a newer version is left alone (ErrNewer).
func Open(file string, log *slog.Logger) (*Store, error) {
	s, err := openFile(file)
	if isDamage(err) {
		aside, moveErr := putAside(file, time.Now())
		if moveErr != nil {
			return nil, fmt.Errorf("open the history: %w; it cannot be put aside: %w", err, moveErr)
		}
		log.Warn("the history was damaged; it is kept aside and a new one begun", "file", file, "kept", aside, "error", err)
		s, err = openFile(file)
	}
	if err != nil {
		return nil, fmt.Errorf("open the history %s: %w", file, err)
	}
	return s, nil
}

func openFile(file string) (_ *Store, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), openWithin)
	defer cancel()
	file, err = filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	info, err := ensure(file)
	if err != nil {
		return nil, err
	}
	if size := info.Size(); size > 0 {
		if err := inspect(ctx, file, size); err != nil {
			return nil, err
		}
	}
	s := &Store{file: file, opened: info}
	defer func() {
		if err != nil {
			_ = s.Close()
		}
	}()
	if s.writer, err = connect(file, 1, "_txlock=immediate", "_pragma=auto_vacuum(2)", "_pragma=journal_mode(WAL)",
		"_pragma=synchronous(NORMAL)", "_pragma=foreign_keys(1)", "_pragma=journal_size_limit(67108864)"); err != nil {
		return nil, err
	}
	if err := s.write(ctx, func(tx *sql.Tx) error { return migrate(ctx, tx) }); err != nil {
		return nil, err
	}
	s.reader, err = connect(file, readers, "_pragma=query_only(1)")
	return s, err
}

// ensure makes the file if it is missing, so that nobody else can read it, and says which
// it is.
func ensure(file string) (info os.FileInfo, err error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	info, err = f.Stat()
	return info, errors.Join(err, f.Close())
}

func connect(file string, conns int, options ...string) (*sql.DB, error) {
	path := filepath.ToSlash(file)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive's letter
	}
	options = append(options, fmt.Sprintf("_pragma=busy_timeout(%d)", busyTimeout.Milliseconds()))
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: strings.Join(options, "&")}).String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// inspect reads a file that is there, without changing it: whether it is ours, of a
// version that we know, and whole.
func inspect(ctx context.Context, file string, size int64) error {
	db, err := connect(file, 1, "mode=ro")
	if err != nil {
		return err
	}
	defer db.Close()
	n, err := version(ctx, db)
	if err != nil || n == 0 {
		return err
	}
	check := "PRAGMA quick_check(1)"
	if size > wholeCheck {
		check = "PRAGMA quick_check('runs')"
	}
	var said string
	if err := db.QueryRowContext(ctx, check).Scan(&said); err != nil {
		return err
	}
	if said != "ok" {
		return fmt.Errorf("%w: %s", errDamaged, strings.TrimSpace(said))
	}
	return nil
}

// errDamaged: a check of the file found something.
var errDamaged = errors.New("the file is damaged")

// isDamage tells a file that cannot be read any more from one that cannot be read now.
func isDamage(err error) bool {
	if errors.Is(err, errDamaged) {
		return true
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	code := e.Code() & 0xff // the rest says more about it
	return code == sqlite3.SQLITE_CORRUPT || code == sqlite3.SQLITE_NOTADB
}

// putAside renames the file, and what SQLite has beside it, and says to what.
func putAside(file string, now time.Time) (string, error) {
	aside := file + ".damaged-" + now.UTC().Format("20060102T150405Z")
	for n := 1; ; n++ {
		if _, err := os.Lstat(aside); errors.Is(err, os.ErrNotExist) {
			break
		} else if err != nil {
			return "", err
		}
		aside = file + ".damaged-" + now.UTC().Format("20060102T150405Z") + "-" + strconv.Itoa(n)
	}
	// What lies beside goes first: a new file must never be read with an old journal.
	for _, end := range []string{"-wal", "-shm", ""} {
		if err := os.Rename(file+end, aside+end); err != nil && (end == "" || !errors.Is(err, os.ErrNotExist)) {
			return "", err
		}
	}
	return aside, nil
}

// Close waits for the calls under way; later ones fail.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.reader, s.writer} { // the last one to close tidies up
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// write runs f in a transaction that has the file for itself. SQLite goes on writing to a
// file that somebody has deleted, as if nothing were wrong.
func (s *Store) write(ctx context.Context, f func(*sql.Tx) error) error {
	switch now, err := os.Stat(s.file); {
	case errors.Is(err, os.ErrNotExist) || err == nil && !os.SameFile(now, s.opened):
		return ErrTakenAway
	case err != nil:
		return err
	}
	return within(ctx, s.writer, f)
}

// read runs f in a transaction that sees the file as it is now.
func (s *Store) read(ctx context.Context, f func(*sql.Tx) error) error {
	return within(ctx, s.reader, f)
}

func within(ctx context.Context, db *sql.DB, f func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing; else the error of f counts
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// Which runs are found.
const (
	shown  = " AND deleted IS NULL"
	hidden = ""
)

// lookUp is the number of a run that is given by its id or its number.
func lookUp(ctx context.Context, q querier, id, which string) (number int64, err error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		n = 0 // no run has it
	}
	err = q.QueryRowContext(ctx, "SELECT number FROM runs WHERE (id = ? OR number = ?)"+which+" ORDER BY id = ? DESC", id, n, id).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, ErrNotFound
	}
	return number, err
}

// stamp is a time as it is stored.
func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// moment is a stored time.
func moment(ns int64) time.Time {
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns).UTC()
}

// optional is a time that may be missing.
func optional(t *time.Time) sql.NullInt64 {
	if t == nil {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: stamp(*t), Valid: true}
}

func momentOf(ns sql.NullInt64) *time.Time {
	if !ns.Valid {
		return nil
	}
	t := moment(ns.Int64)
	return &t
}
