package history_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/history"
)

// childFile names the file for the process that is killed.
const childFile = "HISTORY_TEST_CHILD_FILE"

func TestMain(m *testing.M) {
	if file := os.Getenv(childFile); file != "" {
		writeUntilKilled(file)
	}
	os.Exit(m.Run())
}

// writeUntilKilled says each second that it has stored.
func writeUntilKilled(file string) {
	s, err := history.Open(file, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err != nil {
		panic(err)
	}
	if _, err := s.Begin(ctx, history.Start{ID: "run", Plan: "shop", PlanText: []byte("a: 1"), Created: began}); err != nil {
		panic(err)
	}
	if err := s.Save(ctx, "run", result("run", load.StateRunning), began); err != nil {
		panic(err)
	}
	for at := 0; ; at++ {
		_, err := s.Append(ctx, "run", &load.Feed{Rows: someRows[:1], Seconds: []load.Second{
			{At: at, Reports: 1, Rows: []load.RowSecond{{Requests: 3, OK: []load.Bucket{{Index: 100, Count: 3}}}}}}})
		if err != nil {
			panic(err)
		}
		fmt.Println(at)
	}
}

// What was stored is there after a kill in the midst of writing, and the run has failed.
func TestKilled(t *testing.T) {
	file := filepath.Join(t.TempDir(), "history.db")
	exe, err := os.Executable()
	must(t, err)
	child := exec.Command(exe)
	child.Env = append(os.Environ(), childFile+"="+file)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	last := -1
	for lines := bufio.NewScanner(out); lines.Scan(); {
		last, err = strconv.Atoi(lines.Text())
		must(t, err)
		if last == 100 {
			must(t, child.Process.Kill())
		}
	}
	_ = child.Wait()

	s := reopen(t, file)
	got, err := s.Series(ctx, "run", history.SeriesQuery{})
	must(t, err)
	if got.N <= last || len(got.Gaps) > 0 {
		t.Fatalf("%d seconds are there, %d were said to be, gaps %v", got.N, last+1, got.Gaps)
	}
	if ids, err := s.Abandoned(ctx); err != nil || !slices.Equal(ids, []string{"run"}) {
		t.Errorf("abandoned %v, %v", ids, err)
	}
	r, err := s.Result(ctx, "run")
	must(t, err)
	ended := began.Add(time.Duration(got.N) * time.Second)
	if r.State != load.StateFailed || r.Reason != "the master ended before the run did" || r.EndedAt == nil || !r.EndedAt.Equal(ended) {
		t.Errorf("%s, %q, %v; want it failed at %v", r.State, r.Reason, r.EndedAt, ended)
	}
	sum, err := s.Find(ctx, "1")
	must(t, err)
	if sum.State != load.StateFailed || sum.EndedAt == nil || sum.ID != "run" {
		t.Errorf("%+v", sum)
	}
}

// Nothing is written to a file that is no longer where it was: nobody would find it again.
func TestFileTakenAway(t *testing.T) {
	s, file := open(t)
	start(t, s, "run")
	save := func() error { return s.Save(ctx, "run", result("run", load.StateRunning), began) }
	must(t, os.Rename(file, file+".aside"))
	if err := save(); !errors.Is(err, history.ErrTakenAway) {
		t.Errorf("without the file: %v", err)
	}
	must(t, os.WriteFile(file, []byte("something else"), 0o600))
	if err := save(); !errors.Is(err, history.ErrTakenAway) {
		t.Errorf("with another file: %v", err)
	}
	must(t, os.Rename(file+".aside", file))
	if err := save(); err != nil {
		t.Errorf("with the file again: %v", err)
	}
}

// A copy of the files in the midst of writing is a history as well.
func TestCopiedWhileOpen(t *testing.T) {
	s, file := open(t)
	start(t, s, "run")
	fill(t, s, newModel(someRows), rand.New(rand.NewPCG(5, 5)), 50)
	copied := filepath.Join(t.TempDir(), "history.db")
	for _, end := range []string{"", "-wal"} {
		b, err := os.ReadFile(file + end)
		must(t, err)
		must(t, os.WriteFile(copied+end, b, 0o600))
	}
	want, err := s.Rows(ctx, "run", 0, 0)
	must(t, err)
	got, err := reopen(t, copied).Rows(ctx, "run", 0, 0)
	must(t, err)
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

// A damaged file is kept aside with its journal, and the work goes on.
func TestDamagedFile(t *testing.T) {
	whole := func(t *testing.T) []byte {
		s, file := open(t)
		for i := range 300 {
			start(t, s, fmt.Sprintf("run %d", i))
		}
		must(t, s.Close())
		b, err := os.ReadFile(file)
		must(t, err)
		return b
	}
	for name, damage := range map[string]func([]byte) []byte{
		"no database":     func([]byte) []byte { return []byte(strings.Repeat("this is no database\n", 500)) },
		"a page of zeros": func(b []byte) []byte { clear(b[2*4096 : 8*4096]); return b },
		"noise": func(b []byte) []byte {
			r := rand.New(rand.NewPCG(1, 1))
			for i := 4096; i < len(b); i++ {
				b[i] ^= byte(r.Uint32())
			}
			return b
		},
		"cut off": func(b []byte) []byte { return b[:len(b)/2] },
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "history.db")
			bad := damage(whole(t))
			must(t, os.WriteFile(file, bad, 0o600))
			must(t, os.WriteFile(file+"-wal", []byte("old journal"), 0o600))
			var log bytes.Buffer
			s, err := history.Open(file, slog.New(slog.NewTextHandler(&log, nil)))
			must(t, err)
			defer s.Close()
			if number := start(t, s, "run"); number != 1 {
				t.Errorf("number %d in a new file", number)
			}
			kept, err := filepath.Glob(file + ".damaged-*Z")
			must(t, err)
			if len(kept) != 1 {
				t.Fatalf("kept %v", kept)
			}
			if b, err := os.ReadFile(kept[0]); err != nil || !bytes.Equal(b, bad) {
				t.Errorf("what is kept is not what was there: %v", err)
			}
			if b, err := os.ReadFile(kept[0] + "-wal"); err != nil || string(b) != "old journal" {
				t.Errorf("the journal that is kept is %q, %v", b, err)
			}
			if !strings.Contains(log.String(), "level=WARN") || !strings.Contains(log.String(), filepath.Base(kept[0])) {
				t.Errorf("log: %s", &log)
			}
		})
	}
}

