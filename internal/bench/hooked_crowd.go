package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
)

// hookedCrowdPlan has the hooks of figure g. The answer of the shop has no "next", which
// is looked for all the same.
var hookedCrowdPlan = strings.NewReplacer("name: hooks", "name: hooked crowd", "  - name: item", "  - name: item\n    pace: 1s",
	"{users: 64, duration: LONG}", "{users: USERS, spawn_rate: RATE, duration: LONG}",
	`"/items/" .. user.id .. "-" .. n`, `"/items/" .. 1 + (user.id + n) % 500`).Replace(hookedPlan)

// measureHookedCrowd is figure c with hooks, and what a user's Lua takes by itself.
func measureHookedCrowd(ctx context.Context, b *bench) error {
	if err := b.measureStates(); err != nil { // while nothing else happens in this process
		return err
	}
	users, ramp, hold := 10_000, 10*time.Second, 60*time.Second
	if b.short {
		ramp, hold = 5*time.Second, 5*time.Second
	}
	site, err := testsite.Start(ctx, testsite.NewShop(), testsite.Options{})
	if err != nil {
		return err
	}
	defer site.Close()
	plan := strings.NewReplacer("URL", site.URL, "USERS", fmt.Sprint(users),
		"RATE", fmt.Sprint(users/int(ramp.Seconds())), "LONG", seconds(ramp+hold)).Replace(hookedCrowdPlan)
	r, u, err := b.plays(ctx, plan, ramp+hold, true)
	if err != nil {
		return err
	}
	engine, all := engineOf(u.memory)
	if engine.peak == 0 {
		return errors.New("no engine process was seen under /proc")
	}
	b.judge(fmt.Sprintf("engine, peak memory in %v", ramp+hold), fmt.Sprintf("%.0f MB", float64(engine.peak)/mib), engine.peak <= 800*mib, "at most 800 MB", all)
	b.perSecond(full(site.Log.PerSecond(), ramp+time.Second, ramp+hold), int64(users), "starts per second after the ramp")
	b.line("requests, failures", fmt.Sprintf("%d, %d", r.Total.Requests, r.Total.Failures),
		fmt.Sprintf("the target saw %d, sent %d", site.Log.Seen(), r.Sent))
	for _, e := range r.Errors {
		b.line("of them", fmt.Sprint(e.Count), e.Class, e.Rule)
	}
	b.line("CPU of locust-http", fmt.Sprintf("%.2f cores", u.cpu.Seconds()/(ramp+hold).Seconds()))
	return nil
}
