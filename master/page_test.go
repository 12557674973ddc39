package master_test

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/locust-http/locust-http/master"
)

func TestPage(t *testing.T) {
	const index = `<!doctype html><script src="assets/index-1a2b.js"></script>`
	script := strings.Repeat("let a = 1;\n", 100)
	files := fstest.MapFS{
		"index.html": {Data: []byte(index)}, "favicon.svg": {Data: []byte("<svg/>")}, "assets/index-1a2b.js": {Data: []byte(script)},
		"assets/x.woff2": {Data: []byte("f")}, "odd.bin": {Data: []byte{0, 1}},
	}
	inHouse(t, func(c *master.Config) { c.Page, c.Token = files, "s3cret" }, func(h *house) {
		w := h.call("GET", "/", "", "Sec-Fetch-Site: cross-site") // a link leads to it
		policy := w.Header().Get("Content-Security-Policy")
		if w.Code != 200 || w.Body.String() != index || w.Header().Get("Cache-Control") != "no-cache" || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
		}
		if !strings.Contains(policy, "default-src 'none'; script-src 'self';") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s", policy)
		}
		if again := h.call("GET", "/index.html", "", "If-None-Match: "+w.Header().Get("ETag")); again.Code != 304 || again.Body.Len() != 0 {
			t.Errorf("%d %s", again.Code, again.Body)
		}
		w = h.call("GET", "/assets/index-1a2b.js", "", "Accept-Encoding: br, gzip;q=0.8")
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(z); err != nil || string(text) != script || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Type") != "text/javascript; charset=utf-8" || w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%v %v %s", err, w.Header(), text)
		}
		for _, no := range []string{"", "br", "gzip;q=0", "gzip; q=0.0"} {
			if w := h.call("GET", "/assets/index-1a2b.js", "", "Accept-Encoding: "+no); w.Body.String() != script || w.Header().Get("Content-Encoding") != "" {
				t.Errorf("%q: %v", no, w.Header())
			}
		}
		if w := h.call("HEAD", "/assets/index-1a2b.js", ""); w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("Content-Length") != "1100" {
			t.Errorf("%d %v", w.Code, w.Header())
		}
		for name, kind := range map[string]string{"favicon.svg": "image/svg+xml", "assets/x.woff2": "font/woff2", "odd.bin": "application/octet-stream"} {
			if w := h.call("GET", "/"+name, ""); w.Code != 200 || w.Header().Get("Content-Type") != kind {
				t.Errorf("%s: %d %v", name, w.Code, w.Header())
			}
		}
		h.refused(401, "unauthorized", "POST", "/", "")
		for _, none := range []string{"/assets/", "/assets", "/plans", "/assets/../index.html", "/api/v1/runs", "/%2e%2e/etc/passwd"} {
			if w := h.call("GET", none, ""); w.Code == 200 {
				t.Errorf("%s: %d %s", none, w.Code, w.Body)
			}
		}
		h.refused(404, "not_found", "GET", "/none.js", "", "Authorization: Bearer s3cret")
		if w := h.call("GET", "/api/v1/session", ""); !strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'; frame") || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%v", w.Header())
		}
		var s master.Session
		if h.want(200, &s, "GET", "/api/v1/session", ""); s.Build == "" {
			t.Errorf("%+v", s)
		}
	})
	inHouse(t, nil, func(h *house) { h.refused(404, "not_found", "GET", "/", "") })
	inHouse(t, func(c *master.Config) { c.Page = files }, func(h *house) {
		h.refused(403, "host", "GET", "/", "", "Host: evil.example")
	})
}

// TestPlansCannotReadTheHistory: it is a file of the workspace, and no body or data of one.
func TestPlansCannotReadTheHistory(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		for _, ending := range []string{"", "-wal", "-shm"} {
			link := filepath.Join(filepath.Dir(h.plans), "rows"+ending+".csv")
			if err := os.Symlink("history.db"+ending, link); err != nil {
				t.Fatal(err)
			}
			text := strings.Replace(shop, "load:", "data:\n  d: {file: "+filepath.Base(link)+"}\nload:", 1)
			if e := h.refused(422, "bad_plan", "POST", "/api/v1/runs", inline(text, "")); !strings.Contains(e.Message, "belongs to the program") {
				t.Errorf("%s", e.Message)
			}
		}
	})
}
