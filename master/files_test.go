package master_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
)

const withFiles = `version: 1
name: files
base_url: http://127.0.0.1:1
files: ["data/up/**"]
data: {people: {file: data/people.csv, pick: unique}}
transactions:
  - name: browse
    steps: [{name: list, request: {method: POST, url: "/{{people.name}}", file: data/up/a.txt}}]
load: {users: 1, duration: 5s}
`

const people = "name,age\nAda,1\nBob,2\n"

func infos(files map[string]string) []master.FileInfo {
	var out []master.FileInfo
	for path, text := range files {
		out = append(out, master.FileInfo{Path: path, Size: int64(len(text)), SHA256: sum(text)})
	}
	slices.SortFunc(out, func(a, b master.FileInfo) int { return strings.Compare(a.Path, b.Path) })
	return out
}

func inlineOrder(text string, files map[string]string) master.Order {
	return master.Order{Inline: json.RawMessage(body(text)), Files: infos(files)}
}

// TestFilesOfTheWorkspace: what a plan names is found, checked and sent to the workers.
func TestFilesOfTheWorkspace(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		h.write("plans/files.yaml", withFiles)
		start := `{"plan": "files", "workers": {"ids": ["w1"]}}`
		e := h.refused(422, "bad_plan", "POST", "/api/v1/runs", start)
		if len(e.Problems) == 0 || e.Problems[0].Line == 0 || e.Problems[0].File != "files.yaml" || !strings.Contains(e.Message, "data/") {
			t.Errorf("no file: %+v", e)
		}
		h.write("data/people.csv", "nome,age\nAda,1\n")
		h.write("data/up/a.txt", "content of a")
		if e := h.refused(422, "bad_plan", "POST", "/api/v1/runs", start); !strings.Contains(e.Message, "name") {
			t.Errorf("no column: %+v", e)
		}
		h.write("data/people.csv", people)
		var res load.Result
		h.want(201, &res, "POST", "/api/v1/runs", start)
		settle()
		job := workers[1].Session().Job()
		if len(job.Files) != 2 || workers[1].files[sum(people)] != people || workers[1].files[sum("content of a")] == "" || len(workers[0].files) != 0 {
			t.Errorf("job %+v, depot %v", job.Files, workers[1].files)
		}
	})
}

// TestPrivateFilesStayPrivate: no plan reads the key of the secrets.
func TestPrivateFilesStayPrivate(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		h.want(204, nil, "PUT", "/api/v1/secrets/A", `{"value": "x"}`)
		outside := filepath.Join(t.TempDir(), "outside.txt")
		if err := os.WriteFile(outside, []byte("outside"), 0o600); err != nil {
			t.Fatal(err)
		}
		h.write("data/a.txt", "a")
		for link, to := range map[string]string{"out.txt": outside, "key.txt": "../.locust-http/secrets.key"} {
			if err := os.Symlink(to, filepath.Join(filepath.Dir(h.plans), "data", link)); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{".locust-http/secrets.key", "data/../.locust-http/secrets.key", "./.locust-http/secrets.key", ".locust-http/*", "../outside.txt", outside, "data/out.txt", "data/key.txt"} {
			p := strings.NewReplacer(`["data/up/**"]`, body([]string{name}), "file: data/up/a.txt", "file: '"+name+"'", "data: {people: {file: data/people.csv, pick: unique}}\n", "", "{{people.name}}", "x").Replace(withFiles)
			for _, path := range []string{"/api/v1/runs", "/api/v1/send"} {
				if w := h.call("POST", path, body(inlineOrder(p, nil))); w.Code/100 != 4 {
					t.Errorf("%s of %s: %d %s", path, name, w.Code, w.Body)
				}
			}
		}
		settle()
		for _, w := range workers {
			if len(w.files) > 0 || w.Session() != nil {
				t.Errorf("files at a worker: %v", w.files)
			}
		}
	})
}

