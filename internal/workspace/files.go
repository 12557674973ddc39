package workspace

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/locust-http/locust-http/load"
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
		return nil, fmt.Errorf("%s: %w: %w", file.Path, ErrChanged, withoutPath(err))
	}
	if info.Size() != file.Size {
		return nil, errors.Join(fmt.Errorf("%s: %w: it has %d bytes instead of %d", file.Path, ErrChanged, info.Size(), file.Size), r.Close())
	}
	return r, nil
}
