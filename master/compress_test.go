package master

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// What is compressed says so and is the same text; everything else goes through as it is.
func TestCompressor(t *testing.T) {
	long := strings.Repeat("x", 10_000)
	handler := new(compressor).wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/long":
			answer(w, http.StatusTeapot, long)
		case "/short":
			answer(w, http.StatusOK, "x")
		case "/none":
			w.WriteHeader(http.StatusNoContent)
		case "/file":
			w.Header().Set("Content-Type", "application/octet-stream")
			io.WriteString(w, long)
		}
	}))
	for _, c := range []struct {
		method, path, accept string
		code                 int
		packed               bool
		want                 string
	}{
		{"GET", "/long", "gzip, br", http.StatusTeapot, true, `"` + long + "\"\n"},
		{"GET", "/long", "gzip, br", http.StatusTeapot, true, `"` + long + "\"\n"}, // with a packer that was used before
		{"GET", "/long", "br", http.StatusTeapot, false, `"` + long + "\"\n"},
		{"POST", "/long", "gzip", http.StatusTeapot, false, `"` + long + "\"\n"},
		{"GET", "/short", "gzip", http.StatusOK, false, "\"x\"\n"},
		{"GET", "/none", "gzip", http.StatusNoContent, false, ""},
		{"GET", "/file", "gzip", http.StatusOK, false, long},
	} {
		r := httptest.NewRequest(c.method, c.path, nil)
		r.Header.Set("Accept-Encoding", c.accept)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		var body io.Reader = w.Body
		packed := w.Header().Get("Content-Encoding") == "gzip"
		if packed {
			z, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			body = z
		}
		text, err := io.ReadAll(body)
		if err != nil || w.Code != c.code || packed != c.packed || string(text) != c.want {
			t.Errorf("%s %s: %d, compressed %v, %d bytes, %v", c.method, c.path, w.Code, packed, len(text), err)
		}
	}
}
