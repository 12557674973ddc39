package engine

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
)

// A reporter that comes late still ends its intervals where they have to end.
func TestLateIntervalsEndAtMarks(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	r := testRun(t, fmt.Sprintf(plain, "http://127.0.0.1:1"))
	p := newReporter(r, nil)
	p.marks = []time.Duration{1500 * ms, 1900 * ms, 2300 * ms, 3500 * ms, 9000 * ms}
	p.cutAtBoundaries(400 * ms)
	p.cutAtBoundaries(2400 * ms)
	p.cutTo(5700 * ms)
	var edges []time.Duration
	upTo := time.Duration(0)
	for _, iv := range p.pending {
		if iv.From != upTo {
			t.Errorf("an interval begins at %v, the one before ends at %v", iv.From, upTo)
		}
		upTo = iv.To
		edges = append(edges, iv.To)
	}
	if want := []time.Duration{1500 * ms, 1900 * ms, 2000 * ms, 2300 * ms, 3500 * ms, 5000 * ms, 5700 * ms}; !slices.Equal(edges, want) {
		t.Errorf("intervals end at %v, want %v", edges, want)
	}
}

// A body file is open for as long as a request reads it.
func TestBodyFilesAreLetGo(t *testing.T) {
	t.Parallel()
	dir, digest := t.TempDir(), strings.Repeat("ab", 32)
	if err := os.WriteFile(filepath.Join(dir, digest), []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := newFiles([]load.File{{Path: "data/a", Size: 4, SHA256: digest}}, dir, []string{"data/*"})
	one, err := f.body([]byte("data/a"))
	if err != nil {
		t.Fatal(err)
	}
	two, err := f.body([]byte("data/a"))
	if err != nil || one != two {
		t.Fatalf("the second use has a file of its own: %v", err)
	}
	f.release(one)
	if _, err := two.file.ReadAt(make([]byte, 4), 0); err != nil {
		t.Errorf("while another uses it: %v", err)
	}
	f.release(two)
	if _, err := two.file.ReadAt(make([]byte, 4), 0); !errors.Is(err, os.ErrClosed) || len(f.open) > 0 {
		t.Errorf("after the last use: %v, %d are open", err, len(f.open))
	}
}

const plain = `{version: 1, base_url: "%s", teardown: [{request: {url: /end}}],
  transactions: [{name: t, steps: [{name: s, request: {url: /ok}}]}], load: {users: 1, duration: 1s}}`

// That user_stop was cut off at its limit keeps nobody from playing teardown.
func TestTeardownAfterTheLimitOfUserStop(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, http.NotFoundHandler(), testsite.Options{})
	r := testRun(t, fmt.Sprintf(plain, site.URL))
	s := &session{run: r, quit: make(chan struct{})}
	r.after.cutOff() // what drain does at the limit
	r.cutOff()
	_ = s.Teardown(context.Background(), load.Vars{}) // the step fails: nothing is found
	if site.Log.Seen() != 1 {
		t.Errorf("teardown sent %d requests", site.Log.Seen())
	}
}