// A file of the first schema, with events that do not say why in a code.
func TestOlderSchema(t *testing.T) {
	s, file := open(t)
	start(t, s, "run")
	_, err := s.Append(ctx, "run", &load.Feed{Events: []load.Event{{Seq: 1, Text: "old"}}})
	must(t, err)
	must(t, s.Do("ALTER TABLE events DROP COLUMN why"))
	must(t, s.Do("PRAGMA user_version = 1"))
	must(t, s.Close())
	s, err = history.Open(file, slog.New(slog.DiscardHandler))
	must(t, err)
	defer s.Close()
	_, err = s.Append(ctx, "run", &load.Feed{Events: []load.Event{{Seq: 2, Text: "new", Why: &load.Reason{Text: "new"}}}})
	must(t, err)
	got, err := s.Events(ctx, "run", 0)
	must(t, err)
	if len(got) != 2 || got[0].Text != "old" || got[0].Why != nil || got[1].Why == nil {
		t.Errorf("%+v", got)
	}
}

// A file of a newer program, or of another one, is refused and not touched.
func TestRefusedFiles(t *testing.T) {
	for name, change := range map[string]string{
		"newer":   fmt.Sprintf("PRAGMA user_version = %d", history.Migrations+1),
		"foreign": "PRAGMA application_id = 12345",
	} {
		t.Run(name, func(t *testing.T) {
			s, file := open(t)
			start(t, s, "run")
			must(t, s.Do(change))
			must(t, s.Close())
			before, err := os.ReadFile(file)
			must(t, err)
			_, err = history.Open(file, slog.New(slog.DiscardHandler))
			if err == nil || errors.Is(err, history.ErrNewer) != (name == "newer") || !strings.Contains(err.Error(), file) {
				t.Errorf("error %v", err)
			}
			after, err := os.ReadFile(file)
			must(t, err)
			if !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
		})
	}
}

// Names of files are not part of an address.
func TestFileName(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a b%41#?mode=ro&x.db")
	s := reopen(t, file)
	start(t, s, "run")
	info, err := os.Stat(file)
	must(t, err)
	if info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		t.Errorf("mode %v", info.Mode())
	}
	if _, err := history.Open(filepath.Join(t.TempDir(), "none", "history.db"), slog.New(slog.DiscardHandler)); err == nil {
		t.Error("opened in a folder that is not there")
	}
}

// A full disk is an error, and forgotten once there is room.
func TestDiskFull(t *testing.T) {
	s, _ := open(t)
	start(t, s, "run")
	pages, err := s.Ask("PRAGMA page_count")
	must(t, err)
	must(t, s.LimitPages(int(pages)+20))
	r := rand.New(rand.NewPCG(9, 9))
	m := newModel(someRows)
	at := 0
	give := func() error {
		x := randomSecond(r, at, len(someRows))
		_, err := s.Append(ctx, "run", &load.Feed{Rows: someRows, Seconds: []load.Second{x}, Logs: []load.LogLine{{Message: strings.Repeat("x", 4000)}}})
		if err == nil {
			m.add(x)
			at++
		}
		return err
	}
	for err == nil && at < 1000 {
		err = give()
	}
	if err == nil || !strings.Contains(err.Error(), "full") {
		t.Fatalf("after %d seconds: %v", at, err)
	}
	if err := give(); err == nil {
		t.Error("stored on a full disk")
	}
	m.checkRows(t, s, "run", 0, at)
	must(t, s.LimitPages(1<<30))
	for range 5 {
		must(t, give())
	}
	m.checkRows(t, s, "run", 0, at)
}

