package master

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
)

// worthIt is from how many bytes on an answer is compressed: less fits into one packet.
const worthIt = 1400

// compressor makes answers smaller for clients that take gzip: the series of an hour is a
// megabyte of JSON. It looks at the first piece of an answer, which is all of it where
// answer wrote it; anything but JSON goes through as it is.
type compressor struct {
	packers sync.Pool // of *gzip.Writer
}

func (c *compressor) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || !acceptsGzip(r) || r.Header.Get("Upgrade") != "" {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Add("Vary", "Accept-Encoding")
		p := &packed{ResponseWriter: w, pool: &c.packers}
		defer p.close()
		next.ServeHTTP(p, r)
	})
}

// packed is an answer that may be compressed.
type packed struct {
	http.ResponseWriter
	pool    *sync.Pool
	code    int
	decided bool
	gz      *gzip.Writer // nil: goes through as it is
}

// Unwrap is for http.ResponseController.
func (p *packed) Unwrap() http.ResponseWriter { return p.ResponseWriter }

func (p *packed) WriteHeader(code int) {
	if p.code == 0 {
		p.code = code // until it is known whether the body is compressed
	}
}

func (p *packed) Write(b []byte) (int, error) {
	if !p.decided {
		p.decide(b)
	}
	if p.gz != nil {
		return p.gz.Write(b)
	}
	return p.ResponseWriter.Write(b)
}

func (p *packed) decide(first []byte) {
	p.decided = true
	h := p.Header()
	if len(first) >= worthIt && strings.HasPrefix(h.Get("Content-Type"), "application/json") && h.Get("Content-Encoding") == "" {
		h.Set("Content-Encoding", "gzip")
		h.Del("Content-Length")
		if gz, ok := p.pool.Get().(*gzip.Writer); ok {
			gz.Reset(p.ResponseWriter)
			p.gz = gz
		} else {
			p.gz, _ = gzip.NewWriterLevel(p.ResponseWriter, gzip.BestSpeed) // the level is a valid one
		}
	}
	if p.code != 0 {
		p.ResponseWriter.WriteHeader(p.code)
	}
}

// close ends the answer. An error is the client's: it has gone.
func (p *packed) close() {
	if !p.decided {
		p.decide(nil)
	}
	if p.gz != nil {
		p.gz.Close() //nolint:errcheck // see above
		p.gz.Reset(nil)
		p.pool.Put(p.gz)
	}
}
