package e2e

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
)

// largePlan is a plan with one large file beside it.
func largePlan(t *testing.T, url string) string {
	t.Helper()
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"large.bin": "", "plan.yaml": fmt.Sprintf(`
version: 1
base_url: %s
files: [large.bin]
transactions: [{name: t, steps: [{name: s, request: {method: PUT, url: /uploads/large, file: large.bin}}]}]
load: {users: 1, iterations: 1}
`, url)})
	if err := os.Truncate(filepath.Join(dir, "large.bin"), 90<<20); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "plan.yaml")
}

// slowProxy passes about 3 MB a second on.
func slowProxy(t *testing.T) *proxy {
	p := startProxy(t)
	p.pause = 10 * time.Millisecond
	return p
}

// Ctrl-C while files are on their way ends at once, and nothing is sent to the target.
func TestInterruptedWhileFilesAreSent(t *testing.T) {
	t.Parallel()
	t.Run("to the master", func(t *testing.T) {
		t.Parallel()
		site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
		f := masterIn(t, t.TempDir())
		f.startWorker(t)
		f.awaitWorkers(t, 1)
		between := slowProxy(t)
		between.target(strings.TrimPrefix(f.url, "http://"))
		direct := f
		f.url = "http://" + between.Addr
		p, _ := f.runPlan(t, largePlan(t, site.URL), 1)
		p.until("a part of the file", func() bool { return between.passed.Load() > 1<<20 })
		p.interrupt()
		if code := p.wait(); code != 130 {
			t.Errorf("exit %d, want 130", code)
		}
		if n := between.passed.Load(); n > 60<<20 {
			t.Errorf("%d bytes went on", n)
		}
		if status, text := direct.call(t, "GET", "/runs", nil, nil); status != http.StatusOK || strings.Contains(text, `"id"`) {
			t.Errorf("%d %s", status, text)
		}
		equal(t, "requests", site.Log.Seen(), 0)
	})
	t.Run("to a worker", func(t *testing.T) {
		t.Parallel()
		site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
		f := masterIn(t, t.TempDir())
		between, cache := slowProxy(t), t.TempDir()
		between.target(f.startWorker(t, "--advertise", between.Addr, "--cache", cache))
		f.awaitWorkers(t, 1)
		p, out := f.runPlan(t, largePlan(t, site.URL), 1)
		p.until("a part of the file", func() bool { return between.passed.Load() > 1<<20 })
		p.interrupt()
		if code := p.wait(); code != 130 {
			t.Errorf("exit %d, want 130", code)
		}
		r := readResult(t, out)
		if r.State != load.StateStopped || r.StartedAt != nil {
			t.Errorf("state %s: %s, begun %v", r.State, r.Reason, r.StartedAt)
		}
		account(t, r, site.Log.Seen())
		equal(t, "requests", site.Log.Seen(), 0)
		eventually(t, "a worker that is free again", func() bool { return f.ready(t) == 1 })
		eventually(t, "a cache without the part that came", func() bool { return bytesIn(t, cache) < 1<<20 })
		// It is as good as new.
		small := writePlan(t, fmt.Sprintf("version: 1\nbase_url: %s\ntransactions: [{name: t, steps: [{name: s, request: {url: /ok}}]}]\nload: {users: 1, iterations: 5}\n", site.URL))
		q, out := f.runPlan(t, small, 1)
		if code := q.wait(); code != 0 {
			t.Errorf("the next run: exit %d", code)
		}
		account(t, readResult(t, out), site.Log.Seen())
		equal(t, "requests of the next run", site.Log.Seen(), 5)
	})
}

// bytesIn is the size of all files below dir.
func bytesIn(t *testing.T, dir string) (n int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // gone meanwhile
		}
		if info, err := d.Info(); err == nil {
			n += info.Size()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
