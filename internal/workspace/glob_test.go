package workspace

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

func TestGlobs(t *testing.T) {
	h := newHouse(t)
	all := []string{"a.txt", "data/a.pdf", "data/b.txt", "data/f/a.pdf", "data/f/g/x.pdf", "data/.hidden", "data/.git/config", "data/f/.git/a.pdf", "Data2/a.pdf"}
	h.write(all...)
	for _, c := range []struct {
		pattern string
		want    []string
	}{
		{"*", []string{"a.txt"}},
		{"*/*.pdf", []string{"Data2/a.pdf", "data/a.pdf"}},
		{"data/*", []string{"data/a.pdf", "data/b.txt"}},
		{"data/**", []string{"data/a.pdf", "data/b.txt", "data/f/a.pdf", "data/f/g/x.pdf"}},
		{"data/**/a.pdf", []string{"data/a.pdf", "data/f/a.pdf"}},
		{"data/?/[a-c].*", []string{"data/f/a.pdf"}},
		{"**/g/**", []string{"data/f/g/x.pdf"}},
		{"**/*.txt", []string{"a.txt", "data/b.txt"}},
		{"data/.*", []string{"data/.hidden"}},
		{"data/.git/*", []string{"data/.git/config"}},
		{"data/**/.g*/**", []string{"data/.git/config", "data/f/.git/a.pdf"}},
		{"data/b.txt", []string{"data/b.txt"}},
	} {
		got, issues := h.globs(c.pattern)
		h.want(issues)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.pattern, got, c.want)
		}
	}
}

func TestGlobIssues(t *testing.T) {
	h := newHouse(t)
	h.write("data/files/a.pdf")
	for _, c := range []struct {
		pattern string
		want    string
	}{
		{"data/files/*.txt", `~files[0]: data/files/*.txt matches no file ()`},
		{"data/file/*.pdf", `~files[0]: data/file/*.pdf matches no file: there is no folder data/file (did you mean "data/files"?)`},
		{"nowhere/at/all/**", `~files[0]: nowhere/at/all/** matches no file: there is no folder nowhere/at/all (there is no folder nowhere/at either)`},
		{"data/files/a.pdf/*", `files[0]: "data/files/a.pdf" cannot be read: it is not a folder but a file`},
		{"data/files/b.pdf", `files[0]: there is no file data/files/b.pdf in the workspace (did you mean "data/files/a.pdf"?)`},
		{"data/files", `files[0]: data/files is a folder (write data/files/** for all files in it)`},
		{"data/[", `files[0]: "data/[" is no glob`},
		{"../outside/*", `files[0]: "../outside/*" leads out of the workspace`},
		{"data/../../outside/*", `files[0]: "data/../../outside/*" leads out of the workspace`},
		{h.outside + "/*", `files[0]: "` + h.outside + `/*" is not relative to the workspace`},
		{"./data/*", `files[0]: "./data/*" has parts that say nothing`},
		{"data/files/*/../a.pdf", `files[0]: "data/files/*/../a.pdf" has parts that say nothing`},
		{`data\*`, `files[0]:`},
	} {
		_, issues := h.globs(c.pattern)
		h.want(issues, c.want)
	}
}

// TestEmptyGlobs: nothing to read is a mistake where bodies read something.
func TestEmptyGlobs(t *testing.T) {
	h := newHouse(t)
	h.write("data/a.csv")
	step := &plan.Step{Request: &plan.Request{Parts: []plan.Part{{}, {File: true}}}}
	for name, p := range map[string]*plan.Program{
		"setup": {Setup: []*plan.Step{step}}, "group": {Transactions: []*plan.Transaction{{Steps: []*plan.Step{{Steps: []*plan.Step{step}}}}}},
		"else": {UserStop: []*plan.Step{{Else: []*plan.Step{step}}}},
	} {
		p.Plan = &load.Plan{Files: []string{"data/*.pdf", "*.pdf"}}
		_, issues := h.resolve(p)
		if len(issues) != 3 || issues[2].Warning || issues[2].Path != "files" {
			t.Errorf("%s: %v", name, issues)
		}
		p.Plan = &load.Plan{Files: []string{"data/*.pdf", "data/*.csv"}}
		files, issues := h.resolve(p)
		h.want(issues, "~files[0]")
		equal(t, paths(files), "data/a.csv")
	}
}

// Any tree, any glob: what is found is what the glob matches of what is there.
func TestGlobProperty(t *testing.T) {
	h := newHouse(t)
	names := rapid.SampledFrom([]string{"a", "b", "ab", "c.d", "é"})
	globs := rapid.SampledFrom([]string{"**", "**", "*", "a", "a*", "?b", "[ab]", "*.d", "é"})
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		top := fmt.Sprint("run", run)
		var files []string
		for range rapid.IntRange(1, 8).Draw(rt, "files") {
			// A name with a suffix is a file, one without a folder: none is in the way.
			name := path.Join(top, path.Join(rapid.SliceOfN(names, 0, 3).Draw(rt, "folders")...), rapid.StringMatching(`f[ab]?\.[ab]`).Draw(rt, "name"))
			files = append(files, name)
		}
		h.write(files...)
		pattern := top + "/" + strings.Join(rapid.SliceOfN(globs, 1, 4).Draw(rt, "pattern"), "/")
		if rapid.Bool().Draw(rt, "ending") {
			pattern += "/f*.?"
		}
		slices.Sort(files)
		files = slices.Compact(files)
		want := slices.DeleteFunc(files, func(f string) bool { return !load.MatchGlob(pattern, f) })
		if !strings.ContainsAny(pattern, "*?[") {
			return
		}
		got, _ := h.globs(pattern)
		if !slices.Equal(got, want) {
			rt.Fatalf("%s: %q, want %q", pattern, got, want)
		}
	})
}
