package workspace

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// Resolve is ResolveProgram for a plan that is not compiled yet. One that does not
// compile has the issues of plan.Compile, and no files.
func (w *Workspace) Resolve(ctx context.Context, p *load.Plan, progress func(done, total int64)) (*Files, []load.Issue) {
	prog, issues := plan.Compile(p)
	if prog == nil {
		return nil, issues
	}
	files, more := w.ResolveProgram(ctx, prog, progress)
	return files, append(issues, more...)
}

// ResolveProgram finds every file that a run of the plan needs, hashes it and looks into
// data files: those of data, what the globs of files match, certificates. Issues say
// what is wrong and carry the path in the plan; when one of them is not just a warning
// there are no Files.
//
// progress, if not nil, is told how many of the bytes are hashed; it is called by one
// goroutine at a time and must not block. An end of ctx is an issue without a path.
func (w *Workspace) ResolveProgram(ctx context.Context, p *plan.Program, progress func(done, total int64)) (*Files, []load.Issue) {
	r := &resolver{w: w, ctx: ctx, prog: p, found: map[string]*entry{}, matched: map[string]bool{}}
	for i := range p.Plan.Data {
		d := &p.Plan.Data[i]
		r.named("data."+d.Name+".file", d.File, load.MaxDataFile)
	}
	for _, use := range p.Files {
		if !use.Body {
			r.named(use.Path, use.Name, load.MaxBodyFile)
		}
	}
	r.globs()
	r.bodies()
	r.bounds()
	if r.failed() {
		return nil, r.issues
	}
	r.hash(progress)
	files := r.files()
	if !r.failed() {
		files.data = r.data()
	}
	if r.failed() {
		return nil, r.issues
	}
	return files, r.issues
}

// resolver is one call of Resolve.
type resolver struct {
	w       *Workspace
	ctx     context.Context
	prog    *plan.Program
	issues  []load.Issue
	found   map[string]*entry // by path
	matched map[string]bool   // paths that globs match
}

// entry is a file that was found.
type entry struct {
	identity
	digest string
	asked  string // where in the plan it was first asked for
}

func (r *resolver) issue(at, hint, format string, args ...any) {
	r.issues = append(r.issues, load.Issue{Path: at, Message: fmt.Sprintf(format, args...), Hint: hint})
}

func (r *resolver) warn(at, hint, format string, args ...any) {
	r.issue(at, hint, format, args...)
	r.issues[len(r.issues)-1].Warning = true
}

func (r *resolver) failed() bool {
	if err := r.ctx.Err(); err != nil && !slices.ContainsFunc(r.issues, func(i load.Issue) bool { return i.Path == "" }) {
		r.issue("", "", "the files of the plan were not looked at: %v", context.Cause(r.ctx))
	}
	return slices.ContainsFunc(r.issues, func(i load.Issue) bool { return !i.Warning })
}

// named finds a file that the plan names.
func (r *resolver) named(at, name string, limit int64) {
	if err := sayable(name); err != nil {
		r.issue(at, "paths are relative to the workspace, with /", "%v", err)
		return
	}
	info, err := r.w.root.Stat(name)
	if err != nil {
		r.absent(at, name, err)
		return
	}
	r.add(at, name, info, limit)
}

// add notes a file, once.
func (r *resolver) add(at, name string, info fs.FileInfo, limit int64) {
	switch {
	case info.IsDir():
		r.issue(at, inFolder(at, name), "%s is a folder", name)
	case !info.Mode().IsRegular():
		r.issue(at, "", "%s is not a file but %s", name, kind(info.Mode()))
	case info.Size() > limit:
		r.issue(at, "", "%s has %d bytes, over the limit of %d MiB", name, info.Size(), limit>>20)
	case r.found[name] == nil:
		r.found[name] = &entry{identity: identify(name, info), asked: at}
	}
}

// inFolder is the hint for a folder that stands where a file should.
func inFolder(at, name string) string {
	if strings.HasPrefix(at, "files[") {
		return fmt.Sprintf("write %s/** for all files in it", name)
	}
	return "name a file in it"
}

// absent says why a file cannot be had, and which may have been meant.
func (r *resolver) absent(at, name string, err error) {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.issue(at, r.near(name), "there is no file %s in the workspace", name)
	case leadsOut(err):
		r.issue(at, "only files of the workspace can be used: copy it there", "%s leads out of the workspace", name)
	default:
		r.issue(at, "", "%s cannot be read: %v", name, withoutPath(err))
	}
}

// near is a hint for a file that is not there.
func (r *resolver) near(name string) string {
	dir, base := path.Split(name)
	names, err := r.w.names(path.Clean(dir))
	if err != nil {
		return fmt.Sprintf("there is no folder %s either", path.Clean(dir))
	}
	for _, n := range names {
		if strings.EqualFold(n, base) {
			return fmt.Sprintf("did you mean %q? Small and capital letters matter", dir+n)
		}
	}
	if n := plan.Nearest(base, names); n != "" {
		return fmt.Sprintf("did you mean %q?", dir+n)
	}
	return ""
}

// bodies finds the files that bodies name without placeholders.
func (r *resolver) bodies() {
	for _, use := range r.prog.Files {
		if !use.Body || r.matched[use.Name] {
			continue
		}
		before := len(r.issues)
		r.named(use.Path, use.Name, load.MaxBodyFile)
		if len(r.issues) == before {
			r.issue(use.Path, fmt.Sprintf("files: [%q]", use.Name), "%s is not among the files that bodies may read", use.Name)
		}
	}
}

// bounds checks what all files are together.
func (r *resolver) bounds() {
	if len(r.found) > load.MaxFiles {
		r.issue("files", "", "the plan has over %d files", load.MaxFiles)
	}
	var size int64
	for _, e := range r.found {
		size += e.size
	}
	if size > load.MaxRunFiles {
		r.issue("files", "", "the files of the plan have %d bytes, over the limit of %d GiB", size, int64(load.MaxRunFiles)>>30)
	}
}

// files is what was found.
func (r *resolver) files() *Files {
	f := &Files{w: r.w}
	for _, name := range slices.Sorted(maps.Keys(r.found)) {
		e := r.found[name]
		f.list = append(f.list, load.File{Path: e.path, Size: e.size, SHA256: e.digest})
		f.size += e.size
	}
	return f
}
