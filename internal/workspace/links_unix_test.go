//go:build unix

package workspace

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

func TestLinksInside(t *testing.T) {
	h := newHouse(t)
	h.write("real/a.csv", "real/sub/b.csv")
	h.link("../real/a.csv", "data/file.csv")
	h.link("../real", "data/folder")
	h.link("file.csv", "data/chain.csv")
	h.link(".", "data/loop")
	h.link("..", "real/sub/up")
	h.link("../data", "data/again") // itself, by another way
	got, issues := h.globs("data/**")
	h.want(issues)
	equal(t, got, "data/chain.csv", "data/file.csv", "data/folder/a.csv", "data/folder/sub/b.csv")
	for _, name := range got {
		if files, issues := h.resolve(ways(name)["ca"]); files == nil {
			t.Error(issues)
		}
	}
}

func TestLinksOut(t *testing.T) {
	h := newHouse(t)
	h.write("data/good.csv")
	h.link("../../outside/secret.csv", "data/file.csv")
	h.link(filepath.Join(h.outside, "secret.csv"), "data/absolute.csv")
	h.link(h.at("data/good.csv"), "data/absolute_inside.csv")
	h.link("../../outside", "data/folder")
	h.link("file.csv", "data/chain.csv")
	h.link("folder/secret.csv", "data/through.csv")
	h.link("folder/../outside/secret.csv", "data/winding.csv")
	h.link("nowhere.csv", "data/broken.csv")
	h.link("ring2.csv", "data/ring1.csv")
	h.link("ring1.csv", "data/ring2.csv")
	h.link("/proc/self/environ", "data/proc.csv")
	for _, name := range []string{
		"file.csv", "absolute.csv", "absolute_inside.csv", "folder/secret.csv", "folder/deep/secret.csv", "chain.csv", "through.csv", "winding.csv",
		"broken.csv", "ring1.csv", "ring2.csv", "proc.csv",
	} {
		for way, p := range ways("data/" + name) {
			if files, issues := h.resolve(p); files != nil || len(issues) == 0 {
				t.Errorf("%s %s: %v %v", way, name, paths(files), issues)
			}
		}
	}
	_, issues := h.globs("data/file.*", "data/folder/*", "data/broken.*", "data/[^f]*/*.csv")
	h.want(issues,
		`files[0]: "data/file.csv" is a link that leads out of the workspace (only files of the workspace can be used: copy it there)`,
		`files[1]: "data/folder" is a link that leads out of the workspace`,
		`files[2]: "data/broken.csv" is a link to a file that is not there`,
		`~files[3]`, `~files[3]`, `~files[3]`, `~files[3]`, `~files[3]`, `~files[3]`)
	if content, err := os.ReadFile(h.at("data/winding.csv")); err != nil || !strings.Contains(string(content), marker) {
		t.Error("the links lead nowhere: this test shows nothing", err)
	}
}

// TestSwappedLinks changes what a link leads to all the time.
func TestSwappedLinks(t *testing.T) {
	h := newHouse(t)
	h.write("data/real/x.csv", "data/real/secret.csv")
	h.link("real", "data/a")
	h.link("a/secret.csv", "data/b.csv")
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			target := []string{"../../outside", "real", h.outside}[i%3]
			if err := errors.Join(os.Symlink(target, h.at("swap")), os.Rename(h.at("swap"), h.at("data/a"))); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for range 300 {
		for _, p := range []*plan.Program{{Plan: &load.Plan{Files: []string{"data/**"}}}, ways("data/b.csv")["ca"], ways("data/a/secret.csv")["data"]} {
			if p.Plan == nil {
				p.Plan = &load.Plan{}
			}
			files, _ := h.w.ResolveProgram(t.Context(), p, nil)
			if files == nil {
				continue
			}
			for _, f := range files.List() {
				if f.Size == int64(2*len(marker)+2) {
					t.Fatalf("%s of the outside was hashed", f.Path)
				}
				r, err := files.Open(f)
				if err != nil {
					continue
				}
				content, err := io.ReadAll(r)
				if err := errors.Join(err, r.Close()); err != nil || strings.Contains(string(content), marker) {
					t.Fatalf("%s was read from outside, %v", f.Path, err)
				}
			}
		}
	}
	close(stop)
	wg.Wait()
}

