package e2e

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/locust-http/locust-http/examples"
	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
)

// shortened are the examples that need no more than a few seconds of theirs.
var shortened = map[string]string{
	"shop.yaml": "8s", "login-csrf-checkout.yaml": "8s", "oauth-checkout.yaml": "8s", "user-life.yaml": "5s",
	"auth.yaml": "5s", "bodies.yaml": "5s", "redirects.yaml": "5s",
	"lua-hooks.yaml": "5s", "lua-oauth.yaml": "5s", "lua-transaction.yaml": "5s",
}

// reasons are why examples end, where it is not the time or the number of iterations.
var reasons = map[string]string{"uploads.yaml": "data_exhausted: docs: 0 of 7 rows left"}

// Every example runs against the shop as it is, but for the time it takes, and
// nothing in it fails.
func TestExamples(t *testing.T) {
	t.Parallel()
	plans, err := fs.Glob(examples.Files, "*.yaml")
	if err != nil || len(plans) < 15 {
		t.Fatalf("only %d examples: %v", len(plans), err)
	}
	for _, name := range plans {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
			var args []string
			if shortened[name] != "" {
				args = append(args, "--duration", shortened[name])
			}
			code, r := runExample(t, name, site, args...)
			onlySlow(t, code, r)
			if r.State != load.StateCompleted || r.Reason != reasons[name] || r.Measurement.Verdict == load.Invalid {
				t.Errorf("state %s: %q, measurement %+v", r.State, r.Reason, r.Measurement)
			}
			account(t, r, site.Log.Seen())
			graceful(t, r)
			enough(t, r, 1)
			for _, e := range r.Errors {
				t.Errorf("%s / %s: %s %s", e.Transaction, e.Step, e.Class, e.Message)
			}
		})
	}
}

// example is the path of an example.
func example(name string) string { return filepath.Join("..", "..", "examples", name) }

// runExample runs an example, or any plan by its path, against a site.
func runExample(t *testing.T, name string, site *testsite.Server, args ...string) (int, *load.Result) {
	t.Helper()
	if !filepath.IsAbs(name) {
		name = example(name)
	}
	out := filepath.Join(t.TempDir(), "result.json")
	code := start(t, append([]string{"run", name, "--base-url", site.URL, "--out", out}, args...)...).wait()
	return code, readResult(t, out)
}

// edited is an example with other words, in a workspace of its own.
func edited(t *testing.T, name string, words ...string) string {
	t.Helper()
	text, err := os.ReadFile(example(name))
	if err != nil {
		t.Fatal(err)
	}
	plan := string(text)
	for i := 0; i+1 < len(words); i += 2 {
		if !strings.Contains(plan, words[i]) {
			t.Fatalf("%s has no %q", name, words[i])
		}
		plan = strings.ReplaceAll(plan, words[i], words[i+1])
	}
	return writePlan(t, plan)
}

// A user that has lived long enough is replaced by one that logs in again: as often as
// the plan says, counted by the shop.
func TestExampleUserLife(t *testing.T) {
	t.Parallel()
	t.Run("iterations", func(t *testing.T) {
		t.Parallel()
		site := testsite.Run(t, testsite.NewShop(), testsite.Options{KeepLog: true})
		plan := edited(t, "user-life.yaml", "user_life: 30s", "user_life: {iterations: 3}", "pace: 500ms", "pace: 1ms",
			"load: {users: 10, spawn_rate: 5, duration: 2m}", "load: {users: 1, iterations: 30}")
		code, r := runExample(t, plan, site)
		if code != 0 {
			t.Errorf("exit %d", code)
		}
		paths := pathsOf(site)
		equal(t, "logins", paths["POST /login"], 10)
		equal(t, "goodbyes", paths["GET /cart"], 10)
		equal(t, "pages", paths["GET /account"], 30)
		equal(t, "all sent", r.Sent, 50)
		account(t, r, site.Log.Seen())
	})
	t.Run("time", func(t *testing.T) {
		t.Parallel()
		site := testsite.Run(t, testsite.NewShop(), testsite.Options{KeepLog: true})
		plan := edited(t, "user-life.yaml", "user_life: 30s", "user_life: 700ms..1s", "pace: 500ms", "pace: 100ms", "spawn_rate: 5, duration: 2m", "duration: 4s")
		code, r := runExample(t, plan, site)
		if code != 0 {
			t.Errorf("exit %d", code)
		}
		rows, paths := rowsOf(r), pathsOf(site)
		// Each of the ten lived, and was followed by one that says goodbye in its turn.
		equal(t, "goodbyes", rows["goodbye"].Requests, rows["login"].Requests)
		if n := rows["login"].Requests; n < 20 || n > 60 {
			t.Errorf("%d logins", n)
		}
		equal(t, "logins", paths["POST /login"], rows["login"].Requests)
		equal(t, "goodbyes of the shop", paths["GET /cart"], rows["goodbye"].Requests)
		equal(t, "pages", paths["GET /account"], rows["account"].Requests)
		account(t, r, site.Log.Seen())
	})
}

