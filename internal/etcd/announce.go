package etcd

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/locust-http/locust-http/load"
)

// ErrDuplicateID means that another, living worker has the same id.
var ErrDuplicateID = errors.New("another worker has the same id")

// Announce keeps n listed until ctx ends, then takes it off and returns nil. Losses
// of etcd, of the lease or of the key are made good as soon as etcd answers.
//
// A key that a predecessor left (same id, host and address) is taken over at once.
// Of two living workers with one id the second gets ErrDuplicateID after one TTL and
// a half, which is long enough for a dead one's key to go. Once listed, a worker
// never gets that error: it may be in the middle of a run, and goes on trying.
func (r *Registry) Announce(ctx context.Context, n load.Node) error {
	instance := rand.Text()
	value, err := encodeNode(n, instance)
	if err != nil {
		return err
	}
	ctx, done, err := r.use(ctx)
	if errors.Is(err, errClosed) {
		return fmt.Errorf("announce worker %s: %w", n.ID, err)
	}
	if err != nil {
		return nil // ctx ended before there was an etcd to announce to
	}
	defer done()
	a := announcement{r: r, node: n, key: r.cfg.Prefix + "workers/" + n.ID, value: value, instance: instance}
	return a.run(ctx)
}

// announcement is one worker's key. Owned by the goroutine that runs Announce.
type announcement struct {
	r        *Registry
	node     load.Node
	key      string
	value    string
	instance string

	listed bool      // it was, once
	rival  time.Time // since when another has the id; zero: none has
}

func (a *announcement) run(ctx context.Context) error {
	var b pause
	for {
		began := time.Now()
		err := a.keepListed(ctx)
		if ctx.Err() != nil {
			return nil
		}
		var other *rivalError
		if errors.As(err, &other) {
			if err := a.meet(other); err != nil {
				return err
			}
		} else {
			a.rival = time.Time{}
			a.r.note("announce worker "+a.node.ID, err)
		}
		if time.Since(began) > maxBackoff {
			b = pause{}
		}
		if !b.wait(ctx) {
			return nil
		}
	}
}

// meet decides what a rival means: wait for its key to go, or give up.
func (a *announcement) meet(other *rivalError) error {
	if a.rival.IsZero() {
		a.rival = time.Now()
		a.r.log.Warn("another worker has this worker's id; waiting for it to go", "worker", a.node.ID, "other", other.node.Address, "host", other.node.Host)
	}
	if a.listed || time.Since(a.rival) < a.r.cfg.TTL*3/2 {
		return nil
	}
	return fmt.Errorf("announce worker %s: %w: %s on host %s, started %s; give one of them another id",
		a.node.ID, ErrDuplicateID, other.node.Address, other.node.Host, other.node.Started.Format(time.RFC3339))
}

// rivalError is a key that belongs to another process.
type rivalError struct{ node load.Node }

func (e *rivalError) Error() string { return "the id is taken by " + e.node.Address }

// keepListed registers the worker and returns when the key or the lease is lost, or
// ctx ends; then the key is off.
func (a *announcement) keepListed(ctx context.Context) error {
	l, err := a.r.newLease(ctx)
	if err != nil {
		return err
	}
	defer l.close()
	rev, err := a.register(ctx, l.id)
	if err != nil {
		return err
	}
	a.r.note("announce", nil)
	if !a.listed {
		a.r.log.Info("worker is listed", "worker", a.node.ID, "address", a.node.Address)
	}
	a.listed, a.rival = true, time.Time{}
	return a.guard(ctx, l, rev)
}

// register writes the key if it is free, ours, or a predecessor's. It returns the
// revision of the write.
func (a *announcement) register(ctx context.Context, id clientv3.LeaseID) (rev int64, err error) {
	err = within(ctx, requestTimeout, func(ctx context.Context) error {
		cli := a.r.client
		put := clientv3.OpPut(a.key, a.value, clientv3.WithLease(id))
		resp, err := cli.Txn(ctx).
			If(clientv3.Compare(clientv3.CreateRevision(a.key), "=", 0)).
			Then(put).Else(clientv3.OpGet(a.key)).Commit()
		if err != nil || resp.Succeeded {
			rev = revisionOf(resp)
			return err
		}
		kvs := resp.Responses[0].GetResponseRange().Kvs
		if len(kvs) == 0 {
			return errors.New("the key went away while it was read")
		}
		if err := a.mayReplace(kvs[0].Value); err != nil {
			return err
		}
		resp, err = cli.Txn(ctx).
			If(clientv3.Compare(clientv3.ModRevision(a.key), "=", kvs[0].ModRevision)).
			Then(put).Commit()
		if err == nil && !resp.Succeeded {
			err = errors.New("the key changed while it was taken over")
		}
		rev = revisionOf(resp)
		return err
	})
	return rev, err
}

func revisionOf(resp *clientv3.TxnResponse) int64 {
	if resp == nil {
		return 0
	}
	return resp.Header.Revision
}

// mayReplace is nil when the key's value is ours, a predecessor's, or garbage.
func (a *announcement) mayReplace(value []byte) error {
	n, instance, err := decodeNode(a.node.ID, value)
	if err != nil || instance == a.instance {
		return nil
	}
	if n.Address == a.node.Address && n.Host == a.node.Host {
		return nil // one address has one listener, and that is us
	}
	return &rivalError{n}
}

// guard returns when the key is not as it was written, or the lease is lost.
func (a *announcement) guard(ctx context.Context, l *lease, rev int64) error {
	w := clientv3.NewWatcher(a.r.client)
	defer w.Close()
	events := w.Watch(clientv3.WithRequireLeader(ctx), a.key, clientv3.WithRev(rev+1))
	// A wiped etcd counts its revisions anew, and a watch would wait for ours to come
	// round: the key is also read once in a while.
	audit := time.NewTicker(a.r.auditEvery())
	defer audit.Stop()
	for {
		select {
		case resp, ok := <-events:
			if err := resp.Err(); err != nil {
				return fmt.Errorf("watch the key: %w", err)
			}
			if !ok {
				return errors.New("the watch on the key ended")
			}
			for _, e := range resp.Events {
				if e.Type == clientv3.EventTypeDelete || !bytes.Equal(e.Kv.Value, []byte(a.value)) {
					return errors.New("the key was deleted or overwritten")
				}
			}
		case <-audit.C:
			if err := a.audit(ctx, l.id); err != nil {
				return err
			}
		case <-l.lost:
			return errors.New("the lease was lost")
		case <-ctx.Done():
			return nil
		}
	}
}

// audit is an error when etcd answers that the key is not there under our lease. An
// etcd that does not answer is left to the lease.
func (a *announcement) audit(ctx context.Context, id clientv3.LeaseID) error {
	var resp *clientv3.GetResponse
	err := within(ctx, requestTimeout, func(ctx context.Context) (err error) {
		resp, err = a.r.client.Get(ctx, a.key)
		return err
	})
	if ctx.Err() != nil {
		return nil
	}
	a.r.note("read the key of worker "+a.node.ID, err)
	if err == nil && (len(resp.Kvs) == 0 || resp.Kvs[0].Lease != int64(id)) {
		return errors.New("the key was gone")
	}
	return nil
}
