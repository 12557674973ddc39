package workspace

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// Files is what a plan names, as it was when Resolve looked. It is immutable and may
// be used from any goroutine until the workspace is closed.
type Files struct {
	w    *Workspace
	list []load.File // by path
	size int64
	data []Data
}

// Data is a data file of a plan.
type Data struct {
	Source  string // its name in the plan
	File    load.File
	Rows    int64
	Columns []string // in the order of the file
}

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

// ResolveProgram finds every file that a run of the plan needs and hashes it: data
// files, what the globs of files match, certificates. Issues say what is wrong and carry
// the path in the plan; when one of them is not just a warning there are no Files.
//
// progress, if not nil, is told how many of the bytes are hashed; it is called by one
// goroutine at a time and must not block. An end of ctx is an issue without a path.
func (w *Workspace) ResolveProgram(ctx context.Context, p *plan.Program, progress func(done, total int64)) (*Files, []load.Issue) {
	return nil, []load.Issue{{Message: "files cannot be resolved yet"}}
}

// List is the files by path, each once.
func (f *Files) List() []load.File { return slices.Clone(f.list) }

// Size is the bytes of all files.
func (f *Files) Size() int64 { return f.size }

// Data is the data files in the order of the plan.
func (f *Files) Data() []Data { return slices.Clone(f.data) }

// ErrChanged is a file that is no longer what Resolve has seen. Test with errors.Is.
var ErrChanged = errors.New("the file has been changed since")

// Open is the content of one of the files now. One that has another size than Resolve
// has seen, or is gone, is ErrChanged; other changes show in the digest, which whoever
// stores the content checks.
func (f *Files) Open(file load.File) (io.ReadCloser, error) {
	r, info, err := f.w.open(file.Path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrChanged, err)
	}
	if info.Size() != file.Size {
		return nil, errors.Join(fmt.Errorf("%s: %w: it has %d bytes instead of %d", file.Path, ErrChanged, info.Size(), file.Size), r.Close())
	}
	return r, nil
}
