package load

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// File is a file that a run needs on its workers: a data file, a file that bodies
// read, a certificate. It travels by digest: a worker that has the bytes, from
// whatever run, is not sent them again.
type File struct {
	Path   string // as the plan names it: relative to the workspace, with /
	Size   int64  // bytes
	SHA256 string // of the content, 64 lower-case hex digits
}

// Bounds of the files of a run.
const (
	MaxDataFile = 100 << 20 // bytes of a data file
	MaxBodyFile = 100 << 20 // bytes of a file that bodies read
	MaxRunFiles = 10 << 30  // bytes of all files of a run
	MaxFiles    = 100_000   // files of a run
)

// Depot is a Worker that keeps files. Whoever starts a run stores what is missing
// before Prepare; a job whose files are not there is refused by Prepare.
type Depot interface {
	// Missing is those of the files that the worker does not have.
	Missing(ctx context.Context, files []File) ([]File, error)

	// Store keeps one file. It reads exactly f.Size bytes and refuses content of
	// another size or digest; nothing of it is kept then. Storing what is there
	// already is no error.
	Store(ctx context.Context, f File, content io.Reader) error
}

// CheckDigest says why text is not the digest of a File. Digests become names of files,
// so whoever takes one from elsewhere asks this first.
func CheckDigest(text string) error {
	if len(text) == 64 && strings.Trim(text, "0123456789abcdef") == "" {
		return nil
	}
	return fmt.Errorf("%.100q is not a SHA-256 in 64 lower-case hex digits", text)
}
