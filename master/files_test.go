package master_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
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
	})
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

// slowClient is a client whose body comes a little at a time, and a server that
// notes until when it may.
type slowClient struct {
	*httptest.ResponseRecorder
	left int
	late bool // a read had less time than it took
	ends time.Time
}

func (c *slowClient) SetReadDeadline(t time.Time) error  { c.ends = t; return nil }
func (c *slowClient) SetWriteDeadline(t time.Time) error { return nil }

func (c *slowClient) Read(p []byte) (int, error) {
	time.Sleep(20 * time.Second)
	if c.late = c.late || time.Now().After(c.ends); c.left == 0 {
		return 0, io.EOF
	}
	c.left--
	p[0] = 'a'
	return 1, nil
}

// TestSlowUpload: minutes are fine as long as something comes.
func TestSlowUpload(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		c := &slowClient{ResponseRecorder: httptest.NewRecorder(), left: 10}
		r := httptest.NewRequest("PUT", "http://localhost/api/v1/files/"+sum("aaaaaaaaaa"), c)
		r.ContentLength = 10
		began := time.Now()
		if h.handler.ServeHTTP(c, r); c.Code != 204 || c.late || time.Since(began) < 3*time.Minute {
			t.Errorf("%d %s after %v, too late: %v", c.Code, c.Body, time.Since(began), c.late)
		}
	})
}

func TestPreflight(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		h.write("plans/files.yaml", strings.Replace(withFiles, "url: \"/", "headers: {A: '{{secret.TOKEN}}{{$env HOME_TOWN}}'}, url: \"/", 1))
		h.write("data/up/a.txt", "content of a")
		start := `{"plan": "files", "workers": {"count": 2}}`
		preflight := func() (p master.Preflight) {
			t.Helper()
			h.want(200, &p, "POST", "/api/v1/preflight", start)
			return p
		}
		p := preflight()
		if p.OK || len(p.Problems) != 1 || p.Problems[0].Line == 0 || !slices.Equal(p.MissingSecrets, []string{"TOKEN"}) || !slices.Equal(p.MissingEnv, []string{"HOME_TOWN"}) {
			t.Errorf("%+v", p)
		}
		h.write("data/people.csv", people)
		workers[1].files[sum("content of a")] = "content of a"
		start = `{"plan": "files", "workers": {"count": 2}, "secrets": {"TOKEN": "x"}, "env": {"HOME_TOWN": "Ulm"}}`
		p = preflight()
		size := int64(len(people) + len("content of a"))
		if !p.OK || p.Files != 2 || p.Bytes != size || len(p.Data) != 1 || p.Data[0] != (master.DataFile{Name: "people", File: "data/people.csv", Rows: 2}) {
			t.Errorf("%+v", p)
		}
		if want := []master.PreflightWorker{{ID: "w0", MissingFiles: 2, MissingBytes: size}, {ID: "w1", MissingFiles: 1, MissingBytes: int64(len(people))}}; !slices.Equal(p.Workers, want) || p.Waits != "" {
			t.Errorf("%+v, %q", p.Workers, p.Waits)
		}
		if want := []master.PlannedLoad{{Model: load.UsersModel, Length: 5000, PeakUsers: 1}}; !slices.Equal(p.Load, want) || p.Length != 5000 {
			t.Errorf("%+v, %v", p.Load, p.Length)
		}
		for _, w := range workers {
			if len(w.Calls()) > 0 || len(w.sent()) > 0 || len(w.files) > 1 {
				t.Errorf("the preflight has done something: %v", w.Calls())
			}
		}
		start = `{"plan": "files", "workers": {"count": 3}}`
		if p = preflight(); p.Waits == "" || len(p.Workers) != 2 {
			t.Errorf("%+v", p)
		}
		var broken master.Preflight
		h.want(200, &broken, "POST", "/api/v1/preflight", inline("version: 1\nfoo: 2\n", ""))
		if broken.OK || len(broken.Problems) < 2 {
			t.Errorf("%+v", broken)
		}
		var brought master.Preflight
		h.want(200, &brought, "POST", "/api/v1/preflight", body(inlineOrder(withFiles, map[string]string{"data/people.csv": people, "data/up/a.txt": "content of a"})))
		if brought.OK || len(brought.MissingFiles) != 2 || brought.Files != 2 || brought.Bytes != size {
			t.Errorf("%+v", brought)
		}
		h.refused(404, "no_plan", "POST", "/api/v1/preflight", `{"plan": "none"}`)
		h.refused(400, "bad_workers", "POST", "/api/v1/preflight", inline(shop, `, "workers": {"ids": ["w9"]}`))
	})
}

