package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/locust-http/locust-http/load"
)

// peak is how many users the profile can have at once.
func (sc *scene) peak() int {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	return sc.profile.PeakUsers()
}

// warm lets in the profile's ready users and waits until they have played user_start.
func (sc *scene) warm(ctx context.Context) error {
	sc.mu.Lock()
	p := sc.profile
	p.MaxUsers = p.ReadyUsers
	want := 0
	if p.Model == load.ArrivalsModel && !sc.ended {
		want = p.PeakUsers()
	}
	var join []*user
	for sc.alive < want {
		join = append(join, sc.newActive())
	}
	sc.mu.Unlock()
	sc.enter(join)
	tick := time.NewTicker(rampTick)
	defer tick.Stop()
	for !sc.isWarm() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for %d users to be ready: %w", want, ctx.Err())
		case <-sc.run.stopping:
			return nil
		case <-tick.C:
		}
	}
	return nil
}

func (sc *scene) isWarm() bool {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	return sc.starting <= 0
}
