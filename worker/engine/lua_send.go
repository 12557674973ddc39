package engine

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/scripting"
	"github.com/locust-http/locust-http/worker/send"
)

// lateResult is an http call of a script that is over and not counted yet: res:check may
// still make it a failure. It is counted before anything else happens.
type lateResult struct {
	kit   *kit
	step  *step
	reply *reply
	fail  failure
	shown openStep // Send once only
}

// Send makes a request of a script's own: a step of the realm it is made in.
func (l *lua) Send(c *scripting.Call) (scripting.Response, error) {
	l.settle()
	if len(l.calls) > maxCalls {
		return nil, &scripting.LimitError{Message: tooDeep}
	}
	u := l.u
	outer := u.kit
	u.kit = u.run.kits.Get().(*kit)
	reply, err := l.send(c)
	if l.late == nil || l.late.kit != u.kit {
		u.putKit(u.kit)
	}
	u.kit = outer
	if err != nil {
		return nil, err
	}
	return reply, nil
}

// putKit gives back a kit that nothing refers to any more.
func (u *user) putKit(k *kit) {
	k.letGo(u.run.files)
	k.exchange.Release()
	k.shed()
	u.run.kits.Put(k)
}

func (l *lua) send(c *scripting.Call) (*reply, error) {
	u := l.u
	s, err := l.stepOf(c)
	if err != nil {
		return nil, err
	}
	if u.watch != nil {
		u.watch.begin(u, s)
		u.watch.now().By = c.Place
	}
	if err := u.buildCall(c, s); err != nil {
		if u.watch != nil {
			u.watch.finish(u, failureOf(err), 0)
		}
		return nil, err
	}
	l.open(call{realm: s.realm, step: s, reply: l.newReply(c, s.plan.Name)})
	h := s.realm.hooks
	if h == nil {
		h = new(hooks)
	}
	own, fail := l.pass(h)
	return l.answer(&own, fail)
}

// answer ends an http call: what the script gets of it.
func (l *lua) answer(own *played, fail failure) (*reply, error) {
	c := l.close()
	u, s := l.u, c.step
	if fail.class == "" {
		fail = c.fail
	}
	outer, r := l.top(), c.reply
	if own.interrupted || c.p.interrupted {
		outer.p.then(&c.p)
		outer.p.interrupted = true
		if !own.interrupted && !own.start.IsZero() { // only a hook was cut off, the request is complete
			l.postpone(s, r, fail)
		}
		return nil, scripting.ErrInterrupted
	}
	if c.skips && fail.class == "" {
		outer.p.then(&c.p)
		u.run.rec.Skip()
		if u.watch != nil {
			u.watch.skip(u, c.skip)
		}
		return r, nil
	}
	if own.start.IsZero() {
		if fail.class == "" { // its block failed, or its request stopped the user
			outer.p.then(&c.p)
			if u.watch != nil {
				u.watch.finish(u, failure{}, 0)
			}
			return r, nil
		}
		v := u.unsent(s, fail, load.UnsentScript)
		v.failed = false // blame says what becomes of what is around it
		c.p.then(&v)
		outer.p.then(&c.p)
		l.blame(outer, s, fail)
		r.class, r.message = fail.class, fail.message
		return r, nil
	}
	outer.p.then(&c.p)
	l.postpone(s, r, fail)
	return r, nil
}

// postpone has an http call counted later. It takes the kit.
func (l *lua) postpone(s *step, r *reply, fail failure) {
	l.late = &lateResult{kit: l.u.kit, step: s, reply: r, fail: fail}
	if w := l.u.watch; w != nil {
		l.late.shown = w.detach()
	}
}

// settle counts the last http call.
func (l *lua) settle() {
	q := l.late
	if q == nil {
		return
	}
	l.late = nil
	u := l.u
	outer := u.kit
	u.kit = q.kit
	k := q.kit
	k.done(q.step, q.fail)
	if q.fail.class != "" {
		u.count(q.step, q.fail)
		l.blame(l.top(), q.step, q.fail)
	}
	if u.watch != nil {
		u.watch.attach(q.shown)
		u.watch.finish(u, q.fail, k.latency)
	}
	u.putKit(k)
	u.kit = outer
}

// blame makes what c is part of a failure, since a request of its script failed: the
// script goes on and may know better, unless the plan says that the user or the run ends.
func (l *lua) blame(c *call, s *step, f failure) {
	c.p.failed, c.p.failure, c.p.failedStep = true, f, s.plan.Name
	switch s.realm.reaction {
	case load.StopUser:
		c.p.reaction = stronger(c.p.reaction, load.StopUser)
	case load.AbortRun:
		l.u.fail(&c.p, s, f)
	}
}

