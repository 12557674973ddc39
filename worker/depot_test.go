package worker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/blobs"
	"github.com/locust-http/locust-http/internal/workersuite"
	"github.com/locust-http/locust-http/load"
)

func fileOf(path, content string) load.File {
	sum := sha256.Sum256([]byte(content))
	return load.File{Path: path, Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
}

// newFileLab is a lab whose daemon keeps files; log takes what it says.
func newFileLab(t *testing.T, log io.Writer) (l *lab, d *Daemon, cache string) {
	t.Helper()
	cache = t.TempDir()
	files, err := blobs.Open(cache, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	l = &lab{}
	d = NewDaemon(Config{Start: l.start, Files: files, Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	t.Cleanup(func() {
		d.Close()
		files.Close()
	})
	return l, d, cache
}

func mustStore(t *testing.T, d *Daemon, path, content string) load.File {
	t.Helper()
	f := fileOf(path, content)
	if err := d.Store(t.Context(), f, strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	return f
}

// drained waits until the session of a master is over.
func drained(s load.Session) {
	for range s.Reports() {
	}
}

// TestCacheSmallerThanARun: the worker says so when it is asked what is missing, before
// anything is sent. A content that has several names takes its room once.
func TestCacheSmallerThanARun(t *testing.T) {
	files, err := blobs.Open(t.TempDir(), 8)
	if err != nil {
		t.Fatal(err)
	}
	l := &lab{}
	d := NewDaemon(Config{Start: l.start, Files: files, Log: slog.New(slog.DiscardHandler)})
	t.Cleanup(func() { d.Close(); files.Close() })
	fits := []load.File{fileOf("a", "12345"), fileOf("copy", "12345"), fileOf("b", "678")}
	if missing, err := d.Missing(t.Context(), fits); err != nil || len(missing) != 3 {
		t.Fatalf("%v, %v", missing, err)
	}
	large := append(fits, fileOf("c", "9"))
	var bad *load.PlanError
	if _, err := d.Missing(t.Context(), large); !errors.As(err, &bad) || !strings.Contains(bad.Message, "have 9 bytes, and the cache of this worker keeps 8") {
		t.Errorf("missing: %v", err)
	}
	j := job("r1", 1, 0)
	j.Files = large
	if _, err := d.Prepare(t.Context(), j); !errors.As(err, &bad) || !strings.Contains(bad.Message, "--cache-size") || l.count() != 0 {
		t.Errorf("prepare: %v", err)
	}
}

func TestARunHoldsItsFiles(t *testing.T) {
	l, d, _ := newFileLab(t, io.Discard)
	j := job("r1", 1, 0)
	j.Dir = "/etc" // of a master that would like to choose
	j.Files = []load.File{mustStore(t, d, "data/a", "one"), fileOf("data/b", "two"), fileOf("data/c", "three")}
	var bad *load.PlanError
	if _, err := d.Prepare(t.Context(), j); !errors.As(err, &bad) || !strings.Contains(err.Error(), `"data/b"`) || strings.Contains(err.Error(), `"data/a"`) {
		t.Fatalf("without its files: %v", err)
	}
	if l.count() != 0 {
		t.Error("an engine was started for a job without its files")
	}
	mustStore(t, d, "data/b", "two")
	mustStore(t, d, "data/c", "three")
	s := mustPrepare(t, d, j)
	dir := l.last().job.Dir
	for _, f := range j.Files {
		if b, err := os.ReadFile(filepath.Join(dir, f.SHA256)); err != nil || fileOf(f.Path, string(b)) != f {
			t.Errorf("%s: %q, %v", f.Path, b, err)
		}
	}
	s.Close()
	drained(s)
	next := mustPrepare(t, d, job("r2", 1, 0)) // waits until r1 is cleared away
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder of a run that is over: %v", err)
	}
	if l.last().job.Dir != "" {
		t.Errorf("a job without files has the folder %q", l.last().job.Dir)
	}
	next.Close()
	if missing, err := d.Missing(t.Context(), j.Files); err != nil || len(missing) != 0 {
		t.Errorf("for the next run %v are missing, %v", missing, err)
	}
}

// TestFilesAreGivenUp however a run ends.
func TestFilesAreGivenUp(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, l *lab, d *Daemon, j load.Job){
		"an engine that cannot start": func(t *testing.T, l *lab, d *Daemon, j load.Job) {
			l.startErr = errors.New("no such program")
			if _, err := d.Prepare(t.Context(), j); err == nil {
				t.Error("prepared")
			}
		},
		"an engine that refuses": func(t *testing.T, l *lab, d *Daemon, j load.Job) {
			l.setup = func(e *fakeEngine) {
				e.prepare = func(context.Context) error { return &load.PlanError{Message: "no"} }
			}
			if _, err := d.Prepare(t.Context(), j); err == nil {
				t.Error("prepared")
			}
		},
		"an engine that dies": func(t *testing.T, l *lab, d *Daemon, j load.Job) {
			s := mustPrepare(t, d, j)
			l.last().die(errors.New("exit status 2"))
			drained(s)
		},
		"a daemon that is closed": func(t *testing.T, _ *lab, d *Daemon, j load.Job) {
			mustPrepare(t, d, j)
			d.Close()
		},
		"send once": func(t *testing.T, l *lab, d *Daemon, j load.Job) {
			l.setup = func(e *fakeEngine) {
				e.send = func(context.Context) (*load.Exchange, error) {
					if _, err := os.Stat(filepath.Join(e.sent.Dir, j.Files[0].SHA256)); err != nil {
						t.Error(err)
					}
					return &load.Exchange{OK: true}, nil
				}
			}
			if _, err := d.SendOnce(t.Context(), load.SendRequest{Files: j.Files, Dir: "/etc"}); err != nil {
				t.Error(err)
			}
		},
		"send once without files": func(t *testing.T, l *lab, d *Daemon, _ load.Job) {
			l.setup = func(e *fakeEngine) {
				e.send = func(context.Context) (*load.Exchange, error) {
					if e.sent.Dir != "" {
						t.Errorf("the engine was sent to %q", e.sent.Dir)
					}
					return &load.Exchange{}, nil
				}
			}
			if _, err := d.SendOnce(t.Context(), load.SendRequest{Dir: "/etc"}); err != nil {
				t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			l, d, cache := newFileLab(t, io.Discard)
			j := job("r1", 1, 0)
			j.Files = []load.File{mustStore(t, d, "data/a", "one")}
			end(t, l, d, j)
			d.Close()
			left := 0
			filepath.WalkDir(cache, func(path string, e os.DirEntry, err error) error {
				if err == nil && !e.IsDir() && filepath.Base(path) == j.Files[0].SHA256 {
					left++
				}
				return nil
			})
			if left != 1 {
				t.Errorf("the file is there %d times, want only in the cache", left)
			}
		})
	}
}

func TestWithoutACache(t *testing.T) {
	_, d := newLab(nil)
	defer d.Close()
	j := job("r1", 1, 0)
	j.Files = []load.File{fileOf("data/a", "one")}
	var bad *load.PlanError
	for what, err := range map[string]error{
		"Prepare":  func() error { _, err := d.Prepare(t.Context(), j); return err }(),
		"SendOnce": func() error { _, err := d.SendOnce(t.Context(), load.SendRequest{Files: j.Files}); return err }(),
		"Missing":  func() error { _, err := d.Missing(t.Context(), j.Files); return err }(),
		"Store":    d.Store(t.Context(), j.Files[0], strings.NewReader("one")),
	} {
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), "without a cache") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestFilesOverTheBounds(t *testing.T) {
	_, d, _ := newFileLab(t, io.Discard)
	digest := fileOf("", "").SHA256
	many := make([]load.File, load.MaxRunFiles/load.MaxBodyFile+1)
	for i := range many {
		many[i] = load.File{Path: "f", Size: load.MaxBodyFile, SHA256: digest}
	}
	for what, files := range map[string][]load.File{
		"too large":          {{Size: load.MaxBodyFile + 1, SHA256: digest}},
		"a size below 0":     {{Size: -1, SHA256: digest}},
		"no digest":          {{SHA256: "../../../etc/passwd"}},
		"too many":           make([]load.File, load.MaxFiles+1),
		"too large together": many,
	} {
		j := job("r1", 1, 0)
		j.Files = files
		var bad *load.PlanError
		if _, err := d.Prepare(t.Context(), j); !errors.As(err, &bad) {
			t.Errorf("%s: prepared: %v", what, err)
		}
		if _, err := d.Missing(t.Context(), files); err == nil {
			t.Errorf("%s: looked for", what)
		}
	}
}

// TestStoresAreBounded: so many at once, and the next waits no longer than its context.
func TestStoresAreBounded(t *testing.T) {
	_, d, _ := newFileLab(t, io.Discard)
	under, goOn := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	for range MaxStores {
		wg.Go(func() {
			f := fileOf("data/a", "one")
			if err := d.Store(t.Context(), f, io.MultiReader(readerFunc(func([]byte) (int, error) {
				under <- struct{}{}
				<-goOn
				return 0, io.EOF
			}), strings.NewReader("one"))); err != nil {
				t.Error(err)
			}
		})
	}
	for range MaxStores {
		<-under
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := d.Store(ctx, fileOf("data/b", "two"), strings.NewReader("two")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("one more: %v", err)
	}
	close(goOn)
	wg.Wait()
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// TestTheLogTellsRunsAndNoSecrets.
func TestTheLogTellsRunsAndNoSecrets(t *testing.T) {
	var log workersuite.Log
	_, d, _ := newFileLab(t, &log)
	j := job("r1", 1, 0)
	j.Index, j.Of = 2, 5
	j.Secrets = map[string]string{"PASSWORD": "hunter2"}
	j.Env = map[string]string{"HOME_TOKEN": "hunter2"}
	j.Plan = []byte(`{"password":"hunter2"}`)
	s := mustPrepare(t, d, j)
	s.Close()
	drained(s)
	refused := job("r2", 1, 0)
	refused.Secrets, refused.Files = j.Secrets, []load.File{fileOf("data/a", "one")}
	if _, err := d.Prepare(t.Context(), refused); err == nil {
		t.Error("prepared")
	}
	d.Close()
	text := log.String()
	for _, want := range []string{
		`msg="a run begins" run=r1 owner="team r1" index=2 of=5`,
		`msg="a run has ended" run=r1 took=`, "its master closed it",
		`msg="a run was not begun" run=r2`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the log has no %s:\n%s", want, text)
		}
	}
	if strings.Contains(text, "hunter2") {
		t.Errorf("the log tells a secret:\n%s", text)
	}
}
