package e2e

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
)

// usersPlan plays everything that counts: a lifecycle, redirects, failures, a step
// that cannot be sent for lack of a variable.
const usersPlan = `
version: 1
base_url: %s
on_failure: continue
setup: [{name: open, request: {url: /items}}]
user_start:
  - {name: login, request: {method: POST, url: /login, json: {user: "u{{$user}}", password: secret}}}
user_stop: [{name: bye, request: {url: /ok}}]
teardown: [{name: close, request: {url: /ok}}]
transactions:
  - name: look
    weight: 3
    think: 0ms..20ms
    steps:
      - {name: list, request: {url: /items}, extract: [{name: item, json: "$.items[*].id", pick: random}]}
      - {name: one, request: {url: "/items/{{item}}"}}
      - {name: moved, request: {url: /r/2}}
  - name: fail
    steps:
      - {name: broken, request: {url: /status/500}}
      - {name: slow, request: {url: "/slow?ms=30"}}
load: {users: 20, spawn_rate: 20, duration: 3s}
thresholds: []
`

const arrivalsPlan = `
version: 1
base_url: %s
transactions:
  - name: one
    steps: [{name: list, request: {url: /items}}, {name: slow, request: {url: "/slow?ms=20"}}]
load: {model: arrivals, max_users: 100, stages: [{target: 100, duration: 2s}, {jump: 40, duration: 1s}]}
`

// runLocal runs a plan in one command and returns its exit code and result.
func runLocal(t *testing.T, plan string, args ...string) (int, *load.Result) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "result.json")
	p := start(t, append([]string{"run", writePlan(t, plan), "--out", out}, args...)...)
	code := p.wait()
	return code, readResult(t, out)
}

func TestLocalCounts(t *testing.T) {
	t.Parallel()
	for _, model := range []string{"users", "arrivals"} {
		for _, workers := range []int{1, 3} {
			t.Run(fmt.Sprintf("%s on %d", model, workers), func(t *testing.T) {
				t.Parallel()
				site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
				plan := map[string]string{"users": usersPlan, "arrivals": arrivalsPlan}[model]
				code, r := runLocal(t, fmt.Sprintf(plan, site.URL), "--workers", strconv.Itoa(workers))
				if code != 0 || r.State != load.StateCompleted {
					t.Errorf("exit %d, state %s: %s", code, r.State, r.Reason)
				}
				account(t, r, site.Log.Seen())
				graceful(t, r)
				enough(t, r, 200)
				if model == "users" {
					usersRows(t, r)
				} else {
					// The area under the ramp 0 → 100 in 2 s and 1 s at 40.
					equal(t, "starts", r.Load[0].Started+r.Load[0].Dropped, 140)
				}
				if len(r.Workers) != workers {
					t.Errorf("%d workers took part", len(r.Workers))
				}
			})
		}
	}
}

// usersRows checks the rows of usersPlan.
func usersRows(t *testing.T, r *load.Result) {
	t.Helper()
	rows := map[string]load.StepResult{}
	for _, s := range r.Steps {
		rows[s.Name] = s
	}
	equal(t, "setups", rows["open"].Requests, 1)
	equal(t, "logins", rows["login"].Requests, 20)
	equal(t, "goodbyes", rows["bye"].Requests, 20)
	equal(t, "teardowns", rows["close"].Requests, 1)
	equal(t, "redirects", r.Redirects, 2*rows["moved"].Requests)
	equal(t, "failures", r.Total.Failures, rows["broken"].Requests)
	equal(t, "failures of broken", rows["broken"].Failures, rows["broken"].Requests)
	equal(t, "moved after one", rows["moved"].Requests, rows["one"].Requests)
}

func TestLocalStopInRamp(t *testing.T) {
	t.Parallel()
	for _, model := range []string{"users", "arrivals"} {
		t.Run(model, func(t *testing.T) {
			t.Parallel()
			site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
			plan := map[string]string{
				"users":    strings.Replace(usersPlan, "load: {users: 20, spawn_rate: 20, duration: 3s}", "load: {users: 200, spawn_rate: 10, duration: 10m}", 1),
				"arrivals": strings.Replace(arrivalsPlan, "{target: 100, duration: 2s}", "{target: 3000, duration: 10m}", 1),
			}[model]
			out := filepath.Join(t.TempDir(), "result.json")
			p := start(t, "run", writePlan(t, fmt.Sprintf(plan, site.URL)), "--out", out)
			p.until("some load", func() bool { return site.Log.Seen() > 30 })
			p.interrupt()
			p.says("stopping; press Ctrl-C again to stop now")
			if code := p.wait(); code != 130 {
				t.Errorf("exit %d, want 130", code)
			}
			r := readResult(t, out)
			if r.State != load.StateStopped {
				t.Errorf("state %s: %s", r.State, r.Reason)
			}
			account(t, r, site.Log.Seen())
			graceful(t, r)
			if !strings.Contains(p.out.String(), "run stopped") {
				t.Error("no summary was printed")
			}
		})
	}
}

// The second Ctrl-C does not wait for what hangs.
func TestLocalStopNow(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
	out := filepath.Join(t.TempDir(), "result.json")
	p := start(t, "run", "--out", out, writePlan(t, fmt.Sprintf(`
version: 1
base_url: %s
defaults: {timeout: 5m}
transactions: [{name: hang, steps: [{name: hang, request: {url: "/slow?ms=300000"}}]}]
load: {users: 3, duration: 10m, graceful_stop: 5m}
`, site.URL)))
	p.until("three requests", func() bool { return site.Log.Seen() == 3 })
	p.interrupt()
	p.says("stopping; press Ctrl-C again to stop now")
	p.interrupt()
	if code := p.wait(); code != 130 {
		t.Errorf("exit %d, want 130", code)
	}
	r := readResult(t, out)
	equal(t, "interrupted", r.Total.Interrupted, 3)
	equal(t, "requests", r.Total.Requests, 0)
	account(t, r, 3)
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
	const plan = "version: 1\nbase_url: %s\n%s\ntransactions: [{name: t, steps: [{name: s, request: {url: %s}}]}]\nload: {users: 1, iterations: 5}\n"
	for name, c := range map[string]struct {
		plan string
		args []string
		want int
	}{
		"fine":                {plan: fmt.Sprintf(plan, site.URL, "", "/ok")},
		"default threshold":   {plan: fmt.Sprintf(plan, site.URL, "", "/status/500"), want: 3},
		"threshold fails":     {plan: fmt.Sprintf(plan, site.URL, "thresholds: [rps > 1000000]", "/ok"), want: 3},
		"no threshold at all": {plan: fmt.Sprintf(plan, site.URL, "thresholds: []", "/status/500")},
		"failed setup":        {plan: fmt.Sprintf(plan, site.URL, "setup: [{name: s, request: {url: /status/500}}]", "/ok"), want: 1},
		"bad plan":            {plan: "version: 1\nbase_ur: x\n", want: 2},
		"bad flag":            {plan: fmt.Sprintf(plan, site.URL, "", "/ok"), args: []string{"--users", "none"}, want: 2},
		"bad file":            {plan: fmt.Sprintf(plan, site.URL, "", "/ok"), args: []string{"--out", "x.html"}, want: 2},
		"no master":           {plan: fmt.Sprintf(plan, site.URL, "", "/ok"), args: []string{"--master", "http://127.0.0.1:1"}, want: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, append([]string{"run", writePlan(t, c.plan)}, c.args...)...)
			if code := p.wait(); code != c.want {
				t.Errorf("exit %d, want %d", code, c.want)
			}
		})
	}
}
