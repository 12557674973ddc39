package workspace

import (
	"context"
	"errors"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/locust-http/locust-http/internal/dataset"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// table is what is known of a data file that has all columns the plan asks for.
type table struct {
	rows    int64
	columns []string
}

// tableKey is what a table follows from.
type tableKey struct{ digest, ending, delimiter, columns string }

// data looks into the data files.
func (r *resolver) data() []Data {
	var list []Data
	for i := range r.prog.Data {
		use := &r.prog.Data[i]
		e := r.found[use.Source.File]
		if e == nil || r.ctx.Err() != nil {
			continue
		}
		if t, ok := r.table(e, use); ok {
			list = append(list, Data{
				Source: use.Source.Name, Rows: t.rows, Columns: t.columns,
				File: load.File{Path: e.path, Size: e.size, SHA256: e.digest},
			})
		}
	}
	return list
}

// table looks into one data file, unless that was done before. It is read from a private
// copy: it is mapped into memory, and its owner may cut the file in the workspace short
// meanwhile, which would end this process.
func (r *resolver) table(e *entry, use *plan.DataUse) (table, bool) {
	key := tableKey{e.digest, path.Ext(e.path), use.Source.Delimiter, strings.Join(use.Columns, "\x00")}
	if t, known := r.w.table(key); known {
		return t, true
	}
	at := "data." + use.Source.Name + ".file"
	dir, err := os.MkdirTemp("", "locust-http-data-")
	if err != nil {
		r.issue(at, "", "%s cannot be looked into: %v", e.path, err)
		return table{}, false
	}
	defer os.RemoveAll(dir) // what stays is the system's to clean up
	private := filepath.Join(dir, "rows")
	if err := r.w.copy(r.ctx, private, e); err != nil {
		r.issue(at, "", "%s cannot be looked into: %v", e.path, withoutPath(err))
		return table{}, false
	}
	t, ok := r.inspect(at, private, use)
	if ok {
		r.w.rememberTable(key, t)
	}
	return t, ok
}

// inspect opens a copy and asks it for the columns of the plan.
func (r *resolver) inspect(at, private string, use *plan.DataUse) (table, bool) {
	data, err := dataset.Open(private, *use.Source)
	if err != nil {
		r.issue(at, "", "%v", err)
		return table{}, false
	}
	before := len(r.issues)
	for i, column := range use.Columns {
		if _, err := data.Bind([]string{column}); err != nil {
			r.issue(use.Paths[i], "", "%v", err)
		}
	}
	t := table{data.Rows(), data.Columns()}
	if err := data.Close(); err != nil {
		r.issue(at, "", "%v", err)
	}
	return t, len(r.issues) == before
}

// copy writes what e was found to be to a new file.
func (w *Workspace) copy(ctx context.Context, to string, e *entry) error {
	in, _, err := w.open(e.path)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	digest, err := copyHash(ctx, out, in, e.size, func(int) {})
	if err == nil && digest != e.digest {
		err = errUnsteady
	}
	return errors.Join(err, out.Close())
}
