package master_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
	"github.com/locust-http/locust-http/master/run"
	"github.com/locust-http/locust-http/master/run/runtest"
)

// keeper is a pretended worker that keeps files, and remembers what it was asked to
// send once.
type keeper struct {
	*runtest.Worker
	onSend func(context.Context, load.SendRequest) (*load.Exchange, error)

	mu    sync.Mutex
	files map[string]string // content by digest
	sends []load.SendRequest
}

func newKeeper() *keeper {
	return &keeper{Worker: &runtest.Worker{PerSecond: 10}, files: map[string]string{}}
}

func (k *keeper) Missing(ctx context.Context, files []load.File) ([]load.File, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var missing []load.File
	for _, f := range files {
		if _, there := k.files[f.SHA256]; !there {
			missing = append(missing, f)
		}
	}
	return missing, ctx.Err()
}

func (k *keeper) Store(ctx context.Context, f load.File, content io.Reader) error {
	b, err := io.ReadAll(content)
	if err != nil || int64(len(b)) != f.Size || sum(string(b)) != f.SHA256 {
		return fmt.Errorf("content of %s: %d bytes, %w", f.Path, len(b), err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.files[f.SHA256] = string(b)
	return ctx.Err()
}

func (k *keeper) SendOnce(ctx context.Context, req load.SendRequest) (*load.Exchange, error) {
	k.mu.Lock()
	k.sends = append(k.sends, req)
	k.mu.Unlock()
	if k.onSend != nil {
		return k.onSend(ctx, req)
	}
	return &load.Exchange{OK: true, Steps: []load.StepExchange{{Transaction: "browse", Step: "list", OK: true}}}, ctx.Err()
}

func (k *keeper) sent() []load.SendRequest {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.sends)
}

func sum(text string) string {
	s := sha256.Sum256([]byte(text))
	return hex.EncodeToString(s[:])
}

// inStore is a house whose workers keep files.
func inStore(t *testing.T, f func(h *house, workers []*keeper)) {
	t.Helper()
	workers := []*keeper{newKeeper(), newKeeper()}
	inHouse(t, func(c *master.Config) {
		c.Lua = pretendedLua()
		before := c.LookupEnv
		c.LookupEnv = func(name string) (string, bool) {
			if name == "LOCUST_HTTP_SECRET_FROM_ENV" {
				return "value of the environment", true
			}
			return before(name)
		}
		c.Connect = func(_ context.Context, n load.Node) (master.Connection, error) { return workers[n.ID[1]-'0'], nil }
	}, func(h *house) { f(h, workers) })
}

// write puts a file into the workspace.
func (h *house) write(name, text string) {
	h.t.Helper()
	path := filepath.Join(filepath.Dir(h.plans), filepath.FromSlash(name))
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path, []byte(text), 0o644)
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// settle lets what works with the disk come to its end.
func settle() { time.Sleep(2 * time.Second); synctest.Wait() }

func body(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

const stage = `base_url: http://127.0.0.1:2
variables: {size: 3}
secrets: [TOKEN]
limits: {max_users: 20}
`

// TestPlanInEnvironment: what only an environment gives is no problem of a plan that is
// looked at with it, however it comes to the master.
func TestPlanInEnvironment(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		long := strings.Repeat("é", 150)
		h.file("environments/stage.yaml", "base_url: http://127.0.0.1:2\nvariables: {region: eu, list: [1, a], long: "+long+"}\nlimits: {max_users: 1}\n")
		const text = "version: 1\nbase_url: http://127.0.0.1:1\ntransactions: [{name: t, steps: [{request: {url: \"/{{region}}\"}}]}]\nload: {users: 5}\n"
		var saved master.StoredText
		h.want(200, &saved, "PUT", "/api/v1/plans/p", body(map[string]string{"text": text}))
		if len(saved.Problems) != 1 || !strings.Contains(saved.Problems[0].Message, "unknown variable region") {
			t.Errorf("without an environment: %+v", saved.Problems)
		}
		at := `If-Match: "` + saved.Revision + `"`
		h.want(200, &saved, "PUT", "/api/v1/plans/p?environment=stage", body(map[string]string{"text": text}), at)
		if len(saved.Problems) != 0 {
			t.Errorf("saved: %+v", saved.Problems)
		}
		h.want(200, &saved, "GET", "/api/v1/plans/p?environment=stage", "")
		if len(saved.Problems) != 0 {
			t.Errorf("read: %+v", saved.Problems)
		}
		var out struct {
			OK       bool             `json:"ok"`
			Problems []master.Problem `json:"problems"`
		}
		h.want(200, &out, "POST", "/api/v1/check", body(map[string]string{"text": text, "environment": "stage"}))
		if !out.OK || len(out.Problems) != 0 {
			t.Errorf("checked: %+v", out)
		}
		h.want(200, &out, "POST", "/api/v1/check", body(map[string]string{"text": text, "environment": "gone"}))
		if last := out.Problems[len(out.Problems)-1]; out.OK || len(out.Problems) != 2 || !last.Warning || !strings.Contains(last.Message, "without the environment gone") {
			t.Errorf("an environment that is not there: %+v", out.Problems)
		}
		h.want(200, &out, "POST", "/api/v1/check", body(map[string]string{"text": strings.ReplaceAll(text, "base_url", "description"), "environment": "stage"}))
		if !out.OK {
			t.Errorf("only the environment says where: %+v", out)
		}
		var list []master.EnvironmentInfo
		h.want(200, &list, "GET", "/api/v1/environments", "")
		want := []master.EnvironmentVariable{{Name: "region", Value: "eu"}, {Name: "list", Value: `[1,"a"]`}, {Name: "long", Value: long[:200]}}
		if !slices.Equal(list[0].Variables, want) {
			t.Errorf("%+v", list[0].Variables)
		}
	})
}

