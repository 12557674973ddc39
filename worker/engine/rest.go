package engine

import (
	"time"
)

// leave makes u go after what it is doing: pauses are cut short, a transaction is
// finished. It may be called at any time, from any goroutine.
func (u *user) leave() {
	u.leaving.Store(true)
	select {
	case u.nudge <- struct{}{}:
	default:
	}
	u.mu.Lock()
	wake := u.resting != awake
	u.resting = awake
	u.mu.Unlock()
	if wake {
		u.timer.Stop()
		u.run.crowd.queue.push(u)
	}
}

// restKind is what a user rests for.
type restKind uint8

// What a user rests for.
const (
	awake   restKind = iota
	forTime          // a pause
	forRows          // rows of a data file; only this may be cut short by their coming
)

// hungryTick is how often a user looks for rows that nobody has woken it for.
const hungryTick = time.Second

// restHungry makes u due when the master has answered.
func (u *user) restHungry() {
	asked := u.asked // once it rests, u may be in other hands
	u.restAs(forRows, hungryTick)
	if !u.run.larder.add(u, asked) {
		u.wakeFrom(forRows)
	}
}

// restFor makes u due after d, or at once if it has been told to leave.
func (u *user) restFor(d time.Duration) { u.restAs(forTime, d) }

func (u *user) restAs(kind restKind, d time.Duration) {
	u.mu.Lock()
	if u.leaving.Load() {
		u.mu.Unlock()
		u.run.crowd.queue.push(u)
		return
	}
	u.resting = kind
	if u.timer == nil {
		u.timer = time.AfterFunc(d, u.wake)
	} else {
		u.timer.Reset(d)
	}
	u.mu.Unlock()
}

// wake is what the timer does.
func (u *user) wake() {
	u.mu.Lock()
	wake := u.resting != awake
	u.resting = awake
	u.mu.Unlock()
	if wake {
		u.run.crowd.queue.push(u)
	}
}

// wakeFrom makes u due if that is what it rests for.
func (u *user) wakeFrom(kind restKind) {
	u.mu.Lock()
	wake := u.resting == kind
	if wake {
		u.resting = awake
		u.timer.Stop()
	}
	u.mu.Unlock()
	if wake {
		u.run.crowd.queue.push(u)
	}
}

// sleep is a pause within a transaction; it ends early when u is to leave.
func (u *user) sleep(d time.Duration) {
	if d <= 0 || u.leaving.Load() {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-u.nudge:
	case <-u.over[0]:
	case <-u.over[1]:
	}
}
