package engine

import (
	"strconv"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/worker/record"
	"github.com/locust-http/locust-http/worker/send"
)

// failure is why a step failed.
type failure struct {
	class   load.Class
	rule    string // the part of the plan that was broken, for grouping
	message string
	place   string // in a script, and its stack
	stack   string
}

// traffic is what the attempts of one request moved.
type traffic struct {
	in, out int64
	status  int
}

// request plays a request step: sets, request with its redirects, extractions, checks.
// The result is recorded; it is data, not an error.
func (u *user) request(s *step) (p played) {
	if s.hooks != nil {
		return u.hooked(s)
	}
	defer u.kit.letGo(u.run.files)
	if err := u.prepare(s); err != nil {
		fail, fate := unsentBy(err)
		return u.unsent(s, fail, fate)
	}
	var moved traffic
	fail := u.exchange(s, &p, &moved)
	if p.interrupted {
		s.row.Interrupted(moved.in, moved.out)
		return p
	}
	latency := p.end.Sub(p.start)
	if fail.class == "" {
		u.kit.latency = latency
		fail = u.judge(s, &moved)
	}
	failed := fail.class != ""
	s.row.Done(record.Outcome{
		Latency: latency, Failed: failed, Status: moved.status,
		BytesIn: moved.in, BytesOut: moved.out,
	})
	if failed {
		u.count(s, fail)
		u.fail(&p, s, fail)
	}
	if u.watch != nil {
		u.watch.finish(u, fail, latency)
	}
	return p
}

// prepare evaluates the step's sets and makes its request.
func (u *user) prepare(s *step) error {
	if u.watch != nil {
		u.watch.begin(u, s)
	}
	for i := range s.plan.Set {
		a := &s.plan.Set[i]
		value, err := a.Value.Eval(&u.scope)
		if err != nil {
			return err
		}
		u.scope.Vars[a.Slot] = value
	}
	x := &u.kit.exchange
	if s.frozen != nil && (u.jar == nil || u.jar.Empty()) && u.watch == nil {
		u.kit.ownTarget = false
		x.Reuse(s.frozen)
		x.KeepBody(s.keepBody)
		x.KeepFailed(s.fails)
		return nil
	}
	if err := u.kit.build(s.plan.Request, &u.scope, u.run.files); err != nil {
		return err
	}
	if err := u.chooseProxy(s.plan.Request); err != nil {
		return err
	}
	x.KeepBody(s.keepBody || u.watch != nil)
	x.KeepFailed(s.fails)
	if u.jar != nil {
		u.jar.Apply(x)
	}
	return nil
}

// unsentBy is the failure of a request that could not be made, and its fate.
func unsentBy(err error) (failure, load.Fate) {
	fail := failureOf(err)
	if fail.class == load.ClassLocalOther || fail.class == load.ClassLocalFD {
		return fail, load.UnsentLocal
	}
	return fail, load.UnsentVariable
}

// unsent records a request that failed before anything was sent.
func (u *user) unsent(s *step, fail failure, fate load.Fate) (p played) {
	p.start = time.Now()
	p.end = p.start
	u.run.rec.Fate(fate)
	s.row.Done(record.Outcome{Failed: true})
	u.kit.sent = false
	u.count(s, fail)
	u.fail(&p, s, fail)
	if u.watch != nil {
		u.watch.finish(u, fail, 0)
	}
	return p
}

