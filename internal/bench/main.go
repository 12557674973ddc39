// Command bench measures the figures that locust-http promises, side by side with the
// clients that it is compared to, in one run on one machine, and prints them with
// their ratios. It never fails on a figure: a ✗ is for people to read.
//
//	go run ./internal/bench [--only a,b] [--short] [--binary PATH]
//
// It needs nginx and wrk (Debian: nginx-light, wrk) and takes bombardier and k6 along
// when they are on the PATH. All traffic stays on loopback.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// figure is one promise, or several that are measured together.
type figure struct {
	key     string // of --only
	title   string
	measure func(context.Context, *bench) error
}

func figures() []figure {
	return []figure{
		{"a", "plain GET, 64 users, no think time: CPU per request", measurePlain},
		{"b", "a variable, a header, two checks, an extraction: CPU per request", measureRich},
		{"c", "10,000 users, pace 1s: memory, and starts per second", measureCrowd},
		{"d", "5,000 arrivals/s: when they begin", measureArrivals},
		{"e", "latencies against the target's own log", measureAccuracy},
		{"f", "a target frozen for 2 s: latency from the intended start", measureFreeze},
		{"g", "Lua before and after (path, header, status, a JSON value), 64 users: CPU per request", measureHooks},
		{"h", "10,000 users with the same hooks, pace 1s: memory; a user's Lua state", measureHookedCrowd},
	}
}

// bench is what the figures share.
type bench struct {
	out    io.Writer
	dir    string // temporary; plans, results, nginx
	binary string // locust-http
	rounds int
	long   time.Duration // of one round of a, b and g
	short  bool
	cpu    *cpuRounds // measured once, for a and b
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	only := flags.String("only", "", "figures to measure, as in a,b,f (default all)")
	short := flags.Bool("short", false, "short rounds: to try the harness, not to believe the numbers")
	binary := flags.String("binary", "", "locust-http to measure (default: built from this tree)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen, err := choose(*only)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "locust-http-bench-")
	if err != nil {
		return fmt.Errorf("make a folder for the benchmark: %w", err)
	}
	defer os.RemoveAll(dir)
	b := &bench{out: out, dir: dir, binary: *binary, short: *short, rounds: 5, long: 8 * time.Second}
	if *short {
		b.rounds, b.long = 3, 2*time.Second
	}
	if b.binary == "" {
		if b.binary, err = build(ctx, dir); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "locust-http bench · %s/%s · %d cores · %s\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	if load := others(); load != "" {
		fmt.Fprintf(out, "load average %s before the start: what else runs here makes the numbers worse\n", load)
	}
	return b.all(ctx, chosen)
}

// others is the load average of the last minute, or nothing where there is no /proc.
func others() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	load, _, _ := strings.Cut(string(text), " ")
	return load
}

// all measures one figure after the other; one that cannot be measured does not keep
// the others from it.
func (b *bench) all(ctx context.Context, chosen []figure) error {
	var failed []error
	for _, f := range chosen {
		fmt.Fprintf(b.out, "\n%s  %s\n", f.key, f.title)
		if err := f.measure(ctx, b); err != nil {
			fmt.Fprintf(b.out, "   not measured: %v\n", err)
			failed = append(failed, fmt.Errorf("figure %s: %w", f.key, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failed...)
}

// choose is the figures of a list of keys; all for an empty one.
func choose(only string) ([]figure, error) {
	all := figures()
	if only == "" {
		return all, nil
	}
	var chosen []figure
	for _, key := range strings.Split(only, ",") {
		found := false
		for _, f := range all {
			if f.key == strings.TrimSpace(key) {
				chosen, found = append(chosen, f), true
			}
		}
		if !found {
			return nil, fmt.Errorf("there is no figure %q: --only takes some of a,b,c,d,e,f,g,h", key)
		}
	}
	return chosen, nil
}

// build makes the binary to measure, as a release is made.
func build(ctx context.Context, dir string) (string, error) {
	path := filepath.Join(dir, "locust-http")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", path, "github.com/locust-http/locust-http/cmd/locust-http")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build locust-http: %w\n%s", err, out)
	}
	return path, nil
}
