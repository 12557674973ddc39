package workspace

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"slices"
	"sync"
	"time"
)

const (
	hashers = 2               // files hashed at once
	stretch = 256 << 10       // bytes read at once
	settled = 2 * time.Second // see hash
)

// hash fills in the digests of all that was found.
func (r *resolver) hash(progress func(done, total int64)) {
	var todo []*entry
	gauge := gauge{tell: progress}
	for _, name := range slices.Sorted(maps.Keys(r.found)) {
		e := r.found[name]
		if e.digest = r.w.digest(e.identity); e.digest == "" {
			todo = append(todo, e)
			gauge.total += e.size
		}
	}
	errs := make([]error, len(todo))
	next := make(chan int)
	var wg sync.WaitGroup
	for range hashers {
		wg.Go(func() {
			for i := range next {
				errs[i] = r.w.hash(r.ctx, todo[i], gauge.add)
			}
		})
	}
	for i := range todo {
		next <- i
	}
	close(next)
	wg.Wait()
	r.unhashed(todo, errs)
}

// unhashed turns errors into issues, not too many of them.
func (r *resolver) unhashed(todo []*entry, errs []error) {
	told := 0
	for i, err := range errs {
		if err == nil || r.ctx.Err() != nil {
			continue
		}
		if told++; told <= maxTold {
			r.issue(todo[i].asked, "", "%s cannot be read: %v", todo[i].path, withoutPath(err))
		}
	}
}

// gauge counts bytes for a progress function.
type gauge struct {
	mu    sync.Mutex
	done  int64
	total int64
	tell  func(done, total int64)
}

func (g *gauge) add(n int) {
	if g.tell == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.done += int64(n)
	g.tell(g.done, g.total)
}

// hash reads the file of e as it is now, and remembers its digest.
func (w *Workspace) hash(ctx context.Context, e *entry, add func(int)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	before := time.Now()
	f, info, err := w.open(e.path)
	if err != nil {
		return err
	}
	defer f.Close()
	if identify(e.path, info) != e.identity {
		return errUnsteady
	}
	digest, err := copyHash(ctx, io.Discard, f, e.size, add)
	if err != nil {
		return err
	}
	after, err := f.Stat()
	if err != nil {
		return err
	}
	if identify(e.path, after) != e.identity {
		return errUnsteady
	}
	e.digest = digest
	// A file that was written to a moment ago may be written to again within the
	// resolution of its time stamp.
	if before.Sub(info.ModTime()) > settled {
		w.rememberDigest(e.identity, digest)
	}
	return nil
}

var errUnsteady = errors.New("it is being changed")

// copyHash copies exactly size bytes to out and is their digest. in must then be at its
// end.
func copyHash(ctx context.Context, out io.Writer, in io.Reader, size int64, add func(int)) (string, error) {
	h := sha256.New()
	buffer := make([]byte, min(stretch, size+1))
	var n int64
	for {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		m, err := in.Read(buffer)
		n += int64(m)
		h.Write(buffer[:m])
		if _, err := out.Write(buffer[:m]); err != nil {
			return "", err
		}
		if n > size || err == io.EOF && n < size {
			return "", errUnsteady
		}
		add(m)
		if err == io.EOF {
			return hex.EncodeToString(h.Sum(nil)), nil
		}
		if err != nil {
			return "", err
		}
	}
}
