package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/locust-http/locust-http/load"
)

// FileProgress is how far the files of a run have got to its workers.
type FileProgress struct {
	Files   int           `json:"files"` // that the plan names
	Bytes   int64         `json:"bytes"` // of all of them
	Workers []WorkerFiles `json:"workers"`
}

// Sum is what all workers together have been sent, and what they did not have, in
// bytes; nothing for nil.
func (p *FileProgress) Sum() (sent, missing int64) {
	if p == nil {
		return 0, 0
	}
	for _, w := range p.Workers {
		sent, missing = sent+w.SentBytes, missing+w.MissingBytes
	}
	return sent, missing
}

// WorkerFiles is what one worker did not have when it was asked, and what it has been
// sent of that. MissingFiles is -1 while it has not answered yet.
type WorkerFiles struct {
	ID           string `json:"id"`
	MissingFiles int    `json:"missing_files"`
	MissingBytes int64  `json:"missing_bytes"`
	SentBytes    int64  `json:"sent_bytes"`
}

// sending is how far the files have got to one member. sent is counted by the
// goroutine that sends; the rest is the owner's.
type sending struct {
	asked        bool
	missing      int
	missingBytes int64
	sent         atomic.Int64
}

var errStalled = errors.New("no byte was taken for " + FileStall.String())

// sendFiles gives every member the files that it does not have, to all members at
// once and to each one after the other. It is false when the run ends here.
func (c *conductor) sendFiles() bool {
	if c.stop.Load() > 0 {
		c.heedStop()
	}
	if len(c.spec.Files) == 0 || c.cause != nil {
		return c.cause == nil
	}
	ctx, cancel := context.WithCancel(c.ctx)
	defer cancel()
	left := 0
	for _, m := range c.members {
		depot, ok := m.Worker.(load.Depot)
		if !ok {
			c.fail("send files to worker "+m.ID, errors.New("it cannot keep files"))
			continue
		}
		left++
		c.spawn(func() func() {
			err := c.sendTo(ctx, m, depot)
			return func() {
				left--
				if err != nil {
					c.fail("send files to worker "+m.ID, err)
				}
			}
		})
	}
	c.wait(0, func() bool { return left == 0 || c.cause != nil })
	cancel()
	c.wait(slack, func() bool { return left == 0 })
	return c.cause == nil
}

// sendTo stores in one depot what is missing there.
func (c *conductor) sendTo(ctx context.Context, m *member, depot load.Depot) error {
	ctx, stall := context.WithCancelCause(ctx)
	defer stall(nil)
	watch := time.AfterFunc(FileStall, func() { stall(errStalled) })
	defer watch.Stop()
	missing, err := depot.Missing(ctx, c.spec.Files)
	if err == nil {
		missing, err = known(missing, c.spec.Files)
	}
	if err != nil {
		return fmt.Errorf("ask what is missing: %w", because(ctx, err))
	}
	c.post(func() {
		m.files.asked, m.files.missing = true, len(missing)
		for _, f := range missing {
			m.files.missingBytes += f.Size
		}
	})
	for _, f := range missing {
		watch.Reset(FileStall)
		if err := c.store(ctx, depot, f, func(n int) { m.files.sent.Add(int64(n)); watch.Reset(FileStall) }); err != nil {
			return fmt.Errorf("%s: %w", f.Path, because(ctx, err))
		}
	}
	return nil
}

// store sends one file.
func (c *conductor) store(ctx context.Context, depot load.Depot, f load.File, took func(n int)) error {
	content, err := c.spec.Open(f)
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

// fileProgress is nil for a run without files.
func (c *conductor) fileProgress() *FileProgress {
	if len(c.spec.Files) == 0 {
		return nil
	}
	p := &FileProgress{Files: len(c.spec.Files)}
	for _, f := range c.spec.Files {
		p.Bytes += f.Size
	}
	for _, m := range c.members {
		w := WorkerFiles{ID: m.ID, MissingFiles: -1}
		if m.files.asked {
			w.MissingFiles, w.MissingBytes, w.SentBytes = m.files.missing, m.files.missingBytes, m.files.sent.Load()
		}
		p.Workers = append(p.Workers, w)
	}
	return p
}
