package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/locust-http/locust-http/cmd/locust-http/internal/terminal"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/run"
	"github.com/locust-http/locust-http/worker"
)

// runHere conducts the run in this process, on workers of its own whose engines are
// children.
func (c *runCommand) runHere(ctx context.Context, p *load.Plan, text []byte) error {
	program, err := compiled(p)
	if err != nil {
		return err
	}
	env, err := c.resolveEnv(program.Env)
	if err != nil {
		return err
	}
	screen := c.screen()
	engines := newEngines(screen)
	members, closeWorkers := c.localWorkers(engines, screen)
	defer closeWorkers()
	r, err := run.New(run.Spec{
		ID: ulid.Make().String(), Plan: p, Revision: revision(text), Name: c.Name, Note: c.Note, Owner: ownerName(),
		Tags: tagsOf(p), Seed: seedOf(p), Env: env, Members: members, Log: logTo(screen, slog.LevelWarn),
	})
	if err != nil {
		return usage("", "%w", err)
	}
	in := listenForInterrupts()
	defer in.close()
	go r.Conduct(ctx) // ends before Done is closed
	interrupted := follow(localRun{r}, screen, c.Quiet, in, engines.kill)
	result := r.Result()
	return c.conclude(&result, c.Out, interrupted)
}

// localWorkers are the members of a run on this machine.
func (c *runCommand) localWorkers(e *engines, log io.Writer) (members []run.Member, closeAll func()) {
	host, _ := os.Hostname()
	var daemons []*worker.Daemon
	for i := range max(c.Workers, 1) {
		d := worker.NewDaemon(worker.Config{Start: e.start, Log: logTo(log, slog.LevelWarn)})
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
	return terminal.Progress{
		State: l.State, Elapsed: fromMS(l.Elapsed), Total: fromMS(l.Total), Users: l.Users, RPS: l.RPS,
		Requests: l.Requests, Failures: l.Failures, P50: l.P50, P95: l.P95, P99: l.P99,
		Reason: l.Reason, Silent: l.Suspect, Lost: l.Lost,
	}
}

func fromMS(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

// logTo is a log for people.
func logTo(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}
