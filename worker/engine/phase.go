package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Setup plays the plan's setup steps as user 0.
func (s *session) Setup(ctx context.Context) (load.Vars, error) {
	if !s.enterPhase() {
		return load.Vars{}, load.ErrGone
	}
	defer s.leavePhase()
	s.run.turnPhase(load.Preparing, load.SettingUp)
	defer s.run.turnPhase(load.SettingUp, load.Preparing) // unless stopped meanwhile
	defer context.AfterFunc(ctx, s.run.wire.client.Interrupt)()
	u := s.run.newUser(0, nil)
	u.over = [2]<-chan struct{}{ctx.Done(), s.run.stopping}
	defer u.conns.Close()
	if err := u.supplySetup(ctx, s.run.life.setup); err != nil {
		return load.Vars{}, err
	}
	if err := u.playPhase(ctx, "setup", s.run.life.setup); err != nil {
		return load.Vars{}, err
	}
	vars := u.vars()
	if err := checkMade(vars); err != nil {
		return load.Vars{}, err
	}
	return vars, nil
}

// checkMade refuses what setup has made if it is too much to bring to every worker.
func checkMade(vars load.Vars) error {
	const each = 32 // what one takes beside its texts
	size := 0
	for name, v := range vars.Values {
		size += len(name) + len(v.Text) + each
	}
	for i := range vars.Cookies {
		c := &vars.Cookies[i]
		size += len(c.URL) + len(c.Name) + len(c.Value) + len(c.Domain) + len(c.Path) + each
	}
	if size > load.MaxSetupVars {
		return fmt.Errorf("setup: its variables and cookies have %.1f MiB; at most %d go to every worker", float64(size)/(1<<20), load.MaxSetupVars>>20)
	}
	return nil
}

// enterPhase lets setup or teardown begin, unless the last report is on its way.
func (s *session) enterPhase() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.finishing {
		return false
	}
	s.phases.Add(1)
	s.working.Add(1)
	return true
}

func (s *session) leavePhase() {
	s.phases.Done()
	s.working.Done()
}

// Teardown plays the plan's teardown steps as user 0.
func (s *session) Teardown(ctx context.Context, vars load.Vars) error {
	if !s.enterPhase() {
		return load.ErrGone
	}
	defer s.leavePhase()
	defer context.AfterFunc(ctx, s.run.last.cutOff)()
	u := s.run.newUser(0, nil)
	u.over = [2]<-chan struct{}{ctx.Done(), s.quit}
	u.conns.Close()
	u.wire, u.conns = s.run.last, s.run.last.client.NewConns()
	defer u.conns.Close()
	if u.jar != nil {
		// Cookies of setup come out of a jar.
		_ = u.jar.Fill(vars.Cookies)
	}
	u.fill(vars)
	ph := s.run.life.teardown
	u.supplyLast("teardown is played", slices.Concat(ph.kept, ph.data))
	return u.playPhase(ctx, "teardown", ph)
}

// playPhase plays lifecycle steps; an error is a step that failed.
func (u *user) playPhase(ctx context.Context, name string, ph phase) error {
	if ph.empty() {
		return nil
	}
	u.kit = u.run.kits.Get().(*kit)
	p := u.part(&ph)
	u.run.kits.Put(u.kit)
	u.kit = nil
	if p.interrupted {
		if err := ctx.Err(); err != nil && p.cutAt != "" {
			return fmt.Errorf("%s: it was at %s: %w", name, p.cutAt, err)
		} else if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return fmt.Errorf("%s: interrupted", name)
	}
	if p.failed && p.reaction != "" {
		return &load.StepError{Phase: name, Step: p.failedStep, Class: p.failure.class, Message: load.Clip(u.run.mask.text(p.failure.text()), load.MaxMessage)}
	}
	return nil
}

// text is the message with its place in a script.
func (f *failure) text() string {
	if f.place == "" {
		return f.message
	}
	return f.place + ": " + f.message
}

// supplySetup takes the rows that setup asks for. Its user has no scene to wait in: it
// looks again until the master has answered.
func (u *user) supplySetup(ctx context.Context, ph phase) error {
	lists := slices.Concat(ph.kept, ph.data)
	u.dropRows(ph.data)
	for {
		got, s := u.takeRows(lists)
		switch got {
		case supplied:
			return nil
		case usedUp:
			return fmt.Errorf("setup: data %s has no row left", s.spec.Name)
		}
		if !u.wait(supplyTick) {
			err := ctx.Err()
			if err == nil {
				err = errors.New("interrupted")
			}
			return fmt.Errorf("setup: waiting for a row of data %s: %w", s.spec.Name, err)
		}
	}
}

// supplyTick is how often setup looks for rows that it waits for.
const supplyTick = 20 * time.Millisecond

// vars is what u has beyond the plan's constants, and its cookies.
func (u *user) vars() load.Vars {
	v := load.Vars{Values: make(map[string]load.Value)}
	for slot, value := range u.scope.Vars {
		if value.Kind != load.Unset {
			value.Text = load.Clip(value.Text, len(value.Text)) // it has to travel
			v.Values[u.run.program.Vars[slot]] = value
		}
	}
	if u.lua != nil {
		for name, value := range u.lua.extra {
			if value.Kind != load.Unset {
				v.Values[name] = value
			}
		}
	}
	if u.jar != nil {
		v.Cookies = u.jar.Cookies()
	}
	return v
}

// fill gives u variables by name; unknown names are another version's and are left out.
func (u *user) fill(vars load.Vars) {
	for name, value := range vars.Values {
		if slot, ok := u.run.program.Slot(name); ok {
			u.scope.Vars[slot] = value
		} else if u.run.scripts != nil {
			u.host().SetVar(name, value)
		}
	}
}

// phases of a run, read by the reporter.
type phases struct{ p atomic.Uint32 }

func (r *run) setPhase(p load.Phase) { r.phases.p.Store(uint32(p)) }

func (r *run) turnPhase(from, to load.Phase) {
	r.phases.p.CompareAndSwap(uint32(from), uint32(to))
}

func (r *run) phase() load.Phase { return load.Phase(r.phases.p.Load()) }
