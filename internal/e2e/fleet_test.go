package e2e

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
)

// fleet is a master with its workers, each a process of its own.
type fleet struct {
	url  string // of the master
	etcd string // endpoint
}

// startMaster starts a master with the embedded etcd, or with the one at endpoint.
func startMaster(t *testing.T, endpoint string) fleet {
	t.Helper()
	args := []string{"master", "--workspace", t.TempDir(), "--listen", "127.0.0.1:0"}
	if endpoint == "" {
		args = append(args, "--etcd-listen", "127.0.0.1:0")
	} else {
		args = append(args, "--etcd", endpoint)
	}
	m := start(t, args...)
	rest := m.says("master serves ")
	url, _, _ := strings.Cut(rest, "/api/v1")
	_, endpoint, _ = strings.Cut(rest, "etcd ")
	return fleet{url: url, etcd: endpoint}
}

// startWorker starts a worker, and says where it listens.
func (f fleet) startWorker(t *testing.T, args ...string) (address string) {
	t.Helper()
	w := start(t, append([]string{"worker", "--etcd", f.etcd, "--listen", "127.0.0.1:0"}, args...)...)
	address, _, _ = strings.Cut(w.says("serves on "), ",")
	return address
}

// run runs a plan on all of n workers.
func (f fleet) run(t *testing.T, plan string, n int) (*process, string) {
	t.Helper()
	f.awaitWorkers(t, n)
	out := filepath.Join(t.TempDir(), "result.json")
	return start(t, "run", writePlan(t, plan), "--master", f.url, "--workers", strconv.Itoa(n), "--out", out), out
}

// externalEtcd starts Debian's etcd and returns its endpoint.
func externalEtcd(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("etcd")
	if err != nil {
		t.Fatal("etcd is missing: apt-get install etcd-server")
	}
	client, peer := freePort(t), freePort(t)
	cmd := exec.Command(path, "--data-dir", t.TempDir(), "--name", "e2e", "--log-level", "error",
		"--listen-client-urls", "http://"+client, "--advertise-client-urls", "http://"+client,
		"--listen-peer-urls", "http://"+peer, "--initial-advertise-peer-urls", "http://"+peer,
		"--initial-cluster", "e2e=http://"+peer)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return client
}

// freePort is an address that was free a moment ago: etcd cannot be given port 0.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestFleetCounts(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"embedded", "external"} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			endpoint := ""
			if where == "external" {
				endpoint = externalEtcd(t)
			}
			f := startMaster(t, endpoint)
			for range 3 {
				f.startWorker(t)
			}
			// One after the other: the workers are the same.
			for model, plan := range map[string]string{"users": usersPlan, "arrivals": arrivalsPlan} {
				t.Run(model, func(t *testing.T) {
					site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
					p, out := f.run(t, fmt.Sprintf(plan, site.URL), 3)
					code := p.wait()
					r := readResult(t, out)
					if code != 0 || r.State != load.StateCompleted || r.Degraded || len(r.Workers) != 3 {
						t.Errorf("exit %d, state %s: %s, degraded %v, %d workers", code, r.State, r.Reason, r.Degraded, len(r.Workers))
					}
					account(t, r, site.Log.Seen())
					graceful(t, r)
					enough(t, r, 200)
					var requests int64
					for _, w := range r.Workers {
						enoughOf(t, w)
						requests += w.Requests
					}
					if model == "users" {
						usersRows(t, r)
					}
				})
			}
		})
	}
}

func enoughOf(t *testing.T, w load.WorkerResult) {
	t.Helper()
	if w.Requests < 10 || w.Lost {
		t.Errorf("worker %+v took no proper part", w)
	}
}

func TestFleetStopInRamp(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
	f := startMaster(t, "")
	for range 3 {
		f.startWorker(t)
	}
	plan := strings.Replace(usersPlan, "load: {users: 20, spawn_rate: 20, duration: 3s}", "load: {users: 300, spawn_rate: 10, duration: 10m}", 1)
	p, out := f.run(t, fmt.Sprintf(plan, site.URL), 3)
	p.until("some load", func() bool { return site.Log.Seen() > 60 })
	p.interrupt()
	if code := p.wait(); code != 130 {
		t.Errorf("exit %d, want 130", code)
	}
	r := readResult(t, out)
	if r.State != load.StateStopped {
		t.Errorf("state %s: %s", r.State, r.Reason)
	}
	account(t, r, site.Log.Seen())
	graceful(t, r)
}

// The connection between the master and each worker breaks twice during the run, for
// long enough that reports pile up; nothing is lost and nothing counted twice.
func TestFleetConnectionCut(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
	f := startMaster(t, "")
	var proxies []*proxy
	for range 2 {
		x := startProxy(t)
		x.target(f.startWorker(t, "--advertise", x.Addr, "--id", "behind-"+x.Addr))
		proxies = append(proxies, x)
	}
	plan := strings.Replace(usersPlan, "duration: 3s", "duration: 9s", 1)
	p, out := f.run(t, fmt.Sprintf(plan, site.URL), 2)
	p.until("some load", func() bool { return site.Log.Seen() > 100 })
	for range 2 {
		before := 0
		for _, x := range proxies {
			x.cut()
			before += x.accepted()
		}
		seen := site.Log.Seen()
		p.until("more load without a master", func() bool { return site.Log.Seen() > seen+300 })
		for _, x := range proxies {
			x.restore()
		}
		p.until("the master's return", func() bool {
			now := 0
			for _, x := range proxies {
				now += x.accepted()
			}
			return now >= before+2
		})
	}
	code := p.wait()
	r := readResult(t, out)
	if code != 0 || r.State != load.StateCompleted {
		t.Errorf("exit %d, state %s: %s", code, r.State, r.Reason)
	}
	account(t, r, site.Log.Seen())
	graceful(t, r)
	usersRows(t, r)
}

// awaitWorkers waits until the master sees n workers.
func (f fleet) awaitWorkers(t *testing.T, n int) {
	t.Helper()
	eventually(t, fmt.Sprintf("%d workers at the master", n), func() bool { return f.ready(t) >= n })
}

// ready is how many workers the master could use now.
func (f fleet) ready(t *testing.T) (n int) {
	t.Helper()
	res, err := http.Get(f.url + "/api/v1/workers")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var list []struct{ State string }
	if err := json.NewDecoder(res.Body).Decode(&list); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("GET /workers: %s, %v", res.Status, err)
	}
	for _, w := range list {
		if w.State == "ready" {
			n++
		}
	}
	return n
}
