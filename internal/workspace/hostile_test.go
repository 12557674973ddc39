package workspace

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// hostile are names that must lead nowhere. %OUT% is the folder outside.
var hostile = []string{
	"", ".", "..", "/", "../outside/secret.csv", "../../outside/secret.csv", "data/../../outside/secret.csv", "data/./../../outside/secret.csv",
	"data//../../outside/secret.csv", "data/sub/../../../outside/secret.csv", "/etc/passwd", "//etc/passwd", "%OUT%/secret.csv", "/%OUT%/secret.csv",
	"./data/a.csv", "data/", "data/a.csv/", "data/a.csv/.", "data/a.csv/..", "data/a.csv/x", "~/secret.csv", "~root/.ssh/id_rsa",
	"data/a.csv\x00", "\x00", "data/\x00/../../../outside/secret.csv", "../outside/secret.csv\x00.csv", "data/a\n.csv", "data/\x1b[2J.csv", "data/a\x7f",
	"data/\xff.csv", "\xc0\xae\xc0\xae/outside/secret.csv", "data/%2e%2e/secret.csv", "..%2foutside%2fsecret.csv",
	`C:\x`, `c:/windows/win.ini`, "C:", "C:x", `..\outside\secret.csv`, `data\..\..\outside\secret.csv`, `\\server\share\x`, `\\?\C:\x`, "//server/share/x",
	"NUL", "nul.csv", "data/CON", "COM1", "data/aux.csv", "data/a.csv:stream", "data/a.csv::$DATA", "data/a.csv.", "data/a.csv ", "DATA/A.CSV ",
	strings.Repeat("n", 300), "data/" + strings.Repeat("n", 300) + ".csv", strings.Repeat("d/", 100) + "x", strings.Repeat("d/", 5000) + "x",
	strings.Repeat("x", 1<<20), strings.Repeat("../", 1000) + "etc/passwd", "file:///etc/passwd", "http://127.0.0.1/x", "data/{{x}}", "-rf", "|id", "$(id)",
	"/proc/self/environ", "/dev/zero", "/dev/stdin",
	"data", "data/sub", // folders
}

// ways are all places of a plan that name a file.
func ways(name string) map[string]*plan.Program {
	source := load.DataSource{Name: "d", File: name}
	return map[string]*plan.Program{
		"data":   {Plan: &load.Plan{Data: []load.DataSource{source}}, Data: []plan.DataUse{{Source: &source}}},
		"files":  {Plan: &load.Plan{Files: []string{name}}},
		"ca":     {Files: []plan.FileUse{{Path: "defaults.tls.ca", Name: name}}},
		"body":   {Files: []plan.FileUse{{Path: "setup[0].request.file", Name: name, Body: true}}},
		"a body": {Plan: &load.Plan{Files: []string{name, "data/**"}}, Files: []plan.FileUse{{Path: "setup[0].request.file", Name: name, Body: true}}},
	}
}

func TestHostileNames(t *testing.T) {
	h := newHouse(t)
	h.writeTo(h.at("data/a.csv"), "x\n1\n")
	h.write("data/sub/b.csv")
	for _, name := range hostile {
		name = strings.ReplaceAll(name, "%OUT%", h.outside)
		for way, p := range ways(name) {
			files, issues := h.resolve(p)
			if files != nil || len(issues) == 0 {
				t.Errorf("%s %.100q: %v %v", way, name, paths(files), issues)
			}
		}
		for _, pattern := range []string{name + "/*", name + "/**", name + "*", name + "/../*"} {
			got, _ := h.globs(pattern) // what a name begins may be matched inside
			if slices.ContainsFunc(got, func(s string) bool { return !strings.HasPrefix(s, "data/") }) {
				t.Errorf("%.100q: %q", pattern, got)
			}
		}
		if e, _, err := h.w.Environment(name); err == nil {
			t.Errorf("environment %.100q: %v", name, e)
		}
	}
}

