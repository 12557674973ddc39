package engine

import (
	"slices"
	"sync"
	"time"

	"github.com/locust-http/locust-http/load"
)

// end notes why the load ends; the first reason holds.
func (r *run) end(reason string) {
	r.mu.Lock()
	if r.reason == "" {
		r.reason = reason
	}
	r.mu.Unlock()
}

// stop ends the load gracefully.
func (r *run) stop(reason string) {
	r.stopOnce.Do(func() {
		r.end(reason)
		close(r.stopping)
	})
}

// stopNow ends the load and cuts off what is in flight.
func (r *run) stopNow(reason string) {
	r.stop(reason)
	r.nowOnce.Do(func() { close(r.now) })
	r.cutOff()
}

// cutOff interrupts what is in flight anywhere.
func (r *run) cutOff() {
	r.wire.cutOff()
	for _, sc := range r.scenes {
		sc.wire.cutOff()
	}
}

// abort ends the load here and asks the master to end it everywhere.
func (r *run) abort(why load.Reason) {
	r.mu.Lock()
	if r.aborts == nil {
		r.aborts = &why
	}
	r.mu.Unlock()
	r.stop(why.String())
}

func (r *run) outcome() (reason string, abort *load.Reason) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reason, r.aborts
}

// lifecycleLimit bounds user_stop of all users together.
const lifecycleLimit = 60 * time.Second

// conduct runs the load from t0 to the last user's end.
func (r *run) conduct(t0 time.Time) {
	r.setPhase(load.Waiting)
	if r.waitFor(t0) {
		r.setPhase(load.Running)
		r.perform()
	}
	r.setPhase(load.Stopping)
	r.stop(load.ReasonCompleted)
	for _, sc := range r.scenes {
		sc.leave() // also users that were ready before a load that never began
	}
	r.drain()
	r.crowd.close()
	r.setPhase(load.Ended)
}

// waitFor waits for t0; false when the run is stopped before it.
func (r *run) waitFor(t0 time.Time) bool {
	timer := time.NewTimer(time.Until(t0))
	defer timer.Stop()
	select {
	case <-r.stopping:
		return false
	case <-timer.C:
	}
	select {
	case <-r.stopping: // both at once: a load that was stopped does not begin
		return false
	default:
		return true
	}
}

// perform runs all scenes until the load of each has ended. One whose data were used up
// is why the run ends if it would still go on now; that all users have left is said only
// of a run in which they have, in all scenes.
func (r *run) perform() {
	reasons := make([]string, len(r.scenes))
	var wg sync.WaitGroup
	for i, sc := range r.scenes {
		wg.Go(func() {
			reasons[i] = sc.perform(r.stopping)
			sc.leave()
		})
	}
	wg.Wait()
	all := !slices.Contains(reasons, "")
	for i, sc := range r.scenes {
		if reasons[i] == load.ReasonDataExhausted && (all || !sc.past(r.elapsed())) {
			r.end(load.ReasonDataExhausted)
		}
	}
	if all {
		r.end(load.ReasonUsersLeft)
	}
}

// drain waits until all users have left: each scene within its graceful stop, and then
// all within the limit of user_stop.
func (r *run) drain() {
	for _, sc := range r.scenes {
		<-sc.drained
	}
	limit := time.NewTimer(lifecycleLimit)
	defer limit.Stop()
	select {
	case <-r.gone():
		return
	case <-limit.C:
	}
	r.after.cutOff()
	<-r.gone()
}