// Two stores on one file see what the other did, and numbers are never given twice.
func TestTwoStores(t *testing.T) {
	s, file := open(t)
	other := reopen(t, file)
	var mu sync.Mutex
	numbers := map[int64]string{}
	var work sync.WaitGroup
	for i, s := range []*history.Store{s, other} {
		work.Go(func() {
			for j := range 20 {
				id := fmt.Sprintf("run %d-%d", i, j)
				number, err := s.Begin(ctx, history.Start{ID: id, Plan: "shop"})
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := s.Append(ctx, id, &load.Feed{Rows: someRows, Seconds: []load.Second{{At: 0, Reports: 1}}}); err != nil {
					t.Error(err)
				}
				mu.Lock()
				numbers[number] = id
				mu.Unlock()
			}
		})
	}
	work.Wait()
	if len(numbers) != 40 {
		t.Fatalf("%d numbers for 40 runs", len(numbers))
	}
	for number, id := range numbers {
		for _, s := range []*history.Store{s, other} {
			if found, err := s.Find(ctx, fmt.Sprint(number)); err != nil || found.ID != id {
				t.Errorf("run %d is %q, %v; want %q", number, found.ID, err, id)
			}
		}
	}
}

// Reads do not wait for a writer, and see whole feeds.
func TestReadWhileWriting(t *testing.T) {
	s, _ := open(t)
	start(t, s, "run")
	const feeds, perFeed = 40, 3
	var work sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		work.Go(func() {
			for last := int64(0); ; {
				rows, err := s.Rows(ctx, "run", 0, 0)
				series, err2 := s.Series(ctx, "run", history.SeriesQuery{})
				if err != nil || err2 != nil {
					t.Error(err, err2)
					return
				}
				if len(rows) > 0 {
					if n := rows[0].Requests; n < last || n%perFeed != 0 {
						t.Errorf("%d requests after %d", n, last)
					}
					last = rows[0].Requests
				}
				if series.Step == 1 && series.N%perFeed != 0 {
					t.Errorf("%d seconds", series.N)
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for i := range feeds {
		f := &load.Feed{Rows: someRows[:1]}
		for j := range perFeed {
			f.Seconds = append(f.Seconds, load.Second{At: i*perFeed + j, Reports: 1, Rows: []load.RowSecond{{Requests: 1}}})
		}
		_, err := s.Append(ctx, "run", f)
		must(t, err)
		must(t, s.Thin(ctx, began.Add(24*time.Hour+time.Duration(i)*time.Second)))
	}
	close(done)
	work.Wait()
}

// A caller who has gone away is not waited for, and stores nothing.
func TestCancelled(t *testing.T) {
	s, _ := open(t)
	start(t, s, "run")
	gone, cancel := context.WithCancel(ctx)
	cancel()
	f := &load.Feed{Rows: someRows, Seconds: []load.Second{{At: 0, Reports: 1}}}
	if _, err := s.Append(gone, "run", f); !errors.Is(err, context.Canceled) {
		t.Errorf("Append: %v", err)
	}
	if _, err := s.Series(gone, "run", history.SeriesQuery{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Series: %v", err)
	}
	if err := s.Thin(gone, time.Now()); !errors.Is(err, context.Canceled) {
		t.Errorf("Thin: %v", err)
	}
	_, err := s.Append(ctx, "run", f)
	must(t, err)
}

// What is stored is what was given: nothing of the surroundings gets into the file.
func TestNothingElseIsStored(t *testing.T) {
	t.Setenv("SOME_TOKEN", "s3cr3t-of-the-surroundings")
	s, file := open(t)
	start(t, s, "run")
	must(t, s.Close())
	b, err := os.ReadFile(file)
	must(t, err)
	host, _ := os.Hostname()
	for _, secret := range []string{"s3cr3t-of-the-surroundings", file, host} {
		if len(secret) > 3 && bytes.Contains(b, []byte(secret)) {
			t.Errorf("%q is in the file", secret)
		}
	}
	if !bytes.Contains(b, []byte("shop")) {
		t.Error("the test looks at the wrong file")
	}
}

// What is unreadable of one run is an error of that run alone.
func TestUnreadableRun(t *testing.T) {
	s, _ := open(t)
	for _, id := range []string{"bad", "good"} {
		start(t, s, id)
		var f load.Feed
		for at := range 20 {
			f.Seconds = append(f.Seconds, load.Second{At: at, Reports: 1})
		}
		_, err := s.Append(ctx, id, &f)
		must(t, err)
	}
	must(t, s.Do("UPDATE details SET counts = x'01ffffffff' WHERE run = 1 AND at = 7"))
	must(t, s.Do("UPDATE seconds SET point = x'00' WHERE run = 1 AND at = 7"))
	if _, err := s.Series(ctx, "bad", history.SeriesQuery{}); err == nil {
		t.Error("a bad point was read")
	}
	if _, err := s.Rows(ctx, "bad", 0, 0); err == nil {
		t.Error("bad rows were read")
	}
	if err := s.Thin(ctx, began.Add(48*time.Hour)); err == nil || !strings.Contains(err.Error(), "run 1") {
		t.Errorf("Thin: %v", err)
	}
	got, err := s.Series(ctx, "good", history.SeriesQuery{})
	must(t, err)
	if got.Step != 5 || got.N != 4 {
		t.Errorf("%d entries of %d s", got.N, got.Step)
	}
}
