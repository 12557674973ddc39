package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// patience is what a child gets beyond its planned time before it is ended.
const patience = 60 * time.Second

// usage is what a process and all its children have used.
type usage struct {
	cpu    time.Duration // user and system, of the whole tree (wait4 adds up waited-for children)
	out    []byte        // standard output
	memory []memory      // of each process of the tree, by its peak, when it was watched
	code   int           // exit code
}

// memory is one process's peak resident size.
type memory struct {
	command string
	peak    int64 // bytes
}

// runs starts a process, waits for it, and says what it used. It is interrupted, and
// then killed, when it takes much longer than planned. A non-zero exit is no error:
// its code is in the usage.
func runs(ctx context.Context, planned time.Duration, watch bool, name string, args ...string) (usage, error) {
	ctx, cancel := context.WithTimeout(ctx, planned+patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Start(); err != nil {
		return usage{}, fmt.Errorf("start %s: %w", filepath.Base(name), err)
	}
	var peaks *watcher
	if watch {
		peaks = watchTree(cmd.Process.Pid)
	}
	err := cmd.Wait()
	u := usage{out: out.Bytes(), code: cmd.ProcessState.ExitCode()}
	u.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if peaks != nil {
		u.memory = peaks.end()
	}
	var exit *exec.ExitError
	if ctx.Err() != nil || (err != nil && !errors.As(err, &exit)) {
		return u, fmt.Errorf("%s: %w: %s", filepath.Base(name), errors.Join(err, ctx.Err()), tail(errs.Bytes()))
	}
	if u.code != 0 {
		u.out = append(u.out, errs.Bytes()...)
	}
	return u, nil
}

// tail is the end of an output, for an error.
func tail(text []byte) string {
	text = bytes.TrimSpace(text)
	return string(text[max(0, len(text)-2000):])
}

// watcher looks at the memory of a process and its descendants, until end.
type watcher struct {
	stop  chan struct{}
	peaks chan []memory
}

// watchTree looks every quarter of a second: the kernel keeps the peak (VmHWM), so only
// the last look at a process counts. Where there is no /proc it finds nothing.
func watchTree(root int) *watcher {
	w := &watcher{stop: make(chan struct{}), peaks: make(chan []memory)}
	go func() {
		seen := make(map[int]memory)
		tick := time.NewTicker(250 * time.Millisecond)
		defer tick.Stop()
		for {
			for _, pid := range descendants(root) {
				if m, ok := memoryOf(pid); ok {
					seen[pid] = m
				}
			}
			select {
			case <-tick.C:
			case <-w.stop:
				var all []memory
				for _, m := range seen {
					all = append(all, m)
				}
				w.peaks <- all
				return
			}
		}
	}()
	return w
}

func (w *watcher) end() []memory {
	close(w.stop)
	return <-w.peaks
}

// descendants are root and all processes below it.
func descendants(root int) []int {
	all := []int{root}
	for i := 0; i < len(all); i++ {
		tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", all[i]))
		for _, task := range tasks {
			text, err := os.ReadFile(task)
			if err != nil {
				continue
			}
			for _, field := range strings.Fields(string(text)) {
				if pid, err := strconv.Atoi(field); err == nil {
					all = append(all, pid)
				}
			}
		}
	}
	return all
}

func memoryOf(pid int) (memory, bool) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return memory{}, false
	}
	command, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return memory{}, false
	}
	peak, ok := peakOf(string(status))
	args := strings.Split(strings.TrimRight(string(command), "\x00"), "\x00")
	args[0] = filepath.Base(args[0])
	return memory{strings.Join(args, " "), peak}, ok
}

// peakOf reads VmHWM of /proc/PID/status.
func peakOf(status string) (int64, bool) {
	for line := range strings.Lines(status) {
		rest, ok := strings.CutPrefix(line, "VmHWM:")
		if !ok {
			continue
		}
		kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
		return kb << 10, err == nil
	}
	return 0, false
}