func TestEnvironmentsOverHTTP(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		var saved, got master.StoredText
		h.want(200, &saved, "PUT", "/api/v1/environments/stage", body(map[string]string{"text": stage}))
		h.want(200, &got, "GET", "/api/v1/environments/stage", "")
		if got.Text != stage || got.Revision != saved.Revision || len(got.Problems) != 0 {
			t.Errorf("%+v", got)
		}
		h.refused(409, "conflict", "PUT", "/api/v1/environments/stage", `{"text": "x"}`)
		h.want(200, &saved, "PUT", "/api/v1/environments/bad", `{"text": "base_url: [1]\n"}`)
		if len(saved.Problems) == 0 || saved.Problems[0].Line != 1 || saved.Problems[0].File != "bad.yaml" {
			t.Errorf("%+v", saved.Problems)
		}
		var list []master.EnvironmentInfo
		h.want(200, &list, "GET", "/api/v1/environments", "")
		if len(list) != 2 || list[0].Name != "bad" || len(list[0].Problems) == 0 || list[1].BaseURL != "http://127.0.0.1:2" || !slices.Equal(list[1].Secrets, []string{"TOKEN"}) {
			t.Errorf("%+v", list)
		}
		if !slices.Equal(list[1].Variables, []master.EnvironmentVariable{{Name: "size", Value: "3"}}) || list[0].Variables == nil {
			t.Errorf("%+v", list)
		}
		h.refused(400, "bad_name", "GET", "/api/v1/environments/..%2fplans%2fshop", "")
		h.refused(404, "no_environment", "GET", "/api/v1/environments/none", "")
		h.refused(428, "no_revision", "DELETE", "/api/v1/environments/bad", "")
		var schema map[string]any
		if h.want(200, &schema, "GET", "/api/v1/environment.schema.json", ""); schema["$schema"] == nil {
			t.Error("no schema")
		}

		h.refused(404, "no_environment", "POST", "/api/v1/runs", inline(shop, `, "environment": "none"`))
		h.refused(400, "bad_name", "POST", "/api/v1/runs", inline(shop, `, "environment": "../plans/shop"`))
		if e := h.refused(422, "bad_environment", "POST", "/api/v1/runs", inline(shop, `, "environment": "bad"`)); len(e.Problems) == 0 {
			t.Errorf("%+v", e)
		}
		if e := h.refused(400, "missing_secrets", "POST", "/api/v1/runs", inline(shop, `, "environment": "stage"`)); !strings.Contains(e.Message, "TOKEN") || e.Hint == "" {
			t.Errorf("%+v", e)
		}
		h.refused(422, "bad_plan", "POST", "/api/v1/runs", inline(shop, `, "environment": "stage", "secrets": {"TOKEN": "x"}, "overrides": {"users": 21}`))
		var res load.Result
		h.want(201, &res, "POST", "/api/v1/runs", inline(shop, `, "environment": "stage", "secrets": {"TOKEN": "x"}, "workers": {"count": 1}`))
		if res.Environment != "stage" {
			t.Errorf("%+v", res)
		}
		settle()
		if job := workers[0].Session().Job(); !strings.Contains(string(job.Plan), "http://127.0.0.1:2") {
			t.Errorf("%s", job.Plan)
		}
		h.refused(400, "bad_change", "PATCH", "/api/v1/runs/"+res.ID+"/load", `{"users": 21}`)
		h.refused(400, "bad_change", "PATCH", "/api/v1/runs/"+res.ID+"/load", `{"scale": 2.1}`)
		h.want(200, nil, "PATCH", "/api/v1/runs/"+res.ID+"/load", `{"users": 20}`)
		// The page's own text of an environment, not saved yet.
		h.want(201, &res, "POST", "/api/v1/runs", inline(shop, `, "environment": "draft", "environment_text": "base_url: http://127.0.0.1:3\n"`))
		settle()
		if job := workers[1].Session().Job(); res.Environment != "draft" || !strings.Contains(string(job.Plan), "http://127.0.0.1:3") {
			t.Errorf("%s: %s", res.Environment, job.Plan)
		}
		h.want(201, &res, "POST", "/api/v1/runs", inline(shop, `, "environment_text": "variables: {size: 1}\n"`))
		if res.Environment != "inline" {
			t.Errorf("%q", res.Environment)
		}
		var l run.Live
		if h.want(200, &l, "GET", "/api/v1/runs/"+res.ID+"/live", ""); l.State != load.StateQueued || l.Scenarios == nil {
			t.Errorf("%+v", l)
		}
	})
}

