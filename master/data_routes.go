package master

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/locust-http/locust-http/internal/dataset"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/texts"
)

// StoredFile is a file under data/ of the workspace.
type StoredFile struct {
	Path     string    `json:"path"` // as a plan names it: data/accounts.csv
	Size     int64     `json:"size"`
	Modified time.Time `json:"modified"`
}

// DataPreview is the first rows of a data file.
type DataPreview struct {
	Columns []string   `json:"columns"`
	Rows    [][]string `json:"rows"`  // each with as many values as there are columns; long ones are cut
	Total   int64      `json:"total"` // good rows
	// More: the file goes on behind what was read, and Total does not count that.
	More    bool   `json:"more"`
	Problem string `json:"problem,omitempty"` // the first one, with its line
}

// Bounds of data files.
const (
	maxDataFile = load.MaxBodyFile // bytes
	maxPeeks    = 2                // previews at once: each reads the beginning of a file into memory
	peekRows    = 20               // unless the caller asks for another number
	maxPeekRows = 200
)

func (m *Master) getDataFiles(w http.ResponseWriter, r *http.Request) {
	if under := r.URL.Query().Get("under"); under != "" && below(dataFolder, under+"/") != "" {
		fail(w, http.StatusBadRequest, "bad_request", "only the files under data can be listed", "?under=data")
		return
	}
	list, _, err := m.editing.data.List()
	if err != nil {
		m.refuseTree("file", err).write(w)
		return
	}
	out := make([]StoredFile, len(list))
	for i, e := range list {
		out[i] = StoredFile{dataFolder + "/" + e.Path, e.Size, e.Modified}
	}
	answer(w, http.StatusOK, out)
}

// putDataFile sets a file to the body. With If-None-Match: * it must be new.
func (m *Master) putDataFile(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength > maxDataFile {
		failDataSize(w)
		return
	}
	body, no := m.takeIn(w, r)
	if no != nil {
		no.write(w)
		return
	}
	defer release(m.uploading)
	path := below(dataFolder, r.PathValue("path"))
	err := m.editing.data.Put(path, body, maxDataFile, r.Header.Get("If-None-Match") == "*")
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large) || errors.Is(err, texts.ErrTooLarge):
		failDataSize(w)
		return
	case body.err != nil:
		fail(w, http.StatusBadRequest, "bad_content", "the file did not come in full: "+body.err.Error(), "")
		return
	case err != nil:
		m.refuseTree("file", err).write(w)
		return
	}
	m.editing.touch()
	f, e, err := m.editing.data.Open(path)
	if err != nil {
		m.refuseTree("file", err).write(w)
		return
	}
	f.Close() // it was only looked at
	answer(w, http.StatusOK, StoredFile{dataFolder + "/" + path, e.Size, e.Modified})
}

func failDataSize(w http.ResponseWriter) {
	fail(w, http.StatusRequestEntityTooLarge, "too_large", "a file may have "+strconv.Itoa(maxDataFile>>20)+" MiB", "")
}

func (m *Master) deleteDataFile(w http.ResponseWriter, r *http.Request) {
	if err := m.editing.data.Delete(below(dataFolder, r.PathValue("path")), "*"); err != nil {
		m.refuseTree("file", err).write(w)
		return
	}
	m.editing.touch()
	w.WriteHeader(http.StatusNoContent)
}

func (m *Master) getDataPreview(w http.ResponseWriter, r *http.Request) {
	rows := peekRows
	if text := r.URL.Query().Get("rows"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > maxPeekRows {
			fail(w, http.StatusBadRequest, "bad_request", "rows is a number from 1 to "+strconv.Itoa(maxPeekRows), "")
			return
		}
		rows = n
	}
	if !acquire(r.Context(), m.editing.peeking) {
		return // the client has gone
	}
	defer release(m.editing.peeking)
	path := below(dataFolder, r.PathValue("path"))
	f, e, err := m.editing.data.Open(path)
	if err != nil {
		m.refuseTree("file", err).write(w)
		return
	}
	defer f.Close()
	// It is read, not mapped: its owner may cut it short meanwhile.
	content, err := io.ReadAll(io.LimitReader(f, dataset.MaxPreview))
	if err != nil {
		m.refuseTree("file", err).write(w)
		return
	}
	more := e.Size > int64(len(content))
	p := dataset.Peek(content, more, load.DataSource{File: dataFolder + "/" + path, Delimiter: r.URL.Query().Get("delimiter")}, rows)
	out := DataPreview{Columns: p.Columns, Rows: p.Rows, Total: p.Total, More: more}
	if p.Problem != nil {
		out.Problem = p.Problem.Error()
	}
	answer(w, http.StatusOK, out)
}
