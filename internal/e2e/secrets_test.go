package e2e

import (
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
)

// secretPlan sends a secret in every way; one step fails, so that there are samples.
const secretPlan = `
version: 1
base_url: "%URL"
files: ["letter.txt"]
transactions:
  - name: t
    steps:
      - {name: fine, think: 50ms, request: {url: /fine, headers: {X-Key: "{{secret.API_KEY}}"}}}
      - name: failing
        on_failure: continue
        set: {copy: "key={{secret.API_KEY}}"}
        request:
          method: POST
          url: "/fail/{{secret.API_KEY | urlencode}}"
          query: {key: "{{secret.API_KEY}}"}
          headers: {X-Key: "{{secret.API_KEY}}", X-Packed: "{{secret.API_KEY | base64}}"}
          json: {key: "{{copy}}"}
        extract: [{name: back, json: $.said, default: none}]
        check: [{status: 200}, {body: {contains: "{{secret.API_KEY}}!"}}]
      - {name: upload, request: {method: PUT, url: /fine, file: letter.txt, headers: {X-Key: "{{secret.API_KEY}}"}}}
load: {users: 2, duration: 4s}
thresholds: []
`

// secretSite counts the requests that have the secret, and says it back.
func secretSite(t *testing.T, secret string) (*testsite.Server, *atomic.Int64) {
	t.Helper()
	var knew atomic.Int64
	return testsite.Run(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Key") == secret {
			knew.Add(1)
		}
		if strings.HasPrefix(r.URL.Path, "/fail") {
			w.Header().Set("X-Back", secret)
			w.WriteHeader(http.StatusInternalServerError)
			_ = json.NewEncoder(w).Encode(map[string]string{"said": secret, "url": r.URL.String()})
		}
	}), testsite.Options{}), &knew
}

// hunt looks for a secret in whatever form it takes on its way.
type hunt struct {
	t     *testing.T
	forms []string
	seen  int // bytes looked at
}

// huntFor is the hunt for a secret with a marker in it: letters and digits are the same
// in a URL, in JSON, and in JSON inside of JSON.
func huntFor(t *testing.T, secret, marker string) *hunt {
	if !strings.Contains(secret, marker) {
		t.Fatalf("%q has no %s", secret, marker)
	}
	return &hunt{t: t, forms: []string{
		marker, base64.StdEncoding.EncodeToString([]byte(secret)), base64.URLEncoding.EncodeToString([]byte(secret)),
	}}
}

func (h *hunt) text(where, text string) {
	h.t.Helper()
	h.seen += len(text)
	for _, form := range h.forms {
		if at := strings.Index(text, form); at >= 0 {
			h.t.Errorf("the secret is in %s: …%q…", where, text[max(0, at-60):min(len(text), at+len(form)+20)])
			return
		}
	}
}

// folder looks into every file below dir.
func (h *hunt) folder(dir string) {
	h.t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // it was taken away meanwhile
		}
		if text, err := os.ReadFile(path); err == nil {
			h.text(path, string(text))
		}
		return nil
	})
	if err != nil {
		h.t.Error(err)
	}
}

// process looks at what everybody can see of a process and of those below it.
func (h *hunt) process(p *process) {
	h.t.Helper()
	for _, pid := range append(descendants(h.t, p.cmd.Process.Pid), p.cmd.Process.Pid) {
		h.text("a process", visible(pid))
	}
}

func (h *hunt) output(p *process) {
	h.t.Helper()
	h.text("standard output", p.out.String())
	h.text("standard error", p.err.String())
}

// result checks what a run of secretPlan has to show, masked.
func (h *hunt) result(path string, site *testsite.Server, knew int64) *load.Result {
	h.t.Helper()
	r := readResult(h.t, path)
	account(h.t, r, site.Log.Seen())
	equal(h.t, "requests with the secret", knew, r.Sent)
	enough(h.t, r, 6)
	if len(r.Errors) == 0 || len(r.Errors[0].Samples) == 0 {
		h.t.Fatal("no samples")
	}
	s := r.Errors[0].Samples[0]
	if s.Request == nil || !strings.Contains(s.Request.Body, load.Masked) || s.Response == nil || !strings.Contains(s.Response.Body, load.Masked) || s.Curl == "" {
		h.t.Errorf("sample %+v", s)
	}
	return r
}

