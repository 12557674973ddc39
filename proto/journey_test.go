package proto

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/locust-http/locust-http/internal/workersuite"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// recorder is a worker that takes nothing and notes what it was asked.
type recorder struct {
	job  load.Job
	sent load.SendRequest
}

var errRecorded = errors.New("recorded")

func (r *recorder) Prepare(_ context.Context, job load.Job) (load.Session, error) {
	r.job = job
	return nil, errRecorded
}

func (r *recorder) SendOnce(_ context.Context, req load.SendRequest) (*load.Exchange, error) {
	r.sent = req
	return nil, errRecorded
}

// journeys are the ways that a job takes; the last is that of a fleet: a network, then
// the pipe of an engine.
func journeys(t *testing.T, o ServerOptions) map[string]func(r *recorder) *Client {
	return map[string]func(r *recorder) *Client{
		"tcp":          func(r *recorder) *Client { return dial(t, serve(t, r, o), DialOptions{}) },
		"pipe":         func(r *recorder) *Client { return pipeTo(t, r) },
		"tcp and pipe": func(r *recorder) *Client { return dial(t, serve(t, pipeTo(t, r), o), DialOptions{}) },
	}
}

// TestJobsArriveWhole, with texts that are no UTF-8 where they come from outside; and
// what is secret in them is in no log.
func TestJobsArriveWhole(t *testing.T) {
	const secret = "hunter2"
	var log workersuite.Log
	want := filled[load.Job]()
	want.Secrets = map[string]string{"PASSWORD": secret, "KEY": "\xff\x00\xfe"}
	want.Env = map[string]string{"LATIN": "caf\xe9"}
	req := filled[load.SendRequest]()
	req.Secrets, req.Env = want.Secrets, want.Env
	for name, open := range journeys(t, ServerOptions{Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))}) {
		var r recorder
		c := open(&r)
		_, err := c.Prepare(bounded(t), want)
		if err == nil || err.Error() != errRecorded.Error() || !reflect.DeepEqual(r.job, want) {
			t.Errorf("%s: %v; a job arrived as\n%+v\nwant\n%+v", name, err, r.job, want)
		}
		_, err = c.SendOnce(bounded(t), req)
		if err == nil || err.Error() != errRecorded.Error() || !reflect.DeepEqual(r.sent, req) {
			t.Errorf("%s: %v; a request arrived as\n%+v\nwant\n%+v", name, err, r.sent, req)
		}
		want.Plan = bytes.Repeat([]byte(secret), maxCommand/len(secret)+1)
		if _, err := c.Prepare(bounded(t), want); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: a job that is too large: %.200v", name, err)
		}
		want.Plan = filled[load.Job]().Plan
	}
	if strings.Contains(log.String(), secret) {
		t.Error("the log tells a secret")
	}
}

// TestPlansArriveWhole: plan, job, wire, job, plan.
func TestPlansArriveWhole(t *testing.T) {
	var files []string
	for _, pattern := range []string{"../examples/*.yaml", "../plan/testdata/good/*"} {
		some, _ := filepath.Glob(pattern)
		if len(some) == 0 {
			t.Fatalf("nothing is %s", pattern)
		}
		files = append(files, some...)
	}
	var r recorder
	c := journeys(t, ServerOptions{})["tcp and pipe"](&r)
	seen := 0
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		p, problems := plan.Decode(path, text)
		if problems.Err() != nil {
			t.Errorf("%s: %v", path, problems.Err())
			continue
		}
		sent, err := plan.Encode(p)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if _, err := c.Prepare(bounded(t), load.Job{Run: path, Epoch: 1, Plan: sent}); err == nil || err.Error() != errRecorded.Error() {
			t.Fatalf("%s: %v", path, err)
		}
		again, problems := plan.Decode(path, r.job.Plan)
		if problems.Err() != nil || !reflect.DeepEqual(again, p) {
			t.Errorf("%s arrived as another plan: %v\n%s", path, problems.Err(), r.job.Plan)
		}
		seen++
	}
	t.Logf("%d plans", seen)
}