// Whatever a name is made of, nothing from outside comes in.
func TestHostileNamesProperty(t *testing.T) {
	h := newHouse(t)
	h.write("data/a.csv", "data/sub/b.csv", "c")
	parts := rapid.SampledFrom([]string{"..", ".", "", "data", "sub", "outside", "secret.csv", "deep", "*", "**", "?", "[.]", "[.][.]", "\x00", `\..`, h.outside, "a.csv"})
	rapid.Check(t, func(rt *rapid.T) {
		name := strings.Join(rapid.SliceOfN(parts, 1, 8).Draw(rt, "parts"), "/")
		for _, p := range ways(name) {
			h.resolve(p) // looks at every content
		}
	})
}

// TestHostileFileNames: names that a folder may hold and a plan cannot say.
func TestHostileFileNames(t *testing.T) {
	h := newHouse(t)
	h.write("data/good")
	for _, name := range []string{"new\nline", "\xff\xfe", `back\slash`, "esc\x1b[2J", "tab\t"} {
		if err := os.WriteFile(filepath.Join(h.dir, "data", name), []byte("x"), 0o644); err != nil {
			t.Logf("this system has no file %q: %v", name, err)
		}
	}
	got, issues := h.globs("data/**")
	equal(t, got, "data/good")
	if len(issues) == 0 {
		t.Error("nothing is said of what is left out")
	}
	for _, i := range issues {
		if !i.Warning || strings.ContainsAny(i.Message, "\x1b\n\t") || strings.ToValidUTF8(i.Message, "") != i.Message {
			t.Errorf("%q", i.Message)
		}
	}
	_, issues = h.resolve(ways("data/goo")["ca"])
	h.want(issues, `did you mean "data/good"?`)
}

// TestManyBadNames: not a thousand issues for a thousand files.
func TestManyBadNames(t *testing.T) {
	h := newHouse(t)
	for i := range 100 {
		h.writeTo(h.at("data/a\x01"+strings.Repeat("b", i)), "x")
	}
	if _, issues := h.globs("data/*"); len(issues) != maxTold+1 {
		t.Errorf("%d issues", len(issues))
	}
}

func TestCase(t *testing.T) {
	h := newHouse(t)
	h.write("data/Users.csv")
	if _, err := os.Stat(h.at("data/users.csv")); err == nil {
		got, issues := h.globs("data/users.csv") // a system that does not tell them apart
		h.want(issues)
		equal(t, got, "data/users.csv")
		return
	}
	_, issues := h.globs("data/users.csv")
	h.want(issues, `did you mean "data/Users.csv"? Small and capital letters matter`)
}

func TestDeepFolders(t *testing.T) {
	h := newHouse(t)
	deep := "data/" + strings.Repeat("d/", maxDepth-2)
	h.write(deep+"in", deep+"d/out")
	got, issues := h.globs("data/**")
	equal(t, got, deep+"in")
	h.want(issues, "~files[0]: ")
}

func TestBounds(t *testing.T) {
	h := newHouse(t)
	sparse := func(name string, size int64) {
		h.write(name)
		if err := os.Truncate(h.at(name), size); err != nil {
			t.Fatal(err)
		}
	}
	sparse("data/huge.bin", 1<<40)
	sparse("data/users.csv", load.MaxDataFile+1)
	sparse("data/over.bin", load.MaxBodyFile+1)
	_, issues := h.globs("data/huge.*", "data/over.bin")
	h.want(issues, "files[0]: data/huge.bin has 1099511627776 bytes, over the limit of 100 MiB", "files[1]: data/over.bin has 104857601 bytes")
	_, issues = h.resolve(ways("data/users.csv")["data"])
	h.want(issues, "data.d.file: data/users.csv has 104857601 bytes, over the limit of 100 MiB")
	_, issues = h.resolve(ways("data/huge.bin")["ca"])
	h.want(issues, "defaults.tls.ca: data/huge.bin has")
	for i := range load.MaxRunFiles/load.MaxBodyFile + 1 {
		sparse("many/"+strings.Repeat("f", i+1), load.MaxBodyFile)
	}
	_, issues = h.globs("many/*")
	h.want(issues, "files: the files of the plan have 10800332800 bytes, over the limit of 10 GiB")
}

