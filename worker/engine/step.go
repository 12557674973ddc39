package engine

import (
	"errors"
	"strconv"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/worker/record"
	"github.com/locust-http/locust-http/worker/send"
)

// verdict is how one step came out.
type verdict struct {
	start, end  time.Time
	failed      bool
	failure     failure // when failed
	interrupted bool    // cut off by the end of the run: neither finished nor failed
}

// failure is why a step failed.
type failure struct {
	class   load.Class
	rule    string // the part of the plan that was broken, for grouping
	message string
}

// traffic is what the attempts of one step moved.
type traffic struct {
	in, out int64
	status  int
}

// step plays one step: sets, request with its redirects, extractions, checks. The
// result is recorded; it is data, not an error.
func (u *user) step(s *step) verdict {
	if err := u.prepare(s); err != nil {
		return u.unsent(s, err)
	}
	var moved traffic
	v, fail := u.exchange(s, &moved)
	if v.interrupted {
		s.row.Interrupted(moved.in, moved.out)
		return v
	}
	latency := v.end.Sub(v.start)
	if fail.class == "" {
		u.kit.latency = latency
		fail = u.judge(s, &moved)
	}
	v.failed, v.failure = fail.class != "", fail
	s.row.Done(record.Outcome{
		Latency: latency, Failed: v.failed, Status: moved.status,
		BytesIn: moved.in, BytesOut: moved.out,
	})
	if v.failed {
		u.fail(s.row, fail, moved.status)
	}
	if u.watch != nil {
		u.watch.finish(v)
	}
	return v
}

// prepare evaluates the step's sets and makes its request.
func (u *user) prepare(s *step) error {
	if u.watch != nil {
		u.watch.begin(s)
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
		x.Reuse(s.frozen)
		return nil
	}
	if err := u.kit.build(s.plan.Request, &u.scope); err != nil {
		return err
	}
	x.KeepBody(s.keepBody || u.watch != nil)
	if u.jar != nil {
		u.jar.Apply(x)
	}
	return nil
}

// unsent records a step that failed before anything was sent.
func (u *user) unsent(s *step, err error) verdict {
	now := time.Now()
	fail := failure{class: load.ClassTemplate, message: err.Error()}
	var expand *plan.ExpandError
	if errors.As(err, &expand) {
		fail.class = expand.Class
	}
	u.run.rec.Fate(load.UnsentVariable)
	s.row.Done(record.Outcome{Failed: true})
	u.fail(s.row, fail, 0)
	v := verdict{start: now, end: now, failed: true, failure: fail}
	if u.watch != nil {
		u.watch.finish(v)
	}
	return v
}

// exchange sends the request and follows its redirects. Each hop is an attempt.
func (u *user) exchange(s *step, moved *traffic) (verdict, failure) {
	x := &u.kit.exchange
	var v verdict
	for hop := 0; ; hop++ {
		if u.run.tag != "" {
			u.run.tagRequest(x)
		}
		o := u.conns.Do(x, &s.target)
		u.run.rec.Fate(o.Fate)
		if hop == 0 {
			v.start = o.Start
		}
		v.end = o.Start.Add(o.Timing.Total)
		moved.in += o.BytesIn
		moved.out += o.BytesOut
		moved.status = o.Status
		if u.watch != nil {
			u.watch.attempt(x, o)
		}
		if o.Interrupted {
			v.interrupted = true
			return v, failure{}
		}
		if o.Class != "" {
			return v, failure{class: o.Class, message: o.Message}
		}
		if u.jar != nil {
			u.jar.Store(x)
		}
		more, fail := u.redirect(s, x, o.Status, hop)
		if !more {
			return v, fail
		}
	}
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
	if s.keepBody && fail.class == "" {
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

// fail counts a failure and keeps it as a sample.
func (u *user) fail(row *record.Row, f failure, status int) {
	u.run.rec.Fail(row, f.class, f.rule, load.Sample{
		At:      u.run.elapsed(),
		User:    u.scope.User,
		Worker:  u.run.job.Worker,
		Status:  status,
		Message: f.message,
	})
}
