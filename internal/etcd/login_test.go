package etcd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	"github.com/locust-http/locust-http/load"
)

// loginClient is etcd's own, logged in as root. It is of no use after a restart of
// the server: etcd's client does not find back into an etcd 3.4 by itself.
func loginClient(t *testing.T, endpoint string) *clientv3.Client {
	t.Helper()
	var c *clientv3.Client
	eventually(t, "root may log in", func() (ok bool) {
		var err error
		c, err = clientv3.New(clientv3.Config{Endpoints: []string{endpoint}, Username: "root", Password: "root's",
			DialTimeout: loginTimeout, Logger: zap.NewNop()})
		return err == nil
	})
	t.Cleanup(func() { c.Close() })
	return c
}

// guarded makes x ask for a password, and fleet a user who may use our prefix only.
func (x *external) guarded() {
	x.t.Helper()
	c := rawClient(x.t, x.endpoint)
	ctx := bounded(x.t)
	perm := clientv3.PermissionType(clientv3.PermReadWrite)
	_, err := c.UserAdd(ctx, "root", "root's")
	for _, step := range []func() error{
		func() error { _, err := c.UserGrantRole(ctx, "root", "root"); return err },
		func() error { _, err := c.UserAdd(ctx, "fleet", "fleet's"); return err },
		func() error { _, err := c.RoleAdd(ctx, "fleet"); return err },
		func() error {
			_, err := c.RoleGrantPermission(ctx, "fleet", DefaultPrefix, clientv3.GetPrefixRangeEnd(DefaultPrefix), perm)
			return err
		},
		func() error { _, err := c.UserGrantRole(ctx, "fleet", "fleet"); return err },
		func() error { _, err := c.AuthEnable(ctx); return err },
	} {
		if err == nil {
			err = step()
		}
	}
	if err != nil {
		x.t.Fatal(err)
	}
}

func asFleet(c *Config) { c.User, c.Password = "fleet", "fleet's" }

// logins is how often somebody has logged in, or tried, since the server started.
func (x *external) logins() (n, unauthenticated int) {
	x.t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get("http://" + x.endpoint + "/metrics")
	if err != nil {
		x.t.Fatal(err)
	}
	defer resp.Body.Close()
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		series, value, _ := strings.Cut(lines.Text(), "} ")
		if strings.HasPrefix(series, "grpc_server_handled_total") && strings.Contains(series, `"Authenticate"`) {
			v, err := strconv.ParseFloat(value, 64)
			if err != nil {
				x.t.Fatal(err)
			}
			n += int(v)
			if strings.Contains(series, `"Unauthenticated"`) {
				unauthenticated += int(v)
			}
		}
	}
	return n, unauthenticated
}

// etcd forgets all logins when it restarts. Version 3.4 even refuses a new login that
// comes with the old token.
func TestLoginOutlivesARestart(t *testing.T) {
	t.Parallel()
	x := startExternal(t)
	x.guarded()
	r := open(t, x.endpoint, asFleet)
	announce(t, r, node("w-1"))
	w := startWatch(t, r)
	w.until("w-1")
	release, err := r.Hold(bounded(t), "run-1", []string{"w-1"})
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	for range 3 {
		x.stop() // no goodbye: SIGKILL
		x.start()
		began := time.Now()
		raw := loginClient(t, x.endpoint)
		// Each of the three must be able to write anew.
		worker, hold := DefaultPrefix+"workers/w-1", DefaultPrefix+"holds/w-1"
		before := map[string]clientv3.LeaseID{}
		for _, key := range []string{worker, hold} {
			resp, err := raw.Get(bounded(t), key)
			if err != nil || len(resp.Kvs) != 1 {
				continue // it ran out meanwhile, on a slow machine
			}
			before[key] = clientv3.LeaseID(resp.Kvs[0].Lease)
			if _, err := raw.Revoke(bounded(t), before[key]); err != nil && !errors.Is(err, rpctypes.ErrLeaseNotFound) {
				t.Fatal(err)
			}
		}
		for _, key := range []string{worker, hold} {
			eventually(t, key+" is written again", func() bool {
				resp, err := raw.Get(bounded(t), key)
				return err == nil && len(resp.Kvs) == 1 && clientv3.LeaseID(resp.Kvs[0].Lease) != before[key]
			})
		}
		stop := announce(t, r, node("x-9"))
		w.until("w-1", "x-9")
		stop()
		w.until("w-1")
		if _, err := r.Hold(bounded(t), "run-2", []string{"w-1"}); !errors.Is(err, load.ErrHeld) {
			t.Errorf("a second hold: %v", err)
		}
		// Every stream logs in, and every request that is refused does once.
		n, bad := x.logins()
		t.Logf("all was back after %v, with %d logins", time.Since(began), n)
		if n > 60 || bad > 0 {
			t.Errorf("%d logins for one restart, %d of them with an old token", n, bad)
		}
	}
}