const withSecrets = `version: 1
name: secretive
base_url: http://127.0.0.1:1
transactions:
  - name: browse
    steps:
      - {name: list, request: {url: /items, headers: {X-A: "{{secret.GIVEN}}", X-B: "{{secret.STORED}}", X-C: "{{secret.FROM_ENV}}"}}}
load: {users: 1, duration: 5s}
`

// TestSecrets: the order's are over the store's, and these over the environment's; no
// answer and no file has a value in it.
func TestSecrets(t *testing.T) {
	const given, stored, old = "value of the order", "value of the store", "value of before"
	inStore(t, func(h *house, workers []*keeper) {
		var said bytes.Buffer
		call := func(status int, method, path, body string) {
			t.Helper()
			w := h.call(method, path, body)
			if w.Code != status {
				t.Errorf("%s %s: %d %s", method, path, w.Code, w.Body)
			}
			fmt.Fprintln(&said, w.Header(), w.Body)
		}
		start := body(master.StartRun{Order: master.Order{Plan: "secretive", Secrets: map[string]string{"GIVEN": given, "OTHER": "not asked for"}}})
		send := body(master.SendOnce{Order: master.Order{Plan: "secretive", Secrets: map[string]string{"GIVEN": given}}})
		h.write("plans/secretive.yaml", withSecrets)
		e := h.refused(400, "missing_secrets", "POST", "/api/v1/runs", start)
		if !strings.Contains(e.Message, "STORED") || strings.Contains(e.Message, "GIVEN") || strings.Contains(e.Message, "FROM_ENV") {
			t.Errorf("%+v", e)
		}
		call(204, "PUT", "/api/v1/secrets/STORED", `{"value": "`+old+`"}`)
		call(204, "PUT", "/api/v1/secrets/STORED", `{"value": "`+stored+`"}`)
		call(204, "PUT", "/api/v1/secrets/GIVEN", `{"value": "`+old+`"}`)
		call(204, "PUT", "/api/v1/secrets/GONE", `{"value": "`+old+`"}`)
		call(204, "DELETE", "/api/v1/secrets/GONE", "")
		call(404, "DELETE", "/api/v1/secrets/GONE", "")
		call(400, "PUT", "/api/v1/secrets/a.b", `{"value": "`+stored+`"}`)
		call(400, "PUT", "/api/v1/secrets/EMPTY", `{"value": ""}`)
		call(400, "PUT", "/api/v1/secrets/TWICE", `{"value": "`+stored+`"} x`)
		call(405, "GET", "/api/v1/secrets/STORED", "")
		var list []master.SecretInfo
		h.want(200, &list, "GET", "/api/v1/secrets", "")
		if len(list) != 2 || list[0].Name != "GIVEN" || list[1].Name != "STORED" || list[1].Changed.IsZero() {
			t.Errorf("%+v", list)
		}
		call(200, "GET", "/api/v1/secrets", "")
		call(200, "POST", "/api/v1/preflight", start)
		workers[0].onSend = func(_ context.Context, req load.SendRequest) (*load.Exchange, error) {
			return nil, errors.New("dial " + req.Secrets["GIVEN"] + ": refused")
		}
		call(502, "POST", "/api/v1/send", send)
		call(201, "POST", "/api/v1/runs", start)
		settle()
		want := map[string]string{"GIVEN": given, "STORED": stored, "FROM_ENV": "value of the environment"}
		if got := workers[0].Session().Job().Secrets; !maps.Equal(got, want) {
			t.Errorf("job: %v", got)
		}
		if got := workers[0].sent()[0].Secrets; !maps.Equal(got, want) {
			t.Errorf("send: %v", got)
		}
		settle()
		const over = "value over that of the environment"
		call(204, "PUT", "/api/v1/secrets/FROM_ENV", `{"value": "`+over+`"}`)
		workers[0].onSend = nil
		call(200, "POST", "/api/v1/send", body(master.SendOnce{Order: master.Order{Plan: "secretive"}, Worker: "w0"}))
		if got := workers[0].sent()[1].Secrets; got["FROM_ENV"] != over {
			t.Errorf("send: %v", got)
		}
		var runs []master.RunInfo
		h.want(200, &runs, "GET", "/api/v1/runs", "")
		for _, path := range []string{"/runs", "/runs/" + runs[0].ID, "/runs/" + runs[0].ID + "/live", "/runs/" + runs[0].ID + "/series", "/workers", "/plans", "/plans/secretive", "/environments"} {
			call(200, "GET", "/api/v1"+path, "")
		}
		values := []string{given, stored, old, over, "value of the environment"}
		for _, v := range values {
			if strings.Contains(said.String(), v) {
				t.Errorf("the API has told %q:\n%s", v, said.String())
			}
		}
		err := filepath.WalkDir(filepath.Dir(h.plans), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			for _, v := range values {
				if bytes.Contains(content, []byte(v)) {
					t.Errorf("%s has %q in it", path, v)
				}
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestDamagedSecrets: a store that cannot be opened refuses what needs it, and says so.
func TestDamagedSecrets(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		h.want(204, nil, "PUT", "/api/v1/secrets/A", `{"value": "x"}`)
		h.write(master.PrivateFolder+"/secrets.key", strings.Repeat("00", 32))
		for _, c := range [][2]string{{"GET", "/api/v1/secrets"}, {"PUT", "/api/v1/secrets/B"}, {"DELETE", "/api/v1/secrets/A"}} {
			if e := h.refused(500, "secrets", c[0], c[1], `{"value": "y"}`); !strings.Contains(e.Message, "secrets.key") {
				t.Errorf("%+v", e)
			}
		}
		h.refused(500, "secrets", "POST", "/api/v1/runs", inline(withSecrets, ""))
		h.want(201, nil, "POST", "/api/v1/runs", inline(shop, ""))
	})
}