func TestScenarioLoads(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		two := strings.Replace(shop, "load: {users: 10, duration: 20s}", `scenarios:
  - {name: base, load: {users: 10, duration: 20s}}
  - {name: spike, start_at: 5s, load: {model: arrivals, max_users: 30, stages: [{jump: 50, duration: 30s}]}}`, 1)
		var p master.Preflight
		h.want(200, &p, "POST", "/api/v1/preflight", inline(two, `, "overrides": {"scenario": "base", "scale": 2}`))
		want := []master.PlannedLoad{
			{Scenario: "base", Model: load.UsersModel, Length: 20_000, PeakUsers: 20},
			{Scenario: "spike", Model: load.ArrivalsModel, StartAt: 5000, Length: 30_000, PeakUsers: 30, PeakRate: 50},
		}
		if !p.OK || !slices.Equal(p.Load, want) || p.Length != 35_000 {
			t.Errorf("%+v", p)
		}
		h.refused(422, "bad_plan", "POST", "/api/v1/runs", inline(two, `, "overrides": {"scenario": "none", "scale": 2}`))
		h.refused(422, "bad_plan", "POST", "/api/v1/runs", inline(two, `, "overrides": {"users": 2}`))
		var res load.Result
		h.want(201, &res, "POST", "/api/v1/runs", inline(two, `, "workers": {"ids": ["w0"]}`))
		time.Sleep(8 * time.Second)
		path := "/api/v1/runs/" + res.ID + "/load"
		h.want(200, nil, "PATCH", path, `{"scenario": "spike", "rate": 7}`)
		synctest.Wait()
		if c := workers[0].Session().Changes(); len(c) != 1 || c[0].Scenario != "spike" {
			t.Errorf("%+v", c)
		}
		h.refused(400, "bad_change", "PATCH", path, `{"scenario": "none", "rate": 7}`)
		h.refused(400, "bad_change", "PATCH", path, `{"users": 7}`)
	})
}

func TestSendOnce(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		workers[1].onSend = func(_ context.Context, req load.SendRequest) (*load.Exchange, error) {
			return &load.Exchange{Steps: []load.StepExchange{{
				Transaction: req.Transaction, Step: "list", Class: load.ClassStatus, Message: "got 500",
				Attempts: []load.Attempt{{Method: "GET", URL: "http://x/", Status: 500, ResponseBody: []byte("oops")}},
			}}}, nil
		}
		order := master.Order{Inline: json.RawMessage(body(shop)), Overrides: master.Overrides{BaseURL: "http://127.0.0.1:9"}}
		var x load.ExchangeResult
		h.want(200, &x, "POST", "/api/v1/send", body(master.SendOnce{Order: order, Transaction: "browse", Worker: "w1"}))
		if x.OK || x.Worker != "w1" || len(x.Steps) != 1 || x.Steps[0].Class != load.ClassStatus || x.Steps[0].Attempts[0].Response.Body != "oops" {
			t.Errorf("%+v", x)
		}
		if sent := workers[1].sent(); len(sent) != 1 || sent[0].Transaction != "browse" || !strings.Contains(string(sent[0].Plan), "127.0.0.1:9") {
			t.Errorf("%+v", sent)
		}
		// One that a run has can still be used, but a free one is preferred.
		h.want(201, nil, "POST", "/api/v1/runs", inline(shop, `, "workers": {"ids": ["w0"]}`))
		settle()
		h.want(200, &x, "POST", "/api/v1/send", body(master.SendOnce{Order: order, All: true}))
		if x.Worker != "w1" || !workers[1].sent()[1].All {
			t.Errorf("%+v", x)
		}
		workers[1].onSend = func(context.Context, load.SendRequest) (*load.Exchange, error) { return nil, load.ErrBusy }
		if h.want(200, &x, "POST", "/api/v1/send", body(master.SendOnce{Order: order})); x.Worker != "w0" {
			t.Errorf("the first was busy: %+v", x)
		}
		h.refused(503, "no_worker", "POST", "/api/v1/send", body(master.SendOnce{Order: order, Worker: "w1"}))
		workers[1].onSend = func(context.Context, load.SendRequest) (*load.Exchange, error) {
			return nil, &load.PlanError{Message: "there is no transaction x"}
		}
		h.refused(422, "bad_plan", "POST", "/api/v1/send", body(master.SendOnce{Order: order, Worker: "w1", Transaction: "x"}))
		workers[1].onSend = func(context.Context, load.SendRequest) (*load.Exchange, error) { return nil, errors.New("engine died") }
		h.refused(502, "worker", "POST", "/api/v1/send", body(master.SendOnce{Order: order, Worker: "w1"}))
		h.refused(422, "bad_plan", "POST", "/api/v1/send", inline("version: 1\nfoo: 2\n", ""))
		h.refused(400, "bad_workers", "POST", "/api/v1/send", body(master.SendOnce{Order: order, Worker: "w9"}))
		h.refused(503, "no_worker", "POST", "/api/v1/send", body(master.SendOnce{Order: order, Labels: map[string]string{"site": "moon"}}))
	})
}

// TestSendIsGivenUp: on its deadline, and when the client goes; the worker is told.
func TestSendIsGivenUp(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		told := make(chan error, 1)
		workers[0].onSend = func(ctx context.Context, _ load.SendRequest) (*load.Exchange, error) {
			<-ctx.Done()
			told <- ctx.Err()
			return nil, ctx.Err()
		}
		order := inline(shop, `, "worker": "w0"`)
		began := time.Now()
		h.refused(504, "deadline", "POST", "/api/v1/send", order)
		if err := <-told; !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 2*time.Minute {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		ctx, leave := context.WithCancel(context.Background())
		served := make(chan struct{})
		go func() {
			defer close(served)
			r := httptest.NewRequest("POST", "http://localhost/api/v1/send", strings.NewReader(order)).WithContext(ctx)
			h.handler.ServeHTTP(httptest.NewRecorder(), r)
		}()
		for len(workers[0].sent()) < 2 {
			time.Sleep(time.Millisecond)
		}
		leave()
		if err := <-told; !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
		<-served
	})
}
