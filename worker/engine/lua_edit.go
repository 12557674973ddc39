package engine

import (
	"errors"

	"github.com/locust-http/locust-http/scripting"
	"github.com/locust-http/locust-http/worker/send"
)

// edit is the request at hand as scripts see it.
type edit struct{ l *lua }

var _ scripting.Request = (*edit)(nil)

var errSent = errors.New("the request has been sent: it can be changed in before only")

func (e *edit) x() *send.Exchange { return &e.l.u.kit.exchange }

// open is an error unless the request can still be changed.
func (e *edit) open() error {
	if len(e.l.calls) == 0 || e.l.top().phase != unsentYet {
		return errSent
	}
	return nil
}

func (e *edit) Method() string { return e.x().Method() }

func (e *edit) SetMethod(m string) error {
	if err := e.open(); err != nil {
		return err
	}
	return e.x().SetMethod(m)
}

func (e *edit) URL() string { return e.x().URL() }

func (e *edit) SetURL(url string) error {
	if err := e.open(); err != nil {
		return err
	}
	x := e.x()
	if err := x.SetURL(url); err != nil {
		return err
	}
	if jar := e.l.u.jar; jar != nil {
		jar.Apply(x) // those of another origin were taken off
	}
	return nil
}

func (e *edit) Path() string { return e.x().RequestTarget() }

func (e *edit) SetPath(path string) error {
	if err := e.open(); err != nil {
		return err
	}
	return e.x().SetRequestTarget(path)
}

func (e *edit) Name() string { return e.l.top().step.plan.Name }

// SetName puts the request under another row of the statistics.
func (e *edit) SetName(name string) error {
	if err := e.open(); err != nil {
		return err
	}
	if name == "" {
		return errors.New("a request needs a name")
	}
	name = e.l.u.run.mask.text(name)
	s := e.l.ownStep()
	own := *s.plan
	own.Name = name
	s.plan = &own
	s.name(name)
	if w := e.l.u.watch; w != nil {
		w.now().Step = name
	}
	return nil
}

// ownStep is the step at hand as one that can be changed: others play the same.
func (l *lua) ownStep() *step {
	c := l.top()
	if !c.copied {
		own := *c.step
		c.step, c.copied = &own, true
	}
	return c.step
}

func (e *edit) Header(name string) (string, bool) { return e.x().RequestHeader(name) }

func (e *edit) SetHeader(name, value string) error {
	if err := e.open(); err != nil {
		return err
	}
	return e.x().ReplaceHeader(name, value)
}

func (e *edit) DropHeader(name string) error {
	if err := e.open(); err != nil {
		return err
	}
	e.x().DropHeader(name)
	return nil
}

func (e *edit) EachHeader(visit func(name, value string)) { e.x().EachRequestHeader(visit) }

func (e *edit) Body() ([]byte, error) { return e.x().RequestBody() }

func (e *edit) SetBody(b []byte) error {
	if err := e.open(); err != nil {
		return err
	}
	k := e.l.u.kit
	k.body = append(k.body[:0], b...)
	k.exchange.SetBody(k.body)
	return nil
}

func (e *edit) Skip(reason string) error {
	if err := e.open(); err != nil {
		return err
	}
	c := e.l.top()
	c.skip, c.skips = reason, true
	return nil
}
