package proto

import (
	"context"
	"errors"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

// maxOutcomes bounds the commands of a session that are under way, or answered
// without the caller having confirmed it.
const maxOutcomes = 256

// commandKey names a command: numbers are those of one caller's session.
type commandKey struct{ client, id uint64 }

// outcome is a command that was taken on. A command that comes again, because its
// answer was lost, finds it here and is not carried out again.
type outcome struct {
	answer *pb.Answer // nil: under way
	cancel context.CancelFunc
}

type outcomes map[commandKey]*outcome

// settle forgets what the caller has confirmed.
func (o outcomes) settle(client, below uint64) {
	for k := range o {
		if k.client == client && k.id < below {
			delete(o, k)
		}
	}
}

// keepOnly forgets the answers for all other callers: they are gone.
func (o outcomes) keepOnly(client uint64) {
	for k, v := range o {
		if k.client != client && v.answer != nil {
			delete(o, k)
		}
	}
}

// take carries out a command, or answers at once what came of it when it was here
// before.
func (h *held) take(a *attachment, cmd *pb.Command) {
	key := commandKey{a.client, cmd.GetId()}
	h.mu.Lock()
	if h.at != a || h.closed {
		h.mu.Unlock()
		return
	}
	h.outcomes.settle(a.client, cmd.GetSettled())
	known := h.outcomes[key]
	if known != nil {
		answer := known.answer
		h.mu.Unlock()
		if answer != nil {
			a.answer(answer)
		}
		return
	}
	if len(h.outcomes) >= maxOutcomes {
		h.mu.Unlock()
		a.answer(failed(key.id, errors.New("too many commands at once")))
		return
	}
	ctx, cancel := commandContext(h.ctx, cmd.GetTimeout())
	inner := h.inner
	o := &outcome{cancel: cancel}
	h.outcomes[key] = o
	h.mu.Unlock()

	// Stop returns at once and must not be overtaken by what the caller does next.
	if stop, ok := cmd.GetBody().(*pb.Command_Stop); ok {
		inner.Stop(stop.Stop)
		h.done(key, o, succeeded(key.id))
		return
	}
	h.s.tasks.Add(1)
	go func() {
		defer h.s.tasks.Done()
		h.done(key, o, execute(ctx, inner, cmd))
	}()
}

func commandContext(parent context.Context, timeout int64) (context.Context, context.CancelFunc) {
	if timeout <= 0 {
		return context.WithCancel(parent)
	}
	return context.WithTimeout(parent, time.Duration(timeout))
}

// done keeps the answer and sends it to whichever stream its caller has now.
func (h *held) done(key commandKey, o *outcome, answer *pb.Answer) {
	o.cancel()
	h.mu.Lock()
	o.answer = answer
	a := h.at
	if a != nil && a.client != key.client {
		delete(h.outcomes, key) // nobody will ask for it
		a = nil
	}
	h.mu.Unlock()
	if a != nil {
		a.answer(answer)
	}
}

// abandon ends a command whose caller has given up.
func (h *held) abandon(client, id uint64) {
	h.mu.Lock()
	o := h.outcomes[commandKey{client, id}]
	h.mu.Unlock()
	if o != nil {
		o.cancel()
	}
}

func succeeded(id uint64) *pb.Answer {
	return &pb.Answer{Id: id, Outcome: &pb.Answer_Done{Done: &pb.Empty{}}}
}

func failed(id uint64, err error) *pb.Answer {
	return &pb.Answer{Id: id, Outcome: &pb.Answer_Fault{Fault: faultToPB(err)}}
}

func answerOf(id uint64, err error) *pb.Answer {
	if err != nil {
		return failed(id, err)
	}
	return succeeded(id)
}

// warm is nothing for a session that knows no ready users.
func warm(ctx context.Context, inner load.Session, vars *pb.Vars) error {
	w, ok := inner.(load.Warmer)
	if !ok {
		return nil
	}
	v, err := varsFromPB(vars)
	if err != nil {
		return err
	}
	return w.Warm(ctx, v)
}

// execute calls the session.
func execute(ctx context.Context, inner load.Session, cmd *pb.Command) *pb.Answer {
	id := cmd.GetId()
	switch body := cmd.GetBody().(type) {
	case *pb.Command_Setup:
		vars, err := inner.Setup(ctx)
		if err != nil {
			return failed(id, err)
		}
		return &pb.Answer{Id: id, Outcome: &pb.Answer_Vars{Vars: varsToPB(vars)}}
	case *pb.Command_Warm:
		return answerOf(id, warm(ctx, inner, body.Warm))
	case *pb.Command_Go:
		vars, err := varsFromPB(body.Go.GetVars())
		if err != nil {
			return failed(id, err)
		}
		return answerOf(id, inner.Go(ctx, timeFromPB(body.Go.GetT0()), vars))
	case *pb.Command_Change:
		return answerOf(id, inner.Change(ctx, changeFromPB(body.Change)))
	case *pb.Command_Clock:
		now, err := inner.Clock(ctx)
		if err != nil {
			return failed(id, err)
		}
		return &pb.Answer{Id: id, Outcome: &pb.Answer_Time{Time: timeToPB(now)}}
	case *pb.Command_Teardown:
		vars, err := varsFromPB(body.Teardown)
		if err != nil {
			return failed(id, err)
		}
		return answerOf(id, inner.Teardown(ctx, vars))
	case *pb.Command_Finish:
		return answerOf(id, inner.Finish(ctx))
	case *pb.Command_Yield:
		return yield(ctx, inner, id, body.Yield)
	case *pb.Command_Grant:
		return answerOf(id, grant(ctx, inner, body.Grant))
	}
	return failed(id, errors.New("unknown command"))
}

// answerPrepare carries out a prepare command and gives the session to its stream.
func (s *Server) answerPrepare(a *attachment, cmd *pb.Command) {
	defer a.preparing.Store(false)
	job := jobFromPB(cmd.GetPrepare())
	h, err := (*held)(nil), error(nil)
	if job.Run != a.run || job.Epoch != a.epoch {
		err = errors.New("the job is of another run than the connection")
	} else {
		h, err = s.prepare(job, a.client, cmd.GetTimeout())
	}
	if err == nil {
		err = h.attach(a)
	}
	a.answer(answerOf(cmd.GetId(), err))
}

var _ load.Session = (*session)(nil)