// TestTooManyFiles: the walk ends when the bound is reached.
func TestTooManyFiles(t *testing.T) {
	h := newHouse(t)
	h.write("data/a", "data/b", "data/c", "data/d")
	r := &resolver{
		w: h.w, ctx: t.Context(), found: map[string]*entry{}, matched: map[string]bool{},
		prog: &plan.Program{Plan: &load.Plan{Files: []string{"data/*", "data/**"}}},
	}
	for i := range load.MaxFiles - 1 {
		r.found[fmt.Sprint("other/", i)] = &entry{}
	}
	r.globs()
	r.bounds()
	h.want(r.issues, "files: the plan has over 100000 files")
	if n := len(r.found); n != load.MaxFiles+1 {
		t.Errorf("%d files were noted", n)
	}
}

func TestCancelled(t *testing.T) {
	h := newHouse(t)
	h.write("data/a", "data/b")
	ctx, cancel := context.WithCancel(context.Background())
	p := &plan.Program{Plan: &load.Plan{Files: []string{"data/*"}}}
	files, issues := h.w.ResolveProgram(ctx, p, func(done, total int64) { cancel() })
	if files != nil || len(issues) != 1 || !strings.Contains(written(issues[0]), ": the files of the plan were not looked at: context canceled") {
		t.Errorf("%v %v", files, issues)
	}
	files, issues = h.w.ResolveProgram(ctx, p, nil)
	if files != nil || len(issues) != 1 {
		t.Errorf("%v %v", files, issues)
	}
}

// TestPrivate: what belongs to the program is not read under any name.
func TestPrivate(t *testing.T) {
	h := newHouse(t)
	h.writeTo(h.at(".private/token"), marker)
	h.writeTo(h.at(".private/sub/token"), marker)
	h.writeTo(h.at("kept.db.damaged-20260102T030405Z"), marker)
	h.write("data/a")
	h.link("../kept.db.damaged-20260102T030405Z", "data/aside")
	h.link("../.private/token", "data/file")
	h.link("../.private", "data/folder")
	h.link("folder/sub", "data/through")
	h.link("..", "data/up")
	for _, name := range []string{".private/token", "data/file", "data/folder/token", "data/through/token", "data/up/.private/token", "data/up/data/up/data/file", "kept.db.damaged-20260102T030405Z", "data/aside", "data/up/data/aside"} {
		for way, p := range ways(name) {
			if files, issues := h.resolve(p); files != nil || len(issues) == 0 {
				t.Errorf("%s %s: %v %v", way, name, paths(files), issues)
			}
		}
	}
	for _, pattern := range []string{".private/*", "data/f*", "data/folder/*", "data/**", "data/**/.*/**", "data/up/.private/**", "**/.private/*"} {
		files, issues := h.globs(pattern)
		if len(issues) == 0 || slices.ContainsFunc(files, func(f string) bool { return strings.Contains(f, "token") }) {
			t.Errorf("%s: %q %v", pattern, files, issues)
		}
	}
	if _, err := os.Stat(h.at("data/through/token")); err != nil {
		t.Error(err) // else this test shows nothing
	}
	// Beside the user's own files it does not spoil what means all of them.
	if err := os.RemoveAll(h.at("data")); err != nil {
		t.Fatal(err)
	}
	h.write("data/b", "c")
	for pattern, want := range map[string]string{"**": "c data/b", "*": "c", "kept*": ""} {
		files, issues := h.globs(pattern)
		if got := strings.Join(files, " "); got != want || slices.ContainsFunc(issues, func(i load.Issue) bool { return !i.Warning }) {
			t.Errorf("%s: %q, want %q; %v", pattern, got, want, issues)
		}
	}
}

// modeOf keeps the table of kinds complete.
func TestKind(t *testing.T) {
	for mode, want := range map[fs.FileMode]string{0: "a file", fs.ModeDir: "a folder", fs.ModeNamedPipe: "a pipe", fs.ModeSocket: "a socket", fs.ModeDevice | fs.ModeCharDevice: "a device", fs.ModeIrregular: "something else"} {
		if got := kind(mode); got != want {
			t.Errorf("%v is %s", mode, got)
		}
	}
}