// TestFilesBroughtAlong: a caller offers files, brings what is missing, and starts.
func TestFilesBroughtAlong(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		files := map[string]string{"data/people.csv": people, "data/up/a.txt": "content of a", "data/up/copy.txt": "content of a"}
		order := inlineOrder(withFiles, files)
		var offered master.MissingFiles
		h.want(200, &offered, "POST", "/api/v1/files", body(master.OfferFiles{Files: order.Files}))
		if len(offered.Missing) != 2 || offered.Missing[0].SHA256 != sum(people) {
			t.Errorf("%+v", offered)
		}
		if e := h.refused(409, "missing_files", "POST", "/api/v1/runs", body(order)); !strings.Contains(e.Message, "data/people.csv") {
			t.Errorf("%+v", e)
		}
		for range 2 { // bringing a file twice is no error
			h.want(204, nil, "PUT", "/api/v1/files/"+sum(people), people)
		}
		h.want(204, nil, "PUT", "/api/v1/files/"+sum("content of a"), "content of a")
		if h.want(200, &offered, "POST", "/api/v1/files", body(master.OfferFiles{Files: order.Files})); len(offered.Missing) != 0 {
			t.Errorf("%+v", offered)
		}
		h.want(201, nil, "POST", "/api/v1/runs", body(master.StartRun{Order: order, Workers: master.WorkerChoice{IDs: []string{"w0"}}}))
		settle()
		if job := workers[0].Session().Job(); len(job.Files) != 3 || workers[0].files[sum(people)] != people || len(workers[0].files) != 2 {
			t.Errorf("job %+v, depot %v", job.Files, workers[0].files)
		}
		if held := h.held(); held != 1 {
			t.Errorf("a run holds its files %d times", held)
		}
		h.want(200, nil, "POST", "/api/v1/send", body(master.SendOnce{Order: order, Worker: "w1"}))
		if sent := workers[1].sent(); len(sent) != 1 || len(sent[0].Files) != 3 || workers[1].files[sum(people)] != people {
			t.Errorf("%+v", sent)
		}
		e := h.refused(422, "bad_plan", "POST", "/api/v1/runs", body(inlineOrder(withFiles, map[string]string{"data/up/a.txt": "content of a"})))
		if len(e.Problems) != 1 || e.Problems[0].Line != 5 || !strings.Contains(e.Message, "data/people.csv") {
			t.Errorf("%+v", e)
		}
		const wrong = "nome\nAda\n"
		h.want(204, nil, "PUT", "/api/v1/files/"+sum(wrong), wrong)
		files["data/people.csv"] = wrong
		if e := h.refused(422, "bad_plan", "POST", "/api/v1/runs", body(inlineOrder(withFiles, files))); !strings.Contains(e.Message, "name") {
			t.Errorf("%+v", e)
		}
		time.Sleep(20 * time.Second)
		if held := h.held(); held != 0 {
			t.Errorf("files are still held %d times when all is over", held)
		}
	})
}

// held is how often files that were brought along are held, by runs and others.
func (h *house) held() int {
	h.t.Helper()
	folders, err := filepath.Glob(filepath.Join(filepath.Dir(h.plans), master.PrivateFolder, "files", "live", "*", "*"))
	if err != nil {
		h.t.Fatal(err)
	}
	return len(folders)
}

