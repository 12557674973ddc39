package main

import (
	"fmt"
	"time"

	"github.com/locust-http/locust-http/cmd/locust-http/internal/export"
	"github.com/locust-http/locust-http/cmd/locust-http/internal/terminal"
	"github.com/locust-http/locust-http/load"
)

// underway is a run that has been started, in this process or on a master.
type underway interface {
	// Progress is how it stands; it must not block for long.
	Progress() terminal.Progress
	// Stop asks for the end, gracefully or now. It returns at once.
	Stop(now bool)
	// Done is closed when the run has ended, or is out of reach for good.
	Done() <-chan struct{}
	// Result is how the run ended, or as much of it as is known.
	Result() (*load.Result, error)
}

const (
	redraw = 500 * time.Millisecond
	// killGrace is how long the rest of a run is waited for after it was killed.
	killGrace = 5 * time.Second
)

// follow shows a run until it has ended and passes Ctrl-C on to it. kill is called at
// the third. interrupted says whether there was any.
func follow(run underway, screen *terminal.Screen, quiet bool, in *interrupts, kill func()) (interrupted bool) {
	tick := time.NewTicker(redraw)
	defer tick.Stop()
	var giveUp <-chan time.Time
	for count := 0; ; {
		select {
		case <-run.Done():
			if !quiet {
				screen.Show(run.Progress())
			}
			screen.Clear()
			return count > 0
		case <-giveUp:
			screen.Note("the run did not end in time; its last numbers are missing")
			return true
		case <-tick.C:
			if !quiet {
				screen.Show(run.Progress())
			}
		case <-in.signals:
			count++
			giveUp = interrupt(count, run, screen, in, kill)
		}
	}
}

// interrupt does what the count-th Ctrl-C asks for.
func interrupt(count int, run underway, screen *terminal.Screen, in *interrupts, kill func()) (giveUp <-chan time.Time) {
	switch count {
	case 1:
		screen.Note("stopping; press Ctrl-C again to stop now")
		run.Stop(false)
	case 2:
		screen.Note("stopping now; press Ctrl-C again to kill")
		run.Stop(true)
	default:
		screen.Note("killed")
		in.close()
		kill()
		return time.After(killGrace)
	}
	return nil
}

// conclude prints the summary, writes the files, and turns the outcome into the exit
// code.
func (p *process) conclude(r *load.Result, files []string, interrupted bool) error {
	p.sheet().Summary(r)
	code := exitOf(r)
	for _, path := range files {
		if err := export.File(path, r); err != nil {
			p.complain(err)
			code = max(code, codeBroken)
			continue
		}
		fmt.Fprintln(p.err, "wrote "+terminal.Safe(path))
	}
	if interrupted {
		code = codeInterrupted
	}
	return exit(code)
}
