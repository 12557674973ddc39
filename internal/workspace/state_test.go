package workspace

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// settle makes a file one that was written a while ago.
func (h *house) settle(names ...string) {
	h.t.Helper()
	then := time.Now().Add(-time.Hour)
	for _, name := range names {
		if err := os.Chtimes(h.at(name), then, then); err != nil {
			h.t.Fatal(err)
		}
	}
}

// hashed resolves and says how many bytes were hashed for it.
func (h *house) hashed(p *plan.Program) (files *Files, bytes, total int64) {
	h.t.Helper()
	var mu sync.Mutex
	files, issues := h.w.ResolveProgram(context.Background(), p, func(done, all int64) {
		if !mu.TryLock() {
			h.t.Error("progress is told by two at once")
			return
		}
		defer mu.Unlock()
		if done < bytes || done > all {
			h.t.Errorf("%d after %d, of %d", done, bytes, all)
		}
		bytes, total = done, all
	})
	h.want(issues)
	return files, bytes, total
}

// TestHashedOnce: what has not changed is not read again, and what has is.
func TestHashedOnce(t *testing.T) {
	h := newHouse(t)
	big := strings.Repeat("x", 3*stretch+1)
	h.writeTo(h.at("data/big"), big)
	h.writeTo(h.at("data/small"), "small")
	h.settle("data/big", "data/small")
	p := &plan.Program{Plan: &load.Plan{Files: []string{"data/*"}}}
	first, bytes, total := h.hashed(p)
	if bytes != int64(len(big)+5) || total != bytes {
		t.Errorf("%d of %d bytes hashed", bytes, total)
	}
	second, bytes, _ := h.hashed(p)
	if bytes != 0 || fmt.Sprint(first.List()) != fmt.Sprint(second.List()) {
		t.Errorf("%d bytes hashed again", bytes)
	}
	h.writeTo(h.at("data/small"), "Small") // the size stays
	h.settle("data/small")
	third, bytes, _ := h.hashed(p)
	if bytes != 5 || third.List()[1].SHA256 == first.List()[1].SHA256 {
		t.Errorf("%d bytes hashed after a change: %v", bytes, third.List())
	}
	h.unread(third)
}

// TestFreshFilesAreHashedAgain: the time stamp of what was written a moment ago may not
// change with the next writing.
func TestFreshFilesAreHashedAgain(t *testing.T) {
	h := newHouse(t)
	h.writeTo(h.at("data/a"), "one")
	p := &plan.Program{Plan: &load.Plan{Files: []string{"data/*"}}}
	if _, bytes, _ := h.hashed(p); bytes != 3 {
		t.Errorf("%d bytes", bytes)
	}
	if _, bytes, _ := h.hashed(p); bytes != 3 {
		t.Errorf("%d bytes the second time", bytes)
	}
}

func TestRememberIsBounded(t *testing.T) {
	m := map[int]int{}
	for i := range 1000 {
		remember(m, 10, i, i)
		if _, ok := m[i]; !ok || len(m) > 10 {
			t.Fatalf("%d entries, the last is there: %v", len(m), ok)
		}
	}
}

func TestChangedSince(t *testing.T) {
	h := newHouse(t)
	h.write("data/longer", "data/gone", "data/folder", "data/same")
	files, issues := h.resolve(&plan.Program{Plan: &load.Plan{Files: []string{"data/*"}}})
	h.want(issues)
	h.writeTo(h.at("data/longer"), strings.Repeat("x", 100))
	if err := errors.Join(os.Remove(h.at("data/gone")), os.Remove(h.at("data/folder")), os.Mkdir(h.at("data/folder"), 0o755)); err != nil {
		t.Fatal(err)
	}
	for _, f := range files.List() {
		r, err := files.Open(f)
		if f.Path == "data/same" {
			if err != nil || r.Close() != nil {
				t.Error(err)
			}
			continue
		}
		if !errors.Is(err, ErrChanged) || !strings.Contains(err.Error(), f.Path) || strings.Contains(err.Error(), h.dir) {
			t.Errorf("%s: %v", f.Path, err)
		}
	}
	if _, err := files.Open(load.File{Path: "../outside/secret.csv", Size: 38}); err == nil {
		t.Error("the outside was opened")
	}
}

// TestChangedMeanwhile: a digest is never that of half an old and half a new content.
func TestChangedMeanwhile(t *testing.T) {
	h := newHouse(t)
	h.writeTo(h.at("data/a"), strings.Repeat("x", 2*stretch))
	h.settle("data/a")
	p := &plan.Program{Plan: &load.Plan{Files: []string{"data/*"}}}
	once := sync.OnceFunc(func() { h.writeTo(h.at("data/a"), strings.Repeat("y", 2*stretch)) })
	files, issues := h.w.ResolveProgram(context.Background(), p, func(_, _ int64) { once() })
	if files != nil {
		t.Error("it was resolved")
	}
	h.want(issues, "files[0]: data/a cannot be read: it is being changed")
	for content, want := range map[string]bool{"12345": true, "1234": false, "123456": false} {
		if _, err := copyHash(t.Context(), io.Discard, strings.NewReader(content), 5, func(int) {}); (err == nil) != want {
			t.Errorf("%s: %v", content, err)
		}
	}
}

