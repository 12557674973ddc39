package fleet

import (
	"context"
	"errors"
	"time"

	"github.com/locust-http/locust-http/load"
)

const (
	// abandonedFor is how long a worker must have heard nothing of a run's master before the
	// run is given up: who is there is heard more often.
	abandonedFor = 3 * time.Second
	// formerGrace is that of a run that was taken over to be given up, should this master end
	// in between.
	formerGrace = 10 * time.Second
)

// former are the runs that the master's process before this one conducted.
type former struct {
	runs  map[string]bool
	epoch uint64 // of this master: newer than theirs
}

// Disown names runs that this master conducted before it was started anew, and that nobody
// will come back to. A worker that still has one, and does not hear of its master, is told
// to give it up: else it would keep the worker for its grace.
func (f *Fleet) Disown(runs []string, epoch uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.former = former{map[string]bool{}, epoch}
	for _, run := range runs {
		f.former.runs[run] = true
	}
}

// disowned is the run that n is to give up, once; empty: there is none. Called with mu held.
func (f *Fleet) disowned(n *node) string {
	t := n.tenant
	if t == nil || !f.former.runs[t.run] || t.silent < abandonedFor || n.relieved == t.run {
		return ""
	}
	n.relieved = t.run
	return t.run
}

// relieve makes a worker give up a run: the newer master takes it over, and closes it.
func (f *Fleet) relieve(ctx context.Context, n *node, conn Connection, run string) {
	ctx, cancel := context.WithTimeout(ctx, probeEvery)
	defer cancel()
	f.mu.Lock()
	job := load.Job{Run: run, Epoch: f.former.epoch, Worker: n.ID, Grace: formerGrace}
	f.mu.Unlock()
	s, err := conn.Prepare(ctx, job)
	if err == nil {
		err = s.Close()
	}
	switch {
	case err == nil:
		f.log.Info("a worker gives up a run that the master conducted before it was started anew", "worker", n.ID, "run", run)
	case !errors.Is(err, load.ErrGone): // then it has ended meanwhile
		f.log.Warn("a worker keeps a run of before this master was started for its grace", "worker", n.ID, "run", run, "error", err)
	}
}
