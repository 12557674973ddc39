package master

import (
	"cmp"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"time"
)

// Download is the program for one system.
type Download struct {
	OS   string `json:"os"`
	Arch string `json:"arch"`
	File string `json:"file"`
	Size int64  `json:"size"`
	URL  string `json:"url"`
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
		if parts := program.FindStringSubmatch(e.Name()); parts != nil && ProgramFile(parts[1], parts[2]) == e.Name() {
			files[e.Name()] = filepath.Join(dir, e.Name())
		}
	}
	files[ProgramFile(runtime.GOOS, runtime.GOARCH)] = m.config.Binary
	return files
}

func (m *Master) getDownloads(w http.ResponseWriter, r *http.Request) {
	out := []Download{}
	for name, file := range m.programs() {
		info, err := os.Stat(file)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		parts := program.FindStringSubmatch(name)
		out = append(out, Download{parts[1], parts[2], name, info.Size(), "/api/v1/downloads/" + name})
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
	f, err := os.Open(path)
	if err != nil {
		m.log.Error("open a download", "error", err)
		fail(w, http.StatusInternalServerError, "download", "the file cannot be read", "")
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		fail(w, http.StatusInternalServerError, "download", "the file cannot be read", "")
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	http.ServeContent(&slowReader{w, http.NewResponseController(w)}, r, name, info.ModTime(), f)
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
