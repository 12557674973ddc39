package master

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/locust-http/locust-http/internal/blobs"
	"github.com/locust-http/locust-http/load"
)

// FileInfo is a file that a plan names, as the caller has it.
type FileInfo struct {
	Path   string `json:"path"` // as the plan names it: relative to the workspace, with /
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // 64 lower-case hex digits
}

// FilesOf is files as the API speaks of them.
func FilesOf(files []load.File) []FileInfo {
	out := make([]FileInfo, len(files))
	for i, f := range files {
		out[i] = FileInfo(f)
	}
	return out
}

// OfferFiles is the body of POST /files.
type OfferFiles struct {
	Files []FileInfo `json:"files"`
}

// MissingFiles is its answer: what the master does not have, each content once.
type MissingFiles struct {
	Missing []FileInfo `json:"missing"`
}

// Bounds of what callers bring along.
const (
	// uploadLimit is how many bytes the master keeps of files that were brought along.
	uploadLimit = 2 * load.MaxRunFiles
	// maxUploads is how many are taken in at once.
	maxUploads = 8
	// uploadStall is how long an upload may take for the next uploadStep bytes: one that is
	// slower than about 17 kB per second gives up its place to others.
	uploadStall = 30 * time.Second
	uploadStep  = 512 << 10
	// uploadWait is how long an upload waits for a place.
	uploadWait = time.Minute
	maxPath    = 1_000 // bytes of a file's path
)

func (m *Master) postFiles(w http.ResponseWriter, r *http.Request) {
	var body OfferFiles
	if !read(w, r, &body) {
		return
	}
	files, err := listed(body.Files)
	if err != nil {
		fail(w, http.StatusBadRequest, "bad_files", err.Error(), "")
		return
	}
	answer(w, http.StatusOK, MissingFiles{FilesOf(m.missingUploads(files))})
}

// missingUploads are those of files that have not been brought along, each content
// once.
func (m *Master) missingUploads(files []load.File) []load.File {
	var missing []load.File
	seen := map[string]bool{}
	for _, f := range m.uploads.Missing(files) {
		if !seen[f.SHA256] {
			seen[f.SHA256] = true
			missing = append(missing, f)
		}
	}
	return missing
}

// listed checks a list of files that came over the wire.
func listed(infos []FileInfo) ([]load.File, error) {
	if len(infos) > load.MaxFiles {
		return nil, fmt.Errorf("%d files: a run may have %d", len(infos), load.MaxFiles)
	}
	files := make([]load.File, len(infos))
	seen := make(map[string]bool, len(infos))
	var total int64
	for i, f := range infos {
		switch err := load.CheckDigest(f.SHA256); {
		case !isFilePath(f.Path):
			return nil, fmt.Errorf("files[%d]: %q is not a path within a workspace", i, load.Clip(f.Path, 200))
		case err != nil:
			return nil, fmt.Errorf("files[%d]: %w", i, err)
		case f.Size < 0 || f.Size > load.MaxBodyFile:
			return nil, fmt.Errorf("files[%d]: %s has %d bytes: a file may have %d", i, f.Path, f.Size, load.MaxBodyFile)
		case seen[f.Path]:
			return nil, fmt.Errorf("files[%d]: %s is there twice", i, f.Path)
		}
		seen[f.Path] = true
		total += f.Size
		files[i] = load.File(f)
	}
	if total > load.MaxRunFiles {
		return nil, fmt.Errorf("the files have %d bytes together: those of a run may have %d", total, load.MaxRunFiles)
	}
	return files, nil
}

// isFilePath says whether path can be that of a file in a workspace.
func isFilePath(path string) bool {
	return fs.ValidPath(path) && path != "." && len(path) <= maxPath && !strings.ContainsAny(path, "\\\x00")
}

// putFile takes in one file that a caller has brought along. Its digest is its name.
func (m *Master) putFile(w http.ResponseWriter, r *http.Request) {
	sum := r.PathValue("sha256")
	switch err := load.CheckDigest(sum); {
	case err != nil:
		fail(w, http.StatusBadRequest, "bad_name", err.Error(), "")
		return
	case r.ContentLength < 0:
		fail(w, http.StatusLengthRequired, "no_length", "the length of the file is not known", "send Content-Length")
		return
	case r.ContentLength > load.MaxBodyFile:
		fail(w, http.StatusRequestEntityTooLarge, "too_large", fmt.Sprintf("a file may have %d bytes", load.MaxBodyFile), "")
		return
	}
	body, no := m.takeIn(w, r)
	if no != nil {
		no.write(w)
		return
	}
	defer release(m.uploading)
	err := m.uploads.Put(load.File{Path: sum, Size: r.ContentLength, SHA256: sum}, body)
	switch {
	case err == nil:
		w.WriteHeader(http.StatusNoContent)
	case errors.Is(err, blobs.ErrContent):
		fail(w, http.StatusBadRequest, "bad_content", err.Error(), "the digest in the path is that of the whole file")
	case errors.Is(err, blobs.ErrTooLarge):
		fail(w, http.StatusInsufficientStorage, "full", err.Error(), "")
	case body.err != nil:
		fail(w, http.StatusBadRequest, "bad_content", "the file did not come in full: "+body.err.Error(), "")
	default:
		m.log.Error("take in a file", "error", err)
		fail(w, http.StatusInternalServerError, "files", err.Error(), "")
	}
}

// takeIn waits for a place for an upload, which the caller has to release, and gives its body.
func (m *Master) takeIn(w http.ResponseWriter, r *http.Request) (*patient, *refusal) {
	ctx, cancel := context.WithTimeout(r.Context(), uploadWait)
	defer cancel()
	control := http.NewResponseController(w)
	// Where limits cannot be set there are none that could be in the way.
	_ = control.SetWriteDeadline(time.Now().Add(uploadWait + uploadStall))
	if !acquire(ctx, m.uploading) {
		return nil, refuse(http.StatusServiceUnavailable, "busy", "try again in a moment", "%d other files come in", cap(m.uploading))
	}
	return &patient{from: r.Body, control: control, stall: uploadStall, step: uploadStep}, nil
}

// patient is the body of an upload: it may take long in all, but must bring so many bytes in
// so much time. The server's own time limits are for calls that are over soon.
type patient struct {
	from    io.Reader
	control *http.ResponseController
	stall   time.Duration
	step    int // bytes

	limit time.Time // for the next step bytes
	got   int       // of them
	err   error     // of the client; not io.EOF
}

func (p *patient) Read(b []byte) (int, error) {
	if p.limit.IsZero() || p.got >= p.step {
		p.got, p.limit = 0, time.Now().Add(p.stall)
		_ = p.control.SetReadDeadline(p.limit)
		_ = p.control.SetWriteDeadline(p.limit.Add(p.stall)) // for the answer, and what the disk takes
	}
	n, err := p.from.Read(b)
	p.got += n
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		p.err = fmt.Errorf("it came too slowly: at least %d kB are needed every %v", p.step>>10, p.stall)
		return n, p.err
	case err != nil && !errors.Is(err, io.EOF):
		p.err = err
	}
	return n, err
}

// acquire takes a place of a semaphore; false: ctx has ended first.
func acquire(ctx context.Context, places chan struct{}) bool {
	select {
	case places <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func release(places chan struct{}) { <-places }
