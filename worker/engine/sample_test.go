package engine_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/worker/engine"
)

// completeWatching is complete with a look at every report.
func completeWatching(t *testing.T, w load.Worker, j load.Job, watch func(load.Report)) {
	t.Helper()
	s, err := w.Prepare(context.Background(), j)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	vars, err := s.Setup(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Go(context.Background(), time.Now(), vars); err != nil {
		t.Fatal(err)
	}
	for r := range s.Reports() {
		watch(r)
		s.Ack(r.Seq)
		if r.Ended {
			_ = s.Finish(context.Background())
		}
	}
}

// theSecret has characters that every encoding changes.
const theSecret = `p"ä ss/w+rd&`

func samplePlan(url string) string {
	return fmt.Sprintf(`
version: 1
base_url: "%s"
samples: {failures: 2}
defaults: {auth: {basic: {user: me, password: "{{secret.PASSWORD}}"}}}
transactions:
  - name: t
    on_failure: continue
    steps:
      - name: refused
        set: {who: "user {{$user}}", copy: "is {{secret.PASSWORD}}"}
        request:
          method: POST
          url: "/refused?q={{secret.PASSWORD | urlencode}}"
          query: {again: "{{secret.PASSWORD}}"}
          headers: {X-Key: "{{secret.PASSWORD}}", X-Plain: "yes"}
          json: {password: "{{secret.PASSWORD}}", n: 1.10}
        check: [{json: $.ok, equals: true}]
      - {name: nowhere, request: {url: "http://127.0.0.1:1/{{secret.PASSWORD | urlencode}}", auth: none}}
      - {name: unset, request: {url: "/{{later}}"}}
      - {name: never, enabled: false, request: {url: /}, extract: [{name: later, json: $.x}]}
load: {users: 1, iterations: 4}
`, url)
}

// mirror refuses everything, and says what it was sent.
func mirror(w http.ResponseWriter, r *http.Request) {
	body := make([]byte, r.ContentLength)
	_, _ = r.Body.Read(body)
	user, password, _ := r.BasicAuth()
	http.SetCookie(w, &http.Cookie{Name: "sid", Value: "hidden"})
	w.WriteHeader(http.StatusConflict)
	fmt.Fprintf(w, "you are %s with %s and sent %s%s", user, password, body, strings.Repeat(" padding", 4000))
}

// spoken says where text has the secret in any form that a reader could use.
func spoken(text string) bool {
	for _, form := range []string{theSecret, `p\"ä ss`, "p%22%C3%A4", "p%22", base64.StdEncoding.EncodeToString([]byte(theSecret)), base64.StdEncoding.EncodeToString([]byte("me:" + theSecret))} {
		if strings.Contains(text, form) {
			return true
		}
	}
	return false
}

func TestSamplesOfFailures(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, http.HandlerFunc(mirror), testsite.Options{})
	j := job(t, samplePlan(site.URL), 0, 1)
	j.Secrets = map[string]string{"PASSWORD": theSecret}
	samples := map[string][]load.Sample{}
	counts := map[string]int64{}
	completeWatching(t, engine.New(engine.Config{}), j, func(r load.Report) {
		if text, err := json.Marshal(r); err != nil || spoken(string(text)) {
			t.Errorf("a report shows the secret (%v)", err)
		}
		for _, e := range r.Errors {
			key := r.Rows[e.Row].Step
			samples[key] = append(samples[key], e.Samples...)
			counts[key] += e.Count
		}
	})
	for _, step := range []string{"refused", "nowhere", "unset"} {
		if counts[step] != 4 || len(samples[step]) != 2 {
			t.Fatalf("%s: %d failures, %d samples", step, counts[step], len(samples[step]))
		}
	}
	s := samples["refused"][0]
	if s.User != 1 || s.Iteration != 1 || s.Worker != "w-0" || s.Status != 409 || s.Vars["who"].Text != "user 1" || s.Vars["copy"].Text != "is ***" {
		t.Errorf("%+v", s)
	}
	q, a := s.Request, s.Response
	if q == nil || a == nil {
		t.Fatalf("request %v, response %v", q, a)
	}
	if q.Method != "POST" || q.URL != site.URL+"/refused?q=***&again=***" || string(q.Body) != `{"password":"***","n":1.10}` || q.BodySize == 0 {
		t.Errorf("%+v, body %s", q, q.Body)
	}
	want := map[string]string{"Authorization": "***", "X-Key": "***", "X-Plain": "yes", "Content-Type": "application/json"}
	for _, h := range q.Header {
		if v, ok := want[h.Name]; ok && v == h.Value {
			delete(want, h.Name)
		}
	}
	if len(want) > 0 {
		t.Errorf("headers %v; missing %v", q.Header, want)
	}
	if !strings.HasPrefix(string(a.Body), "you are me with *** and sent") || len(a.Body) > load.MaxSampleBody || len(a.Body) < load.MaxSampleBody-100 || a.Status != 409 {
		t.Errorf("%d bytes of the response: %.60s", len(a.Body), a.Body)
	}
	for _, h := range a.Header {
		if h.Name == "Set-Cookie" && h.Value != load.Masked {
			t.Errorf("a cookie is shown: %v", h)
		}
	}
	if s := samples["nowhere"][0]; s.Request == nil || s.Response != nil || s.Request.URL != "http://127.0.0.1:1/***" {
		t.Errorf("%+v", s.Request)
	}
	if s := samples["unset"][0]; s.Request != nil || s.Response != nil {
		t.Errorf("%+v: nothing was sent", s)
	}
}