// TestPrivateCopy: rows are counted in exactly the bytes that were hashed.
func TestPrivateCopy(t *testing.T) {
	h := newHouse(t)
	h.writeTo(h.at("data/a.csv"), "x\n1\n")
	files, issues := h.resolve(ways("data/a.csv")["ca"])
	h.want(issues)
	e := &entry{identity: identity{path: "data/a.csv", size: 4}, digest: files.List()[0].SHA256}
	if err := h.w.copy(t.Context(), h.outside+"/same", e); err != nil {
		t.Error(err)
	}
	h.writeTo(h.at("data/a.csv"), "x\n2\n")
	if err := h.w.copy(t.Context(), h.outside+"/changed", e); !errors.Is(err, errUnsteady) {
		t.Error(err)
	}
}

func TestDataIssues(t *testing.T) {
	h := newHouse(t)
	t.Setenv("TMPDIR", t.TempDir())
	h.writeTo(h.at("data/good.csv"), "name;city\nann;Köln\n")
	h.writeTo(h.at("data/bad.csv"), "name,city\nann\n\"")
	h.writeTo(h.at("data/empty.csv"), "")
	p := &load.Plan{Data: []load.DataSource{
		{Name: "good", File: "data/good.csv", Delimiter: ";"}, {Name: "comma", File: "data/good.csv"},
		{Name: "bad", File: "data/bad.csv"}, {Name: "empty", File: "data/empty.csv"},
	}}
	prog := &plan.Program{Plan: p}
	for i := range p.Data {
		prog.Data = append(prog.Data, plan.DataUse{Source: &p.Data[i]})
	}
	prog.Data[0].Columns, prog.Data[0].Paths = []string{"nam", "name", "town"}, []string{"first", "second", "third"}
	for range 2 { // nothing bad is remembered
		_, issues := h.resolve(prog)
		h.want(issues, `first: data/good.csv has no column "nam", did you mean "name"?`, `third: data/good.csv has no column "town"`,
			"data.bad.file: data/bad.csv:", "data.empty.file: data/empty.csv: the file is empty")
	}
	prog.Plan = &load.Plan{Data: p.Data[:1]}
	prog.Data = prog.Data[:1]
	prog.Data[0].Columns, prog.Data[0].Paths = []string{"city"}, []string{"first"}
	for range 2 {
		files, issues := h.resolve(prog)
		h.want(issues)
		if len(files.Data()) != 1 || files.Data()[0].Rows != 1 {
			t.Errorf("%+v", files.Data())
		}
	}
	left, err := os.ReadDir(os.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		t.Errorf("%s is left", e.Name())
	}
}

func TestBodiesOutsideGlobs(t *testing.T) {
	h := newHouse(t)
	h.write("data/a.pdf", "other/b.pdf")
	use := func(name string) *plan.Program {
		return &plan.Program{Plan: &load.Plan{Files: []string{"data/*"}}, Files: []plan.FileUse{{Path: "setup[0].request.file", Name: name, Body: true}}}
	}
	_, issues := h.resolve(use("data/a.pdf"))
	h.want(issues)
	_, issues = h.resolve(use("other/b.pdf"))
	h.want(issues, `setup[0].request.file: other/b.pdf is not among the files that bodies may read (files: ["other/b.pdf"])`)
	_, issues = h.resolve(use("data/b.pdf"))
	h.want(issues, `setup[0].request.file: there is no file data/b.pdf in the workspace (did you mean "data/a.pdf"?)`)
}

func TestEnvironments(t *testing.T) {
	h := newHouse(t)
	if names, err := h.w.Environments(); err != nil || len(names) != 0 {
		t.Errorf("%q %v", names, err)
	}
	_, _, err := h.w.Environment("stage")
	if !errors.Is(err, ErrNoEnvironment) || !strings.Contains(err.Error(), "environments/NAME.yaml") {
		t.Error(err)
	}
	h.writeTo(h.at("environments/stage.yaml"), "base_url: http://stage.example\nlimits: {max_users: 10}\n")
	h.writeTo(h.at("environments/bad.yaml"), "base_ulr: http://stage.example\n")
	h.writeTo(h.at("environments/.hidden.yaml"), "")
	h.writeTo(h.at("environments/README.md"), "")
	h.writeTo(h.at("environments/large.yaml"), strings.Repeat("#", maxEnvironment+1))
	if err := os.Mkdir(h.at("environments/folder.yaml"), 0o755); err != nil {
		t.Fatal(err)
	}
	names, err := h.w.Environments()
	if err != nil {
		t.Fatal(err)
	}
	equal(t, names, "bad", "folder", "large", "stage")
	e, problems, err := h.w.Environment("stage")
	if err != nil || problems.Err() != nil || e.Name != "stage" || e.Limits.MaxUsers != 10 {
		t.Errorf("%+v %v %v", e, problems, err)
	}
	e, problems, err = h.w.Environment("bad")
	if e != nil || err != nil || !strings.HasPrefix(problems.Error(), "environments/bad.yaml:1:1: ") {
		t.Errorf("%+v %v %v", e, problems, err)
	}
	for name, want := range map[string]string{
		"stag": `did you mean "stage"?`, "production": "there are bad, folder, large, stage", "": "there are", "../outside": "there are", ".hidden": "there are",
		"large": "over the limit of 1 MiB", "folder": "it is not a file but a folder",
	} {
		if _, _, err := h.w.Environment(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