// pathsOf counts what a site was asked for.
func pathsOf(site *testsite.Server) map[string]int64 {
	paths := map[string]int64{}
	for _, e := range site.Log.Entries() {
		paths[e.Method+" "+e.Path]++
	}
	return paths
}

func rowsOf(r *load.Result) map[string]load.StepResult {
	rows := map[string]load.StepResult{}
	for _, s := range r.Steps {
		rows[s.Name] = s
	}
	return rows
}

// When what is promised is broken badly, the run ends there.
func TestExampleAborts(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
	code, r := runExample(t, "slo-ramp.yaml", site, "--var", "page=/status/503")
	if code != 3 || r.State != load.StateAborted || !strings.Contains(r.Reason, "failures < 5%") {
		t.Errorf("exit %d, state %s: %s", code, r.State, r.Reason)
	}
	account(t, r, site.Log.Seen())
	if r.EndedAt.Sub(*r.StartedAt).Seconds() > 20 {
		t.Errorf("it went on for %v", r.EndedAt.Sub(*r.StartedAt))
	}
}

// The same plan in an environment: another customer, a header with a secret, limits.
func TestExampleInAnEnvironment(t *testing.T) {
	t.Parallel()
	var gated atomic.Int64
	shop := testsite.NewShop()
	site := testsite.Run(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Gate-Key") == "open sesame" {
			gated.Add(1)
		}
		shop.ServeHTTP(w, r)
	}), testsite.Options{})
	key := filepath.Join(t.TempDir(), "key.txt")
	if err := os.WriteFile(key, []byte("open sesame\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ci := []string{"--env", "ci", "--secret", "GATE_KEY=@" + key}
	junit := filepath.Join(t.TempDir(), "junit.xml")
	code, r := runExample(t, "smoke.yaml", site, append(ci, "--out", junit)...)
	if code != 0 || r.Environment != "ci" {
		t.Errorf("exit %d in %q", code, r.Environment)
	}
	account(t, r, site.Log.Seen())
	equal(t, "requests with the key", gated.Load(), r.Sent)
	if text, err := os.ReadFile(junit); err != nil || !strings.Contains(string(text), "<testsuite") {
		t.Errorf("%s, %v", text, err)
	}
	for name, args := range map[string][]string{
		"no secret":    {"--env", "ci"},
		"no such":      {"--env", "prod"},
		"over limits":  append(ci, "--users", "11", "--duration", "1s"),
		"over by rate": append(ci, "--rate", "51", "--duration", "1s"),
	} {
		p := start(t, append([]string{"run", example("smoke.yaml"), "--base-url", site.URL}, args...)...)
		if code := p.wait(); code != 2 {
			t.Errorf("%s: exit %d", name, code)
		}
	}
	equal(t, "requests of those that were refused", site.Log.Seen(), r.Sent)
}

// onlySlow checks that no threshold failed but for those on latency, which are this
// machine's business.
func onlySlow(t *testing.T, code int, r *load.Result) {
	t.Helper()
	slow := false
	for _, rule := range r.Thresholds {
		latency := strings.HasPrefix(rule.Rule, "p") || strings.HasPrefix(rule.Rule, "max") || strings.HasPrefix(rule.Rule, "mean")
		slow = slow || latency && !rule.Passed
		if !latency && !rule.Passed {
			t.Errorf("threshold %s: %v %s", rule.Rule, rule.Value, rule.Message)
		}
	}
	if want := map[bool]int{true: 3}[slow]; code != want {
		t.Errorf("exit %d, want %d", code, want)
	}
}