func TestNoSamplesAreKept(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, http.HandlerFunc(mirror), testsite.Options{})
	j := job(t, strings.Replace(samplePlan(site.URL), "failures: 2", "failures: 0", 1), 0, 1)
	j.Secrets = map[string]string{"PASSWORD": theSecret}
	completeWatching(t, engine.New(engine.Config{}), j, func(r load.Report) {
		for _, e := range r.Errors {
			if len(e.Samples) > 0 {
				t.Errorf("%d samples", len(e.Samples))
			}
		}
	})
}

func TestSendOnceMasksSecrets(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, http.HandlerFunc(mirror), testsite.Options{})
	req := load.SendRequest{Plan: canonical(t, samplePlan(site.URL)), Secrets: map[string]string{"PASSWORD": theSecret}}
	x, err := engine.New(engine.Config{}).SendOnce(context.Background(), req)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := json.Marshal(x); err != nil || spoken(string(text)) {
		t.Errorf("the exchange shows the secret (%v)", err)
	}
	for _, s := range x.Steps {
		for _, a := range s.Attempts {
			text := fmt.Sprintf("%s %v %s %v %s %s", a.URL, a.RequestHeader, a.RequestBody, a.ResponseHeader, a.ResponseBody, a.Message)
			if spoken(text) {
				t.Errorf("step %s shows the secret: %.300s", s.Step, text)
			}
		}
	}
	if a := x.Steps[0].Attempts[0]; len(a.ResponseBody) < 32_000 || a.Status != 409 {
		t.Errorf("%d bytes of the response", len(a.ResponseBody))
	}
	var cookie string
	for _, h := range x.Steps[0].Attempts[0].ResponseHeader {
		if h.Name == "Set-Cookie" {
			cookie = h.Value
		}
	}
	if !strings.Contains(cookie, "hidden") {
		t.Errorf("Send once hides what is no secret: %q", cookie)
	}
}

// TestSamplesSayWhatWasAnswered: a response that was not read, and fails for its status or
// its header, is in the sample with its body.
func TestSamplesSayWhatWasAnswered(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "please log in first")
	}), testsite.Options{})
	j := job(t, fmt.Sprintf(`
version: 1
base_url: "%s"
on_failure: continue
transactions:
  - name: t
    steps:
      - {name: status, request: {url: /}, check: [{status: 201}]}
      - {name: header, request: {url: /}, check: [{header: Content-Type, contains: json}]}
      - {name: extract, request: {url: /}, extract: [{name: id, header: X-Request-Id}]}
load: {users: 1, iterations: 1}
`, site.URL), 0, 1)
	bodies := map[string]string{}
	completeWatching(t, engine.New(engine.Config{}), j, func(r load.Report) {
		for _, e := range r.Errors {
			for _, s := range e.Samples {
				bodies[r.Rows[e.Row].Step] = string(s.Response.Body)
			}
		}
	})
	for _, step := range []string{"status", "header", "extract"} {
		if bodies[step] != "please log in first" {
			t.Errorf("%s: %q", step, bodies[step])
		}
	}
}
