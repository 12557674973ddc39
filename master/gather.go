package master

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/locust-http/locust-http/internal/blobs"
	"github.com/locust-http/locust-http/internal/dataset"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// bundle is the files of an order, all there and looked at.
type bundle struct {
	files   []load.File
	open    func(load.File) (io.ReadCloser, error)
	data    []DataFile
	release func() error // the files may change or vanish then
}

// DataFile is a data file of a plan, as its preflight shows it.
type DataFile struct {
	Name string `json:"name"` // in the plan
	File string `json:"file"`
	Rows int64  `json:"rows"`
}

func (b *bundle) size() (n int64) {
	for _, f := range b.files {
		n += f.Size
	}
	return n
}

// gathering is the search for the files of an order, on a goroutine of its own: it may
// have to hash 10 GiB. It ends when it has found them, or with stop.
type gathering struct {
	brought     []load.File // by the caller; nil: they are looked for in the workspace
	stop        context.CancelFunc
	done        chan struct{} // closed when what follows is set
	bundle      *bundle       // nil: refused, or stopped
	refused     *refusal
	hashed, all atomic.Int64 // bytes, while it goes on
}

// gather begins to look for the files of a draft that has a plan. What it finds must be
// given up with discard, or with the bundle's release.
func (m *Master) gather(d *draft, o *Order) (*gathering, *refusal) {
	brought, err := listed(o.Files)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "bad_files", "", "%v", err)
	}
	g := &gathering{brought: brought, done: make(chan struct{})}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.life == nil {
		return nil, refuse(http.StatusServiceUnavailable, "queue", "", "%v", errClosing)
	}
	ctx, stop := context.WithCancel(m.life)
	g.stop = stop
	m.work.Go(func() {
		defer close(g.done)
		if len(brought) > 0 {
			g.bundle, g.refused = m.broughtAlong(d, brought)
		} else {
			g.bundle, g.refused = m.ofWorkspace(ctx, d, g)
		}
	})
	return g, nil
}

// wait waits for the end of the search.
func (g *gathering) wait(ctx context.Context) (*bundle, *refusal, error) {
	select {
	case <-g.done:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	if g.bundle == nil && g.refused == nil {
		return nil, nil, context.Canceled
	}
	return g.bundle, g.refused, nil
}

// discard ends the search and gives up what it has found. It waits for the search.
func (m *Master) discard(g *gathering) {
	g.stop()
	<-g.done
	if g.bundle != nil {
		m.giveUp(g.bundle)
	}
}

// progress says how far it is; nil when it is done.
func (g *gathering) progress() *load.Reason {
	select {
	case <-g.done:
		return nil
	default:
		done, all := g.hashed.Load()>>20, g.all.Load()>>20
		return &load.Reason{
			Code: load.WhyReading, Params: load.Params{"done": float64(done), "all": float64(all)},
			Text: fmt.Sprintf("reads the files of the plan: %d of %d MiB", done, all),
		}
	}
}

// ofWorkspace finds the files of a plan in the workspace. One search reads at a time:
// the disk is not faster for two.
func (m *Master) ofWorkspace(ctx context.Context, d *draft, g *gathering) (*bundle, *refusal) {
	if len(d.plan.Data)+len(d.plan.Files)+len(d.program.Files) == 0 {
		return &bundle{release: func() error { return nil }}, nil
	}
	if !acquire(ctx, m.hashing) {
		return nil, nil
	}
	defer release(m.hashing)
	files, issues := m.workspace.ResolveProgram(ctx, d.program, func(done, total int64) {
		g.hashed.Store(done)
		g.all.Store(total)
	})
	if ctx.Err() != nil {
		return nil, nil
	}
	if no := d.refuseFiles(issues); no != nil {
		return nil, no
	}
	b := &bundle{files: files.List(), open: files.Open, release: func() error { return nil }}
	for _, f := range files.Data() {
		b.data = append(b.data, DataFile{f.Source, f.File.Path, f.Rows})
	}
	return b, nil
}

// refuseFiles is the answer for what is wrong with the files of a plan; nil: nothing
// but warnings.
func (d *draft) refuseFiles(issues []load.Issue) *refusal {
	problems := plan.Place(d.file, d.text, issues)
	if problems.Err() == nil {
		return nil
	}
	return refusePlan(problems)
}

// broughtAlong finds the files of a plan among those that its caller has brought.
func (m *Master) broughtAlong(d *draft, files []load.File) (*bundle, *refusal) {
	if no := d.refuseFiles(unlisted(d.program, files)); no != nil {
		return nil, no
	}
	hold, err := m.uploads.Hold(files)
	var missing *blobs.MissingError
	switch {
	case errors.As(err, &missing):
		return nil, refuse(http.StatusConflict, "missing_files", "POST /api/v1/files says which, PUT /api/v1/files/<sha256> brings each", "%v", err)
	case err != nil:
		return nil, refuse(http.StatusInternalServerError, "files", "", "%v", err)
	}
	b := &bundle{files: files, release: hold.Release}
	b.open = func(f load.File) (io.ReadCloser, error) { return os.Open(filepath.Join(hold.Dir(), f.SHA256)) }
	var issues []load.Issue
	b.data, issues = inspect(d.program, files, hold.Dir())
	if no := d.refuseFiles(issues); no != nil {
		m.giveUp(b)
		return nil, no
	}
	return b, nil
}

// giveUp releases a bundle.
func (m *Master) giveUp(b *bundle) {
	if err := b.release(); err != nil {
		m.log.Warn("what is left goes when the master begins again", "error", err)
	}
}

// unlisted are the files that a plan names and its caller has not brought along.
func unlisted(p *plan.Program, files []load.File) []load.Issue {
	there := make(map[string]bool, len(files))
	for _, f := range files {
		there[f.Path] = true
	}
	var issues []load.Issue
	miss := func(path, name string) {
		if !there[name] {
			issues = append(issues, load.Issue{Path: path, Message: fmt.Sprintf("file %s was not brought along", load.Clip(name, 200)), Hint: "list it in files"})
		}
	}
	for _, use := range p.Data {
		miss("data."+use.Source.Name+".file", use.Source.File)
	}
	for _, use := range p.Files {
		miss(use.Path, use.Name)
	}
	return issues
}

// inspect looks into the data files: they must have rows, and the columns that the
// plan asks for.
func inspect(p *plan.Program, files []load.File, dir string) (data []DataFile, issues []load.Issue) {
	digests := make(map[string]string, len(files))
	for _, f := range files {
		digests[f.Path] = f.SHA256
	}
	for _, use := range p.Data {
		rows, err := dataset.Inspect(filepath.Join(dir, digests[use.Source.File]), *use.Source, use.Columns)
		if err != nil {
			issues = append(issues, load.Issue{Path: "data." + use.Source.Name + ".file", Message: err.Error()})
			continue
		}
		data = append(data, DataFile{use.Source.Name, use.Source.File, rows})
	}
	return data, issues
}