// TestGeneratedJobsArriveWhole, over one connection.
func TestGeneratedJobsArriveWhole(t *testing.T) {
	var r recorder
	c := journeys(t, ServerOptions{})["tcp and pipe"](&r)
	outside := rapid.Custom(func(t *rapid.T) string { return string(rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "bytes")) })
	file := rapid.Custom(func(t *rapid.T) load.File {
		return load.File{Path: rapid.String().Draw(t, "path"), Size: rapid.Int64().Draw(t, "size"), SHA256: rapid.String().Draw(t, "sha256")}
	})
	source := rapid.Custom(func(t *rapid.T) load.Source {
		return load.Source{
			Path: rapid.String().Draw(t, "path"), Library: rapid.String().Draw(t, "library"), File: rapid.String().Draw(t, "file"),
			Line: rapid.IntRange(0, 1<<40).Draw(t, "line"), Indent: rapid.IntRange(0, 1<<20).Draw(t, "indent"), Text: outside.Draw(t, "text"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		want := load.Job{
			Run: rapid.StringN(1, 20, -1).Draw(t, "run"), Epoch: rapid.Uint64().Draw(t, "epoch"), Seed: rapid.Uint64().Draw(t, "seed"),
			Plan:    rapid.SliceOfN(rapid.Byte(), 1, 5000).Draw(t, "plan"),
			Env:     rapid.MapOfN(rapid.String(), outside, 1, 5).Draw(t, "env"),
			Secrets: rapid.MapOfN(rapid.String(), outside, 1, 5).Draw(t, "secrets"),
			Files:   rapid.SliceOfN(file, 1, 5).Draw(t, "files"),
			Scripts: rapid.SliceOfN(source, 1, 5).Draw(t, "scripts"),
			Marks:   rapid.SliceOfN(rapid.Map(rapid.Int64(), durationFromPB), 1, 5).Draw(t, "marks"),
		}
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if _, err := c.Prepare(ctx, want); err == nil || err.Error() != errRecorded.Error() {
			t.Fatalf("Prepare: %v", err)
		}
		if !reflect.DeepEqual(r.job, want) {
			t.Fatalf("arrived as\n%+v\nwant\n%+v", r.job, want)
		}
	})
}

// TestAReportIsShortenedToTravel: it loses requests and responses, never a count.
func TestAReportIsShortenedToTravel(t *testing.T) {
	sample := func(body int) load.Sample {
		return load.Sample{Message: "it failed", Request: &load.SampleRequest{URL: "/a"}, Response: &load.SampleResponse{Body: make([]byte, body)}, Place: "plan.yaml:3", Stack: "plan.yaml:3",
			Vars: map[string]load.Value{"a": load.StringValue("b")}}
	}
	r := load.Report{Rows: []load.RowKey{{}}, Errors: []load.ErrorDelta{{Count: 3, Samples: []load.Sample{sample(10), sample(maxSample), sample(20)}}}}
	travelled := func() load.Report {
		t.Helper()
		msg, err := fitReport(reportToPB(r))
		if err != nil {
			t.Fatal(err)
		}
		got, err := reportFromPB(msg)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	got := travelled().Errors[0]
	if got.Count != 3 || len(got.Samples) != 3 || got.Samples[0].Response == nil || got.Samples[2].Vars == nil {
		t.Errorf("got %+v", got)
	}
	if s := got.Samples[1]; s.Message != "it failed" || s.Place != "plan.yaml:3" || s.Request != nil || s.Response != nil || s.Vars != nil || s.Stack != "" {
		t.Errorf("a sample that is too large arrived with its details")
	}
	if r.Errors[0].Samples[1].Response == nil {
		t.Error("the worker's own report was changed")
	}
	for range maxEvent/maxSample + 2 {
		r.Errors[0].Samples = append(r.Errors[0].Samples, sample(maxSample-200))
	}
	got = travelled().Errors[0]
	if got.Count != 3 || len(got.Samples) != len(r.Errors[0].Samples) {
		t.Errorf("%d of %d samples of %d failures arrived", len(got.Samples), len(r.Errors[0].Samples), got.Count)
	}
	for _, s := range got.Samples {
		if s.Response != nil || s.Message != "it failed" {
			t.Fatal("a report that is too large kept its details, or lost more")
		}
	}
}
