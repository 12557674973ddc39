package workspace

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// house is a workspace with something private beside it.
type house struct {
	t       *testing.T
	dir     string // the workspace
	outside string // a folder beside it
	w       *Workspace
}

// marker is in every file that must never be read.
const marker = "MARKER-OF-A-SECRET"

func newHouse(t *testing.T) *house {
	t.Helper()
	top := t.TempDir()
	h := &house{t: t, dir: filepath.Join(top, "work"), outside: filepath.Join(top, "outside")}
	for _, dir := range []string{h.dir, h.outside} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"secret.csv", "secret.pem", "deep/secret.csv"} {
		h.writeTo(filepath.Join(h.outside, name), marker+"\n"+marker+"\n")
	}
	var err error
	if h.w, err = Open(h.dir, ".private", "kept.db*"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.w.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func (h *house) writeTo(path, content string) {
	h.t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644)); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) at(name string) string { return filepath.Join(h.dir, filepath.FromSlash(name)) }

// write makes files of the workspace that contain their own name.
func (h *house) write(names ...string) {
	h.t.Helper()
	for _, name := range names {
		h.writeTo(h.at(name), "content of "+name)
	}
}

func (h *house) link(target, name string) {
	h.t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(h.at(name)), 0o755), os.Symlink(target, h.at(name))); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) resolve(p *plan.Program) (*Files, []load.Issue) {
	h.t.Helper()
	if p.Plan == nil {
		p.Plan = &load.Plan{}
	}
	files, issues := h.w.ResolveProgram(context.Background(), p, nil)
	failed := slices.ContainsFunc(issues, func(i load.Issue) bool { return !i.Warning })
	if failed != (files == nil) {
		h.t.Fatalf("files %v with issues %v", files, issues)
	}
	for _, i := range issues {
		if strings.Contains(i.Message+i.Hint, marker) || len(i.Message) > 1500 {
			h.t.Errorf("an issue says %.2000q", i.Message)
		}
	}
	h.unread(files)
	return files, issues
}

// unread sees to it that nothing of the outside came in.
func (h *house) unread(files *Files) {
	h.t.Helper()
	if files == nil {
		return
	}
	for _, f := range files.List() {
		r, err := files.Open(f)
		if err != nil {
			h.t.Errorf("open %q: %v", f.Path, err)
			continue
		}
		content, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			h.t.Error(err)
		}
		if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != f.SHA256 || int64(len(content)) != f.Size {
			h.t.Errorf("%+v is not its content", f)
		}
		if strings.Contains(string(content), marker) {
			h.t.Errorf("%q was read from outside", f.Path)
		}
	}
}

// globs resolves a plan that has only globs.
func (h *house) globs(patterns ...string) ([]string, []load.Issue) {
	h.t.Helper()
	files, issues := h.resolve(&plan.Program{Plan: &load.Plan{Files: patterns}})
	return paths(files), issues
}

func paths(f *Files) []string {
	var list []string
	if f != nil {
		for _, file := range f.List() {
			list = append(list, file.Path)
		}
	}
	return list
}

// want compares issues, each written as "path: message (hint)", a warning with ~ in
// front. Each is given by a part of it.
func (h *house) want(issues []load.Issue, want ...string) {
	h.t.Helper()
	bad := len(issues) != len(want)
	for i := range min(len(issues), len(want)) {
		bad = bad || !strings.Contains(written(issues[i]), want[i])
	}
	if bad {
		var all []string
		for _, i := range issues {
			all = append(all, written(i))
		}
		h.t.Errorf("issues\n  %q\nwant\n  %q", all, want)
	}
}

func written(i load.Issue) string {
	s := fmt.Sprintf("%s: %s (%s)", i.Path, i.Message, i.Hint)
	if i.Warning {
		s = "~" + s
	}
	return s
}

