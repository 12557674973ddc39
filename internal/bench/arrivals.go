package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
)

const arrivalsPlan = `version: 1
name: arrivals
transactions:
  - name: ok
    steps:
      - name: ok
        request: {url: "URL/ok"}
load:
  model: arrivals
  stages: [{jump: RATE, duration: LONG}]
  max_users: USERS
  ready_users: READY
thresholds: []
`

func arrivals(url string, rate, users int, long time.Duration) string {
	return strings.NewReplacer("URL", url, "RATE", fmt.Sprint(rate), "LONG", seconds(long),
		"USERS", fmt.Sprint(users), "READY", fmt.Sprint(min(users, 50))).Replace(arrivalsPlan)
}

// measureArrivals looks at the beginnings from both ends: what the generator says (the
// latency from the intended start less the latency from the real one), and when the
// requests came to the target.
func measureArrivals(ctx context.Context, b *bench) error {
	const rate = 5000
	long := 20 * time.Second
	if b.short {
		long = 4 * time.Second
	}
	site, err := testsite.Start(ctx, testsite.NewShop(), testsite.Options{KeepLog: true})
	if err != nil {
		return err
	}
	defer site.Close()
	r, u, err := b.plays(ctx, arrivals(site.URL, rate, 200, long), long, false)
	if err != nil {
		return err
	}
	if len(r.Transactions) == 0 || r.Transactions[0].LatencyScheduled == nil || len(r.Load) == 0 {
		return errors.New("the result has no latency from the intended start")
	}
	t := r.Transactions[0]
	late := ms(t.LatencyScheduled.P99 - t.Latency.P99)
	b.judge("begin after their instant, p99", late.String(), late <= time.Millisecond, "at most 1 ms",
		fmt.Sprintf("(scheduled p99 %.3f ms less latency p99 %.3f ms; p50 %.3f less %.3f)",
			t.LatencyScheduled.P99, t.Latency.P99, t.LatencyScheduled.P50, t.Latency.P50))
	b.seenAtTarget(site.Log.Entries(), rate)
	b.perSecond(full(site.Log.PerSecond(), 0, long), rate, "at the target per second")
	l := r.Load[0]
	b.line("started, late, dropped", fmt.Sprintf("%d, %d, %d", l.Started, l.Late, l.Dropped),
		fmt.Sprintf("the target saw %d, sent %d, peak users %d", site.Log.Seen(), r.Sent, l.PeakUsers))
	b.line("CPU of locust-http", fmt.Sprintf("%.2f cores", u.cpu.Seconds()/long.Seconds()))
	b.boomerLimiter(ctx)
	return nil
}

// seenAtTarget compares the instants at the target with an even grid of which the
// earliest request lies exactly on its line.
func (b *bench) seenAtTarget(entries []testsite.Entry, rate int) {
	if len(entries) == 0 {
		b.line("seen at the target", "nothing")
		return
	}
	late := lateness(entries, rate)
	within, _ := slices.BinarySearch(late, time.Millisecond+1)
	share := float64(within) / float64(len(late))
	b.judge("read by the target within 1 ms", fmt.Sprintf("%.2f %%", share*100), share >= 0.99, "at least 99 %",
		fmt.Sprintf("(p50 %v, p99 %v, max %v: with the way there)", testsite.Quantile(late, 0.5).Round(time.Microsecond),
			testsite.Quantile(late, 0.99).Round(time.Microsecond), late[len(late)-1].Round(time.Microsecond)))
	b.line("in each tenth of a second", "", tenths(entries))
}

// lateness is how much later than its line of the grid each request came, sorted.
func lateness(entries []testsite.Entry, rate int) []time.Duration {
	late := make([]time.Duration, len(entries))
	for i, e := range entries {
		late[i] = e.Read - time.Duration(i)*time.Second/time.Duration(rate)
	}
	earliest := slices.Min(late)
	for i := range late {
		late[i] -= earliest
	}
	slices.Sort(late)
	return late
}

// tenths is the share of all requests, in per cent, that came in each tenth of a
// second, counted from the first one.
func tenths(entries []testsite.Entry) string {
	var counts [10]int
	for _, e := range entries {
		counts[(e.Read-entries[0].Read)%time.Second/(100*time.Millisecond)]++
	}
	var each []string
	for _, n := range counts {
		each = append(each, fmt.Sprintf("%.0f%%", 100*float64(n)/float64(len(entries))))
	}
	return strings.Join(each, " ")
}

// boomerLimiter shows the limiter that boomer brings, by the benchmark of this folder.
func (b *bench) boomerLimiter(ctx context.Context) {
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "BoomerLimiter", "-benchtime", "1x",
		"github.com/locust-http/locust-http/internal/bench")
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.line("boomer's own limiter", "not measured", err)
		return
	}
	for line := range bytes.Lines(out) {
		if bytes.HasPrefix(line, []byte("BenchmarkBoomerLimiter")) {
			b.line("boomer's own limiter", "", strings.Join(strings.Fields(string(line))[4:], " "))
		}
	}
}

// measureFreeze is the same load on a target that stands still for two seconds, with
// more and with fewer users.
func measureFreeze(ctx context.Context, b *bench) error {
	const rate = 200
	long, after := 10*time.Second, 4*time.Second
	crowds := []int{10, 50, 200, 1000}
	if b.short {
		crowds = []int{10, 1000}
	}
	for _, users := range crowds {
		r, seen, err := b.frozen(ctx, arrivalsInto(rate, users, long), &testsite.Freezer{After: after, For: 2 * time.Second}, long)
		if err != nil {
			return err
		}
		s := r.Total.LatencyScheduled
		if s == nil {
			return errors.New("the result has no latency from the intended start")
		}
		b.judge(fmt.Sprintf("max_users %d, p90 scheduled", users), fmt.Sprintf("%.0f ms", s.P90), s.P90 >= 800, "at least 800 ms",
			fmt.Sprintf("(from send p90 %.1f ms; late %d, dropped %d, target saw %d of %d)",
				r.Total.Latency.P90, r.Load[0].Late, r.Load[0].Dropped, seen, r.Sent))
	}
	return nil
}

// arrivalsInto is an arrivals plan for a target that is not known yet.
func arrivalsInto(rate, users int, long time.Duration) func(url string) string {
	return func(url string) string { return arrivals(url, rate, users, long) }
}

func (b *bench) frozen(ctx context.Context, plan func(url string) string, f *testsite.Freezer, long time.Duration) (*load.Result, int64, error) {
	site, err := testsite.Start(ctx, f, testsite.Options{})
	if err != nil {
		return nil, 0, err
	}
	defer site.Close()
	r, _, err := b.plays(ctx, plan(site.URL), long, false)
	if err != nil {
		return nil, 0, err
	}
	if len(r.Load) == 0 {
		return nil, 0, errors.New("the result has no load")
	}
	return r, site.Log.Seen(), nil
}
