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
		case !sameOrigin(r):
			fail(w, http.StatusForbidden, "origin", "pages of other sites may not use this master", "")
		case !m.authorized(r) && r.URL.Path != "/healthz" && r.URL.Path != "/readyz":
			h.Set("WWW-Authenticate", "Bearer")
			fail(w, http.StatusUnauthorized, "unauthorized", "the token is missing or wrong", "send Authorization: Bearer <token>")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// authorized compares digests, so that time tells neither content nor length.
func (m *Master) authorized(r *http.Request) bool {
	if m.config.Token == "" {
		return true
	}
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	want, got := sha256.Sum256([]byte(m.config.Token)), sha256.Sum256([]byte(given))
	return ok && subtle.ConstantTimeCompare(want[:], got[:]) == 1
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
