package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
	"github.com/locust-http/locust-http/plan"
)

// fakeMaster answers as a master does, and keeps what it was asked.
type fakeMaster struct {
	*httptest.Server
	ask    []master.FileInfo // asked for instead of what it is offered; nil: all that is offered
	refuse map[string]refusal

	mu     sync.Mutex // guards what follows
	tokens []string
	stored []string // contents
	sends  []master.SendOnce
}

type refusal struct {
	status int
	master.Error
}

func newFakeMaster(t *testing.T) *fakeMaster {
	t.Helper()
	m := &fakeMaster{refuse: map[string]refusal{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v1/files", func(w http.ResponseWriter, r *http.Request) {
		var offer master.OfferFiles
		if err := json.NewDecoder(r.Body).Decode(&offer); err != nil {
			t.Error(err)
		}
		missing := offer.Files
		if m.ask != nil {
			missing = m.ask
		}
		json.NewEncoder(w).Encode(master.MissingFiles{Missing: missing})
	})
	mux.HandleFunc("PUT /api/v1/files/{digest}", func(w http.ResponseWriter, r *http.Request) {
		content, _ := io.ReadAll(r.Body)
		m.mu.Lock()
		defer m.mu.Unlock()
		m.stored = append(m.stored, string(content))
	})
	mux.HandleFunc("POST /api/v1/send", func(w http.ResponseWriter, r *http.Request) {
		var s master.SendOnce
		if err := json.NewDecoder(r.Body).Decode(&s); err != nil {
			t.Error(err)
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		m.sends = append(m.sends, s)
		json.NewEncoder(w).Encode(load.ExchangeResult{Schema: 1, OK: true, Worker: "w7"})
	})
	m.Server = httptest.NewServer(m.guard(mux))
	t.Cleanup(m.Close)
	return m
}

// guard notes tokens and refuses what is to be refused.
func (m *fakeMaster) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.mu.Lock()
		m.tokens = append(m.tokens, r.Header.Get("Authorization"))
		no, bad := m.refuse[r.Method+" "+r.URL.Path]
		m.mu.Unlock()
		if bad {
			w.WriteHeader(no.status)
			json.NewEncoder(w).Encode(map[string]any{"error": no.Error})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// execute runs a command in this process.
func execute(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	p := &process{in: strings.NewReader(""), out: &o, err: &e, lookupEnv: func(string) (string, bool) { return "", false }}
	code = p.main(context.Background(), args)
	return code, o.String(), e.String()
}

// workspaceOf writes files to a folder of its own.
func workspaceOf(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func sendWorkspace(t *testing.T) string {
	return workspaceOf(t, map[string]string{
		"plan.yaml": `version: 1
base_url: http://127.0.0.1:1
files: ["data/*"]
transactions:
  - {name: a, steps: [{request: {url: /}}]}
  - {name: b, steps: [{request: {method: PUT, url: "/{{secret.KEY}}", file: data/one.txt}}]}
load: {users: 1, duration: 1s}
`,
		"data/one.txt": "one", "data/two.txt": "two", "data/nothing.txt": "", "private.txt": "not of the plan",
		"environments/stage.yaml": "limits: {max_users: 1}\nvariables: {x: 1}\n",
		"key":                     "k3y\n", "token": "a-token-of-some-length\n",
	})
}

// All that the plan needs goes to the master, and only that.
func TestSendFromMaster(t *testing.T) {
	m, dir := newFakeMaster(t), sendWorkspace(t)
	code, out, errs := execute(t, "send", filepath.Join(dir, "plan.yaml"), "--master", m.URL+"/", "--token-file", filepath.Join(dir, "token"),
		"--transaction", "b", "--worker", "w7", "--env", "stage", "--secret", "KEY=@"+filepath.Join(dir, "key"), "--var", "y=2")
	if code != 0 || errs != "" || !strings.HasSuffix(out, "sent by worker w7\n") {
		t.Fatalf("exit %d\n%s\n%s", code, out, errs)
	}
	slices.Sort(m.stored)
	if want := []string{"", "one", "two"}; !slices.Equal(m.stored, want) {
		t.Errorf("stored %q, want %q", m.stored, want)
	}
	for _, token := range m.tokens {
		if token != "Bearer a-token-of-some-length" {
			t.Errorf("a call with the token %q", token)
		}
	}
	s := m.sends[0]
	if s.Transaction != "b" || s.All || s.Worker != "w7" || s.Environment != "stage" || s.Secrets["KEY"] != "k3y" || s.Overrides.Variables["y"] != "2" || len(s.Files) != 3 {
		t.Errorf("order %+v", s)
	}
	e, problems := plan.DecodeEnvironment("stage.yaml", []byte(s.EnvironmentText))
	if problems.Err() != nil || len(e.Variables) != 1 {
		t.Errorf("environment %q: %v", s.EnvironmentText, problems)
	}
}

// Who cannot have the secret here may have it on the master.
func TestSendFromMasterWithoutSecret(t *testing.T) {
	m, dir := newFakeMaster(t), sendWorkspace(t)
	if code, _, errs := execute(t, "send", filepath.Join(dir, "plan.yaml"), "--master", m.URL, "--all", "--quiet"); code != 0 || errs != "" {
		t.Fatalf("exit %d: %s", code, errs)
	}
	if s := m.sends[0]; len(s.Secrets) != 0 || !s.All {
		t.Errorf("order %+v", s)
	}
}

// A master is not given what it has no business with.
func TestMasterThatAsksForMore(t *testing.T) {
	m, dir := newFakeMaster(t), sendWorkspace(t)
	m.ask = []master.FileInfo{{Path: "private.txt", Size: 15, SHA256: strings.Repeat("0", 64)}}
	code, _, errs := execute(t, "send", filepath.Join(dir, "plan.yaml"), "--master", m.URL)
	if code != codeBroken || !strings.Contains(errs, `asks for "private.txt", which is no file of this plan`) || len(m.stored) > 0 || len(m.sends) > 0 {
		t.Errorf("exit %d, stored %q: %s", code, m.stored, errs)
	}
}

// What the master says is passed on, with the exit code that fits.
func TestRefusalsOfAMaster(t *testing.T) {
	problems := plan.Problems{{File: "p.yaml", Line: 3, Col: 1, Message: "no such thing", Source: "thing: 1"}}
	for name, c := range map[string]struct {
		call string
		refusal
		code int
		says []string
	}{
		"plan":    {"POST /api/v1/send", refusal{422, master.Error{Message: "the plan is bad", Hint: "mend it", Problems: problems}}, codeUsage, []string{"p.yaml:3:1: no such thing\n", "locust-http: master: the plan is bad\n  mend it\n"}},
		"usage":   {"POST /api/v1/send", refusal{400, master.Error{Message: "no such worker"}}, codeUsage, []string{"master: no such worker\n"}},
		"token":   {"POST /api/v1/files", refusal{401, master.Error{Message: "no token"}}, codeBroken, []string{"no token\n  give the master's token with --token-file\n"}},
		"worker":  {"POST /api/v1/send", refusal{502, master.Error{Message: "worker w1: gone"}}, codeBroken, []string{"master: worker w1: gone\n"}},
		"hostile": {"POST /api/v1/send", refusal{503, master.Error{Message: "a\x1b[2J", Hint: "b\x1b[2J"}}, codeBroken, []string{`a\x1b[2J`, `b\x1b[2J`}},
		"no JSON": {"POST /api/v1/send", refusal{500, master.Error{}}, codeBroken, []string{"POST /api/v1/send: 500 Internal Server Error"}},
	} {
		t.Run(name, func(t *testing.T) {
			m, dir := newFakeMaster(t), sendWorkspace(t)
			m.refuse[c.call] = c.refusal
			code, out, errs := execute(t, "send", filepath.Join(dir, "plan.yaml"), "--master", m.URL)
			if code != c.code || out != "" {
				t.Errorf("exit %d, want %d; it printed %q", code, c.code, out)
			}
			for _, want := range c.says {
				if !strings.Contains(errs, want) {
					t.Errorf("no %q in\n%s", want, errs)
				}
			}
		})
	}
}

func TestUploadOfAFileThatMasterRefuses(t *testing.T) {
	m, dir := newFakeMaster(t), sendWorkspace(t)
	sum := "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed" // of "one"
	m.refuse["PUT /api/v1/files/"+sum] = refusal{http.StatusInsufficientStorage, master.Error{Message: "the disk is full"}}
	code, _, errs := execute(t, "run", filepath.Join(dir, "plan.yaml"), "--master", m.URL)
	if code != codeBroken || !strings.Contains(errs, "send data/one.txt to the master: master: the disk is full") {
		t.Errorf("exit %d: %s", code, errs)
	}
}
