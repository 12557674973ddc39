package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"testing"
)

// crashAs makes TestCrashOfAChild the child that dies in the way that it names.
const crashAs = "LOCUST_HTTP_TEST_CRASH_AS"

func die(way string) {
	if _, script, ok := strings.Cut(way, "|"); ok {
		pprof.SetGoroutineLabels(pprof.WithLabels(context.Background(), pprof.Labels("script", script)))
	}
	switch way, _, _ := strings.Cut(way, "|"); way {
	case "overflow":
		debug.SetMaxStack(1 << 20)
		os.Exit(overflow(1))
	case "map":
		m := map[int]int{}
		write := func() {
			for {
				m[1] = 1
			}
		}
		go write()
		write()
	case "panic":
		panic("no\nway")
	}
	os.Exit(7)
}

func overflow(n int) int {
	if n == 0 { // never
		return 0
	}
	return overflow(n+1) + 1
}

// A child that really dies says why, and which script ran.
func TestCrashOfAChild(t *testing.T) {
	if way, ok := os.LookupEnv(crashAs); ok {
		die(way)
	}
	for way, want := range map[string]string{
		"overflow|plans/shop.yaml": "stack overflow, in script plans/shop.yaml",
		"overflow":                 "stack overflow",
		"map|a \"b\": ü.lua":       "concurrent map writes, in script a \"b\": ü.lua",
		"panic|scripts/x.lua":      "panic: no, in script scripts/x.lua",
		"exit":                     "exit status 7",
	} {
		t.Run(way, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestCrashOfAChild$")
			cmd.Env = append(os.Environ(), crashAs+"="+way)
			labelTraces(cmd)
			var log bytes.Buffer
			c, err := startChild("engine", cmd, &log)
			if err != nil {
				t.Fatal(err)
			}
			<-c.done
			c.stdin.Close()
			if c.err == nil || c.err.Error() != want {
				t.Errorf("it died of %q, want %q", c.err, want)
			}
		})
	}
}

// The goroutine that died counts, not one that stood by.
func TestCrashSees(t *testing.T) {
	for text, want := range map[string]string{
		"fatal error: x\n\ngoroutine 1 [running]:\n\ngoroutine 2 [select labels:{\"script\": \"a\"}]:":                           "x",
		"fatal error: x\n\ngoroutine 0 gp=0x1 [idle]:\n\ngoroutine 2 [running labels:{\"script\": \"a\"}]:":                      "x, in script a",
		"goroutine 2 [running labels:{\"script\": \"a\"}]:":                                                                      "",
		"fatal error: runtime: out of memory\nfatal error: two\ngoroutine 2 [running labels:{\"script\": \"a\", \"b\": \"c\"}]:": "out of memory, in script a",
		"level=ERROR msg=\"panic: x\"": "",
	} {
		var c crash
		for line := range strings.Lines(text) {
			c.see(strings.TrimSuffix(line, "\n"))
		}
		if got := c.text(); got != want {
			t.Errorf("%s\ngot %q, want %q", text, got, want)
		}
	}
}

// A setting of the user's own stays.
func TestLabelTraces(t *testing.T) {
	t.Setenv("GODEBUG", "gctrace=0")
	cmd := exec.Command("x")
	labelTraces(cmd)
	if got := cmd.Environ(); !strings.Contains(strings.Join(got, "\n"), "GODEBUG=tracebacklabels=1,gctrace=0") {
		t.Errorf("got %q", got)
	}
}
