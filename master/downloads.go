package master

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/locust-http/locust-http/internal/imprint"
	"github.com/locust-http/locust-http/load"
)

// Download is the program for one system.
type Download struct {
	OS   string `json:"os"`
	Arch string `json:"arch"`
	File string `json:"file"`
	Size int64  `json:"size"`
	URL  string `json:"url"`

	Version  string `json:"version"`  // empty: not known
	Protocol int    `json:"protocol"` // 0: not known
	Fit      Fit    `json:"fit"`

	modified time.Time
}

// Fit is how a program goes with the master.
type Fit string

// How a program can go with the master.
const (
	FitSame         Fit = "same"
	FitOther        Fit = "other"        // another version, whose workers understand this master
	FitIncompatible Fit = "incompatible" // its workers do not: it is not given away
	FitUnknown      Fit = "unknown"
)

func (m *Master) fit(p imprint.Program) Fit {
	switch {
	case p.Protocol == 0:
		return FitUnknown
	case p.Protocol != load.Protocol:
		return FitIncompatible
	case p.Version == m.config.Version:
		return FitSame
	}
	return FitOther
}

// distFolder has the program for other systems; make dist fills it.
const distFolder = "dist"

// dist is where it is: beside the program, or where make has it: the program in dist itself,
// or in bin beside dist.
func dist(binary string) string {
	dir := filepath.Dir(binary)
	switch filepath.Base(dir) {
	case distFolder:
		return dir
	case "bin":
		if beside := filepath.Join(filepath.Dir(dir), distFolder); isFolder(beside) {
			return beside
		}
	}
	return filepath.Join(dir, distFolder)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// program is the name of a file in it.
var program = regexp.MustCompile(`^locust-http_([a-z0-9]{1,20})_([a-z0-9]{1,20})(\.exe)?$`)

// ProgramFile is how the program for a system is called.
func ProgramFile(goos, arch string) string {
	name := fmt.Sprintf("locust-http_%s_%s", goos, arch)
	if goos == "windows" {
		name += ".exe"
	}
	return name
}

// programs are the files that there are, by name: for this system the one that runs.
func (m *Master) programs() map[string]string {
	files := map[string]string{}
	if m.config.Binary == "" {
		return files
	}
	dir := dist(m.config.Binary)
	entries, _ := os.ReadDir(dir) // there may be none
	for _, e := range entries {
		if parts := program.FindStringSubmatch(e.Name()); len(files) < maxPrograms && parts != nil && ProgramFile(parts[1], parts[2]) == e.Name() {
			files[e.Name()] = filepath.Join(dir, e.Name())
		}
	}
	files[ProgramFile(runtime.GOOS, runtime.GOARCH)] = m.config.Binary
	return files
}

// imprints remembers of which version files are. Files that change are read again.
type imprints struct {
	mu    sync.Mutex
	known map[string]known // by path; of files that there are
}

type known struct {
	size     int64
	modified time.Time
	imprint.Program
}

// read says of which version f is, which info is of. One file is read at a time: that is
// for the disk to do, and it takes a while only once.
func (x *imprints) read(path string, f io.ReaderAt, info fs.FileInfo) (imprint.Program, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if k, ok := x.known[path]; ok && k.size == info.Size() && k.modified.Equal(info.ModTime()) {
		return k.Program, nil
	}
	p, err := imprint.Read(f)
	if err != nil {
		return p, err
	}
	if x.known == nil || len(x.known) >= maxPrograms {
		x.known = map[string]known{}
	}
	x.known[path] = known{info.Size(), info.ModTime(), p}
	return p, nil
}

// maxPrograms bounds what is remembered, and listed.
const maxPrograms = 100

// program opens a program and looks what it is.
func (m *Master) program(name, path string) (*os.File, *Download, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	d, err := m.describe(name, path, f)
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, d, nil
}

func (m *Master) describe(name, path string, f *os.File) (*Download, error) {
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New(path + " is no file")
	}
	p, err := m.imprints.read(path, f, info)
	if err != nil {
		return nil, err
	}
	parts := program.FindStringSubmatch(name)
	return &Download{
		OS: parts[1], Arch: parts[2], File: name, Size: info.Size(), URL: "/api/v1/downloads/" + name,
		Version: p.Version, Protocol: p.Protocol, Fit: m.fit(p), modified: info.ModTime(),
	}, nil
}

func (m *Master) getDownloads(w http.ResponseWriter, r *http.Request) {
	out := []Download{}
	for name, file := range m.programs() {
		f, d, err := m.program(name, file)
		if err != nil {
			m.log.Warn("a program for load hosts cannot be read", "file", file, "error", err)
			continue
		}
		f.Close()
		out = append(out, *d)
	}
	slices.SortFunc(out, func(a, b Download) int { return cmp.Compare(a.File, b.File) })
	answer(w, http.StatusOK, out)
}

func (m *Master) getDownload(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	path, ok := m.programs()[name]
	if !ok {
		fail(w, http.StatusNotFound, "no_download", "there is no such file", "GET /api/v1/downloads lists them; make dist makes them")
		return
	}
	f, d, err := m.program(name, path)
	if err != nil {
		m.log.Error("open a download", "error", err)
		fail(w, http.StatusInternalServerError, "download", "the file cannot be read", "")
		return
	}
	defer f.Close()
	if d.Fit == FitIncompatible {
		fail(w, http.StatusConflict, "incompatible", fmt.Sprintf("%s speaks protocol %d, this master %d: its workers could not join", name, d.Protocol, load.Protocol), "make dist builds it anew")
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	http.ServeContent(&slowReader{w, http.NewResponseController(w)}, r, name, d.modified, f)
}

// slowReader is the answer to a client that may take long in all, but must take something
// in time. The server's own time limit is for calls that are over soon.
type slowReader struct {
	http.ResponseWriter
	control *http.ResponseController
}

func (s *slowReader) Write(b []byte) (int, error) {
	// Where limits cannot be set there are none that could be in the way.
	_ = s.control.SetWriteDeadline(time.Now().Add(uploadStall))
	return s.ResponseWriter.Write(b)
}
