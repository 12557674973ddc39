package blobs

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// TestBrokenContent: what a crash or a hand has changed is not there.
func TestBrokenContent(t *testing.T) {
	dir := t.TempDir()
	before := open(t, dir, 100)
	whole, broken, short := put(t, before, "whole"), put(t, before, "broken"), put(t, before, "short")
	for f, content := range map[load.File]string{broken: "\x00\x00\x00\x00\x00\x00", short: "sho"} {
		if err := os.WriteFile(filepath.Join(before.files(), f.SHA256), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	after := open(t, dir, 100)
	all := []load.File{whole, broken, short}
	if got := after.Missing(all); len(got) != 2 || got[0] != broken || got[1] != short {
		t.Errorf("missing %v", got)
	}
	if _, err := after.Open(broken.SHA256); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	var missing *MissingError
	if _, err := after.Hold(all); !errors.As(err, &missing) || len(missing.Files) != 2 {
		t.Error(err)
	}
	if names, _ := kept(t, after.live()); len(names) != 0 {
		t.Errorf("left: %v", names)
	}
	put(t, after, "broken")
	put(t, after, "short")
	if got := after.Missing(all); len(got) != 0 || read(t, after, broken) != "broken" {
		t.Errorf("missing %v after they were stored again", got)
	}
	if _, size := kept(t, after.files()); size != 16 {
		t.Errorf("%d bytes", size)
	}
}

const childDir = "BLOBS_TEST_CHILD_DIR"

// TestMain: with childDir set, this is a process that holds a file and has a half-written
// one until it is killed.
func TestMain(m *testing.M) {
	dir := os.Getenv(childDir)
	if dir == "" {
		os.Exit(m.Run())
	}
	s, err := Open(dir, 1000)
	if err != nil {
		panic(err)
	}
	content := "held by a child"
	if err := s.Put(fileOf("f", content), strings.NewReader(content)); err != nil {
		panic(err)
	}
	h, err := s.Hold([]load.File{fileOf("f", content)})
	if err != nil {
		panic(err)
	}
	half := fileOf("half", strings.Repeat("h", 100))
	r, w := io.Pipe()
	go func() { panic(s.Put(half, r)) }()
	if _, err := w.Write([]byte("hhhh")); err != nil {
		panic(err)
	}
	fmt.Println(h.Dir())
	select {}
}

// TestKilledProcess: what it left is there as long as it lives, and is removed by the
// next Open.
func TestKilledProcess(t *testing.T) {
	dir := t.TempDir()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childDir+"="+dir)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	held, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	held = strings.TrimSpace(held)
	alive := open(t, dir, 1000)
	if names, _ := kept(t, alive.live()); len(names) != 2 {
		t.Fatalf("in live/ of a process that lives: %v", names)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // killed
	next := open(t, dir, 1000)
	if names, _ := kept(t, next.live()); len(names) != 0 {
		t.Errorf("left: %v", names)
	}
	if _, err := os.Stat(held); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	locks, err := filepath.Glob(filepath.Join(next.live(), "*.lock"))
	if err != nil || len(locks) != 2 { // of alive and next
		t.Errorf("locks: %v %v", locks, err)
	}
	if !has(next, fileOf("f", "held by a child")) || has(next, fileOf("half", strings.Repeat("h", 100))) {
		t.Error("not what was complete is there")
	}
}
