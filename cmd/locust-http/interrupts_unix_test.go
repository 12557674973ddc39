//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
	"github.com/locust-http/locust-http/master/run"
)

// A command of this binary in a process of its own, as in a terminal.
type running struct {
	t        *testing.T
	cmd      *exec.Cmd
	out, err bytes.Buffer // read after wait only
	lines    chan string  // of standard error, as they come
}

func begin(t *testing.T, args ...string) *running {
	t.Helper()
	r := &running{t: t, cmd: exec.Command("locust-http", args...), lines: make(chan string, 100)} // testscript.Main has put it on the PATH
	r.cmd.Stdout, r.cmd.Stderr = &r.out, io.MultiWriter(&r.err, lineWriter(r.lines))
	r.cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+t.TempDir(), "HOME="+t.TempDir())
	r.cmd.WaitDelay = time.Second
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.cmd.Process.Kill() })
	return r
}

type lineWriter chan string

func (l lineWriter) Write(b []byte) (int, error) {
	l <- string(b)
	return len(b), nil
}

func (r *running) interrupt() {
	r.t.Helper()
	if err := r.cmd.Process.Signal(os.Interrupt); err != nil {
		r.t.Fatal(err)
	}
}

// says waits until standard error has words.
func (r *running) says(words string) {
	r.t.Helper()
	deadline := time.After(hangs)
	for {
		select {
		case line := <-r.lines:
			if strings.Contains(line, words) {
				return
			}
		case <-deadline:
			r.t.Fatalf("it does not say %q", words)
		}
	}
}

// hangs is when a test gives up: nothing here takes a second.
const hangs = 30 * time.Second

// code waits for the end and returns the exit code.
func (r *running) code() int {
	r.t.Helper()
	late := time.AfterFunc(hangs, func() { r.cmd.Process.Kill() })
	defer late.Stop()
	err := r.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.t.Fatal(err)
	}
	return r.cmd.ProcessState.ExitCode()
}

func receive(t *testing.T, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(hangs):
		t.Fatalf("no %s", what)
	}
}

// stuck serves requests that never end; begun and gone tell of them.
func stuck(begun, gone chan<- struct{}) http.HandlerFunc {
	return func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // the end of the connection is seen only when the body is read
		begun <- struct{}{}
		<-r.Context().Done()
		gone <- struct{}{}
	}
}

// A Ctrl-C ends a request that is under way, and the engine with it.
func TestInterruptSend(t *testing.T) {
	begun, gone := make(chan struct{}, 1), make(chan struct{}, 1)
	target := httptest.NewServer(stuck(begun, gone))
	defer target.Close()
	r := begin(t, "send", filepath.Join(planThatWaits(t), "plan.yaml"), "--base-url", target.URL)
	receive(t, "request", begun)
	r.interrupt()
	receive(t, "end of the request", gone)
	if code := r.code(); code != codeInterrupted || r.out.Len() > 0 || !strings.HasSuffix(r.err.String(), "locust-http: interrupted\n") {
		t.Errorf("exit %d\n%s\n%s", code, r.out.String(), r.err.String())
	}
}

func planThatWaits(t *testing.T) string {
	return workspaceOf(t, map[string]string{
		"plan.yaml": `version: 1
base_url: http://127.0.0.1:1
files: ["data/*"]
transactions: [{name: t, steps: [{name: s, request: {url: /}}]}]
load: {users: 1, duration: 60s}
defaults: {timeout: 60s}
`,
		"data/file.txt": "content",
	})
}

// orders is a master that keeps the orders it gets: it answers them when it may.
type orders struct {
	*http.ServeMux
	uploads, begun, gone, stops chan struct{}
	answer                      chan struct{} // closed when orders are answered
}

func newOrders(t *testing.T) (*orders, string) {
	o := &orders{
		http.NewServeMux(), make(chan struct{}, 9), make(chan struct{}, 9), make(chan struct{}, 9), make(chan struct{}, 9), make(chan struct{}),
	}
	o.HandleFunc("POST /api/v1/runs", func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		o.begun <- struct{}{}
		select {
		case <-o.answer:
			io.WriteString(w, `{"id":"r1"}`)
		case <-r.Context().Done():
			o.gone <- struct{}{}
		}
	})
	o.HandleFunc("POST /api/v1/runs/r1/stop", func(http.ResponseWriter, *http.Request) { o.stops <- struct{}{} })
	o.HandleFunc("GET /api/v1/runs/r1/live", func(w http.ResponseWriter, _ *http.Request) {
		live := run.Live{State: load.StateQueued}
		if len(o.stops) > 0 {
			live.State = load.StateStopped
		}
		json.NewEncoder(w).Encode(live)
	})
	o.HandleFunc("GET /api/v1/runs/r1", func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(load.Result{State: load.StateStopped})
	})
	server := httptest.NewServer(o)
	t.Cleanup(server.Close)
	return o, server.URL
}

// allThere makes the master have all files already.
func (o *orders) allThere() {
	o.HandleFunc("POST /api/v1/files", func(w http.ResponseWriter, _ *http.Request) { json.NewEncoder(w).Encode(master.MissingFiles{}) })
}

// While files go to the master there is no run: a Ctrl-C is the end.
func TestInterruptUpload(t *testing.T) {
	o, url := newOrders(t)
	o.HandleFunc("POST /api/v1/files", func(w http.ResponseWriter, r *http.Request) {
		var offer master.OfferFiles
		json.NewDecoder(r.Body).Decode(&offer)
		json.NewEncoder(w).Encode(master.MissingFiles{Missing: offer.Files})
	})
	o.HandleFunc("PUT /api/v1/files/{digest}", stuck(o.uploads, o.gone))
	r := begin(t, "run", filepath.Join(planThatWaits(t), "plan.yaml"), "--master", url)
	receive(t, "upload", o.uploads)
	r.interrupt()
	receive(t, "end of the upload", o.gone)
	if code := r.code(); code != codeInterrupted || len(o.begun) > 0 || !strings.HasSuffix(r.err.String(), "locust-http: interrupted; nothing was sent\n") {
		t.Errorf("exit %d, %d orders\n%s", code, len(o.begun), r.err.String())
	}
}

// An order on its way is not dropped: the run is stopped as soon as it is known.
func TestInterruptOrder(t *testing.T) {
	o, url := newOrders(t)
	o.allThere()
	r := begin(t, "run", filepath.Join(planThatWaits(t), "plan.yaml"), "--master", url)
	receive(t, "order", o.begun)
	r.interrupt()
	r.says("stopping once the master has answered")
	close(o.answer)
	if code := r.code(); code != codeInterrupted || len(o.stops) != 1 || !strings.Contains(r.out.String(), "run stopped") {
		t.Errorf("exit %d, stopped %d times\n%s\n%s", code, len(o.stops), r.out.String(), r.err.String())
	}
}

// Who does not want to wait for the master's answer need not.
func TestInterruptOrderTwice(t *testing.T) {
	o, url := newOrders(t)
	o.allThere()
	r := begin(t, "run", filepath.Join(planThatWaits(t), "plan.yaml"), "--master", url)
	receive(t, "order", o.begun)
	r.interrupt()
	r.says("stopping once the master has answered")
	r.interrupt()
	receive(t, "end of the order", o.gone)
	if code := r.code(); code != codeInterrupted || !strings.Contains(r.err.String(), "the master may have begun the run") {
		t.Errorf("exit %d\n%s", code, r.err.String())
	}
}