// stepOf is the step that c is.
func (l *lua) stepOf(c *scripting.Call) (*step, error) {
	r := l.top().realm
	d := r.binder.program.Call
	config, err := r.binder.tls.Config(d.TLS)
	if err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	name := c.Name
	if name == "" {
		name = plan.StepName(c.Method, c.URL)
	}
	name = l.u.run.mask.text(name)
	own := &plan.Step{
		Path: c.Place, Name: name, Request: d, Status: nil, OnFailure: r.reaction, ReadsBody: true,
	}
	s := &step{
		plan: own, realm: r, keepBody: true,
		target: send.Target{
			TLS: config, Connect: d.Timeout.Connect, FirstByte: d.Timeout.FirstByte, Total: d.Timeout.Total,
			MaxBody: d.MaxResponseBody,
		},
	}
	if c.Timeout > 0 {
		s.target.Total = c.Timeout
	}
	if c.Follow != nil {
		request := *d
		request.FollowRedirects = *c.Follow
		own.Request = &request
	}
	s.name(name)
	return s, nil
}

// name puts s under a row of its own. Scripts make names of any length.
func (s *step) name(name string) {
	key := s.realm.key
	key.Step = load.Clip(name, load.MaxRowName)
	s.row = s.realm.binder.rec.Row(key)
}

// buildCall makes the request of c, with the defaults of the plan.
func (u *user) buildCall(c *scripting.Call, s *step) (err error) {
	k, d := u.kit, s.plan.Request
	if k.url, err = d.AppendAddress(k.url[:0], c.URL, &u.scope); err != nil {
		return err
	}
	x := &k.exchange
	if err := x.Start(c.Method, k.url); err != nil {
		return err
	}
	if err := x.SetMethod(c.Method); err != nil {
		return err
	}
	for i := range d.Headers {
		h := &d.Headers[i]
		if k.header, err = h.Append(k.header[:0], &u.scope); err != nil {
			return err
		}
		x.AddHeader(h.Name, k.header)
	}
	for _, h := range c.Headers {
		if err := x.ReplaceHeader(h.Name, h.Value); err != nil {
			return err
		}
	}
	switch {
	case c.Parts != nil:
		err = u.multipart(c.Parts)
	case c.HasBody:
		k.body = append(k.body[:0], c.Body...)
		x.SetBody(k.body)
	}
	if err != nil {
		return err
	}
	if err := u.setProxy(d, d.Proxy); err != nil { // also one that is the same for all: this step was never bound
		return err
	}
	x.KeepBody(true)
	if u.jar != nil {
		u.jar.Apply(x)
	}
	return nil
}

// Use plays a block of the plan.
func (l *lua) Use(block string) (failed bool, err error) {
	l.settle()
	if len(l.calls) > maxCalls {
		return false, &scripting.LimitError{Message: tooDeep}
	}
	u := l.u
	steps, err := l.top().realm.block(block)
	if err != nil {
		return false, err
	}
	outer := u.kit
	u.kit = u.run.kits.Get().(*kit)
	l.open(call{realm: l.top().realm})
	v := u.steps(steps)
	u.pauseIn(&v) // what its last step asks for
	l.close()
	u.putKit(u.kit)
	u.kit = outer
	l.top().p.then(&v)
	if v.interrupted {
		return false, scripting.ErrInterrupted
	}
	return v.over(), nil
}

// Sleep waits, as part of the transaction's time.
func (l *lua) Sleep(d time.Duration) error {
	l.settle()
	from := time.Now()
	whole := l.u.wait(d)
	l.top().paused(from, time.Now(), false)
	if !whole {
		l.top().p.interrupted = true
		return scripting.ErrInterrupted
	}
	return nil
}

// Think waits, not as part of the transaction's time; a user that is to leave does not.
func (l *lua) Think(d time.Duration) error {
	l.settle()
	from := time.Now()
	l.u.sleep(d)
	l.top().paused(from, time.Now(), true)
	if l.u.wire.cut.Load() {
		l.top().p.interrupted = true
		return scripting.ErrInterrupted
	}
	return nil
}

// judgeCall is whether the status of an http call is one that it asked for.
func (u *user) judgeCall(r *reply, status int) failure {
	ok, rule := status < 400, "status < 400"
	if r.wanted != nil {
		ok, rule = slices.Contains(r.wanted, status), "status "+fmt.Sprint(r.wanted)
	}
	got := "got " + strconv.Itoa(status)
	if u.watch != nil {
		u.watch.note(load.CheckResult{Rule: rule, OK: ok, Actual: got})
	}
	if ok {
		return failure{}
	}
	return failure{class: load.ClassStatus, rule: strconv.Itoa(status), message: rule + ": " + got}
}
