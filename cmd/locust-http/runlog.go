package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/locust-http/locust-http/cmd/locust-http/internal/terminal"
	"github.com/locust-http/locust-http/load"
)

// workerLog is the message under which a conductor logs a line of a worker's log.
const workerLog = "worker log"

// runLog is the log of a run that goes on in this process: what its workers and scripts
// say as lines for people, above the progress, and of the rest the warnings.
type runLog struct {
	slog.Handler // of the rest
	screen       *terminal.Screen
	least        slog.Level // of workers' lines
}

// logRun is a log on screen; quiet leaves out what is no warning.
func logRun(screen *terminal.Screen, quiet bool) *slog.Logger {
	h := &runLog{Handler: logTo(screen, slog.LevelWarn).Handler(), screen: screen, least: slog.LevelInfo}
	if quiet {
		h.least = slog.LevelWarn
	}
	return slog.New(h)
}

// Enabled implements slog.Handler: the level of a worker's line is in its record.
func (h *runLog) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (h *runLog) Handle(ctx context.Context, r slog.Record) error {
	if r.Message != workerLog {
		if !h.Handler.Enabled(ctx, r.Level) {
			return nil
		}
		return h.Handler.Handle(ctx, r)
	}
	line := load.LogLine{Level: "info"}
	r.Attrs(func(a slog.Attr) bool {
		switch text := a.Value.String(); a.Key {
		case "level":
			line.Level = text
		case "worker":
			line.Worker = text
		case "place":
			line.Place = text
		case "message":
			line.Message = text
		}
		return true
	})
	if levelOf(line.Level) < h.least {
		return nil
	}
	_, err := fmt.Fprintln(h.screen, h.screen.Style.LogLine(line))
	return err
}

// WithAttrs implements slog.Handler.
func (h *runLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &runLog{h.Handler.WithAttrs(attrs), h.screen, h.least}
}

// WithGroup implements slog.Handler.
func (h *runLog) WithGroup(name string) slog.Handler {
	return &runLog{h.Handler.WithGroup(name), h.screen, h.least}
}

// levelOf is a level as workers write it.
func levelOf(text string) slog.Level {
	var l slog.Level
	if err := l.UnmarshalText([]byte(text)); err != nil {
		return slog.LevelInfo
	}
	return l
}