func TestHostileFiles(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		good := master.FileInfo{Path: "a", Size: 1, SHA256: sum("a")}
		for name, change := range map[string]func(*master.FileInfo){
			"absolute": func(f *master.FileInfo) { f.Path = "/etc/passwd" }, "outside": func(f *master.FileInfo) { f.Path = "../a" },
			"dots": func(f *master.FileInfo) { f.Path = "a/../b" }, "no path": func(f *master.FileInfo) { f.Path = "" },
			"a folder": func(f *master.FileInfo) { f.Path = "." }, "NUL": func(f *master.FileInfo) { f.Path = "a\x00" },
			"backslash": func(f *master.FileInfo) { f.Path = `..\a` }, "long": func(f *master.FileInfo) { f.Path = strings.Repeat("a", 1001) },
			"negative": func(f *master.FileInfo) { f.Size = -1 }, "large": func(f *master.FileInfo) { f.Size = load.MaxBodyFile + 1 },
			"no digest": func(f *master.FileInfo) { f.SHA256 = "" }, "capitals": func(f *master.FileInfo) { f.SHA256 = strings.ToUpper(f.SHA256) },
			"path for a digest": func(f *master.FileInfo) { f.SHA256 = "../../secrets.key" + strings.Repeat("0", 47) },
		} {
			f := good
			change(&f)
			order := master.Order{Inline: json.RawMessage(body(shop)), Files: []master.FileInfo{f}}
			for path, text := range map[string]string{"/files": body(master.OfferFiles{Files: order.Files}), "/runs": body(order), "/send": body(order), "/preflight": body(order)} {
				if e := h.refused(400, "bad_files", "POST", "/api/v1"+path, text); !strings.Contains(e.Message, "files[0]") {
					t.Errorf("%s: %+v", name, e)
				}
			}
		}
		h.refused(400, "bad_files", "POST", "/api/v1/files", body(master.OfferFiles{Files: []master.FileInfo{good, good}}))
		h.refused(400, "bad_files", "POST", "/api/v1/files", body(master.OfferFiles{Files: slices.Repeat([]master.FileInfo{good}, load.MaxFiles+1)}))
		var huge []master.FileInfo
		for i := range 103 {
			huge = append(huge, master.FileInfo{Path: fmt.Sprint(i), Size: load.MaxBodyFile, SHA256: sum("a")})
		}
		h.refused(400, "bad_files", "POST", "/api/v1/files", body(master.OfferFiles{Files: huge}))

		h.refused(400, "bad_content", "PUT", "/api/v1/files/"+sum("a"), "b")
		h.refused(411, "no_length", "PUT", "/api/v1/files/"+sum("a"), "a", "Transfer-Encoding: chunked")
		for _, name := range []string{"x", strings.ToUpper(sum("a")), "..%2f..%2fsecrets.key", sum("a") + "0"} {
			h.refused(400, "bad_name", "PUT", "/api/v1/files/"+name, "a")
		}
		for length, want := range map[int64]int{load.MaxBodyFile + 1: 413, 2: 400} {
			r := httptest.NewRequest("PUT", "http://localhost/api/v1/files/"+sum("a"), strings.NewReader("a"))
			r.ContentLength = length
			w := httptest.NewRecorder()
			if h.handler.ServeHTTP(w, r); w.Code != want {
				t.Errorf("a length of %d: %d %s", length, w.Code, w.Body)
			}
		}
		var offered master.MissingFiles
		if h.want(200, &offered, "POST", "/api/v1/files", body(master.OfferFiles{Files: []master.FileInfo{good}})); len(offered.Missing) != 1 {
			t.Error("refused content was kept")
		}
	})
}

// slowClient is a client whose body comes a piece at a time, and a server that heeds until
// when it may.
type slowClient struct {
	*httptest.ResponseRecorder
	left  int // bytes
	piece int
	pause time.Duration // before each
	ends  time.Time
}

func (c *slowClient) SetReadDeadline(t time.Time) error  { c.ends = t; return nil }
func (c *slowClient) SetWriteDeadline(t time.Time) error { return nil }

func (c *slowClient) Read(p []byte) (int, error) {
	if until := time.Until(c.ends); until < c.pause {
		time.Sleep(until)
		return 0, os.ErrDeadlineExceeded
	}
	time.Sleep(c.pause)
	if c.left == 0 {
		return 0, io.EOF
	}
	n := min(c.left, c.piece, len(p))
	c.left -= n
	for i := range n {
		p[i] = 'a'
	}
	return n, nil
}

// TestSlowUpload: minutes are fine as long as enough comes; one that trickles gives up its
// place.
func TestSlowUpload(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		const size = 1 << 20
		digest := sum(strings.Repeat("a", size))
		put := func(piece int, pause time.Duration) (c *slowClient, took time.Duration) {
			c = &slowClient{ResponseRecorder: httptest.NewRecorder(), left: size, piece: piece, pause: pause}
			r := httptest.NewRequest("PUT", "http://localhost/api/v1/files/"+digest, c)
			r.ContentLength = size
			began := time.Now()
			h.handler.ServeHTTP(c, r)
			return c, time.Since(began)
		}
		if c, took := put(1, 20*time.Second); c.Code != 400 || !strings.Contains(c.Body.String(), "too slowly") || took > time.Minute {
			t.Errorf("a byte now and then: %d %s after %v", c.Code, c.Body, took)
		}
		if c, took := put(8<<10, 400*time.Millisecond); c.Code != 204 || took < 50*time.Second {
			t.Errorf("20 kB/s: %d %s after %v", c.Code, c.Body, took)
		}
	})
}

// TestNoPlaceForUploads: who finds no place is told so after a while.
func TestNoPlaceForUploads(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		release := h.master.TakeUploads()
		began := time.Now()
		h.refused(503, "busy", "PUT", "/api/v1/files/"+sum("a"), "a")
		if took := time.Since(began); took != time.Minute {
			t.Errorf("it waited %v", took)
		}
		release()
		h.want(204, nil, "PUT", "/api/v1/files/"+sum("a"), "a")
	})
}
