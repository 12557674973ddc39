package run

import (
	"context"
	"sync/atomic"

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
// goroutines that send; the rest is the owner's.
type sending struct {
	asked        bool
	missing      int
	missingBytes int64
	sent         atomic.Int64
}

// sendFiles gives every member the files that it does not have, to all members at
// once. It is false when the run ends here.
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
			c.fail(doingWith(m, load.WhyFilesTo, "send files to worker "), load.Reason{Code: load.WhyNoDepot, Text: "it cannot keep files"})
			continue
		}
		left++
		c.spawn(func() func() {
			err := c.sendTo(ctx, m, depot)
			return func() {
				left--
				if err != nil {
					c.fail(doingWith(m, load.WhyFilesTo, "send files to worker "), err)
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
	d := Delivery{
		Files: c.spec.Files, Open: c.spec.Open,
		Asked: func(missing []load.File) {
			c.post(func() {
				m.files.asked, m.files.missing = true, len(missing)
				for _, f := range missing {
					m.files.missingBytes += f.Size
				}
			})
		},
		Took: func(n int) { m.files.sent.Add(int64(n)) },
	}
	return d.To(ctx, depot)
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
