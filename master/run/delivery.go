package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Delivery is files on their way to a depot.
type Delivery struct {
	Files []load.File
	// Open gives the content of one of Files. It is called from several goroutines at
	// once, and each of its readers is closed.
	Open func(load.File) (io.ReadCloser, error)
	// Asked is told what the depot does not have, each content once; nil: nobody is.
	Asked func(missing []load.File)
	// Took is told of the bytes that were sent, from several goroutines at once; below
	// zero: what is going to be sent again. nil: nobody is.
	Took func(n int)
}

// storesAtOnce is how many files are on their way to one depot: many small ones are not
// to wait for one round trip each. It is half of what a worker takes in at once, so that
// two masters do not wait for each other.
const storesAtOnce = 4

var errStalled = errors.New("no byte was taken for " + FileStall.String())

// To stores in depot what is missing there. It has no deadline as long as something
// gets through (FileStall). After an error some files may have been stored.
func (d *Delivery) To(ctx context.Context, depot load.Depot) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	stall := time.AfterFunc(FileStall, func() { end(errStalled) })
	defer stall.Stop()
	missing, err := depot.Missing(ctx, d.Files)
	if err == nil {
		missing, err = known(missing, d.Files)
	}
	if err != nil {
		return fmt.Errorf("ask what is missing: %w", because(ctx, err))
	}
	if d.Asked != nil {
		d.Asked(missing)
	}
	stall.Reset(FileStall)
	took := func(n int) {
		stall.Reset(FileStall)
		if d.Took != nil {
			d.Took(n)
		}
	}
	return d.storeAll(ctx, end, depot, missing, took)
}

// storeAll stores some files at once. The first error ends the others by end, which
// ends ctx.
func (d *Delivery) storeAll(ctx context.Context, end context.CancelCauseFunc, depot load.Depot, files []load.File, took func(n int)) error {
	var failed error
	var once sync.Once
	var stores sync.WaitGroup
	next := make(chan load.File)
	for range min(storesAtOnce, len(files)) {
		stores.Go(func() {
			for f := range next {
				if err := d.store(ctx, depot, f, took); err != nil {
					once.Do(func() { failed = fmt.Errorf("%s: %w", f.Path, because(ctx, err)) })
					end(err)
				}
				took(0) // also of a file that is empty
			}
		})
	}
	for i := 0; i < len(files) && ctx.Err() == nil; i++ {
		select {
		case next <- files[i]:
		case <-ctx.Done():
		}
	}
	close(next)
	stores.Wait()
	if failed == nil {
		return context.Cause(ctx) // between two files
	}
	return failed
}

// store sends one file.
func (d *Delivery) store(ctx context.Context, depot load.Depot, f load.File, took func(n int)) error {
	content, err := d.Open(f)
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	err = depot.Store(ctx, f, watch(ctx, content, took))
	return errors.Join(err, content.Close())
}

// because is err, or why ctx was ended when it has come from that.
func because(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	return err
}

// known checks what a worker says is missing: it is given no file that is not the
// run's, and each content once.
func known(missing, files []load.File) ([]load.File, error) {
	if len(missing) == 0 {
		return nil, nil
	}
	all := make(map[load.File]bool, len(files))
	for _, f := range files {
		all[f] = true
	}
	sent := make(map[string]bool, len(missing))
	var out []load.File
	for _, f := range missing {
		if !all[f] {
			return nil, fmt.Errorf("it asks for a file that is not of this run: %.200q", f.Path)
		}
		if !sent[f.SHA256] {
			sent[f.SHA256] = true
			out = append(out, f)
		}
	}
	return out, nil
}

// watched is the content of a file on its way: it counts what was read and comes to an
// end with the context, even for a depot that does not heed it.
type watched struct {
	ctx  context.Context
	from io.Reader
	took func(n int)
}

// watch is content as it is read. One that can be read again stays so: a remote depot
// begins anew after a broken connection.
func watch(ctx context.Context, content io.Reader, took func(n int)) io.Reader {
	w := watched{ctx, content, took}
	if seeker, ok := content.(io.Seeker); ok {
		return &rewindable{watched: w, seeker: seeker}
	}
	return &w
}

func (w *watched) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.from.Read(p)
	if n > 0 {
		w.took(n)
	}
	return n, err
}

type rewindable struct {
	watched
	seeker io.Seeker
	at     int64
}

func (r *rewindable) Read(p []byte) (int, error) {
	n, err := r.watched.Read(p)
	r.at += int64(n)
	return n, err
}

// Seek counts back what is going to be read again.
func (r *rewindable) Seek(offset int64, whence int) (int64, error) {
	at, err := r.seeker.Seek(offset, whence)
	if err == nil && at != r.at {
		r.took(int(at - r.at))
		r.at = at
	}
	return at, err
}
