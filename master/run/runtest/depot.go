package runtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"github.com/locust-http/locust-http/load"
)

// Missing are the files that were not stored yet.
func (w *Worker) Missing(ctx context.Context, files []load.File) ([]load.File, error) {
	if err := w.do(ctx, "missing", w.OnMissing); err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var missing []load.File
	for _, f := range files {
		if !slices.Contains(w.stored, f.SHA256) {
			missing = append(missing, f)
		}
	}
	return missing, nil
}

// Store keeps the digest of a file, and nothing else.
func (w *Worker) Store(ctx context.Context, f load.File, content io.Reader) error {
	w.called("store " + f.Path)
	if w.OnStore != nil {
		content = w.OnStore(ctx, content)
	}
	sum := sha256.New()
	n, err := io.Copy(sum, content)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if digest := hex.EncodeToString(sum.Sum(nil)); n != f.Size || digest != f.SHA256 {
		return fmt.Errorf("store: %d bytes with digest %s, not %d with %s", n, digest, f.Size, f.SHA256)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stored = append(w.stored, f.SHA256)
	return nil
}

// Stored are the digests of the files that were stored, in order.
func (w *Worker) Stored() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.stored)
}
