package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Exit codes of `run` that leave a result behind: finished, a threshold failed, the
// measurement is invalid.
var finished = map[int]bool{0: true, 3: true, 4: true}

// plays runs a plan with the binary and reads its result.
func (b *bench) plays(ctx context.Context, plan string, long time.Duration, watch bool) (*load.Result, usage, error) {
	dir, err := os.MkdirTemp(b.dir, "run-")
	if err != nil {
		return nil, usage{}, fmt.Errorf("make a folder for a run: %w", err)
	}
	file, out := filepath.Join(dir, "plan.yaml"), filepath.Join(dir, "result.json")
	if err := os.WriteFile(file, []byte(plan), 0o644); err != nil {
		return nil, usage{}, fmt.Errorf("write a plan: %w", err)
	}
	u, err := runs(ctx, long, watch, b.binary, "run", file, "--out", out, "--quiet")
	if err != nil {
		return nil, u, err
	}
	if !finished[u.code] {
		return nil, u, fmt.Errorf("locust-http run ended with code %d: %s", u.code, tail(u.out))
	}
	text, err := os.ReadFile(out)
	if err != nil {
		return nil, u, fmt.Errorf("read the result: %w", err)
	}
	var r load.Result
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, u, fmt.Errorf("read the result: %w", err)
	}
	if r.Measurement.Verdict != load.Valid {
		b.line("measurement "+r.Measurement.Verdict, "", r.Measurement.Reasons)
	}
	return &r, u, nil
}

// ms is a latency of a result as a duration.
func ms(v float64) time.Duration { return time.Duration(v * float64(time.Millisecond)) }
