package etcd

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/etcd/client/pkg/v3/fileutil"
	clientv3 "go.etcd.io/etcd/client/v3"
)

func TestEmbeddedServesOnAFreePortAndEnds(t *testing.T) {
	dir := t.TempDir()
	t.Run("serving", func(t *testing.T) {
		e := startEmbedded(t, ServerConfig{Dir: dir})
		c := rawClient(t, e.endpoint)
		if _, err := c.Put(bounded(t), "k", "v"); err != nil {
			t.Fatal(err)
		}
		if err := e.Err(); err != nil {
			t.Errorf("Err of a healthy server: %v", err)
		}
	})
	if !lockIsFree(dir) {
		t.Error("the child outlived its supervisor")
	}
	e := startEmbedded(t, ServerConfig{Dir: dir})
	resp, err := rawClient(t, e.endpoint).Get(bounded(t), "k")
	if err != nil || len(resp.Kvs) != 1 {
		t.Errorf("after a clean restart the data is %v, %v", resp, err)
	}
}

func TestEmbeddedComesBackAfterACrashWithItsDataAndPort(t *testing.T) {
	e := startEmbedded(t, ServerConfig{Dir: t.TempDir()})
	c := rawClient(t, e.endpoint)
	if _, err := c.Put(bounded(t), "k", "v"); err != nil {
		t.Fatal(err)
	}
	e.crash(t)
	eventually(t, "one restart", func() bool { return e.Restarts() == 1 && e.Err() == nil })
	resp, err := c.Get(bounded(t), "k") // the same client: the same port
	if err != nil || len(resp.Kvs) != 1 {
		t.Errorf("after the crash: %v, %v", resp, err)
	}
}

func TestEmbeddedStartsAfreshWhenItsDataIsUnusable(t *testing.T) {
	dir := t.TempDir()
	t.Run("before", func(t *testing.T) { startEmbedded(t, ServerConfig{Dir: dir}) })
	db := filepath.Join(dir, "data", "member", "snap", "db")
	if err := os.WriteFile(db, []byte(strings.Repeat("not bolt ", 10_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	e := startEmbedded(t, ServerConfig{Dir: dir})
	if _, err := rawClient(t, e.endpoint).Put(bounded(t), "k", "v"); err != nil {
		t.Fatal(err)
	}
	aside, _ := filepath.Glob(filepath.Join(dir, asidePrefix+"*"))
	if len(aside) != 1 {
		t.Fatalf("data set aside: %v, want one folder", aside)
	}
	if b, err := os.ReadFile(filepath.Join(aside[0], "member", "snap", "db")); err != nil || !strings.HasPrefix(string(b), "not bolt") {
		t.Errorf("what was set aside is not the old data: %.20q, %v", b, err)
	}
}

func TestEmbeddedRefusesATakenPortAndALockedFolder(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := NewSupervisor(SupervisorConfig{Server: ServerConfig{Dir: t.TempDir(), Listen: l.Addr().String()}, Command: childCommand, Log: quiet()})
	err = s.Run(bounded(t))
	if err == nil || !strings.Contains(err.Error(), l.Addr().String()) || !strings.Contains(err.Error(), "in use") {
		t.Errorf("on a taken port: %v", err)
	}
	if _, err := s.Endpoint(bounded(t)); err == nil {
		t.Error("Endpoint of a server that never was")
	}

	dir := t.TempDir()
	startEmbedded(t, ServerConfig{Dir: dir})
	s = NewSupervisor(SupervisorConfig{Server: ServerConfig{Dir: dir}, Command: childCommand, Log: quiet()})
	if err := s.Run(bounded(t)); err == nil || !strings.Contains(err.Error(), "another process uses") {
		t.Errorf("in another's folder: %v", err)
	}
}

func TestEmbeddedIsClosedToOthers(t *testing.T) {
	c := ServerConfig{Dir: t.TempDir(), Listen: "0.0.0.0:0"}
	s := NewSupervisor(SupervisorConfig{Server: c, Command: childCommand, Log: quiet()})
	if err := s.Run(bounded(t)); err == nil || !strings.Contains(err.Error(), "password") {
		t.Errorf("an open server on any address: %v", err)
	}

	c = ServerConfig{Dir: t.TempDir(), Password: "the token"}
	e := startEmbedded(t, c)
	if _, err := rawClient(t, e.endpoint).Get(bounded(t), "k"); err == nil {
		t.Error("a client without a password was let in")
	}
	r := open(t, e.endpoint, func(c *Config) { c.User, c.Password = RootUser, "the token" })
	announce(t, r, node("w-1"))
	watch := startWatch(t, r)
	watch.until("w-1")
	e.crash(t)
	eventually(t, "a restart with the password", func() bool { return e.Restarts() == 1 && e.Err() == nil })
	if _, err := rawClient(t, e.endpoint).Get(bounded(t), "k"); err == nil {
		t.Error("a client without a password was let in after a crash")
	}
	release, err := r.Hold(bounded(t), "run-1", []string{"w-1"})
	if err != nil {
		t.Fatal(err)
	}
	release()
	wrong := open(t, e.endpoint, func(c *Config) { c.User, c.Password = RootUser, "a guess" })
	eventually(t, "the wrong password shows", func() bool {
		err := wrong.Err()
		return err != nil && strings.Contains(err.Error(), "authentication failed") && !strings.Contains(err.Error(), "a guess")
	})
}

func TestEmbeddedWithAnotherPasswordStartsAfresh(t *testing.T) {
	dir := t.TempDir()
	t.Run("first", func(t *testing.T) { startEmbedded(t, ServerConfig{Dir: dir, Password: "one"}) })
	e := startEmbedded(t, ServerConfig{Dir: dir, Password: "two"})
	r := open(t, e.endpoint, func(c *Config) { c.User, c.Password = RootUser, "two" })
	eventually(t, "the new password works", func() bool { return r.Err() == nil })
}

// A master that is killed must not leave its etcd behind, holding the port.
func TestKilledParentTakesTheChildAlong(t *testing.T) {
	dir := t.TempDir()
	parent := reexec("parent")
	in, err := parent.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	if err := json.NewEncoder(in).Encode(ServerConfig{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasSuffix(line, " <nil>\n") {
		t.Fatalf("the parent said %q, %v", line, err)
	}
	if lockIsFree(dir) {
		t.Fatal("nothing holds the folder while the server runs")
	}
	_ = parent.Process.Kill()
	_ = parent.Wait()
	eventually(t, "the child is gone", func() bool { return lockIsFree(dir) })
}

// The same without a signal of the kernel's: what other systems rely on.
func TestChildEndsWithItsStdin(t *testing.T) {
	dir := t.TempDir()
	cmd := childCommand()
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := json.NewEncoder(in).Encode(ServerConfig{Dir: dir, Listen: "127.0.0.1:0"}); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.Contains(line, `"endpoint":"127.0.0.1:`) {
		t.Fatalf("the child said %q, %v", line, err)
	}
	in.Close()
	if err := cmd.Wait(); err != nil {
		t.Errorf("the child ended with %v", err)
	}
}

func lockIsFree(dir string) bool {
	l, err := fileutil.TryLockFile(filepath.Join(dir, "lock"), os.O_WRONLY, 0o600)
	if err != nil {
		return false
	}
	l.Close()
	return true
}

var _ = clientv3.OpGet
var _ = context.Background