// A password may be asked for from one moment to the next, and no longer.
func TestLoginFollowsTheServersMind(t *testing.T) {
	t.Parallel()
	x := startExternal(t)
	r := open(t, x.endpoint, asFleet)
	announce(t, r, node("w-1"))
	w := startWatch(t, r)
	w.until("w-1")
	x.guarded()
	announce(t, r, node("w-2"))
	w.until("w-1", "w-2")
	eventually(t, "the trouble is over", func() bool { return r.Err() == nil })
	if n, _ := x.logins(); n == 0 {
		t.Error("nobody logged in: this test tests nothing")
	}
	if _, err := loginClient(t, x.endpoint).AuthDisable(bounded(t)); err != nil {
		t.Fatal(err)
	}
	announce(t, r, node("w-3"))
	w.until("w-1", "w-2", "w-3")
}

func TestWrongPasswordIsSaid(t *testing.T) {
	t.Parallel()
	x := startExternal(t)
	x.guarded()
	r := open(t, x.endpoint, func(c *Config) { c.User, c.Password = "fleet", "a guess" })
	const want = "authentication failed, invalid user ID or password"
	if _, err := r.Hold(bounded(t), "run-1", []string{"w-1"}); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("Hold: %v", err)
	}
	eventually(t, "the registry says it too", func() bool { return r.Err() != nil && strings.Contains(r.Err().Error(), want) })
	if n, _ := x.logins(); n > 20 {
		t.Errorf("%d logins with a wrong password", n)
	}
}

// Nothing there, and something that does not speak our way, must read differently
// from an etcd that is only slow.
func TestUnreachableSaysWhatWasTried(t *testing.T) {
	t.Parallel()
	mute, err := net.Listen("tcp", "127.0.0.1:0") // hangs up, as TLS does on a plain client
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	go func() {
		for {
			c, err := mute.Accept()
			if err != nil {
				return
			}
			c.Close()
		}
	}()
	dead := freeAddress(t)
	for endpoint, wants := range map[string][]string{
		dead:                 {dead, "connection refused", "is etcd running there"},
		mute.Addr().String(): {mute.Addr().String(), "does it want TLS"},
	} {
		for _, user := range []string{"", "fleet"} {
			r := open(t, endpoint, func(c *Config) { c.User, c.Password = user, user })
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			_, err := r.Hold(ctx, "run", []string{"w"})
			cancel()
			eventually(t, "the trouble shows", func() bool { return r.Err() != nil && r.Err() != errNeverReached })
			for _, err := range []error{err, r.Err()} {
				for _, want := range wants {
					if !strings.Contains(fmt.Sprint(err), want) {
						t.Errorf("user %q: %v\nwant %q in it", user, err, want)
					}
				}
				t.Log(err)
			}
		}
	}
}

// The callers say what they were doing; it must not be said twice.
func TestClosedBeforeEtcdWasReached(t *testing.T) {
	t.Parallel()
	r := open(t, freeAddress(t), asFleet)
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if err := r.Watch(t.Context(), nil); err != errClosed {
		t.Errorf("Watch: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Watch(ctx, nil); err != nil {
		t.Errorf("Watch whose time is over: %v", err)
	}
}
