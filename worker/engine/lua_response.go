package engine

import (
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/scripting"
	"github.com/locust-http/locust-http/worker/send"
)

// live is the response of the step at hand, for as long as its hook runs.
type live struct{ l *lua }

var _ scripting.Response = (*live)(nil)

func (r *live) Valid() bool {
	l := r.l
	return len(l.calls) > 0 && l.top().phase == answered && l.top().reply == nil
}

func (r *live) kit() *kit              { return r.l.u.kit }
func (r *live) Status() int            { return r.kit().exchange.Status() }
func (r *live) Reason() string         { return r.kit().exchange.Reason() }
func (r *live) OK() bool               { return r.l.top().came.class == "" }
func (r *live) View() *plan.View       { return &r.kit().view }
func (r *live) Latency() time.Duration { return r.kit().latency }

func (r *live) Size() int64 {
	body, _ := r.Body() // one that cannot be decoded has no size
	return int64(len(body))
}

func (r *live) FirstByte() time.Duration { return r.kit().outcome.Timing.FirstByte }

func (r *live) Failure() (load.Class, string) {
	came := &r.l.top().came
	return came.class, came.message
}

func (r *live) Header(name string) (string, bool) {
	v, ok := r.kit().exchange.Header(name)
	return string(v), ok
}

func (r *live) Headers(name string) []string { return r.kit().exchange.Headers(name) }

func (r *live) EachHeader(visit func(name, value string)) { r.kit().exchange.EachHeader(visit) }

func (r *live) Cookie(name string) (string, bool) {
	v, ok := r.kit().exchange.Cookie(name)
	return string(v), ok
}

func (r *live) Body() ([]byte, error) { return r.kit().exchange.Body() }

func (r *live) Request() scripting.Request { return &r.l.edit }

func (r *live) Check(c scripting.Check) { r.l.Check(c) }

// reply is the response of an http call. It stays: a script may keep it.
type reply struct {
	l      *lua
	wanted []int // status

	name    string
	taken   *send.Reply // nil: there was no exchange
	sent    sentRequest
	view    plan.View
	latency time.Duration
	first   time.Duration
	class   load.Class
	message string
}

var _ scripting.Response = (*reply)(nil)

// newReply is the response of a call that has not been made.
func (l *lua) newReply(c *scripting.Call, name string) *reply {
	r := &reply{l: l, wanted: c.Status, name: name}
	r.view.Reset(replyView{r})
	return r
}

// take keeps what came of the exchange.
func (r *reply) take(k *kit, own *played, fail failure) {
	r.taken = k.exchange.Snapshot(k.outcome, load.MaxSampleBody)
	r.sent = sentRequest{reply: r.taken, name: r.name}
	r.latency, r.first = own.end.Sub(own.start), k.outcome.Timing.FirstByte
	r.class, r.message = fail.class, fail.message
	r.view.Reset(replyView{r})
}

// replyView is a reply as queries see it.
type replyView struct{ *reply }

func (r replyView) Header(name string) ([]byte, bool) {
	v, ok := r.reply.Header(name)
	return []byte(v), ok
}

func (r replyView) Cookie(name string) ([]byte, bool) {
	v, ok := r.reply.Cookie(name)
	return []byte(v), ok
}

func (r *reply) Valid() bool { return true }

func (r *reply) OK() bool                      { return r.taken != nil && r.class == "" }
func (r *reply) Latency() time.Duration        { return r.latency }
func (r *reply) FirstByte() time.Duration      { return r.first }
func (r *reply) Failure() (load.Class, string) { return r.class, r.message }
func (r *reply) View() *plan.View              { return &r.view }

func (r *reply) Status() int {
	if r.taken == nil {
		return 0
	}
	return r.taken.Status
}

func (r *reply) Reason() string {
	if r.taken == nil {
		return ""
	}
	return r.taken.Reason()
}

func (r *reply) Size() int64 {
	body, _ := r.Body() // one that cannot be decoded has no size
	return int64(len(body))
}

func (r *reply) Header(name string) (string, bool) {
	if r.taken == nil {
		return "", false
	}
	return r.taken.Header(name)
}

func (r *reply) Headers(name string) []string {
	if r.taken == nil {
		return nil
	}
	return r.taken.Headers(name)
}

func (r *reply) EachHeader(visit func(name, value string)) {
	if r.taken != nil {
		r.taken.EachHeader(visit)
	}
}

func (r *reply) Cookie(name string) (string, bool) {
	if r.taken == nil {
		return "", false
	}
	return r.taken.Cookie(name)
}

func (r *reply) Body() ([]byte, error) {
	if r.taken == nil {
		return nil, nil
	}
	return r.taken.Body()
}

// Request is what was sent; nil: a script kept it from being sent.
func (r *reply) Request() scripting.Request {
	if r.taken == nil {
		return nil
	}
	return &r.sent
}

// Check marks this request, as long as it has not been counted: until the next request or
// pause of the script. Later it is a check on what is at hand.
func (r *reply) Check(c scripting.Check) {
	l := r.l
	q := l.late
	if q == nil || q.reply != r {
		if n := len(l.calls); n > 0 && l.calls[n-1].reply == r {
			l.check(l.top(), c) // in the after of this very request
			return
		}
		l.Check(c)
		return
	}
	if w := l.u.watch; w != nil {
		w.attach(q.shown)
		defer w.detach()
		w.note(load.CheckResult{Rule: c.Name, OK: c.OK, Actual: c.Detail, Place: c.Place})
	}
	if !c.OK && q.fail.class == "" {
		q.fail = checkFailure(c)
	}
}
