package blobs

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"github.com/locust-http/locust-http/load"
)

// digest is a SHA-256. Its text is a file name, so only parseDigest makes one of text.
type digest [sha256.Size]byte

func (d digest) String() string { return hex.EncodeToString(d[:]) }

func parseDigest(text string) (d digest, err error) {
	if err := load.CheckDigest(text); err != nil {
		return d, err
	}
	_, err = hex.Decode(d[:], []byte(text))
	return d, err
}

// parse is the digest of a file whose size can be one.
func parse(f load.File) (digest, error) {
	if f.Size < 0 {
		return digest{}, fmt.Errorf("%d bytes are no size of a file", f.Size)
	}
	return parseDigest(f.SHA256)
}

// trust says whether the file at path, as it stands there, is what its digest says. It
// hashes it unless this process knows it already.
func (s *Store) trust(d digest, path string) bool {
	s.mu.Lock()
	_, known := s.trusted[d]
	s.mu.Unlock()
	if known {
		return true
	}
	if !hasDigest(path, d) {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trusted[d] = struct{}{}
	return true
}

func hasDigest(path string, want digest) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return false
	}
	return digest(h.Sum(nil)) == want
}
