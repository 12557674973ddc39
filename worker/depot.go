package worker

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/locust-http/locust-http/internal/blobs"
	"github.com/locust-http/locust-http/load"
)

// MaxStores is how many files come in at once; others wait.
const MaxStores = 8

var _ load.Depot = (*Daemon)(nil)

var errNoFiles = errors.New("this worker keeps no files: it was started without a cache")

// Missing implements load.Depot. Files that the cache has, but this process has never
// seen, are hashed first: about a second for each GiB.
func (d *Daemon) Missing(ctx context.Context, files []load.File) ([]load.File, error) {
	if len(files) == 0 {
		return nil, nil
	}
	if err := d.checkFiles(files); err != nil {
		return nil, err
	}
	done, err := d.enter()
	if err != nil {
		return nil, err
	}
	answer := make(chan []load.File, 1)
	go func() {
		defer done()
		answer <- d.files.Missing(files)
	}()
	select {
	case missing := <-answer:
		return missing, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Store implements load.Depot. At most MaxStores files come in at once, whoever sends
// them.
func (d *Daemon) Store(ctx context.Context, f load.File, content io.Reader) error {
	if err := d.checkFiles([]load.File{f}); err != nil {
		return err
	}
	done, err := d.enter()
	if err != nil {
		return err
	}
	defer done()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(d.ctx, cancel)()
	select {
	case d.stores <- struct{}{}:
		defer func() { <-d.stores }()
	case <-ctx.Done():
		return fmt.Errorf("store %q: %d others are on their way: %w", load.Clip(f.Path, 200), MaxStores, ctx.Err())
	}
	return d.files.Put(f, &bounded{ctx, content})
}

// bounded is a reader that ends with a context.
type bounded struct {
	ctx     context.Context
	content io.Reader
}

func (b *bounded) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := b.content.Read(p)
	if err == nil && b.ctx.Err() != nil {
		err = b.ctx.Err()
	}
	return n, err
}

// checkFiles refuses what can be no files of a run, or a worker without a cache.
func (d *Daemon) checkFiles(files []load.File) error {
	if d.files == nil {
		return &load.PlanError{Message: errNoFiles.Error()}
	}
	if len(files) > load.MaxFiles {
		return &load.PlanError{Message: fmt.Sprintf("the run has %d files; at most %d", len(files), load.MaxFiles)}
	}
	var total, kept int64
	seen := make(map[string]bool, len(files))
	for _, f := range files {
		if err := load.CheckDigest(f.SHA256); err != nil {
			return &load.PlanError{Message: fmt.Sprintf("file %q: %v", load.Clip(f.Path, 200), err)}
		}
		if f.Size < 0 || f.Size > max(load.MaxDataFile, load.MaxBodyFile) {
			return &load.PlanError{Message: fmt.Sprintf("file %q has %d bytes; at most %d", load.Clip(f.Path, 200), f.Size, max(load.MaxDataFile, load.MaxBodyFile))}
		}
		total += f.Size
		if !seen[f.SHA256] {
			seen[f.SHA256] = true
			kept += f.Size
		}
	}
	if total > load.MaxRunFiles {
		return &load.PlanError{Message: fmt.Sprintf("the files of the run have %d bytes; at most %d", total, int64(load.MaxRunFiles))}
	}
	// Each would push out another, and Prepare would find some of them missing.
	if limit := d.files.Limit(); kept > limit {
		return &load.PlanError{Message: fmt.Sprintf("the files of the run have %d bytes, and the cache of this worker keeps %d: start it with a larger --cache-size", kept, limit)}
	}
	return nil
}

// hold takes the files of a run, or of one SendOnce, until release is called, which is
// never nil. dir is empty when there are none.
func (d *Daemon) hold(files []load.File) (dir string, release func(), err error) {
	if len(files) == 0 {
		return "", func() {}, nil
	}
	if err := d.checkFiles(files); err != nil {
		return "", func() {}, err
	}
	h, err := d.files.Hold(files)
	var missing *blobs.MissingError
	if errors.As(err, &missing) {
		return "", func() {}, &load.PlanError{Message: "this worker cannot play the plan: " + err.Error() + " (files that were sent can have made room for those of other runs: try again, or give the worker a larger --cache-size)"}
	}
	if err != nil {
		return "", func() {}, err
	}
	return h.Dir(), func() {
		if err := h.Release(); err != nil {
			d.log.Warn("the files of a run could not be removed", "error", err)
		}
	}, nil
}
