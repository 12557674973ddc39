package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/internal/testsite"
)

// With one token the API, the workers and the embedded etcd let nobody in without it.
func TestTokens(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	token, other := filepath.Join(dir, "token"), filepath.Join(dir, "other")
	for path, text := range map[string]string{token: "right-right-right", other: "wrong-wrong-wrong"} {
		if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
	m := start(t, "master", "--workspace", t.TempDir(), "--listen", "127.0.0.1:0", "--etcd-listen", "127.0.0.1:0", "--token-file", token)
	rest := m.says("master serves ")
	url, _, _ := strings.Cut(rest, "/api/v1")
	_, endpoint, _ := strings.Cut(rest, "etcd ")
	w := start(t, "worker", "--etcd", endpoint, "--listen", "127.0.0.1:0", "--token-file", token)
	w.says("serves on ")

	plan := writePlan(t, fmt.Sprintf("version: 1\nbase_url: %s\ntransactions: [{name: t, steps: [{name: s, request: {url: /ok}}]}]\nload: {users: 1, iterations: 5}\n", site.URL))
	for _, args := range [][]string{nil, {"--token-file", other}} {
		p := start(t, append([]string{"run", plan, "--master", url}, args...)...)
		if code := p.wait(); code != 1 || !strings.Contains(p.err.String(), "give the master's token with --token-file") {
			t.Errorf("with %v: exit %d, %s", args, code, p.err.String())
		}
	}
	equal(t, "requests before the right token", site.Log.Seen(), 0)

	out := filepath.Join(t.TempDir(), "result.json")
	p := start(t, "run", plan, "--master", url, "--token-file", token, "--workers", "1", "--out", out)
	if code := p.wait(); code != 0 {
		t.Errorf("exit %d", code)
	}
	r := readResult(t, out)
	equal(t, "requests", r.Sent, 5)
	account(t, r, site.Log.Seen())
	for _, p := range []*process{m, w} {
		if strings.Contains(p.err.String()+p.out.String(), "right-right") {
			t.Error("the token is in a log")
		}
	}
}

// Without a token only this machine is let in, or whoever says that it shall be so.
func TestOpenAddressesAreRefused(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"master", "--listen", "0.0.0.0:0"},
		{"master", "--listen", "127.0.0.1:0", "--etcd-listen", "0.0.0.0:0"},
		{"worker", "--etcd", "127.0.0.1:1", "--listen", "0.0.0.0:0"},
		{"demo", "--listen", "0.0.0.0:0"},
	} {
		p := startIn(t, []string{"LOCUST_HTTP_WORKSPACE=" + t.TempDir()}, args...)
		if code := p.wait(); code != 2 {
			t.Errorf("locust-http %s: exit %d, want 2", strings.Join(args, " "), code)
		}
	}
}
