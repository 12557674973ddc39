package run

import (
	"context"

	"github.com/locust-http/locust-http/load"
)

// warm has the ready users of arrivals loads play user_start before time zero. It is
// false when the run ends here.
func (c *conductor) warm() bool {
	if !c.shape.wantsReadyUsers() {
		return c.cause == nil
	}
	ctx, cancel := context.WithTimeout(c.ctx, PhaseLimit)
	defer cancel()
	left := 0
	for _, m := range c.members {
		w, ok := m.session.(load.Warmer)
		if !ok {
			continue
		}
		left++
		// From now on it has users, which only a stop makes leave.
		c.loaded, m.going = true, true
		c.spawn(func() func() {
			err := w.Warm(ctx, c.vars)
			return func() {
				left--
				if err != nil && c.cause == nil {
					c.fail(doingWith(m, load.WhyReadyUsersOn, "ready users on worker "), err)
				}
			}
		})
	}
	c.wait(PhaseLimit+slack, func() bool { return left == 0 || c.cause != nil })
	if left > 0 && c.cause == nil {
		c.fail(doing(load.WhyReadyUsers, "ready users"), c.unanswered(left))
	}
	return c.cause == nil
}

func (sh *shape) wantsReadyUsers() bool {
	for _, s := range sh.loads {
		if s.profile.Model == load.ArrivalsModel && s.profile.ReadyUsers > 0 {
			return true
		}
	}
	return false
}