// A secret is where the user has put it and at the target, and nowhere else: not in what
// is printed, written, kept, or seen of processes.
func TestSecretOfAFile(t *testing.T) {
	t.Parallel()
	const secret, marker = `s3cret/of a+file Qx7Zk41m "é"&=%`, "Qx7Zk41m"
	site, knew := secretSite(t, secret)
	dir, temp, keys := t.TempDir(), t.TempDir(), t.TempDir()
	writeFiles(t, keys, map[string]string{"key.txt": secret + "\n"})
	writeFiles(t, dir, map[string]string{"plan.yaml": strings.ReplaceAll(secretPlan, "%URL", site.URL), "letter.txt": "Dear shop"})
	out := filepath.Join(dir, "result.json")
	p := startIn(t, []string{"TMPDIR=" + temp, "TMP=" + temp, "TEMP=" + temp, "XDG_CACHE_HOME=" + temp, "LocalAppData=" + temp},
		"run", filepath.Join(dir, "plan.yaml"), "--secret", "API_KEY=@"+filepath.Join(keys, "key.txt"),
		"--out", out, "--out", filepath.Join(dir, "result.csv"), "--out", filepath.Join(dir, "junit.xml"))
	p.until("some load", func() bool { return knew.Load() > 3 })
	h := huntFor(t, secret, marker)
	h.process(p)
	h.folder(temp)
	if code := p.wait(); code != 0 {
		t.Errorf("exit %d", code)
	}
	h.output(p)
	h.folder(dir)
	h.folder(temp)
	h.result(out, site, knew.Load())
	if h.seen < 10_000 {
		t.Errorf("only %d bytes were looked at", h.seen)
	}
}

// A secret of the master's store is sealed there, and travels to the workers' memory.
func TestSecretOfTheMaster(t *testing.T) {
	t.Parallel()
	const secret, marker = "s3cret-of-the-master-Wv8Lp02n", "Wv8Lp02n"
	site, knew := secretSite(t, secret)
	workspace, temp, dir := t.TempDir(), t.TempDir(), t.TempDir()
	env := []string{"TMPDIR=" + temp, "TMP=" + temp, "TEMP=" + temp, "XDG_CACHE_HOME=" + temp, "LocalAppData=" + temp}
	m := startIn(t, env, "master", "--workspace", workspace, "--listen", "127.0.0.1:0", "--etcd-listen", "127.0.0.1:0", "--log-level", "debug")
	rest := m.says("master serves ")
	base, _, _ := strings.Cut(rest, "/api/v1")
	_, endpoint, _ := strings.Cut(rest, "etcd ")
	f := fleet{url: base, etcd: endpoint}
	everybody := []*process{m}
	for range 2 {
		everybody = append(everybody, startIn(t, env, "worker", "--etcd", f.etcd, "--listen", "127.0.0.1:0", "--log-level", "debug"))
	}
	f.awaitWorkers(t, 2)
	if status, text := f.call(t, "PUT", "/secrets/API_KEY", order{"value": secret}, nil); status != http.StatusNoContent {
		t.Fatalf("%d %s", status, text)
	}
	writeFiles(t, dir, map[string]string{"plan.yaml": strings.ReplaceAll(secretPlan, "%URL", site.URL), "letter.txt": "Dear shop"})
	p, out := f.runPlan(t, filepath.Join(dir, "plan.yaml"), 2)
	everybody = append(everybody, p)
	p.until("some load", func() bool { return knew.Load() > 3 })
	h := huntFor(t, secret, marker)
	for _, one := range everybody {
		h.process(one)
	}
	if code := p.wait(); code != 0 {
		t.Errorf("exit %d", code)
	}
	r := h.result(out, site, knew.Load())
	for _, one := range everybody {
		h.output(one)
	}
	for _, folder := range []string{workspace, temp, dir, filepath.Dir(out)} {
		h.folder(folder)
	}
	for _, path := range []string{"/runs/" + r.ID, "/runs", "/secrets", "/runs/" + r.ID + "/live", "/workers", "/runs/" + r.ID + "/series"} {
		status, text := f.call(t, "GET", path, nil, nil)
		if status != http.StatusOK {
			t.Errorf("%s: %d %s", path, status, text)
		}
		h.text(path, text)
	}
	// What is not there is said by name.
	if status, text := f.call(t, "DELETE", "/secrets/API_KEY", nil, nil); status != http.StatusNoContent {
		t.Errorf("%d %s", status, text)
	}
	q, _ := f.runPlan(t, filepath.Join(dir, "plan.yaml"), 2)
	if code := q.wait(); code != 2 || !strings.Contains(q.err.String(), "API_KEY") {
		t.Errorf("without the secret: exit %d, %s", code, q.err.String())
	}
}
