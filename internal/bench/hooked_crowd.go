package main

import (
	"context"
	"strings"
	"time"
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
	return b.crowd(ctx, hookedCrowdPlan, time.Minute, 800)
}
