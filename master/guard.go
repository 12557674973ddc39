package master

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// guard lets in who may come in, and adds the headers that every answer has.
func (m *Master) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Cache-Control", "no-store")
		switch {
		case m.config.Token == "" && !m.allowedHost(r.Host):
			fail(w, http.StatusForbidden, "host", "this master is not known by the name "+r.Host, "use localhost or an IP address, or allow the name")
		case m.pageFile(r) != "":
			m.getPage(w, r, m.pageFile(r)) // it has no secrets, and a link of another site may lead to it
		case !sameOrigin(r):
			fail(w, http.StatusForbidden, "origin", "pages of other sites may not use this master", "")
		case !m.authorized(r) && !forAll(r):
			h.Set("WWW-Authenticate", "Bearer")
			fail(w, http.StatusUnauthorized, "unauthorized", "the token is missing or wrong", "send Authorization: Bearer <token>")
		case !m.hasToken(r) && !ownPage(r) && m.sessionOf(r) != nil:
			fail(w, http.StatusForbidden, "origin", "with a cookie only the master's own page may change anything", "send Authorization: Bearer <token> instead")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// forAll is true for the calls that need no token: whether the master is there, and what
// leads to a session.
func forAll(r *http.Request) bool {
	switch r.URL.Path {
	case "/healthz", "/readyz", "/api/v1/session", "/api/v1/login", "/api/v1/logout":
		return true
	}
	return false
}

// authorized is true for who has shown the token, or has logged in with it.
func (m *Master) authorized(r *http.Request) bool {
	return m.config.Token == "" || m.hasToken(r) || m.sessionOf(r) != nil
}

// hasToken is true for a request with the token.
func (m *Master) hasToken(r *http.Request) bool {
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return ok && m.isToken(given)
}

// isToken compares digests, so that time tells neither content nor length.
func (m *Master) isToken(given string) bool {
	want, got := sha256.Sum256([]byte(m.config.Token)), sha256.Sum256([]byte(given))
	return m.config.Token != "" && subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

// ownPage is true for what only reads, and for what a browser says comes from the master's
// own page: a cookie alone does not say who has sent it. A socket says where it comes from
// too, though it begins as one that reads.
func ownPage(r *http.Request) bool {
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	if reads && !isUpgrade(r) {
		return true
	}
	return r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") == "same-origin"
}

// isUpgrade is true for the beginning of a socket.
func isUpgrade(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// allowedHost is true for names that no DNS server of somebody else's can point here:
// loopback names, IP addresses, and those that were configured.
func (m *Master) allowedHost(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.TrimSuffix(strings.Trim(name, "[]"), "."))
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	return name == "localhost" || strings.HasSuffix(name, ".localhost") ||
		slices.ContainsFunc(m.config.AllowedHosts, func(h string) bool { return strings.EqualFold(h, name) })
}

// sameOrigin is true for what is no browser's, and for pages of the master itself.
func sameOrigin(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" {
		return false
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}