// exchange sends the request and follows its redirects. Each hop is an attempt.
func (u *user) exchange(s *step, p *played, moved *traffic) failure {
	k := u.kit
	x := &k.exchange
	target := u.target(s)
	for hop := 0; ; hop++ {
		if u.run.tag != "" {
			u.run.tagRequest(x)
		}
		o := u.conns.Do(x, target)
		k.outcome, k.sent, p.sent = o, true, true
		u.run.rec.Fate(o.Fate)
		if hop == 0 {
			p.start = o.Start
		}
		p.end = o.Start.Add(o.Timing.Total)
		moved.in += o.BytesIn
		moved.out += o.BytesOut
		moved.status = o.Status
		if u.watch != nil {
			u.watch.attempt(x, o)
		}
		if o.Interrupted {
			p.interrupted = true
			return failure{}
		}
		if o.Class != "" {
			return failure{class: o.Class, message: o.Message}
		}
		if u.jar != nil {
			u.jar.Store(x)
		}
		more, fail := u.redirect(s, x, o.Status, hop)
		if !more {
			return fail
		}
	}
}

// target is how to reach the server of s: the step's own, unless the proxy differs
// from attempt to attempt.
func (u *user) target(s *step) *send.Target {
	if !u.kit.ownTarget {
		return &s.target
	}
	u.kit.target = s.target
	u.kit.target.Proxy = u.kit.proxy
	return &u.kit.target
}

// redirect turns x into its next hop, if there is one to follow.
func (u *user) redirect(s *step, x *send.Exchange, status, hop int) (bool, failure) {
	limit := s.plan.Request.FollowRedirects
	if status < 300 || status > 399 || limit == 0 {
		return false, failure{}
	}
	more, err := x.Redirect()
	if err != nil {
		return false, failure{class: load.ClassRedirect, message: err.Error()}
	}
	if !more {
		return false, failure{}
	}
	if hop >= limit {
		return false, failure{
			class:   load.ClassRedirect,
			message: "more than " + strconv.Itoa(limit) + " redirects",
		}
	}
	u.run.rec.Redirect()
	x.KeepBody(s.keepBody || u.watch != nil)
	if u.jar != nil {
		u.jar.Apply(x)
	}
	return true, failure{}
}

// judge runs the step's checks and extractions on a complete response. All
// extractions are made, whatever fails; the failure that counts is the first of
// status, extraction, check, because a wrong status explains the others.
func (u *user) judge(s *step, moved *traffic) failure {
	k := u.kit
	k.view.Reset(k)
	var fail failure
	for _, c := range s.plan.Status {
		if !u.holds(s, c) && fail.class == "" && !c.Warn {
			fail = failure{
				class:   load.ClassStatus,
				rule:    strconv.Itoa(moved.status),
				message: c.Rule + ": " + c.Explain(&k.view, &u.scope),
			}
		}
	}
	if s.plan.ReadsBody && fail.class == "" { // what a script asks for is decoded then
		if _, err := k.exchange.Body(); err != nil {
			return failure{class: load.ClassDecode, message: err.Error()}
		}
	}
	for _, e := range s.plan.Extracts {
		if miss := u.extract(e); miss != nil && fail.class == "" {
			fail = failure{class: load.ClassExtract, rule: e.Name, message: miss.Error()}
		}
	}
	for _, c := range s.plan.Checks {
		if !u.holds(s, c) && fail.class == "" && !c.Warn {
			fail = failure{
				class:   load.ClassCheck,
				rule:    c.Rule,
				message: c.Rule + ": " + c.Explain(&k.view, &u.scope),
			}
		}
	}
	return fail
}

func (u *user) holds(s *step, c *plan.Check) bool {
	ok := c.Holds(&u.kit.view, &u.scope)
	if !ok && c.Warn {
		s.row.Warn()
	}
	if u.watch != nil {
		u.watch.check(c, ok, c.Explain(&u.kit.view, &u.scope))
	}
	return ok
}

// extract takes one variable; the error is a miss that fails the step.
func (u *user) extract(e *plan.Extractor) error {
	value, err := e.Extract(&u.kit.view, &u.scope)
	if err != nil {
		value = e.Default // Unset when there is none
		if e.Optional || value.Kind != load.Unset {
			err = nil
		}
	}
	u.scope.Vars[e.Slot] = value
	if u.watch != nil {
		u.watch.extract(e, value)
	}
	return err
}
