package testsite

import (
	"bytes"
	"io"
	"net/http"
)

// recorder reads each request in full, counts it, and lets the site answer.
type recorder struct {
	site http.Handler
	log  *Log
}

func (h *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Body != http.NoBody && !readBody(w, r) {
		return
	}
	e := Entry{Method: r.Method, Path: r.URL.Path}
	if ids := r.Header["X-Lt-Id"]; len(ids) > 0 {
		e.ID = ids[0]
	}
	at := h.log.read(e)
	out := &statusWriter{ResponseWriter: w}
	h.site.ServeHTTP(out, r) // one that gives up panics: it has not answered
	// The answer leaves before it is timed, as the client will see it. A client may
	// close as soon as it has it, so the end of the request's context says nothing.
	if http.NewResponseController(w).Flush() == nil {
		h.log.done(at, out.final())
	}
}

// readBody replaces the body of r by its bytes. It is false when there is nothing more
// to do: the body broke off, or was too long and has been answered.
func readBody(w http.ResponseWriter, r *http.Request) bool {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if len(body) > maxBody {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return false
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return true
}

// statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *statusWriter) final() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}