func equal(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestFind(t *testing.T) {
	top, err := filepath.Abs(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"shop/plans/a.yaml":             "shop",
		"shop/plans/smoke/deep/a.yaml":  "shop",
		"shop/plans/x/plans/a.yaml":     "shop/plans/x",
		"shop/a.yaml":                   "shop",
		"shop/planstoo/a.yaml":          "shop/planstoo",
		"shop/plans":                    "shop", // a plan by that name, in no workspace
		"shop/plans/../elsewhere/a.yml": "shop/elsewhere",
		"plans/a.yaml":                  "",
	} {
		got, err := Find(filepath.Join(top, file))
		if err != nil || got != filepath.Join(top, want) {
			t.Errorf("%s is of %s, want %s (%v)", file, got, want, err)
		}
	}
	t.Chdir(top)
	if got, err := Find("plans/a.yaml"); err != nil || got != top {
		t.Errorf("%s %v", got, err)
	}
	if got, err := Find("a.yaml"); err != nil || got != top {
		t.Errorf("%s %v", got, err)
	}
}

func TestOpenMissing(t *testing.T) {
	if _, err := Open(filepath.Join(t.TempDir(), "gone")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func TestResolve(t *testing.T) {
	h := newHouse(t)
	h.write("data/files/b.pdf", "data/files/a/c.pdf", "data/files/a/n.txt", "certs/ca.pem", "other/x")
	h.writeTo(h.at("data/users.csv"), "name,password\nann,1\nbob,2\n")
	h.writeTo(h.at("data/docs.jsonl"), `{"id": 1}`+"\n"+`{"id": 2}`+"\n"+`{"id": 3}`)
	p := &load.Plan{
		Data:  []load.DataSource{{Name: "users", File: "data/users.csv"}, {Name: "docs", File: "data/docs.jsonl"}},
		Files: []string{"data/files/**/*.pdf", "data/files/b.*"},
	}
	prog := &plan.Program{
		Plan: p,
		Data: []plan.DataUse{
			{Source: &p.Data[0], Columns: []string{"password", "name"}, Paths: []string{"a", "b"}},
			{Source: &p.Data[1], Columns: []string{"id"}, Paths: []string{"c"}},
		},
		Files: []plan.FileUse{
			{Path: "defaults.tls.ca", Name: "certs/ca.pem"}, {Path: "transactions[0].steps[0].request.tls.ca", Name: "certs/ca.pem"},
			{Path: "transactions[0].steps[0].request.file", Name: "data/files/b.pdf", Body: true},
		},
	}
	files, issues := h.resolve(prog)
	h.want(issues)
	equal(t, paths(files), "certs/ca.pem", "data/docs.jsonl", "data/files/a/c.pdf", "data/files/b.pdf", "data/users.csv")
	var size int64
	for _, f := range files.List() {
		size += f.Size
	}
	if files.Size() != size || size == 0 {
		t.Errorf("%d bytes, want %d", files.Size(), size)
	}
	data := files.Data()
	if len(data) != 2 || data[0].Source != "users" || data[0].Rows != 2 || data[1].Rows != 3 || data[1].File != files.List()[1] {
		t.Errorf("%+v", data)
	}
	equal(t, data[0].Columns, "name", "password")
	none, issues := h.resolve(&plan.Program{})
	h.want(issues)
	if len(none.List()) != 0 || none.Size() != 0 || len(none.Data()) != 0 {
		t.Errorf("%+v", none)
	}
}

// TestResolvePlan goes the whole way from text.
func TestResolvePlan(t *testing.T) {
	h := newHouse(t)
	h.writeTo(h.at("data/users.csv"), "name\nann\n")
	text := "version: 1\nbase_url: http://h\nload: {users: 1}\ndata:\n  users: {file: data/%s, pick: random, per: user}\n" +
		"transactions:\n- {name: t, steps: [{request: {url: \"/{{users.%s}}\"}}]}\n"
	for _, c := range []struct {
		file, column string
		want         []string
	}{
		{"users.csv", "name", nil},
		{"user.csv", "name", []string{`data.users.file: there is no file data/user.csv in the workspace (did you mean "data/users.csv"?)`}},
		{"users.csv", "nam", []string{`transactions[0].steps[0].request.url: data/users.csv has no column "nam", did you mean "name"?`}},
	} {
		p, problems := plan.Decode("p.yaml", fmt.Appendf(nil, text, c.file, c.column))
		if p == nil {
			t.Fatal(problems)
		}
		files, issues := h.w.Resolve(context.Background(), p, nil)
		h.want(issues, c.want...)
		if (files == nil) != (c.want != nil) {
			t.Errorf("%v", files)
		}
	}
	if files, issues := h.w.Resolve(context.Background(), &load.Plan{BaseURL: "nowhere"}, nil); files != nil || len(issues) == 0 {
		t.Error("a plan that does not compile has files")
	}
}
