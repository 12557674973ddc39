package run_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/run"
	"github.com/locust-http/locust-http/master/run/runtest"
)

// content of the files of a run, by path; opened counts readers that are open.
type content struct {
	files  map[string]string
	opened atomic.Int64
}

func (c *content) list() []load.File {
	var files []load.File
	for path, text := range c.files {
		sum := sha256.Sum256([]byte(text))
		files = append(files, load.File{Path: path, Size: int64(len(text)), SHA256: hex.EncodeToString(sum[:])})
	}
	slices.SortFunc(files, func(a, b load.File) int { return strings.Compare(a.Path, b.Path) })
	return files
}

type reader struct {
	io.Reader
	closed func()
}

func (r reader) Close() error { r.closed(); return nil }

func (c *content) open(f load.File) (io.ReadCloser, error) {
	text, ok := c.files[f.Path]
	if !ok {
		return nil, errors.New("no such file")
	}
	c.opened.Add(1)
	return reader{bytes.NewBufferString(text), func() { c.opened.Add(-1) }}, nil
}

func (c *content) run(t *testing.T, workers ...*runtest.Worker) *run.Run {
	t.Helper()
	s := specOf(shop(), workers...)
	s.Files, s.Open, s.Secrets = c.list(), c.open, map[string]string{"key": "hush"}
	r, err := run.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func someFiles() *content {
	return &content{files: map[string]string{"data/a.csv": "id\n1\n", "data/b.bin": strings.Repeat("b", 100_000), "data/copy.csv": "id\n1\n"}}
}

func TestFilesAreStoredBeforePrepare(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := someFiles()
		w := []*runtest.Worker{{PerSecond: 1}, {PerSecond: 1}}
		// The second has one of them already.
		if err := w[1].Store(context.Background(), c.list()[1], strings.NewReader(c.files["data/b.bin"])); err != nil {
			t.Fatal(err)
		}
		r := c.run(t, w...)
		res := r.Conduct(context.Background())
		wantState(t, res, load.StateCompleted, "")
		want := []string{"missing", "store data/a.csv", "store data/b.bin", "prepare"}
		got := w[0].Calls()[:4]
		if slices.Sort(got[1:3]); !slices.Equal(got, want) { // at once, in any order
			t.Errorf("calls %v, want %v", got, want)
		}
		want = []string{"store data/b.bin", "missing", "store data/a.csv", "prepare"}
		if got := w[1].Calls()[:4]; !slices.Equal(got, want) {
			t.Errorf("calls %v, want %v", got, want)
		}
		job := w[0].Session().Job()
		if !slices.Equal(job.Files, c.list()) || job.Secrets["key"] != "hush" {
			t.Errorf("the job has files %v and secrets %v", job.Files, job.Secrets)
		}
		if n := c.opened.Load(); n != 0 {
			t.Errorf("%d files are still open", n)
		}
		f := r.Live().Files
		if f == nil || f.Files != 3 || f.Bytes != 100_010 || len(f.Workers) != 2 {
			t.Fatalf("%+v", f)
		}
		if x := f.Workers[0]; x.ID != "w0" || x.MissingFiles != 2 || x.MissingBytes != 100_005 || x.SentBytes != 100_005 {
			t.Errorf("%+v", x)
		}
		if x := f.Workers[1]; x.MissingFiles != 1 || x.SentBytes != 5 {
			t.Errorf("%+v", x)
		}
		if text := fmt.Sprintf("%+v", res); strings.Contains(text, "hush") {
			t.Error("a secret is in the result")
		}
	})
}

// TestSmallFilesGoAtOnce: many files are not one round trip after another, and no more
// at a time than a worker takes in from two masters.
func TestSmallFilesGoAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := &content{files: map[string]string{}}
		for i := range 100 {
			c.files[fmt.Sprintf("f%02d", i)] = strings.Repeat("x", i)
		}
		var mu sync.Mutex
		now, most := 0, 0
		w := &runtest.Worker{PerSecond: 1, OnStore: func(_ context.Context, r io.Reader) io.Reader {
			count := func(n int) {
				mu.Lock()
				defer mu.Unlock()
				now += n
				most = max(most, now)
			}
			count(1)
			time.Sleep(time.Second)
			count(-1)
			return r
		}}
		began := time.Now()
		r := c.run(t, w)
		go r.Conduct(context.Background())
		for r.Live().State != load.StateRunning {
			time.Sleep(100 * time.Millisecond)
		}
		if d := time.Since(began); d > 30*time.Second || most != 4 {
			t.Errorf("100 files of a second each took %v, %d at once", d, most)
		}
		<-r.Done()
		if sent, missing := r.Live().Files.Sum(); sent != missing || len(w.Stored()) != 100 {
			t.Errorf("%d of %d bytes sent in %d files", sent, missing, len(w.Stored()))
		}
	})
}