// TestSpecialFiles: nothing is opened that would block or act.
func TestSpecialFiles(t *testing.T) {
	h := newHouse(t)
	h.write("data/good")
	if err := syscall.Mkfifo(h.at("data/pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(h.at("data")) // the path of a socket is short
	l, err := net.Listen("unix", "socket")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	kinds := map[string]string{"pipe": "a pipe", "socket": "a socket"}
	if os.Geteuid() == 0 && syscall.Mknod(h.at("data/device"), syscall.S_IFCHR|0o666, 1<<8|5) == nil { // /dev/zero
		kinds["device"] = "a device"
	}
	h.link("pipe", "data/to_pipe")
	kinds["to_pipe"] = "a pipe"
	for name, kind := range kinds {
		for way, p := range ways("data/" + name) {
			files, issues := h.resolve(p)
			if files != nil || !strings.Contains(written(issues[0]), fmt.Sprintf("data/%s is not a file but %s", name, kind)) {
				t.Errorf("%s: %v %v", way, paths(files), issues)
			}
		}
	}
	got, issues := h.globs("data/**")
	equal(t, got, "data/good")
	if len(issues) != len(kinds) || !issues[0].Warning {
		t.Errorf("%v", issues)
	}
	_, issues = h.globs("data/pipe/**")
	h.want(issues, `files[0]: "data/pipe" cannot be read: it is not a folder but a pipe`)
	// One that came between the look and the opening.
	if f, _, err := h.w.openNow("data/pipe", fs.FileMode.IsRegular, "a file"); err == nil {
		t.Error("a pipe was opened", f.Close())
	}
}

const unreadable = "WORKSPACE_TEST_UNREADABLE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(unreadable); dir != "" {
		readUnreadable(dir)
		return
	}
	os.Exit(m.Run())
}

// readUnreadable resolves as a user who may not read all, and prints the issues.
func readUnreadable(dir string) {
	w, err := Open(dir)
	if err != nil {
		panic(err)
	}
	source := load.DataSource{Name: "d", File: "data/closed.csv"}
	_, issues := w.ResolveProgram(context.Background(), &plan.Program{
		Plan:  &load.Plan{Data: []load.DataSource{source}, Files: []string{"data/*", "locked/**", "data/folder/**"}},
		Data:  []plan.DataUse{{Source: &source}},
		Files: []plan.FileUse{{Path: "defaults.tls.key", Name: "locked/key.pem"}},
	}, nil)
	for _, i := range issues {
		fmt.Println(written(i))
	}
	_, issues = w.ResolveProgram(context.Background(), &plan.Program{Plan: &load.Plan{Data: []load.DataSource{source}}, Data: []plan.DataUse{{Source: &source}}}, nil)
	for _, i := range issues {
		fmt.Println(written(i))
	}
}

// TestUnreadable runs as another user where this one may read everything.
func TestUnreadable(t *testing.T) {
	h := newHouse(t)
	h.write("data/open", "data/closed.csv", "data/folder/sub/x", "locked/key.pem")
	for name, mode := range map[string]os.FileMode{"data/closed.csv": 0, "locked": 0, "data/folder/sub": 0} {
		if err := os.Chmod(h.at(name), mode); err != nil {
			t.Fatal(err)
		}
		defer os.Chmod(h.at(name), 0o755)
	}
	self, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(h.outside, "program")
	if err := os.WriteFile(program, self, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Dir, cmd.Env, cmd.Stderr = h.outside, []string{unreadable + "=" + h.dir}, os.Stderr
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		for dir := h.dir; len(dir) > len(os.TempDir()); dir = filepath.Dir(dir) {
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	want := "defaults.tls.key: locked/key.pem cannot be read: permission denied ()\n" +
		"files[1]: \"locked\" cannot be read: permission denied ()\n" +
		"files[2]: \"data/folder/sub\" cannot be read: permission denied ()\n" +
		"data.d.file: data/closed.csv cannot be read: permission denied ()\n"
	if string(out) != want {
		t.Errorf("got\n%swant\n%s", out, want)
	}
}
