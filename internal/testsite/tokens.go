package testsite

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// Bounds of access tokens that wear out.
const (
	maxTokens = 100_000 // over it the oldest is forgotten
	maxUses   = 1_000_000
)

// wornToken is an access token that is good for so many requests. It says nothing of
// that in expires_in: whoever uses it finds out by a 401, as with a token that its
// server has revoked. It wears out by use and not by time, so that what a test does does
// not depend on how long it takes.
type wornToken struct {
	serial int64
	user   string
	left   int
}

// tokens are the access tokens of a shop that wear out.
type tokens struct {
	mu   sync.Mutex // guards all below
	ring []wornToken
	next int64 // serial of the next one
}

// issue is a new token of user, good for so many requests.
func (t *tokens) issue(user string, uses int) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.next++
	made := wornToken{t.next, user, uses}
	if at := int((made.serial - 1) % maxTokens); at < len(t.ring) {
		t.ring[at] = made
	} else {
		t.ring = append(t.ring, made)
	}
	serial := strconv.FormatInt(made.serial, 10)
	return "w" + serial + "." + sign("worn token", serial)
}

// use is whose token it is, and uses it once; false when it is nobody's, or worn out.
func (t *tokens) use(token string) (string, bool) {
	serial, mac, _ := strings.Cut(strings.TrimPrefix(token, "w"), ".")
	n, err := strconv.ParseInt(serial, 10, 64)
	if err != nil || mac != sign("worn token", serial) {
		return "", false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if n < 1 || n > t.next {
		return "", false
	}
	found := &t.ring[(n-1)%maxTokens]
	if found.serial != n || found.left == 0 {
		return "", false
	}
	found.left--
	return found.user, true
}

// accessToken is a token of user: for ever with 0 uses, else good for so many requests.
func (s *Shop) accessToken(user string, uses int) string {
	if uses == 0 {
		return Token(user)
	}
	return s.tokens.issue(user, uses)
}

// refreshToken lets its user have access tokens of the kind that it came with.
func refreshToken(user string, uses int) string {
	if uses == 0 {
		return user + "." + sign("refresh", user)
	}
	owner := user + "." + strconv.Itoa(uses)
	return owner + "." + sign("refresh worn", owner)
}

// refreshUser is whose refresh token it is, and of which kind.
func refreshUser(token string) (user string, uses int, ok bool) {
	i := strings.LastIndexByte(token, '.')
	if i <= 0 {
		return "", 0, false
	}
	owner, mac := token[:i], token[i+1:]
	if mac == sign("refresh", owner) {
		return owner, 0, true
	}
	j := strings.LastIndexByte(owner, '.')
	if mac != sign("refresh worn", owner) || j <= 0 {
		return "", 0, false
	}
	uses, err := strconv.Atoi(owner[j+1:])
	return owner[:j], uses, err == nil
}

// bearer is the user of the request's token, which is used once by asking; empty when it
// has none that is valid.
func (s *Shop) bearer(r *http.Request) string {
	if user := bearer(r); user != "" {
		return user
	}
	user, _ := s.tokens.use(tokenOf(r))
	return user
}

// serveMe says whose token it is.
func (s *Shop) serveMe(w http.ResponseWriter, r *http.Request) {
	user := s.bearer(r)
	if user == "" {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		writeError(w, http.StatusUnauthorized, "no valid token")
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"user": user})
}

// bearer is the user of the request's token, if that does not wear out.
func bearer(r *http.Request) string {
	user, _ := tokenUser(tokenOf(r))
	return user
}

func tokenOf(r *http.Request) string {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return ""
	}
	return token
}
