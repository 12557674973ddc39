package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/cmd/locust-http/internal/terminal"
)

func TestRunLog(t *testing.T) {
	say := func(quiet bool) string {
		var b bytes.Buffer
		l := logRun(&terminal.Screen{Out: &b}, quiet)
		l.Info("run ended")
		l.Info("worker log", "run", "r", "worker", "local-1", "level", "info", "place", "plan.yaml:7", "message", "cart\n3")
		l.With("a", 1).Warn("worker log", "worker", "local-2", "level", "warn", "message", "slow")
		l.Info("worker log", "worker", "local-1", "level", "debug", "message", "details")
		l.WithGroup("g").Warn("worker is lost")
		return b.String()
	}
	const warnings = "local-2: warn: slow\n"
	got := say(false)
	if want := "local-1: info: plan.yaml:7: cart\\n3\n" + warnings; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q at its beginning", got, want)
	}
	for name, text := range map[string]string{"all": got, "quiet": say(true)} {
		if !strings.Contains(text, "worker is lost") || strings.Contains(text, "run ended") || strings.Contains(text, "details") {
			t.Errorf("%s: %q", name, text)
		}
	}
	if text := say(true); !strings.HasPrefix(text, warnings) {
		t.Errorf("quiet: %q", text)
	}
}
