package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/locust-http/locust-http/examples"
	"github.com/locust-http/locust-http/internal/imprint"
	"github.com/locust-http/locust-http/internal/scripted"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
	"github.com/locust-http/locust-http/master/history"
	"github.com/locust-http/locust-http/master/texts"
	"github.com/locust-http/locust-http/plan"
)

// scriptedUsers is how many users the scripted run begins with; scriptedLength is how long
// it goes on without --duration.
const (
	scriptedUsers  = 60
	scriptedLength = 10 * time.Minute
)

// runScripted serves a master whose workers play a run by the book: nothing is sent, and
// every second is the same each time.
func (c *demoCommand) runScripted(ctx context.Context) error {
	ctx, cancel := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer cancel()
	workspace, remove, err := c.workspace("http://" + shopListen)
	if err != nil {
		return err
	}
	defer remove()
	text, err := examples.Files.ReadFile(demoPlan + ".yaml")
	if err != nil {
		return fmt.Errorf("read the plan of the demonstration: %w", err)
	}
	p, problems := plan.Decode(texts.FileName(demoPlan), text)
	if err := problems.Err(); err != nil {
		return fmt.Errorf("read the plan of the demonstration: %w", err)
	}
	log := logTo(c.err, slog.LevelWarn)
	lock, err := master.LockWorkspace(ctx, workspace, log)
	if err != nil {
		return err
	}
	defer lock.Close()
	story := scripted.NewStory(p)
	if err := c.writePast(ctx, workspace, story, text, log); err != nil {
		return fmt.Errorf("write the past of the demonstration: %w", err)
	}
	listener, err := listen("the master", c.Listen, c.listenAsked, c.err)
	if err != nil {
		return err
	}
	defer listener.Close()
	crew := scripted.NewFleet(story, imprint.Own().Version)
	m := &masterCommand{process: c.process, Listen: c.Listen, Workspace: workspace}
	opened, err := m.open(lock, crew, crew.Connect, "", nil, log)
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- m.serveHTTP(ctx, listener, opened) }()
	url := "http://" + listener.Addr().String()
	fmt.Fprintf(c.out, "page    %s/\n", url)
	a, err := newAPI(url, "")
	if err == nil {
		err = c.direct(ctx, a, crew)
	}
	if err == nil && c.Duration == nil {
		<-ctx.Done()
	}
	cancel()
	return errors.Join(err, <-served)
}

// writePast stores runs that are over: an hour, and as long as --backlog says.
func (c *demoCommand) writePast(ctx context.Context, workspace string, story *scripted.Story, text []byte, log *slog.Logger) error {
	store, err := history.Open(filepath.Join(workspace, master.HistoryFile), log)
	if err != nil {
		return err
	}
	write := func(length time.Duration, name string) error {
		began := time.Now().Add(-length - time.Hour).UTC().Truncate(time.Second)
		id := ulid.MustNew(ulid.Timestamp(began), ulid.DefaultEntropy()).String()
		start := history.Start{
			ID: id, Plan: demoPlan, Revision: texts.Revision(text), Name: name, Owner: "demo", PlanText: text, PlanJSON: []byte("{}"),
			Version: imprint.Own().Version, Created: began, Tags: map[string]string{"scripted": "yes"},
		}
		if _, err := store.Begin(ctx, start); err != nil {
			return err
		}
		r := load.NewResult(id)
		r.Plan, r.Revision, r.Name, r.Tags = demoPlan, start.Revision, name, start.Tags
		err := story.Past(int(length/time.Second), began, &r, func(f *load.Feed) error {
			_, err := store.Append(ctx, id, f)
			return err
		})
		if err != nil {
			return err
		}
		return store.Save(ctx, id, &r, began)
	}
	if c.Backlog > time.Hour {
		err = write(c.Backlog, "long")
	}
	if err == nil && c.Backlog > 0 {
		err = write(min(c.Backlog, time.Hour), "an hour")
	}
	return errors.Join(err, store.Close())
}

// direct starts the run and has happen what the script says, until the run has ended.
func (c *demoCommand) direct(ctx context.Context, a *api, crew *scripted.Fleet) error {
	length := scriptedLength
	if c.Duration != nil {
		length = *c.Duration
	}
	users, spawn := scriptedUsers, 10.0
	order := master.StartRun{
		Order: master.Order{Plan: demoPlan, Overrides: master.Overrides{Users: &users, SpawnRate: &spawn, Duration: (*master.Duration)(&length)}},
		Name:  "scripted", Owner: "demo",
	}
	if err := c.awaitCrew(ctx, a); err != nil {
		return err
	}
	id, err := a.start(ctx, order)
	if err != nil {
		return err
	}
	more := 2 * users
	scenes := []struct {
		at int
		do func() error
	}{
		{scripted.ChangeAt, func() error {
			return a.call(ctx, http.MethodPatch, "/runs/"+id+"/load", map[string]any{"users": more, "spawn_rate": spawn, "by": "demo"}, nil)
		}},
		{scripted.NoteAt, func() error {
			return a.call(ctx, http.MethodPost, "/runs/"+id+"/notes", map[string]any{"text": "cache is warm", "by": "demo"}, nil)
		}},
		{scripted.LostFrom, func() error { crew.Lose(true); return nil }},
		{scripted.LostTo, func() error { crew.Lose(false); return nil }},
	}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		var r load.Result
		if err := a.call(ctx, http.MethodGet, "/runs/"+id, nil, &r); err != nil {
			return err
		}
		if r.State.Terminal() {
			return nil
		}
		for len(scenes) > 0 && r.StartedAt != nil && time.Since(*r.StartedAt) >= time.Duration(scenes[0].at)*time.Second {
			if err := scenes[0].do(); err != nil && !isRefusal(err) {
				return err
			}
			scenes = scenes[1:]
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// isRefusal: somebody who looks at the demonstration has stopped the run.
func isRefusal(err error) bool {
	var refused *apiError
	return errors.As(err, &refused) && refused.Status < 500
}

// awaitCrew waits until the master sees all workers.
func (c *demoCommand) awaitCrew(ctx context.Context, a *api) error {
	for {
		if n, err := a.readyWorkers(ctx); err == nil && n == scripted.Workers {
			return nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
