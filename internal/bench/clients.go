package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"time"
)

const connections = 64

// spent is one round of one client.
type spent struct {
	requests int64
	cpu      time.Duration
	took     time.Duration
}

// perRequest is the CPU time of a request in µs.
func (s spent) perRequest() float64 {
	if s.requests == 0 {
		return 0
	}
	return float64(s.cpu.Microseconds()) / float64(s.requests)
}

// client is a load generator under measurement.
type client struct {
	name  string
	round func(ctx context.Context) (spent, error)
}

var wrkRequests = regexp.MustCompile(`(?m)^\s*(\d+) requests in`)

// wrkName is what the yardstick is called.
const wrkName = "wrk"

// wrk is the yardstick: one thread, as many connections as we have users. script is the
// path of its Lua, or empty.
func wrk(name, url, script string, long time.Duration) (client, error) {
	program, err := exec.LookPath("wrk")
	if err != nil {
		return client{}, fmt.Errorf("%w (Debian: apt-get install wrk)", err)
	}
	args := []string{"-t1", "-c" + strconv.Itoa(connections), "-d" + seconds(long)}
	if script != "" {
		args = append(args, "-s", script)
	}
	args = append(args, url)
	return client{name, func(ctx context.Context) (spent, error) {
		began := time.Now()
		u, err := runs(ctx, long, false, program, args...)
		if err != nil {
			return spent{}, err
		}
		found := wrkRequests.FindSubmatch(u.out)
		if found == nil {
			return spent{}, fmt.Errorf("wrk said nothing of requests: %s", tail(u.out))
		}
		n, err := strconv.ParseInt(string(found[1]), 10, 64)
		return spent{n, u.cpu, time.Since(began)}, err
	}}, nil
}

// bombardier is taken along when it is there.
func bombardier(url string, long time.Duration) (client, bool) {
	program, err := exec.LookPath("bombardier")
	if err != nil {
		return client{}, false
	}
	args := []string{"-c", strconv.Itoa(connections), "-d", seconds(long), "-o", "json", "-p", "r", url}
	return client{"bombardier", func(ctx context.Context) (spent, error) {
		began := time.Now()
		u, err := runs(ctx, long, false, program, args...)
		if err != nil {
			return spent{}, err
		}
		var report struct {
			Result struct {
				OK int64 `json:"req2xx"`
			} `json:"result"`
		}
		if err := json.Unmarshal(u.out, &report); err != nil {
			return spent{}, fmt.Errorf("read bombardier's report: %w", err)
		}
		return spent{report.Result.OK, u.cpu, time.Since(began)}, nil
	}}, true
}

// ours plays a plan.
func (b *bench) ours(name, plan string, long time.Duration) client {
	return client{name, func(ctx context.Context) (spent, error) {
		began := time.Now()
		r, u, err := b.plays(ctx, plan, long, false)
		if err != nil {
			return spent{}, err
		}
		if r.Total.Failures > 0 {
			return spent{}, fmt.Errorf("%d of %d requests failed: %+v", r.Total.Failures, r.Total.Requests, r.Errors)
		}
		return spent{r.Total.Requests, u.cpu, time.Since(began)}, nil
	}}
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) + "s" }
