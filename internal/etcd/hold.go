package etcd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/locust-http/locust-http/load"
)

// maxClashes is how often a hold is tried again because the keys changed between
// looking and taking.
const maxClashes = 20

// Hold takes all of the workers for a run in one transaction, or none. ErrHeld names
// the others' holds. Holding again for the same run takes over its own holds, so a
// restarted master gets back what it had. ctx bounds the taking only: the hold is
// kept, and taken again when etcd lost it, until release, which returns within a few
// seconds and may be called twice. A hold that somebody deleted by hand stays
// deleted.
func (r *Registry) Hold(ctx context.Context, run string, workers []string) (release func(), err error) {
	h, err := r.newHold(run, workers)
	if err != nil {
		return nil, fmt.Errorf("hold workers for run %.100q: %w", run, err)
	}
	work, done, err := r.use(ctx)
	if err != nil {
		return nil, fmt.Errorf("hold workers for run %s: %w", run, err)
	}
	// The hold outlives ctx, which only bounds the taking: it ends with stop or with
	// the registry.
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	unbind := context.AfterFunc(r.ctx, stop)
	end := func() { unbind(); stop(); done() }
	l, err := h.take(work, life)
	if err != nil {
		end()
		return nil, fmt.Errorf("hold workers for run %s: %w", run, r.explain(err))
	}
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		defer end() // the registry's Close waits for the keys to be off
		h.keep(life, l)
	}()
	return func() { stop(); <-kept }, nil
}

type hold struct {
	r    *Registry
	run  string
	keys []string
}

func (r *Registry) newHold(run string, workers []string) (*hold, error) {
	if checkID(run) != nil {
		return nil, errors.New("this cannot be the id of a run")
	}
	if len(workers) == 0 {
		return nil, errors.New("no workers were named")
	}
	h := &hold{r: r, run: run}
	for _, w := range workers {
		if err := checkID(w); err != nil {
			return nil, err
		}
		h.keys = append(h.keys, r.cfg.Prefix+"holds/"+w)
	}
	slices.Sort(h.keys)
	h.keys = slices.Compact(h.keys)
	return h, nil
}

// take is one try: ctx bounds it, life the lease.
func (h *hold) take(ctx, life context.Context) (*lease, error) {
	l, err := h.r.newLeaseFor(ctx, life)
	if err != nil {
		h.r.note("hold workers", err)
		return nil, err
	}
	if err := h.write(ctx, l.id); err != nil {
		l.close()
		if !errors.Is(err, load.ErrHeld) {
			h.r.note("hold workers", err)
		}
		return nil, err
	}
	h.r.note("hold workers", nil)
	return l, nil
}

// write puts all keys in one transaction, which fails when one of them is not as it
// was last seen: absent at first.
func (h *hold) write(ctx context.Context, id clientv3.LeaseID) error {
	seen := make([]int64, len(h.keys)) // ModRevision; 0: absent
	for range maxClashes {
		resp, err := h.try(ctx, id, seen)
		if err != nil || resp.Succeeded {
			return explainTxn(err, len(h.keys))
		}
		if err := h.look(resp, seen); err != nil {
			return err
		}
	}
	return fmt.Errorf("%w: they changed hands all the time", load.ErrHeld)
}

func (h *hold) try(ctx context.Context, id clientv3.LeaseID, seen []int64) (resp *clientv3.TxnResponse, err error) {
	cmps := make([]clientv3.Cmp, len(h.keys))
	puts := make([]clientv3.Op, len(h.keys))
	gets := make([]clientv3.Op, len(h.keys))
	for i, k := range h.keys {
		cmps[i] = clientv3.Compare(clientv3.ModRevision(k), "=", seen[i])
		puts[i] = clientv3.OpPut(k, h.run, clientv3.WithLease(id))
		gets[i] = clientv3.OpGet(k)
	}
	err = within(ctx, requestTimeout, func(ctx context.Context) (err error) {
		resp, err = h.r.client.Txn(ctx).If(cmps...).Then(puts...).Else(gets...).Commit()
		return err
	})
	return resp, err
}

// look reads what a failed transaction saw. It is ErrHeld when another run is there.
func (h *hold) look(resp *clientv3.TxnResponse, seen []int64) error {
	var others []string
	for i, k := range h.keys {
		seen[i] = 0
		kvs := resp.Responses[i].GetResponseRange().Kvs
		if len(kvs) == 0 {
			continue
		}
		seen[i] = kvs[0].ModRevision
		if run := string(kvs[0].Value); run != h.run {
			worker := strings.TrimPrefix(k, h.r.cfg.Prefix+"holds/")
			others = append(others, fmt.Sprintf("%s by run %.64s", worker, run))
		}
	}
	if len(others) == 0 {
		return nil
	}
	const shown = 5
	if n := len(others) - shown; n > 0 {
		others = append(others[:shown], fmt.Sprintf("and %d more", n))
	}
	return fmt.Errorf("%w: %s", load.ErrHeld, strings.Join(others, ", "))
}

func explainTxn(err error, n int) error {
	if errors.Is(err, rpctypes.ErrTooManyOps) {
		return fmt.Errorf("%d workers are more than this etcd takes at once: raise its --max-txn-ops: %w", n, err)
	}
	return err
}

// keep waits for the end of life and gives the lease back; when etcd loses it, it
// takes the workers again, if nobody else has.
func (h *hold) keep(life context.Context, l *lease) {
	for {
		select {
		case <-l.lost:
		case <-life.Done():
		}
		l.close()
		if life.Err() != nil {
			return
		}
		h.r.log.Warn("etcd lost the hold of a run; taking it again", "run", h.run)
		if l = h.retake(life); l == nil {
			return
		}
	}
}

// retake is nil when life ended.
func (h *hold) retake(life context.Context) *lease {
	var b pause
	warned := false
	for b.wait(life) {
		l, err := h.take(life, life)
		if err == nil {
			return l
		}
		if errors.Is(err, load.ErrHeld) && !warned {
			warned = true
			h.r.log.Warn("another run took the workers meanwhile; the run goes on", "run", h.run, "error", err)
		}
	}
	return nil
}
