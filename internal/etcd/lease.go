package etcd

import (
	"context"
	"fmt"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// lease is a lease of etcd that is kept alive. It has a lessor of its own, because
// etcd's client gives up a lessor for good in some failures.
type lease struct {
	id     clientv3.LeaseID
	lost   chan struct{} // closed when the lease ran out or etcd denies it
	lessor clientv3.Lease
	cancel context.CancelFunc
	done   chan struct{} // the keeper has ended
}

// newLease asks etcd for a lease and keeps it until close, ctx's end, or its loss.
func (r *Registry) newLease(ctx context.Context) (*lease, error) { return r.newLeaseFor(ctx, ctx) }

// newLeaseFor asks for a lease within ctx and keeps it for life.
func (r *Registry) newLeaseFor(ctx, life context.Context) (*lease, error) {
	l := &lease{lessor: clientv3.NewLease(r.client), lost: make(chan struct{}), done: make(chan struct{})}
	err := within(ctx, requestTimeout, func(ctx context.Context) error {
		resp, err := l.lessor.Grant(ctx, int64((r.cfg.TTL+time.Second-1)/time.Second))
		if err == nil {
			l.id = resp.ID
		}
		return err
	})
	if err != nil {
		l.lessor.Close()
		return nil, fmt.Errorf("ask for a lease: %w", err)
	}
	life, l.cancel = context.WithCancel(life)
	answers, err := l.lessor.KeepAlive(life, l.id)
	if err != nil {
		l.cancel()
		l.revoke()
		return nil, fmt.Errorf("keep the lease alive: %w", err)
	}
	go l.keep(r, answers)
	return l, nil
}

// keep takes the answers until the channel is closed: that is how etcd's client says
// that the lease is lost.
func (l *lease) keep(r *Registry, answers <-chan *clientv3.LeaseKeepAliveResponse) {
	defer close(l.done)
	defer close(l.lost)
	for range answers {
		r.note("keep a lease alive", nil)
	}
}

// close gives the lease back, and with it the keys that are under it, and waits for
// the keeper. It takes at most 2 s: without an etcd the lease runs out by itself.
func (l *lease) close() {
	l.cancel()
	l.revoke()
	<-l.done
}

func (l *lease) revoke() {
	_ = within(context.Background(), farewell, func(ctx context.Context) error {
		_, err := l.lessor.Revoke(ctx, l.id)
		return err // a lease that cannot be revoked ends with its TTL
	})
	l.lessor.Close()
}

// auditEvery is how often what etcd has is compared with what we believe.
func (r *Registry) auditEvery() time.Duration { return min(r.cfg.TTL/4, 2500*time.Millisecond) }
