package testsite

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Bounds of what a probe can be asked for.
const (
	maxSlow  = 10 * time.Minute
	maxBytes = 64 << 20
)

// Probes are pages that show one thing each:
//
//	/r/{n}            n redirects (302, or ?code=), then {"arrived":true}; /r/loop never arrives
//	/status/{code}    that status
//	/slow?ms=         an answer after so many milliseconds
//	/bytes/{n}        n bytes
//	/gzip /deflate /br   JSON with that Content-Encoding, whatever the client accepts
//	/headers          the request's headers as JSON, as net/http spells them
//	/echo             method, path, query, headers and body as JSON
//	/cookies          the request's cookies; /cookies/set?name=value sets some
//	/bearer           needs a token of the shop
//	/basic            needs user "user" with Password
//	/ok               "ok", the cheapest answer
type Probes struct {
	packed map[string][]byte // by Content-Encoding
}

// NewProbes prepares the compressed answers.
func NewProbes() *Probes {
	text := []byte(`{"packed":true,"text":"` + strings.Repeat("all work and no play ", 50) + `"}`)
	var gz, fl bytes.Buffer
	compress(gzip.NewWriter(&gz), text)
	compress(zlib.NewWriter(&fl), text)
	return &Probes{packed: map[string][]byte{"gzip": gz.Bytes(), "deflate": fl.Bytes(), "br": brotli(text)}}
}

// compress writes to memory, which does not fail.
func compress(w io.WriteCloser, text []byte) {
	_, _ = w.Write(text)
	_ = w.Close()
}

// brotli stores up to 64 KiB as a stream of one uncompressed meta-block (RFC 7932,
// 9.1 and 9.2): what a decoder must understand, without an encoder.
func brotli(text []byte) []byte {
	// From the lowest bit: WBITS 0 (a window of 16 bits), ISLAST 0, MNIBBLES 00
	// (four), MLEN-1 in 16 bits, ISUNCOMPRESSED 1; then up to the byte's end.
	header := uint32(len(text)-1)<<4 | 1<<20
	b := append([]byte{byte(header), byte(header >> 8), byte(header >> 16)}, text...)
	return append(b, 3) // ISLAST, ISLASTEMPTY
}

func (p *Probes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	first, rest := cutPath(r.URL.Path)
	p.serve(w, r, first, rest)
}

func (p *Probes) serve(w http.ResponseWriter, r *http.Request, first, rest string) {
	switch first {
	case "ok":
		writeText(w, "ok\n")
	case "r":
		serveRedirect(w, r, rest)
	case "status":
		serveStatus(w, rest)
	case "slow":
		ms := number(r.URL.Query(), "ms", 100, 0, int(maxSlow/time.Millisecond))
		pause(r.Context(), time.Duration(ms)*time.Millisecond)
		writeJSON(w, http.StatusOK, map[string]int{"slept_ms": ms})
	case "bytes":
		serveBytes(w, rest)
	case "gzip", "deflate", "br":
		w.Header().Set("Content-Encoding", first)
		write(w, http.StatusOK, typeJSON, p.packed[first])
	case "headers":
		writeJSON(w, http.StatusOK, r.Header)
	case "echo":
		serveEcho(w, r)
	case "cookies":
		serveCookies(w, r, rest)
	case "bearer":
		serveBearer(w, r)
	case "basic":
		serveBasic(w, r)
	default:
		writeError(w, http.StatusNotFound, "no such page")
	}
}

func serveRedirect(w http.ResponseWriter, r *http.Request, hops string) {
	code := number(r.URL.Query(), "code", http.StatusFound, 300, 399)
	if hops == "loop" {
		redirect(w, code, "/r/loop")
		return
	}
	n, err := strconv.Atoi(hops)
	if err != nil {
		writeError(w, http.StatusNotFound, "how many redirects?")
		return
	}
	if n <= 0 {
		writeJSON(w, http.StatusOK, map[string]any{"arrived": true, "method": r.Method})
		return
	}
	next := "/r/" + strconv.Itoa(n-1)
	if r.URL.RawQuery != "" {
		next += "?" + r.URL.RawQuery
	}
	redirect(w, code, next)
}

func serveStatus(w http.ResponseWriter, text string) {
	code, err := strconv.Atoi(text)
	if err != nil || code < 200 || code > 599 {
		writeError(w, http.StatusNotFound, "which status, 200 to 599?")
		return
	}
	if code == http.StatusNoContent || code == http.StatusNotModified {
		w.WriteHeader(code)
		return
	}
	writeJSON(w, code, map[string]int{"status": code})
}

func serveBytes(w http.ResponseWriter, text string) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > maxBytes {
		writeError(w, http.StatusNotFound, "how many bytes, up to 64 MiB?")
		return
	}
	w.Header()["Content-Type"] = []string{"application/octet-stream"}
	w.Header()["Content-Length"] = []string{text}
	chunk := bytes.Repeat([]byte("0123456789abcdef"), 2048)
	for ; n > 0; n -= len(chunk) {
		if _, err := w.Write(chunk[:min(n, len(chunk))]); err != nil {
			return
		}
	}
}

// echo is what came.
type echo struct {
	Method  string              `json:"method"`
	Host    string              `json:"host"`
	Path    string              `json:"path"`
	Query   map[string][]string `json:"query"`
	Headers map[string][]string `json:"headers"`
	Body    string              `json:"body"`
}

func serveEcho(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		writeError(w, http.StatusBadRequest, "the body broke off")
		return
	}
	writeJSON(w, http.StatusOK, echo{r.Method, r.Host, r.URL.Path, r.URL.Query(), r.Header, string(body)})
}

func serveCookies(w http.ResponseWriter, r *http.Request, action string) {
	if action == "set" {
		for name, values := range r.URL.Query() {
			http.SetCookie(w, &http.Cookie{Name: name, Value: values[0], Path: "/"})
		}
		redirect(w, http.StatusFound, "/cookies")
		return
	}
	cookies := make(map[string]string)
	for _, c := range r.Cookies() {
		cookies[c.Name] = c.Value
	}
	writeJSON(w, http.StatusOK, cookies)
}

func serveBearer(w http.ResponseWriter, r *http.Request) {
	user := bearer(r)
	if user == "" {
		w.Header().Set("WWW-Authenticate", "Bearer")
		writeError(w, http.StatusUnauthorized, "no valid token")
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"user": user})
}

func serveBasic(w http.ResponseWriter, r *http.Request) {
	user, password, ok := r.BasicAuth()
	if !ok || user != "user" || password != Password {
		w.Header().Set("WWW-Authenticate", `Basic realm="test site"`)
		writeError(w, http.StatusUnauthorized, "wrong user or password")
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"user": user})
}
