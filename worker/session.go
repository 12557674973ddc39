package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/locust-http/locust-http/load"
)

// session is what one master has of a tenure. When a newer epoch takes the tenure
// over, it gets a session of its own and this one is revoked.
type session struct {
	t       *tenure
	reports chan load.Report // sent and closed by the tenure's goroutine only
	sent    uint64           // newest report taken; of the tenure's goroutine

	// Guarded by t.mu.
	revoked bool
	closed  bool  // reports is
	err     error // why
}

var (
	_ load.Session = (*session)(nil)
	_ load.Warmer  = (*session)(nil)
	_ load.Dealer  = (*session)(nil)
)

// call runs f on the engine's session. While it is under way the master counts as
// heard.
func (s *session) call(ctx context.Context, f func(ctx context.Context, inner load.Session) error) error {
	inner, done, err := s.t.begin(s)
	if err != nil {
		return err
	}
	defer done()
	ctx, stop := s.t.proc.bind(ctx)
	defer stop()
	return s.t.proc.explain(f(ctx, inner))
}

// callLoad is call for what makes no sense once the load was stopped for silence.
func (s *session) callLoad(ctx context.Context, f func(ctx context.Context, inner load.Session) error) error {
	if s.t.isSilent() {
		return fmt.Errorf("%w: its load was stopped because its master was silent", load.ErrGone)
	}
	return s.call(ctx, f)
}

// Setup implements load.Session.
func (s *session) Setup(ctx context.Context) (vars load.Vars, err error) {
	err = s.callLoad(ctx, func(ctx context.Context, inner load.Session) (err error) {
		vars, err = inner.Setup(ctx)
		return err
	})
	return vars, err
}

// Go implements load.Session.
func (s *session) Go(ctx context.Context, t0 time.Time, vars load.Vars) error {
	return s.callLoad(ctx, func(ctx context.Context, inner load.Session) error { return inner.Go(ctx, t0, vars) })
}

// Warm implements load.Warmer.
func (s *session) Warm(ctx context.Context, vars load.Vars) error {
	return s.callLoad(ctx, func(ctx context.Context, inner load.Session) error {
		if w, ok := inner.(load.Warmer); ok {
			return w.Warm(ctx, vars)
		}
		return nil
	})
}

// Change implements load.Session.
func (s *session) Change(ctx context.Context, c load.Change) error {
	return s.callLoad(ctx, func(ctx context.Context, inner load.Session) error { return inner.Change(ctx, c) })
}

// Yield implements load.Dealer.
func (s *session) Yield(ctx context.Context, source string, n int64) (rows []load.RowRange, err error) {
	err = s.deal(ctx, func(ctx context.Context, inner load.Dealer) (err error) {
		rows, err = inner.Yield(ctx, source, n)
		return err
	})
	return rows, err
}

// Grant implements load.Dealer.
func (s *session) Grant(ctx context.Context, g load.Grant) error {
	return s.deal(ctx, func(ctx context.Context, inner load.Dealer) error { return inner.Grant(ctx, g) })
}

var errNoDealer = errors.New("the engine deals no rows")

func (s *session) deal(ctx context.Context, f func(ctx context.Context, inner load.Dealer) error) error {
	return s.callLoad(ctx, func(ctx context.Context, inner load.Session) error {
		d, ok := inner.(load.Dealer)
		if !ok {
			return errNoDealer
		}
		return f(ctx, d)
	})
}

// Clock implements load.Session. The engine is on the same machine, so its clock is
// the daemon's.
func (s *session) Clock(ctx context.Context) (time.Time, error) {
	if err := s.t.hear(s); err != nil {
		return time.Time{}, err
	}
	return time.Now(), ctx.Err()
}

// Reports implements load.Session. It is closed after the final report is
// acknowledged.
func (s *session) Reports() <-chan load.Report { return s.reports }

// Ack implements load.Session.
func (s *session) Ack(seq uint64) { s.t.ack(s, seq) }

// Stop implements load.Session.
func (s *session) Stop(now bool) {
	if inner, done, err := s.t.begin(s); err == nil {
		defer done()
		s.t.noteStop()
		inner.Stop(now)
	}
}

// Teardown implements load.Session.
func (s *session) Teardown(ctx context.Context, vars load.Vars) error {
	return s.call(ctx, func(ctx context.Context, inner load.Session) error { return inner.Teardown(ctx, vars) })
}

// Finish implements load.Session. When the load was stopped for silence the daemon
// asks for the last report itself.
func (s *session) Finish(ctx context.Context) error {
	if s.t.isSilent() || s.t.hasFinal() {
		return s.t.hear(s)
	}
	return s.call(ctx, func(ctx context.Context, inner load.Session) error {
		s.t.noteStop()
		return inner.Finish(ctx)
	})
}

// Close implements load.Session. A revoked session's Close does not touch the run.
func (s *session) Close() error {
	s.t.mu.Lock()
	revoked := s.revoked
	s.t.mu.Unlock()
	if !revoked {
		s.t.leave(fmt.Errorf("%w: its master closed it", load.ErrGone))
	}
	return nil
}

// Err implements load.Session.
func (s *session) Err() error {
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	return s.err
}
