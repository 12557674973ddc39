package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/locust-http/locust-http/cmd/locust-http/internal/terminal"
	"github.com/locust-http/locust-http/internal/blobs"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/run"
	"github.com/locust-http/locust-http/worker"
)

// runHere conducts the run in this process, on workers of its own whose engines are
// children.
func (c *runCommand) runHere(ctx context.Context, in *interrupts) error {
	var q *prepared
	err := in.during(ctx, notBegun, func(ctx context.Context) (err error) {
		q, err = c.prepare(ctx, c.process, true)
		return err
	})
	if q != nil {
		defer q.close()
	}
	if err != nil {
		return err
	}
	files, err := q.cache()
	if err != nil {
		return usage("see that your cache folder can be written to", "%w", err)
	}
	if files != nil {
		defer files.Close()
	}
	screen := c.screen()
	engines := newEngines(screen)
	members, closeWorkers := c.localWorkers(engines, files, screen)
	defer closeWorkers()
	r, err := run.New(run.Spec{
		ID: ulid.Make().String(), Plan: q.plan, Revision: revision(q.text), Name: c.Name, Note: c.Note, Owner: ownerName(),
		Environment: c.Environment, Tags: tagsOf(q.plan), Seed: seedOf(q.plan), Env: q.env, Secrets: q.secrets,
		Scripts: q.scripts, Files: q.files.List(), Open: q.files.Open, Members: members, Log: logRun(screen, c.Quiet),
	})
	if err != nil {
		return usage("", "%w", err)
	}
	go r.Conduct(ctx) // ends before Done is closed
	interrupted := follow(localRun{r}, screen, c.Quiet, in, engines.kill)
	result := r.Result()
	return c.conclude(&result, c.Out, interrupted)
}

// localWorkers are the members of a run on this machine. They share files, nil for a
// run without any.
func (c *runCommand) localWorkers(e *engines, files *blobs.Store, log io.Writer) (members []run.Member, closeAll func()) {
	host, _ := os.Hostname()
	var daemons []*worker.Daemon
	for i := range max(c.Workers, 1) {
		d := worker.NewDaemon(worker.Config{Start: e.start, Files: files, Log: logTo(log, slog.LevelWarn)})
		daemons = append(daemons, d)
		members = append(members, run.Member{ID: workerName(i), Host: host, Worker: d})
	}
	return members, func() {
		for _, d := range daemons {
			d.Close()
		}
	}
}

// localRun is a run in this process as one that is followed.
type localRun struct{ *run.Run }

func (r localRun) Progress() terminal.Progress { return progressOf(r.Live()) }

func (r localRun) Result() (*load.Result, error) {
	result := r.Run.Result()
	return &result, nil
}

func progressOf(l run.Live) terminal.Progress {
	p := terminal.Progress{
		State: l.State, Elapsed: fromMS(l.Elapsed), Total: fromMS(l.Total), Users: l.Users, RPS: l.RPS,
		Requests: l.Requests, Failures: l.Failures, P50: l.P50, P95: l.P95, P99: l.P99,
		Reason: l.Reason, Silent: l.Suspect, Lost: l.Lost,
	}
	p.SentBytes, p.MissingBytes = l.Files.Sum()
	if l.Files != nil {
		for _, w := range l.Files.Workers {
			if w.MissingFiles > 0 {
				p.Receiving++
			}
		}
	}
	return p
}

func fromMS(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

// logTo is a log for people.
func logTo(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}