// TestOneBadFileEndsTheOthers: the first file that cannot be sent ends the run at once,
// and is the one that is named.
func TestOneBadFileEndsTheOthers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := someFiles()
		list := c.list()
		delete(c.files, "data/b.bin")
		s := specOf(shop(), &runtest.Worker{OnStore: func(ctx context.Context, r io.Reader) io.Reader { return &hangs{ctx} }})
		s.Files, s.Open = list, c.open
		r, err := run.New(s)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		wantState(t, r.Conduct(context.Background()), load.StateFailed, "data/b.bin: open: no such file")
		if d := time.Since(began); d > 0 || c.opened.Load() != 0 {
			t.Errorf("it took %v, and %d files are still open", d, c.opened.Load())
		}
	})
}

// TestEmptyFilesAreNoStall: what has no bytes gets through as well.
func TestEmptyFilesAreNoStall(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := &content{files: map[string]string{}}
		var list []load.File
		for i := range 12 {
			path := fmt.Sprintf("f%02d", i)
			c.files[path] = ""
			list = append(list, load.File{Path: path, SHA256: fmt.Sprintf("%064x", i)})
		}
		s := specOf(shop(), nil)
		s.Members[0].Worker = slowDepot{&runtest.Worker{PerSecond: 1}}
		s.Files, s.Open = list, c.open
		r, err := run.New(s)
		if err != nil {
			t.Fatal(err)
		}
		wantState(t, r.Conduct(context.Background()), load.StateCompleted, "")
	})
}

// slowDepot takes long for each file, whatever it has.
type slowDepot struct{ *runtest.Worker }

func (slowDepot) Store(ctx context.Context, _ load.File, _ io.Reader) error {
	time.Sleep(run.FileStall / 2)
	return ctx.Err()
}

// slowly lets a byte through each pause, and nothing after some.
type slowly struct {
	io.Reader
	pause time.Duration
	after int
}

func (s *slowly) Read(p []byte) (int, error) {
	if s.after--; s.after < 0 {
		s.pause = time.Hour
	}
	time.Sleep(s.pause)
	return s.Reader.Read(p[:1])
}

func TestFilesTakeTheirTime(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := &content{files: map[string]string{"a": strings.Repeat("a", 20)}}
		w := &runtest.Worker{PerSecond: 1, OnStore: func(_ context.Context, r io.Reader) io.Reader {
			return &slowly{r, 50 * time.Second, 100}
		}}
		r := c.run(t, w)
		go r.Conduct(context.Background())
		time.Sleep(510 * time.Second)
		l := r.Live()
		if l.State != load.StatePreparing || l.Files.Workers[0].SentBytes < 9 || l.Files.Workers[0].SentBytes > 11 {
			t.Errorf("%s, %+v", l.State, l.Files)
		}
		<-r.Done()
		wantState(t, r.Result(), load.StateCompleted, "")
	})
}

