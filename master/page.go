package master

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// pagePolicy lets the page do what it needs and no more: its own files and its own API.
// Styles are also made by its scripts.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
	"font-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

const indexFile = "index.html"

// contentTypes are those of the page's files; tables of the system differ too much.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".json": "application/json; charset=utf-8", ".map": "application/json; charset=utf-8", ".txt": "text/plain; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon", ".webp": "image/webp", ".woff2": "font/woff2",
	".webmanifest": "application/manifest+json",
}

// page serves the files of the web page. Each is read, and compressed, when it is first
// asked for, and then stays in memory: they are a few megabytes.
type page struct {
	files map[string]func() (*asset, error) // by name, as the page asks for it
	build string                            // changes with the page; empty: there is none
}

// asset is one file.
type asset struct {
	content, gz    []byte // gz is nil where it is not smaller
	kind, tag, age string
}

// newPage finds out which files there are. nil: none.
func newPage(files fs.FS) (*page, error) {
	p := &page{files: map[string]func() (*asset, error){}}
	if files == nil {
		return p, nil
	}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			p.files[name] = sync.OnceValues(func() (*asset, error) { return newAsset(files, name) })
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look at the page: %w", err)
	}
	if index := p.files[indexFile]; index != nil {
		a, err := index() // names all others, by their content
		if err != nil {
			return nil, err
		}
		p.build = strings.Trim(a.tag, `W/"`)
	}
	return p, nil
}

func newAsset(files fs.FS, name string) (*asset, error) {
	content, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, fmt.Errorf("read %s of the page: %w", name, err)
	}
	a := &asset{content: content, kind: contentTypes[path.Ext(name)], age: "no-cache"}
	if a.kind == "" {
		a.kind = "application/octet-stream"
	}
	if strings.HasPrefix(name, "assets/") { // the build puts a digest into these names
		a.age = "public, max-age=31536000, immutable"
	}
	sum := sha256.Sum256(content)
	a.tag = `W/"` + hex.EncodeToString(sum[:8]) + `"` // weak: it is that of both encodings
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	z.Write(content) //nolint:errcheck // a buffer takes everything
	if z.Close() == nil && b.Len() < len(content)*9/10 {
		a.gz = b.Bytes()
	}
	return a, nil
}

// pageFile is the name of the page's file that a request asks for; empty: it asks for
// something else. What is under /api/ never is a file.
func (m *Master) pageFile(r *http.Request) string {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return ""
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = indexFile
	}
	if m.page.files[name] == nil {
		return ""
	}
	return name
}

// getPage serves a file of the page.
func (m *Master) getPage(w http.ResponseWriter, r *http.Request, name string) {
	a, err := m.page.files[name]()
	if err != nil {
		m.log.Error("serve the page", "error", err)
		fail(w, http.StatusInternalServerError, "page", err.Error(), "")
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", a.age)
	h.Set("ETag", a.tag)
	h.Set("Vary", "Accept-Encoding")
	if matches(r.Header.Get("If-None-Match"), a.tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := a.content
	if a.gz != nil && acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = a.gz
	}
	h.Set("Content-Type", a.kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		w.Write(body) //nolint:errcheck // the client has gone
	}
}

// matches says whether a list of entity tags has tag in it.
func matches(list, tag string) bool {
	for one := range strings.SplitSeq(list, ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

// acceptsGzip says whether a caller takes gzip.
func acceptsGzip(r *http.Request) bool {
	for one := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, rest, _ := strings.Cut(strings.TrimSpace(one), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			q := strings.TrimPrefix(strings.ReplaceAll(rest, " ", ""), "q=")
			return strings.Trim(q, "0.") != "" || q == ""
		}
	}
	return false
}
