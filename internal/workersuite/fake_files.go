package workersuite

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"

	"github.com/locust-http/locust-http/load"
)

// What Fake does with files: it keeps them in memory, and deals the rows of each
// data/NAME.csv of a job as the unique source NAME, without giving any to its users.

var (
	_ load.Depot  = (*Fake)(nil)
	_ load.Dealer = (*fakeSession)(nil)
)

// fakeFiles is content by digest.
type fakeFiles struct {
	mu      sync.Mutex
	content map[string][]byte
}

func (d *fakeFiles) get(f load.File) ([]byte, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	b, ok := d.content[f.SHA256]
	return b, ok && int64(len(b)) == f.Size
}

func (d *fakeFiles) put(sha string, b []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.content == nil {
		d.content = map[string][]byte{}
	}
	d.content[sha] = b
}

// Missing implements load.Depot.
func (f *Fake) Missing(ctx context.Context, files []load.File) (missing []load.File, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for _, file := range files {
		if _, ok := f.files.get(file); !ok {
			missing = append(missing, file)
		}
	}
	return missing, nil
}

// Store implements load.Depot.
func (f *Fake) Store(ctx context.Context, file load.File, content io.Reader) error {
	f.Stores.Add(1)
	if err := load.CheckDigest(file.SHA256); err != nil {
		return err
	}
	if err := f.during(ctx, "Store"); err != nil {
		return err
	}
	b, err := io.ReadAll(io.LimitReader(content, file.Size))
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(b); int64(len(b)) != file.Size || hex.EncodeToString(sum[:]) != file.SHA256 {
		return fmt.Errorf("store %q: the content is another one", file.Path)
	}
	f.files.put(file.SHA256, b)
	return nil
}

// has refuses files that are not there.
func (f *Fake) has(files []load.File) error {
	for _, file := range files {
		if _, ok := f.files.get(file); !ok {
			return &load.PlanError{Message: fmt.Sprintf("file %q is not here", file.Path)}
		}
	}
	return nil
}

// fakeRows is one source of a session; the rows below left are still the worker's.
type fakeRows struct {
	source     string
	rows, left int64
}

// sourcesOf are the data files among files.
func (f *Fake) sourcesOf(files []load.File) (sources []*fakeRows) {
	for _, file := range files {
		name, isData := strings.CutSuffix(path.Base(file.Path), ".csv")
		if b, ok := f.files.get(file); ok && isData {
			rows := int64(bytes.Count(b, []byte("\n"))) - 1
			sources = append(sources, &fakeRows{name, rows, rows})
		}
	}
	return sources
}

// Yield implements load.Dealer.
func (s *fakeSession) Yield(ctx context.Context, source string, n int64) ([]load.RowRange, error) {
	s.f.Yields.Add(1)
	if err := s.f.during(ctx, "Yield"); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.sources {
		if d.source != source {
			continue
		}
		n = min(n, d.left)
		if n <= 0 {
			return nil, nil
		}
		d.left -= n
		return []load.RowRange{{From: d.left, To: d.left + n}}, nil
	}
	return nil, fmt.Errorf("there is no source %q", source)
}

// Grant implements load.Dealer; Fake.Granted has what came.
func (s *fakeSession) Grant(ctx context.Context, g load.Grant) error {
	if err := s.f.during(ctx, "Grant"); err != nil {
		return err
	}
	s.f.mu.Lock()
	defer s.f.mu.Unlock()
	s.f.granted = append(s.f.granted, g)
	return nil
}

// Granted is what sessions have been granted.
func (f *Fake) Granted() []load.Grant {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]load.Grant(nil), f.granted...)
}

// Job is the job that was prepared last, as it came.
func (f *Fake) Job() load.Job {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.job
}

// Sent is the last request of SendOnce, as it came.
func (f *Fake) Sent() load.SendRequest {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.sent
}

func (s *fakeSession) data() (states []load.DataState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.sources {
		states = append(states, load.DataState{Source: d.source, Rows: d.rows, Left: d.left})
	}
	return states
}