func TestFilesThatDoNotGetThrough(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := someFiles()
		bad := &runtest.Worker{OnMissing: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }}
		began := time.Now()
		r := c.run(t, &runtest.Worker{}, bad)
		res := r.Conduct(context.Background())
		wantState(t, res, load.StateFailed, "send files to worker w1: ask what is missing: no byte was taken for 1m0s")
		if d := time.Since(began); d < run.FileStall || d > run.FileStall+time.Second {
			t.Errorf("it took %v", d)
		}
	})
	stuck := func(ctx context.Context, r io.Reader) io.Reader { return &hangs{ctx} }
	bubble(t, func(t *testing.T) {
		c := someFiles()
		res := c.run(t, &runtest.Worker{OnStore: stuck}).Conduct(context.Background())
		wantState(t, res, load.StateFailed, ": no byte was taken for 1m0s")
		if n := c.opened.Load(); n != 0 {
			t.Errorf("%d files are still open", n)
		}
	})
	bubble(t, func(t *testing.T) {
		c := someFiles()
		w := &runtest.Worker{OnStore: stuck}
		r := c.run(t, w)
		time.AfterFunc(5*time.Second, func() { r.Stop(false) })
		began := time.Now()
		wantState(t, r.Conduct(context.Background()), load.StateStopped, "stopped on request")
		if d := time.Since(began); d != 5*time.Second {
			t.Errorf("a stop took %v", d-5*time.Second)
		}
		if slices.Contains(w.Calls(), "prepare") {
			t.Error("it was prepared after the stop")
		}
	})
}

type hangs struct{ ctx context.Context }

func (h *hangs) Read([]byte) (int, error) { <-h.ctx.Done(); return 0, h.ctx.Err() }

// bare is a worker without a depot; greedy one that asks for other files.
type bare struct{ load.Worker }

type greedy struct{ *runtest.Worker }

func (greedy) Missing(context.Context, []load.File) ([]load.File, error) {
	return []load.File{{Path: "../../etc/passwd", SHA256: strings.Repeat("0", 64)}}, nil
}

func TestFilesRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		worker load.Worker
		spoil  func(*content, *run.Spec)
		reason string
	}{
		"no depot":    {worker: bare{&runtest.Worker{}}, reason: "send files to worker w1: it cannot keep files"},
		"greedy":      {worker: greedy{&runtest.Worker{}}, reason: "a file that is not of this run"},
		"not there":   {worker: &runtest.Worker{}, reason: "data/b.bin: open: no such file", spoil: func(c *content, _ *run.Spec) { delete(c.files, "data/b.bin") }},
		"has changed": {worker: &runtest.Worker{}, reason: "data/b.bin: store: 3 bytes", spoil: func(c *content, _ *run.Spec) { c.files["data/b.bin"] = "new" }},
		"it says so":  {worker: &runtest.Worker{OnMissing: func(context.Context) error { return errors.New("disk full") }}, reason: "ask what is missing: disk full"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := someFiles()
				good := &runtest.Worker{PerSecond: 1}
				s := specOf(shop(), good, nil)
				s.Members[1].Worker = test.worker
				s.Files, s.Open = c.list(), c.open
				if test.spoil != nil {
					test.spoil(c, &s)
				}
				r, err := run.New(s)
				if err != nil {
					t.Fatal(err)
				}
				wantState(t, r.Conduct(context.Background()), load.StateFailed, test.reason)
				if slices.Contains(good.Calls(), "prepare") {
					t.Error("the other worker was prepared")
				}
			})
		})
	}
	s := specOf(shop(), &runtest.Worker{})
	s.Files = someFiles().list()
	if _, err := run.New(s); err == nil {
		t.Error("files without a way to open them were accepted")
	}
}

// again is a depot that begins each file a second time, as after a broken connection.
type again struct{ *runtest.Worker }

func (w again) Store(ctx context.Context, f load.File, content io.Reader) error {
	if _, err := io.CopyN(io.Discard, content, f.Size/2); err != nil {
		return err
	}
	if _, err := content.(io.Seeker).Seek(0, io.SeekStart); err != nil {
		return err
	}
	return w.Worker.Store(ctx, f, content)
}

type seeks struct{ *bytes.Reader }

func (seeks) Close() error { return nil }

func TestFilesCanBeReadAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := someFiles()
		s := specOf(shop(), nil)
		s.Members[0].Worker = again{&runtest.Worker{PerSecond: 1}}
		s.Files, s.Open = c.list(), func(f load.File) (io.ReadCloser, error) {
			return seeks{bytes.NewReader([]byte(c.files[f.Path]))}, nil
		}
		r, err := run.New(s)
		if err != nil {
			t.Fatal(err)
		}
		wantState(t, r.Conduct(context.Background()), load.StateCompleted, "")
		if sent, missing := r.Live().Files.Sum(); sent != 100_005 || missing != 100_005 {
			t.Errorf("%d of %d bytes sent", sent, missing)
		}
	})
}
