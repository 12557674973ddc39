package engine_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/worker/engine"
)

// keep puts files into a folder of a job, under their digests.
func keep(t *testing.T, j *load.Job, files map[string]string) {
	t.Helper()
	j.Dir = t.TempDir()
	for path, content := range files {
		sum := sha256.Sum256([]byte(content))
		f := load.File{Path: path, Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
		if err := os.WriteFile(filepath.Join(j.Dir, f.SHA256), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		j.Files = append(j.Files, f)
	}
}

// table is a CSV of n rows: n0,v0 and so on.
func table(n int) string {
	var b strings.Builder
	b.WriteString("name,value\n")
	for i := range n {
		fmt.Fprintf(&b, "n%d,v%d\n", i, i)
	}
	return b.String()
}

// dataPlan is a plan whose transaction asks for a row; source is what the data says
// besides its file.
func dataPlan(url, source, load string) string {
	return fmt.Sprintf(`
version: 1
base_url: "%s"
data: {rows: {file: data/rows.csv, %s}}
transactions: [{name: t, steps: [{request: {url: "/row", query: {name: "{{rows.name}}", value: "{{rows.value}}", user: "{{$user}}"}}}]}]
load: %s
`, url, source, load)
}

// names is the rows that the diary has, in order.
func (d *diary) names() (names []string) {
	for _, line := range d.read() {
		_, rest, _ := strings.Cut(line, "name=")
		name, _, _ := strings.Cut(rest, "&")
		names = append(names, name)
	}
	return names
}

func TestRows(t *testing.T) {
	t.Parallel()
	all := []string{"n0", "n1", "n2", "n3", "n4"}
	for _, tt := range []struct {
		source, load string
		want         []string // sorted
		reason       string
	}{
		{"pick: unique, per: iteration, at_end: stop", "{users: 2, duration: 1m}", all, "data_exhausted"},
		{"pick: unique, per: iteration, at_end: fail", "{users: 1, duration: 1m}", all, "data rows is used up: all of its 5 rows have been given out"},
		{"pick: unique, per: iteration, at_end: loop", "{users: 2, iterations: 10}", append(all, all...), "completed"},
		{"pick: unique, per: user, at_end: stop", "{users: 5, iterations: {per_user: 1}}", all, "completed"},
		{"pick: unique, per: user, at_end: stop", "{users: 7, iterations: {per_user: 2}}", append(all, all...), "completed"},
		{"pick: unique, per: user, at_end: stop", "{users: 5, duration: 1s}", nil, "completed"},
		{"pick: sequential, per: iteration", "{users: 1, iterations: 7}", append(all, "n0", "n1"), "completed"},
		{"pick: sequential, per: iteration", "{users: 2, iterations: {per_user: 2}}", []string{"n0", "n0", "n1", "n1"}, "completed"},
		{"pick: sequential, per: user", "{users: 5, iterations: {per_user: 2}}", append(all, all...), "completed"},
	} {
		t.Run(tt.source+" "+tt.load, func(t *testing.T) {
			t.Parallel()
			d, site := keepDiary(t)
			j := job(t, dataPlan(site.URL, tt.source, tt.load), 0, 1)
			keep(t, &j, map[string]string{"data/rows.csv": table(5)})
			y := complete(t, engine.New(engine.Config{}), j, nil)
			got := d.names()
			slices.Sort(got)
			if tt.want == nil { // each its own, again and again
				got, tt.want = slices.Compact(got), all
			}
			want := slices.Sorted(slices.Values(tt.want))
			if !slices.Equal(got, want) || y.reason != tt.reason {
				t.Errorf("rows %v, want %v; ended with %q, want %q", got, want, y.reason, tt.reason)
			}
			if len(y.errors) > 0 || y.counters.Sent() != site.Log.Seen() {
				t.Errorf("errors %v; sent %d, seen %d", y.errors, y.counters.Sent(), site.Log.Seen())
			}
		})
	}
}

func TestRandomRowsAreSeeded(t *testing.T) {
	t.Parallel()
	var runs [2][]string
	for i := range runs {
		d, site := keepDiary(t)
		j := job(t, dataPlan(site.URL, "pick: random, per: iteration", "{users: 1, iterations: 30}"), 0, 1)
		keep(t, &j, map[string]string{"data/rows.csv": table(50)})
		complete(t, engine.New(engine.Config{}), j, nil)
		runs[i] = d.names()
	}
	if !slices.Equal(runs[0], runs[1]) || len(slices.Compact(slices.Sorted(slices.Values(runs[0])))) < 10 {
		t.Errorf("two runs with one seed: %v and %v", runs[0], runs[1])
	}
}

// A row is only taken by a transaction that asks for one.
func TestRowsAreNotWasted(t *testing.T) {
	t.Parallel()
	d, site := keepDiary(t)
	yaml := fmt.Sprintf(`
version: 1
base_url: "%s"
data: {rows: {file: data/rows.csv, pick: unique, per: iteration, at_end: stop}}
transactions:
  - {name: with, steps: [{if: {var: x, exists: true}, steps: [], else: [{request: {url: "/row?name={{rows.name}}"}}]}]}
  - {name: without, weight: 5, steps: [{set: {y: 1}, request: {url: /none}, extract: [{name: x, json: $.nothing, optional: true}]}]}
load: {users: 3, duration: 1m}
`, site.URL)
	yaml = strings.Replace(yaml, "steps: [], else", "steps: [{request: {url: /never}}], else", 1)
	j := job(t, yaml, 0, 1)
	keep(t, &j, map[string]string{"data/rows.csv": table(40)})
	y := complete(t, engine.New(engine.Config{}), j, nil)
	if n := d.count("/row"); n != 40 || d.count("/none") < 40 || y.reason != load.ReasonDataExhausted {
		t.Errorf("%d rows used, %d transactions without one, ended with %q", n, d.count("/none"), y.reason)
	}
}

// Two workers share a file; one runs dry, waits, and goes on with what it is granted.
func TestADryWorkerWaits(t *testing.T) {
	t.Parallel()
	d, site := keepDiary(t)
	yaml := dataPlan(site.URL, "pick: unique, per: iteration, at_end: stop", "{users: 6, duration: 1m}")
	j := job(t, yaml, 0, 2) // half of the rows are its own
	keep(t, &j, map[string]string{"data/rows.csv": table(100)})
	s, err := engine.New(engine.Config{}).Prepare(context.Background(), j)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Go(context.Background(), time.Now(), load.Vars{}); err != nil {
		t.Fatal(err)
	}
	dealer := s.(load.Dealer)
	y := newTally()
	var own []string
	asked := uint64(0)
	for r := range s.Reports() {
		y.add(r)
		s.Ack(r.Seq)
		if r.Ended {
			_ = s.Finish(context.Background())
		}
		if len(r.Data) != 1 {
			t.Fatalf("report %d says of its data %+v", r.Seq, r.Data)
		}
		state := r.Data[0]
		if state.Ask == 0 || state.Ask == asked {
			continue
		}
		asked = state.Ask
		g := load.Grant{Source: "rows", Ask: asked}
		switch asked {
		case 1:
			for own = d.names(); len(own) < int(state.Given); own = d.names() {
				time.Sleep(time.Millisecond) // its last request is on the way
			}
			if state.Left != 0 || int(state.Given) != len(own) || len(own) < 45 || len(own) > 55 {
				t.Errorf("dry after %d rows, %+v", len(own), state)
			}
			for row := range int64(100) {
				if !slices.Contains(own, fmt.Sprintf("n%d", row)) && len(g.Ranges) < 3 {
					g.Ranges = append(g.Ranges, load.RowRange{From: row, To: row + 1})
				}
			}
		case 2:
			g.Exhausted = true
		}
		for range 2 { // once more changes nothing
			if err := dealer.Grant(context.Background(), g); err != nil {
				t.Fatal(err)
			}
		}
	}
	got := d.names()
	if len(got) != len(own)+3 || len(slices.Compact(slices.Sorted(slices.Values(got)))) != len(got) {
		t.Errorf("%d rows after %d own ones and 3 granted; twice: %v", len(got), len(own), got)
	}
	if y.reason != load.ReasonDataExhausted || y.loads.Waiting != 0 || y.counters.Sent() != site.Log.Seen() {
		t.Errorf("ended with %q, %d waited, sent %d, seen %d", y.reason, y.loads.Waiting, y.counters.Sent(), site.Log.Seen())
	}
	if _, err := dealer.Yield(context.Background(), "other", 1); err == nil {
		t.Error("rows of a file that is not there were yielded")
	}
}

// A worker that waits for rows stops at once when it is told to.
func TestStopWhileWaitingForRows(t *testing.T) {
	t.Parallel()
	_, site := keepDiary(t)
	for _, profile := range []string{"{users: 3, duration: 1m}", "{arrivals: {rate: 200, duration: 1m, max_users: 20}}"} {
		j := job(t, dataPlan(site.URL, "pick: unique, per: iteration, at_end: stop", profile), 0, 2)
		keep(t, &j, map[string]string{"data/rows.csv": table(20)})
		begin := time.Now()
		y := newTally()
		s, err := engine.New(engine.Config{}).Prepare(context.Background(), j)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Go(context.Background(), time.Now(), load.Vars{}); err != nil {
			t.Fatal(err)
		}
		for r := range s.Reports() {
			y.add(r)
			s.Ack(r.Seq)
			if r.Data[0].Ask > 0 {
				s.Stop(false)
			}
			if r.Ended {
				_ = s.Finish(context.Background())
			}
		}
		s.Close()
		if took := time.Since(begin); took > 20*time.Second || y.reason != load.ReasonStopped {
			t.Errorf("ended with %q after %v", y.reason, took)
		}
	}
}

// uploads is a site that keeps what it is sent.
type uploads struct {
	mu     sync.Mutex // guards bodies
	bodies map[string][]byte
}

func (s *uploads) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bodies == nil {
		s.bodies = make(map[string][]byte)
	}
	if file, header, err := r.FormFile("doc"); err == nil {
		body, _ := io.ReadAll(file)
		s.bodies[r.FormValue("id")+" "+header.Filename] = body
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || int64(len(body)) != r.ContentLength {
		w.WriteHeader(http.StatusBadRequest)
	}
	s.bodies[r.URL.Path+" "+r.Header.Get("Content-Type")] = body
}

func TestBodyFiles(t *testing.T) {
	t.Parallel()
	u := &uploads{}
	site := testsite.Run(t, u, testsite.Options{})
	yaml := fmt.Sprintf(`
version: 1
base_url: "%s"
data: {docs: {file: data/docs.csv, per: iteration}}
files: ["data/files/*"]
on_failure: continue
transactions:
  - name: t
    steps:
      - {name: whole, request: {method: PUT, url: "/{{docs.id}}", file: "data/files/{{docs.file}}"}}
      - name: parts
        request:
          method: POST
          url: /form
          multipart: [{name: id, value: "{{docs.id}}"}, {name: doc, file: "data/files/{{docs.file}}"}]
      - {name: outside, request: {method: PUT, url: /no, file: "data/{{docs.id}}.csv"}}
load: {users: 1, iterations: 2}
`, site.URL)
	j := job(t, yaml, 0, 1)
	large := strings.Repeat("0123456789abcdef", 40_000)
	keep(t, &j, map[string]string{
		"data/docs.csv":      "id,file\na,one.bin\ndocs,two.txt\n",
		"data/files/one.bin": large, "data/files/two.txt": "two",
	})
	y := complete(t, engine.New(engine.Config{}), j, nil)
	want := map[string]string{
		"/a application/octet-stream": large, "a one.bin": large,
		"/docs application/octet-stream": "two", "docs two.txt": "two",
	}
	for name, text := range want {
		if got := u.bodies[name]; !bytes.Equal(got, []byte(text)) {
			t.Errorf("%s: %d bytes, want %d", name, len(got), len(text))
		}
	}
	if len(u.bodies) != len(want) {
		t.Errorf("the target has %d bodies: %v", len(u.bodies), slices.Sorted(maps.Keys(u.bodies)))
	}
	// The second of the names is that of the data file, which no glob gives to bodies.
	if y.errors["template "] != 2 || len(y.errors) != 1 || y.counters.Sent() != 4 || site.Log.Seen() != 4 {
		t.Errorf("errors %v, sent %d, seen %d", y.errors, y.counters.Sent(), site.Log.Seen())
	}
}

func TestAJobWithoutItsFilesIsRefused(t *testing.T) {
	t.Parallel()
	yaml := dataPlan("http://127.0.0.1:1", "pick: unique", "{users: 1, duration: 1s}")
	whole := job(t, yaml, 0, 1)
	keep(t, &whole, map[string]string{"data/rows.csv": table(2)})
	for name, spoil := range map[string]func(*load.Job){
		"none":           func(j *load.Job) { j.Files = nil },
		"no folder":      func(j *load.Job) { j.Dir = "" },
		"not there":      func(j *load.Job) { j.Dir = t.TempDir() },
		"a bad digest":   func(j *load.Job) { j.Files[0].SHA256 = "../" + j.Files[0].SHA256[3:] },
		"another column": func(j *load.Job) { keep(t, j, map[string]string{"data/rows.csv": "name\nx\n"}) },
	} {
		j := whole
		j.Files = slices.Clone(whole.Files)
		spoil(&j)
		if name == "another column" {
			j.Files = j.Files[len(j.Files)-1:]
		}
		s, err := engine.New(engine.Config{}).Prepare(context.Background(), j)
		if err == nil {
			s.Close()
			t.Errorf("%s: taken", name)
			continue
		}
		if strings.Contains(err.Error(), whole.Dir) || !strings.Contains(err.Error(), "rows") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A user that leaves does not wait for a row: its user_stop says that it has none.
func TestUserStopWithoutARow(t *testing.T) {
	t.Parallel()
	site := probes(t)
	yaml := fmt.Sprintf(`{version: 1, base_url: "%s", data: {rows: {file: data/rows.csv, pick: unique, per: iteration, at_end: stop}},
  user_stop: [{request: {url: "/{{rows.name}}"}}],
  transactions: [{name: t, steps: [{request: {url: "/{{rows.name}}"}, check: [{status: 404}]}]}], load: {users: 1, iterations: 1}}`, site.URL)
	j := job(t, yaml, 0, 1)
	keep(t, &j, map[string]string{"data/rows.csv": table(1)})
	var messages []string
	completeWatching(t, engine.New(engine.Config{}), j, func(r load.Report) {
		for _, e := range r.Errors {
			for _, s := range e.Samples {
				messages = append(messages, s.Message)
			}
		}
	})
	if want := []string{"data rows: there is no row for column name"}; !slices.Equal(messages, want) {
		t.Errorf("failures %q, want %q", messages, want)
	}
}

// Teardown does not wait for a row either, which nobody would give it: what it can play
// without one it plays.
func TestTeardownWithoutARow(t *testing.T) {
	t.Parallel()
	site := probes(t)
	yaml := fmt.Sprintf(`{version: 1, base_url: "%s", data: {rows: {file: data/rows.csv, pick: unique, per: iteration, at_end: stop}},
  teardown: [{request: {url: /ok}}, {request: {url: "/{{rows.name}}"}}],
  transactions: [{name: t, steps: [{request: {url: "/{{rows.name}}"}, check: [{status: 404}]}]}], load: {users: 2, iterations: 2}}`, site.URL)
	j := job(t, yaml, 0, 2)
	keep(t, &j, map[string]string{"data/rows.csv": table(2)})
	s, err := engine.New(engine.Config{}).Prepare(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ended := make(chan bool, 1)
	go func() {
		for r := range s.Reports() {
			if s.Ack(r.Seq); r.Ended {
				select {
				case ended <- true:
				default:
				}
			}
		}
	}()
	if err := s.Go(t.Context(), time.Now(), load.Vars{}); err != nil {
		t.Fatal(err)
	}
	<-ended
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err = s.Teardown(ctx, load.Vars{})
	if err == nil || !strings.Contains(err.Error(), "there is no row for column name") {
		t.Errorf("%v", err)
	}
	if n := site.Log.Seen(); n != 2 {
		t.Errorf("the target saw %d requests: one of the load and one of teardown were expected", n)
	}
}
