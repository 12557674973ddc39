package master

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Bounds of logins.
const (
	sessionFor  = 12 * time.Hour
	maxSessions = 1_000 // of one more, the one that began first ends
	// maxFailedLogins is how many wrong tokens are answered within a minute; more are only
	// told to wait. The right one always gets in: nobody is locked out by somebody else.
	maxFailedLogins = 10
	failedWindow    = time.Minute
)

// sessions are the browsers that have logged in: each has a cookie with a random number,
// which is not the token. They end with the process.
type sessions struct {
	mu     sync.Mutex
	open   map[[sha256.Size]byte]*session // by digest, so that looking one up tells no part of it
	failed []time.Time                    // the last failed logins, oldest first
}

type session struct {
	begun time.Time
	ended chan struct{} // closed with its end
}

// begin makes a session and returns what its cookie says.
func (s *sessions) begin() string {
	var number [32]byte
	rand.Read(number[:]) //nolint:errcheck // it never fails
	cookie := base64.RawURLEncoding.EncodeToString(number[:])
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open = map[[sha256.Size]byte]*session{}
	}
	now := time.Now()
	var first [sha256.Size]byte
	for k, o := range s.open {
		if now.Sub(o.begun) >= sessionFor {
			s.drop(k)
		} else if f := s.open[first]; f == nil || o.begun.Before(f.begun) {
			first = k
		}
	}
	if len(s.open) >= maxSessions {
		s.drop(first)
	}
	s.open[sha256.Sum256([]byte(cookie))] = &session{now, make(chan struct{})}
	return cookie
}

// drop ends a session. Called with mu held.
func (s *sessions) drop(key [sha256.Size]byte) {
	if o := s.open[key]; o != nil {
		close(o.ended)
		delete(s.open, key)
	}
}

// find is the session of a cookie; nil: there is none.
func (s *sessions) find(cookie string) *session {
	key := sha256.Sum256([]byte(cookie))
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.open[key]
	if o != nil && time.Since(o.begun) >= sessionFor {
		s.drop(key)
		return nil
	}
	return o
}

// end ends the session of a cookie.
func (s *sessions) end(cookie string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(sha256.Sum256([]byte(cookie)))
}

// fail counts a failed login; false: there are too many.
func (s *sessions) fail() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for len(s.failed) > 0 && now.Sub(s.failed[0]) >= failedWindow {
		s.failed = s.failed[1:]
	}
	if len(s.failed) >= maxFailedLogins {
		return false
	}
	s.failed = append(s.failed, now)
	return true
}

// cookieName has the port in it: browsers give all masters of a host the same cookies.
func cookieName(r *http.Request) string {
	_, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		port = "0"
	}
	return "locust_http_session_" + port
}

// sessionOf is the session that a request belongs to; nil: none.
func (m *Master) sessionOf(r *http.Request) *session {
	c, err := r.Cookie(cookieName(r))
	if err != nil {
		return nil
	}
	return m.sessions.find(c.Value)
}

// setCookie gives the browser a session; an empty value takes it away.
func setCookie(w http.ResponseWriter, r *http.Request, value string) {
	c := &http.Cookie{
		Name: cookieName(r), Value: value, Path: "/", MaxAge: int(sessionFor.Seconds()), HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https",
	}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// Session is the answer of GET /session: what a page has to know before anybody has
// logged in.
type Session struct {
	Auth       bool   `json:"auth"` // a token is asked for
	LoggedIn   bool   `json:"logged_in"`
	Version    string `json:"version"`
	Protocol   int    `json:"protocol"`
	Build      string `json:"build"`       // of the page; another one than the page's own: it is out of date
	ServerTime int64  `json:"server_time"` // ms
	Started    int64  `json:"pid_started"` // when this process began, ms
}

func (m *Master) getSession(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, Session{
		Auth: m.config.Token != "", LoggedIn: m.authorized(r), Version: m.config.Version, Protocol: load.Protocol,
		Build: m.page.build, ServerTime: time.Now().UnixMilli(), Started: m.started.UnixMilli(),
	})
}

// Login is the body of POST /login.
type Login struct {
	Token string `json:"token"`
}

func (m *Master) postLogin(w http.ResponseWriter, r *http.Request) {
	var body Login
	if !read(w, r, &body) {
		return
	}
	switch {
	case m.config.Token == "":
		w.WriteHeader(http.StatusNoContent) // nobody needs a session
	case m.isToken(body.Token):
		setCookie(w, r, m.sessions.begin())
		w.WriteHeader(http.StatusNoContent)
	case m.sessions.fail():
		fail(w, http.StatusUnauthorized, "wrong_token", "the token is wrong", "it is in the file that the master was given with --token-file")
	default:
		w.Header().Set("Retry-After", fmt.Sprint(int(failedWindow.Seconds())))
		fail(w, http.StatusTooManyRequests, "too_many_logins", "the token is wrong, and too many wrong ones were given", "try again in a minute")
	}
}

func (m *Master) postLogout(w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie(cookieName(r)); err == nil {
		m.sessions.end(c.Value)
	}
	setCookie(w, r, "")
	w.WriteHeader(http.StatusNoContent)
}

// getSocket makes the caller a viewer. A socket that came with a cookie ends with the
// session.
func (m *Master) getSocket(w http.ResponseWriter, r *http.Request) {
	if !isUpgrade(r) {
		w.Header().Set("Upgrade", "websocket")
		fail(w, http.StatusUpgradeRequired, "upgrade", "this is a websocket", "")
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	if s := m.sessionOf(r); s != nil {
		left := time.AfterFunc(sessionFor-time.Since(s.begun), cancel)
		defer left.Stop()
		go func() {
			select {
			case <-s.ended:
				cancel()
			case <-ctx.Done():
			}
		}()
	}
	m.hub.ServeHTTP(w, r.WithContext(ctx))
}
