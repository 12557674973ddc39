package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
)

const crowdPlan = `version: 1
name: crowd
transactions:
  - name: ok
    pace: 1s
    steps:
      - name: ok
        request: {url: "URL/ok"}
load: {users: USERS, spawn_rate: RATE, duration: LONG}
thresholds: []
`

const mib = 1 << 20

// measureCrowd is of users without scripts.
func measureCrowd(ctx context.Context, b *bench) error {
	return b.crowd(ctx, crowdPlan, 15*time.Second, 300)
}

// crowd plays 10,000 users of a plan and holds them for a time; the engine may take limit
// MB. The target counts: a start is a request there, since a transaction is one request.
func (b *bench) crowd(ctx context.Context, plan string, hold time.Duration, limit int64) error {
	users, ramp := 10_000, 10*time.Second
	if b.short {
		ramp, hold = 5*time.Second, 5*time.Second
	}
	site, err := testsite.Start(ctx, testsite.NewShop(), testsite.Options{})
	if err != nil {
		return err
	}
	defer site.Close()
	plan = strings.NewReplacer("URL", site.URL, "USERS", fmt.Sprint(users),
		"RATE", fmt.Sprint(users/int(ramp.Seconds())), "LONG", seconds(ramp+hold)).Replace(plan)
	r, u, err := b.plays(ctx, plan, ramp+hold, true)
	if err != nil {
		return err
	}
	engine, all := engineOf(u.memory)
	if engine.peak == 0 {
		return errors.New("no engine process was seen under /proc")
	}
	b.judge(fmt.Sprintf("engine, peak memory in %v", ramp+hold), fmt.Sprintf("%.0f MB", float64(engine.peak)/mib),
		engine.peak <= limit*mib, fmt.Sprintf("at most %d MB", limit), all)
	b.perSecond(full(site.Log.PerSecond(), ramp+time.Second, ramp+hold), int64(users), "starts per second after the ramp")
	b.line("requests, failures", fmt.Sprintf("%d, %d", r.Total.Requests, r.Total.Failures),
		fmt.Sprintf("the target saw %d on %d connections, sent %d", site.Log.Seen(), site.Log.Connections(), r.Sent))
	for _, e := range r.Errors {
		b.line("of them", fmt.Sprint(e.Count), e.Class, e.Rule)
	}
	b.line("CPU of locust-http", fmt.Sprintf("%.2f cores", u.cpu.Seconds()/(ramp+hold).Seconds()))
	return nil
}

// engineOf is the process with the largest peak below the one that was started, and
// all in words.
func engineOf(all []memory) (engine memory, words string) {
	var each []string
	for _, m := range all {
		_, args, _ := strings.Cut(m.command, " ")
		command, _, _ := strings.Cut(args, " ")
		each = append(each, fmt.Sprintf("%s %.0f MB", command, float64(m.peak)/mib))
		if command != "run" && m.peak > engine.peak {
			engine = m
		}
	}
	return engine, "(" + strings.Join(each, ", ") + ")"
}

// full is the seconds from one instant until before another; the last second, in
// which the load ends, is no full one.
func full(counts []int64, from, to time.Duration) []int64 {
	first, last := int(from.Seconds()), int(to.Seconds())-1
	if first >= len(counts) {
		return nil
	}
	return counts[first:min(last, len(counts))]
}

// perSecond judges counts of whole seconds against what they should be, within 1 %.
func (b *bench) perSecond(counts []int64, want int64, what string) {
	if len(counts) == 0 {
		b.judge(what, "none", false, "a full second")
		return
	}
	least, most := counts[0], counts[0]
	for _, n := range counts {
		least, most = min(least, n), max(most, n)
	}
	off := max(want-least, most-want)
	b.judge(what, fmt.Sprintf("%d to %d", least, most), off*100 <= want, fmt.Sprintf("%d ± 1 %%", want),
		fmt.Sprintf("%d full seconds, median %d", len(counts), median(counts)))
}
