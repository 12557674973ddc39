package main

import (
	"cmp"
	"os"
	"os/exec"
	"strings"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/worker/engine"
)

// crash is what a Go process says on its standard error when it dies of itself: why, and
// the script that ran on the goroutine that died, which comes first.
type crash struct {
	cause  string // "stack overflow", "concurrent map writes", "panic: …"; empty: it did not crash
	script string
	whose  bool // the goroutine that died has been seen
}

// see takes the next line.
func (c *crash) see(line string) {
	cause, fatal := strings.CutPrefix(line, "fatal error: ")
	switch {
	case fatal:
		c.cause = cmp.Or(c.cause, load.Clip(strings.TrimPrefix(cause, "runtime: "), load.MaxMessage))
	case strings.HasPrefix(line, "panic: "):
		c.cause = cmp.Or(c.cause, load.Clip(line, load.MaxMessage))
	case c.cause != "" && !c.whose && strings.HasPrefix(line, "goroutine ") && !strings.HasPrefix(line, "goroutine 0 "):
		c.whose = true // 0 is the runtime itself
		script, _ := engine.LabelledScript(line)
		c.script = load.Clip(script, load.MaxMessage)
	}
}

// text is the crash in a line; empty: there was none.
func (c *crash) text() string {
	if c.script == "" || c.cause == "" {
		return c.cause
	}
	return c.cause + ", in script " + c.script
}

// labelTraces makes the traceback of cmd name the script that ran. A setting of the user's
// own stays.
func labelTraces(cmd *exec.Cmd) {
	settings := engine.LabelledTraces
	if own := os.Getenv("GODEBUG"); own != "" {
		settings += "," + own // of two the last counts
	}
	cmd.Env = append(cmd.Environ(), "GODEBUG="+settings)
}
