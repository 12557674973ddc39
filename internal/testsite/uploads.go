package testsite

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
)

// Bounds of what the shop takes; over maxUploads names the oldest is forgotten.
const (
	maxUpload     = 8 << 20 // bytes of one file; more is answered with 413
	maxUploads    = 100_000
	maxUploadName = 255
)

// Upload is what the shop has been sent under one name. It keeps no bytes.
type Upload struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	Type   string `json:"type"`   // Content-Type of the body or of the part
	Count  int64  `json:"count"`  // how often the name was sent
	Others int64  `json:"others"` // how often with other bytes than the first time
}

// uploads are the files that a shop was sent.
type uploads struct {
	mu     sync.Mutex // guards all below
	files  map[string]*Upload
	oldest []string // names in order of age, as a ring once it is full
	names  int64    // so far
}

// add notes a file, and returns what is now known of its name.
func (u *uploads) add(name, contentType string, content []byte) Upload {
	sum := sha256.Sum256(content)
	digest := hex.EncodeToString(sum[:])
	u.mu.Lock()
	defer u.mu.Unlock()
	f := u.files[name]
	if f == nil {
		f = &Upload{Name: name, Size: int64(len(content)), SHA256: digest, Type: contentType}
		u.place(name)
		u.files[name] = f
	}
	f.Count++
	if f.SHA256 != digest {
		f.Others++
	}
	return *f
}

// place makes room for one more name.
func (u *uploads) place(name string) {
	if at := int(u.names % maxUploads); at < len(u.oldest) {
		delete(u.files, u.oldest[at])
		u.oldest[at] = name
	} else {
		u.oldest = append(u.oldest, name)
	}
	u.names++
}

func (u *uploads) get(name string) (Upload, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	f, ok := u.files[name]
	if !ok {
		return Upload{}, false
	}
	return *f, true
}

// Uploads is everything that was uploaded so far, by name.
func (s *Shop) Uploads() map[string]Upload {
	s.uploads.mu.Lock()
	defer s.uploads.mu.Unlock()
	all := make(map[string]Upload, len(s.uploads.files))
	for name, f := range s.uploads.files {
		all[name] = *f
	}
	return all
}

// serveUploads takes a file as a raw body under the name in the path, or as the parts
// of a form that have a file name, under the name in the path or their own.
func (s *Shop) serveUploads(w http.ResponseWriter, r *http.Request, name string) {
	if r.Method == http.MethodGet {
		f, ok := s.uploads.get(name)
		if !ok {
			writeError(w, http.StatusNotFound, "no such upload")
			return
		}
		writeJSON(w, http.StatusOK, f)
		return
	}
	if r.Method != http.MethodPut && r.Method != http.MethodPost {
		writeError(w, http.StatusMethodNotAllowed, "GET, PUT or POST")
		return
	}
	body, err := io.ReadAll(r.Body) // in memory, and bounded by the server
	if err != nil {
		writeError(w, http.StatusBadRequest, "the body broke off")
		return
	}
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err == nil && kind == "multipart/form-data" {
		if end := "--" + parameters["boundary"] + "--"; !bytes.Contains(body, []byte(end)) {
			writeError(w, http.StatusBadRequest, "the parts have no end")
			return
		}
		s.uploadParts(w, name, multipart.NewReader(bytes.NewReader(body), parameters["boundary"]))
		return
	}
	if why := refuseUpload(name, body); why != nil {
		writeError(w, why.status, why.Error())
		return
	}
	writeJSON(w, http.StatusCreated, s.uploads.add(name, r.Header.Get("Content-Type"), body))
}

// uploadParts takes the files of a form; none of them when one is refused.
func (s *Shop) uploadParts(w http.ResponseWriter, name string, form *multipart.Reader) {
	type file struct {
		name, contentType string
		content           []byte
	}
	var files []file
	fields := make(map[string]string)
	for {
		part, err := form.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		var content []byte
		if err == nil {
			content, err = io.ReadAll(part)
		}
		if err != nil {
			writeError(w, http.StatusBadRequest, "the body is no form of parts")
			return
		}
		if part.FileName() == "" {
			fields[part.FormName()] = string(content)
			continue
		}
		f := file{name, part.Header.Get("Content-Type"), content}
		if f.name == "" {
			f.name = part.FileName()
		}
		if why := refuseUpload(f.name, content); why != nil {
			writeError(w, why.status, why.Error())
			return
		}
		files = append(files, f)
	}
	if len(files) == 0 || name != "" && len(files) > 1 {
		writeError(w, http.StatusBadRequest, "one file for a name, at least one without")
		return
	}
	kept := make([]Upload, len(files))
	for i, f := range files {
		kept[i] = s.uploads.add(f.name, f.contentType, f.content)
	}
	writeJSON(w, http.StatusCreated, struct {
		Files  []Upload          `json:"files"`
		Fields map[string]string `json:"fields"`
	}{kept, fields})
}

// refused is why the shop does not want something.
type refused struct {
	status  int
	message string
}

func (r *refused) Error() string { return r.message }

func refuseUpload(name string, content []byte) *refused {
	switch {
	case name == "" || len(name) > maxUploadName || strings.Contains(name, "/"):
		return &refused{http.StatusBadRequest, "a name of up to 255 bytes, without /"}
	case len(content) > maxUpload:
		return &refused{http.StatusRequestEntityTooLarge, "over 8 MiB"}
	}
	return nil
}
