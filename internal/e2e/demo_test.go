package e2e

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// The demo ends by itself, says how its run went, and leaves nothing behind: no
// process, no port, no folder.
func TestDemo(t *testing.T) {
	t.Parallel()
	temp, out := t.TempDir(), filepath.Join(t.TempDir(), "result.json")
	p := startIn(t, []string{"TMPDIR=" + temp, "TMP=" + temp, "TEMP=" + temp},
		"demo", "--duration", "5s", "--listen", "127.0.0.1:0", "--shop", "127.0.0.1:0", "--out", out)
	addresses := demoAddresses(p)
	family := descendants(t, p.cmd.Process.Pid)
	if len(family) < 3 {
		t.Errorf("the demo has the children %v, expected a shop, etcd and a worker", family)
	}
	if code := p.wait(); code != 0 {
		t.Errorf("exit %d", code)
	}
	r := readResult(t, out)
	if r.State != load.StateCompleted || r.Result != load.Passed || r.Plan != "shop" || len(r.Workers) != 1 {
		t.Errorf("state %s, result %s, plan %s, %d workers", r.State, r.Result, r.Plan, len(r.Workers))
	}
	account(t, r, r.Sent)
	graceful(t, r)
	enough(t, r, 100)
	if !strings.Contains(p.out.String(), "run completed") {
		t.Error("no summary was printed")
	}
	nothingLeft(t, temp, family, addresses)
}

// Without a duration the demo stays up until Ctrl-C, in the middle of its run, and
// goes as cleanly.
func TestDemoInterrupted(t *testing.T) {
	t.Parallel()
	temp := t.TempDir()
	p := startIn(t, []string{"TMPDIR=" + temp, "TMP=" + temp, "TEMP=" + temp}, "demo", "--listen", "127.0.0.1:0", "--shop", "127.0.0.1:0")
	addresses := demoAddresses(p)
	p.until("some progress", func() bool { return strings.Contains(p.err.String(), " users ") })
	family := descendants(t, p.cmd.Process.Pid)
	p.interrupt()
	if code := p.wait(); code != 130 {
		t.Errorf("exit %d, want 130", code)
	}
	if !strings.Contains(p.out.String(), "run stopped") {
		t.Error("no summary was printed")
	}
	nothingLeft(t, temp, family, addresses)
}

// Killed, so that it can clean up nothing, the demo still takes its children along.
func TestDemoKilled(t *testing.T) {
	t.Parallel()
	workspace := t.TempDir()
	p := start(t, "demo", "--listen", "127.0.0.1:0", "--shop", "127.0.0.1:0", "--workspace", workspace)
	addresses := demoAddresses(p)
	for _, file := range []string{"plans/uploads.yaml", "data/docs.csv", "data/files/menu.csv", "environments/ci.yaml"} {
		if _, err := os.Stat(filepath.Join(workspace, file)); err != nil {
			t.Errorf("the examples are not all in the workspace: %v", err)
		}
	}
	p.until("some progress", func() bool { return strings.Contains(p.err.String(), " users ") })
	family := descendants(t, p.cmd.Process.Pid)
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	p.wait()
	for _, pid := range family {
		eventually(t, "the end of a child", func() bool { return !alive(pid) })
	}
	closed(t, addresses)
}

// demoAddresses are host:port of the shop, the master and etcd.
func demoAddresses(p *process) []string {
	shop, master, etcd := p.says("shop  "), p.says("master  "), p.says("etcd  ")
	var found []string
	for _, text := range []string{shop, master, etcd} {
		text = strings.TrimPrefix(strings.TrimSpace(text), "http://")
		address, _, _ := strings.Cut(text, "/")
		found = append(found, address)
	}
	return found
}

func nothingLeft(t *testing.T, temp string, family []int, addresses []string) {
	t.Helper()
	for _, pid := range family {
		if alive(pid) {
			t.Errorf("process %d is still there", pid)
		}
	}
	closed(t, addresses)
	left, err := os.ReadDir(temp)
	if err != nil || len(left) > 0 {
		t.Errorf("left in the folder for temporary files: %v, %v", left, err)
	}
}

func closed(t *testing.T, addresses []string) {
	t.Helper()
	for _, a := range addresses {
		c, err := net.Dial("tcp", a)
		if err == nil {
			c.Close()
			t.Errorf("something still listens on %s", a)
		}
	}
}
