package testsite

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// SigningKey is what requests to /signed/… are signed with.
const SigningKey = "shop-signing-key"

// A signed request has three headers: X-Timestamp (seconds since 1970), X-Nonce (1 to 100
// characters, never used before) and X-Signature, which is in hex the HMAC-SHA256 of five
// lines joined by line feeds:
//
//	POST                     the method
//	/signed/graphql?a=b      path and query as they were sent
//	1700000000               X-Timestamp
//	5f2c…                    X-Nonce
//	e3b0c442…                SHA-256 of the body, in hex
const (
	headerTimestamp = "X-Timestamp"
	headerNonce     = "X-Nonce"
	headerSignature = "X-Signature"
)

const (
	maxNonces   = 200_000 // over it the oldest is forgotten
	maxNonceLen = 100
	maxSkew     = 5 * time.Minute // of X-Timestamp, to either side
)

// signatures are what a shop remembers of signed requests.
type signatures struct {
	mu     sync.Mutex // guards all below
	seen   map[string]bool
	ring   []string // nonces in order of age, as a ring once it is full
	oldest int
	counts signedCounts
}

// signedCounts is what became of the signed requests so far.
type signedCounts struct {
	Accepted  int `json:"accepted"`
	Signature int `json:"wrong_signature"`
	Timestamp int `json:"wrong_timestamp"`
	Nonce     int `json:"repeated_nonce"`
}

// serveSigned serves the page of the shop below /signed when its signature is right.
func (s *Shop) serveSigned(w http.ResponseWriter, r *http.Request, page string) {
	if page == "" {
		s.signed.mu.Lock()
		counts := s.signed.counts
		s.signed.mu.Unlock()
		writeJSON(w, http.StatusOK, counts)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		writeError(w, http.StatusBadRequest, "the body broke off")
		return
	}
	if status, message := s.signed.judge(r, body); status != http.StatusOK {
		writeError(w, status, message)
		return
	}
	below := r.Clone(r.Context())
	below.URL.Path = "/" + page
	below.Body = io.NopCloser(bytes.NewReader(body))
	if strings.HasPrefix(page, "signed") {
		writeError(w, http.StatusNotFound, "no such page")
		return
	}
	s.ServeHTTP(w, below)
}

// judge counts a request, and says what is wrong with it; StatusOK: nothing.
func (g *signatures) judge(r *http.Request, body []byte) (status int, message string) {
	stamp, nonce := r.Header.Get(headerTimestamp), r.Header.Get(headerNonce)
	right := requestSignature(r.Method, r.URL.RequestURI(), stamp, nonce, body)
	at, err := strconv.ParseInt(stamp, 10, 64)
	skew := time.Since(time.Unix(at, 0)).Abs()
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case nonce == "" || len(nonce) > maxNonceLen || !hmac.Equal([]byte(right), []byte(r.Header.Get(headerSignature))):
		g.counts.Signature++
		return http.StatusUnauthorized, "wrong signature"
	case err != nil || skew > maxSkew:
		g.counts.Timestamp++
		return http.StatusUnauthorized, "wrong timestamp"
	case g.seen[nonce]:
		g.counts.Nonce++
		return http.StatusConflict, "repeated nonce"
	}
	g.remember(nonce)
	g.counts.Accepted++
	return http.StatusOK, ""
}

func (g *signatures) remember(nonce string) {
	if g.seen == nil {
		g.seen = make(map[string]bool)
	}
	if len(g.ring) < maxNonces {
		g.ring = append(g.ring, nonce)
	} else {
		delete(g.seen, g.ring[g.oldest])
		g.ring[g.oldest] = nonce
		g.oldest = (g.oldest + 1) % maxNonces
	}
	g.seen[nonce] = true
}

func requestSignature(method, uri, stamp, nonce string, body []byte) string {
	digest := sha256.Sum256(body)
	mac := hmac.New(sha256.New, []byte(SigningKey))
	mac.Write([]byte(strings.Join([]string{method, uri, stamp, nonce, hex.EncodeToString(digest[:])}, "\n")))
	return hex.EncodeToString(mac.Sum(nil))
}
