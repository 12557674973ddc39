package etcd

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/locust-http/locust-http/load"
)

// Watch sends the whole set of workers, sorted by id, at once and at every change,
// until ctx ends; then it returns nil. It does not close nodes. A slow receiver gets
// the newest set only, and what was sent may be kept by it. While etcd is away the
// last set stands.
func (r *Registry) Watch(ctx context.Context, nodes chan<- []load.Node) error {
	ctx, done, err := r.use(ctx)
	if errors.Is(err, errClosed) {
		return err
	}
	if err != nil {
		return nil
	}
	defer done()
	newest := make(chan []load.Node, 1)
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		v := &view{r: r, prefix: r.cfg.Prefix + "workers/", newest: newest}
		v.run(ctx)
	}()
	forward(ctx, newest, nodes)
	<-finished
	return nil
}

// forward hands sets on, replacing one that is not taken yet by a newer one.
func forward(ctx context.Context, newest <-chan []load.Node, nodes chan<- []load.Node) {
	var set []load.Node
	var out chan<- []load.Node // nil while there is nothing to send
	for {
		select {
		case set = <-newest:
			out = nodes
		case out <- set:
			out = nil
		case <-ctx.Done():
			return
		}
	}
}

// view is what one Watch knows. Owned by one goroutine.
type view struct {
	r      *Registry
	prefix string
	newest chan []load.Node // one place: the newest set

	known     map[string]listed // by key
	published []load.Node
	sent      bool
}

// listed is one key as it was last seen. bad is set for what is no worker.
type listed struct {
	node  load.Node
	mod   int64 // revision and lease identify the write, also across a wipe
	lease int64
	bad   bool
}

func (v *view) run(ctx context.Context) {
	var b pause
	for ctx.Err() == nil {
		began := time.Now()
		err := v.follow(ctx)
		if ctx.Err() != nil {
			return
		}
		if !errors.Is(err, errStale) {
			v.r.note("watch workers", err)
		}
		if time.Since(began) > maxBackoff {
			b = pause{}
		}
		b.wait(ctx)
	}
}

// errStale: what we know is not what etcd has; list again.
var errStale = errors.New("the list is out of date")

// follow lists, then watches from that revision on, until something breaks.
func (v *view) follow(ctx context.Context) error {
	rev, err := v.list(ctx)
	if err != nil {
		return err
	}
	w := clientv3.NewWatcher(v.r.client)
	defer w.Close()
	events := w.Watch(clientv3.WithRequireLeader(ctx), v.prefix, clientv3.WithPrefix(), clientv3.WithRev(rev+1))
	// A watch that was resumed on a wiped etcd waits in silence for a revision that
	// is long past: keys and revisions are compared once in a while.
	audit := time.NewTicker(v.r.auditEvery())
	defer audit.Stop()
	for {
		select {
		case resp, ok := <-events:
			if err := resp.Err(); err != nil { // compaction among others
				return err
			}
			if !ok {
				return errors.New("the watch ended")
			}
			v.apply(resp.Events)
		case <-audit.C:
			if err := v.audit(ctx); err != nil {
				return err
			}
		case <-ctx.Done():
			return nil
		}
	}
}

func (v *view) get(ctx context.Context, opts ...clientv3.OpOption) (resp *clientv3.GetResponse, err error) {
	opts = append(opts, clientv3.WithPrefix(), clientv3.WithLimit(maxNodes))
	err = within(ctx, requestTimeout, func(ctx context.Context) (err error) {
		resp, err = v.r.client.Get(ctx, v.prefix, opts...)
		return err
	})
	return resp, err
}

func (v *view) list(ctx context.Context) (rev int64, err error) {
	resp, err := v.get(ctx)
	if err != nil {
		return 0, fmt.Errorf("list workers: %w", err)
	}
	v.r.note("list workers", nil)
	if resp.More {
		v.r.log.Warn("etcd has more workers than are looked at", "limit", maxNodes, "count", resp.Count)
	}
	known := make(map[string]listed, len(resp.Kvs))
	for _, kv := range resp.Kvs {
		known[string(kv.Key)] = v.read(kv)
	}
	v.known = known
	v.publish()
	return resp.Header.Revision, nil
}

// read decodes a key. What is no worker is logged when it is new.
func (v *view) read(kv *mvccpb.KeyValue) listed {
	key := string(kv.Key)
	l := listed{mod: kv.ModRevision, lease: kv.Lease}
	n, _, err := decodeNode(strings.TrimPrefix(key, v.prefix), kv.Value)
	if err == nil {
		l.node = n
		return l
	}
	l.bad = true
	if old := v.known[key]; old.mod != l.mod || old.lease != l.lease {
		v.r.log.Warn("ignored a key that is no worker", "key", fmt.Sprintf("%.200q", key), "why", err)
	}
	return l
}

func (v *view) apply(events []*clientv3.Event) {
	for _, e := range events {
		if e.Type == clientv3.EventTypeDelete {
			delete(v.known, string(e.Kv.Key))
		} else if len(v.known) < maxNodes || v.known[string(e.Kv.Key)].mod != 0 {
			v.known[string(e.Kv.Key)] = v.read(e.Kv)
		}
	}
	if len(events) > 0 {
		v.publish()
	}
}

// audit compares which writes etcd has with those that we know.
func (v *view) audit(ctx context.Context) error {
	resp, err := v.get(ctx, clientv3.WithKeysOnly())
	if ctx.Err() != nil {
		return nil
	}
	v.r.note("watch workers", err)
	if err != nil {
		return nil // the watch goes on by itself when etcd is back; the next audit will tell
	}
	if len(resp.Kvs) != len(v.known) {
		return errStale
	}
	for _, kv := range resp.Kvs {
		if l, ok := v.known[string(kv.Key)]; !ok || l.mod != kv.ModRevision || l.lease != kv.Lease {
			return errStale
		}
	}
	return nil
}

// publish offers the set when it is another than the last one.
func (v *view) publish() {
	set := make([]load.Node, 0, len(v.known))
	bad := 0
	for _, key := range slices.Sorted(maps.Keys(v.known)) {
		if l := v.known[key]; l.bad {
			bad++
		} else {
			set = append(set, l.node)
		}
	}
	v.r.ignored.Store(int64(bad))
	if v.sent && reflect.DeepEqual(set, v.published) {
		return
	}
	v.sent, v.published = true, set
	select {
	case <-v.newest: // nobody saw it
	default:
	}
	v.newest <- slices.Clone(set)
}
