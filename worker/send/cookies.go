package send

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/locust-http/locust-http/load"
)

// What a jar holds at most. RFC 6265 6.1 asks for at least 50 cookies per domain and
// 3,000 in all; beyond that the oldest goes.
const (
	maxCookies        = 3000
	maxCookiesPerHost = 50

	maxAge = 400 * 24 * 3600 // seconds that a cookie lives at most, as in browsers
)

// Jar keeps cookies between exchanges (RFC 6265, net/http/cookiejar). Its methods
// cost one branch while no cookie has been set. Safe for concurrent use, so that it
// can be shared.
//
// It knows no list of public suffixes: a target under test may set a cookie for any
// domain that its own name ends in.
type Jar struct {
	used atomic.Bool

	mu  sync.Mutex // guards what follows
	jar *cookiejar.Jar
	set []stored // what is in jar, oldest first: cookiejar does not tell
}

// NewJar is an empty jar.
func NewJar() *Jar { return &Jar{} }

// Empty says that no cookie was ever set.
func (j *Jar) Empty() bool { return !j.used.Load() }

// Apply adds the jar's cookies to the request of x; a cookie that the request has
// already is left as it is. Call it after Start, Reuse or Redirect.
func (j *Jar) Apply(x *Exchange) {
	if j.Empty() {
		return
	}
	j.mu.Lock()
	cookies := j.jar.Cookies(x.url())
	j.mu.Unlock()
	if len(cookies) == 0 {
		return
	}
	x.thaw()
	for _, c := range cookies {
		if len(x.req.Cookie(c.Name)) > 0 {
			continue
		}
		value := c.Value
		if c.Quoted {
			value = `"` + value + `"`
		}
		x.req.SetCookie(c.Name, value)
		x.fromJar = append(x.fromJar, c.Name)
	}
}

// Store takes the cookies that the response of x sets. Call it after Do and before
// Redirect.
func (j *Jar) Store(x *Exchange) {
	if x.status == 0 {
		return
	}
	var cookies []*http.Cookie
	for _, line := range x.res.Cookies() {
		// A line that is no cookie is ignored, as RFC 6265 5.2 asks.
		if c, err := http.ParseSetCookie(string(line)); err == nil {
			cookies = append(cookies, c)
		}
	}
	if len(cookies) > 0 {
		j.put(x.url(), cookies)
	}
}

func (j *Jar) put(u *url.URL, cookies []*http.Cookie) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.jar == nil {
		// Without options there is no error.
		j.jar, _ = cookiejar.New(nil)
	}
	j.jar.SetCookies(u, cookies)
	now := time.Now()
	for _, c := range cookies {
		j.note(u, c, now)
	}
	j.used.Store(true)
}

// stored is a cookie as Cookies gives it, with the domain that it belongs to.
type stored struct {
	load.Cookie
	domain string
}

// note keeps beside the jar what it was given, and keeps both within bounds.
func (j *Jar) note(u *url.URL, c *http.Cookie, now time.Time) {
	entry := newStored(u, c, now)
	if host := strings.ToLower(u.Hostname()); entry.domain != host && !strings.HasSuffix(host, "."+entry.domain) {
		return // a foreign domain: the jar has refused it
	}
	i := slices.IndexFunc(j.set, entry.replaces)
	switch gone := c.MaxAge < 0 || expired(entry, now); {
	case i >= 0 && gone:
		j.set = slices.Delete(j.set, i, i+1)
		return
	case i >= 0:
		j.set[i] = entry // which keeps its age, as in RFC 6265 5.3, step 11.3
		return
	case gone:
		return
	}
	j.set = append(j.set, entry)
	first, n := 0, 0
	for i := range j.set {
		if j.set[i].domain == entry.domain {
			if n++; n == 1 {
				first = i
			}
		}
	}
	if n > maxCookiesPerHost {
		j.evict(first)
	}
	if len(j.set) > maxCookies {
		j.evict(0)
	}
}

// evict takes entry i out of the jar, too.
func (j *Jar) evict(i int) {
	c := j.set[i]
	j.set = slices.Delete(j.set, i, i+1)
	if u, err := url.Parse(c.URL); err == nil {
		j.jar.SetCookies(u, []*http.Cookie{{Name: c.Name, Domain: c.Domain, Path: c.Path, MaxAge: -1}})
	}
}

func newStored(u *url.URL, c *http.Cookie, now time.Time) stored {
	value := c.Value
	if c.Quoted {
		value = `"` + value + `"`
	}
	s := stored{load.Cookie{
		URL: u.Scheme + "://" + u.Host + u.EscapedPath(), Name: c.Name, Value: value,
		Domain: strings.TrimPrefix(strings.ToLower(c.Domain), "."), Path: c.Path,
		Expires: c.Expires, Secure: c.Secure, HTTPOnly: c.HttpOnly,
	}, ""}
	s.domain = s.Domain
	if s.domain == "" {
		s.domain = strings.ToLower(u.Hostname())
	}
	if c.MaxAge > 0 {
		s.Expires = now.Add(time.Duration(min(c.MaxAge, maxAge)) * time.Second)
	}
	if c.Path == "" || c.Path[0] != '/' {
		s.Path = defaultPath(u.Path)
	}
	return s
}

// defaultPath is that of a cookie without one (RFC 6265 5.1.4).
func defaultPath(path string) string {
	if i := strings.LastIndexByte(path, '/'); i > 0 && path[0] == '/' {
		return path[:i]
	}
	return "/"
}

// replaces says whether s and o are one cookie (RFC 6265 5.3, step 11).
func (s stored) replaces(o stored) bool {
	return s.Name == o.Name && s.Path == o.Path && s.domain == o.domain
}

func expired(c stored, now time.Time) bool {
	return !c.Expires.IsZero() && !c.Expires.After(now)
}

// Cookies is the jar's content, for Fill in another process, without what has
// expired.
func (j *Jar) Cookies() []load.Cookie {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := time.Now()
	var list []load.Cookie
	for _, c := range j.set {
		if !expired(c, now) {
			list = append(list, c.Cookie)
		}
	}
	return list
}

// Fill adds cookies that another jar gave. The error is a cookie whose URL is none.
func (j *Jar) Fill(cookies []load.Cookie) error {
	for _, c := range cookies {
		u, err := url.Parse(c.URL)
		if err != nil || u.Host == "" {
			return fmt.Errorf("cookie %s: %q is not an absolute URL", c.Name, c.URL)
		}
		value, quoted := unquote(c.Value)
		j.put(u, []*http.Cookie{{
			Name: c.Name, Value: value, Quoted: quoted, Domain: c.Domain, Path: c.Path,
			Expires: c.Expires, Secure: c.Secure, HttpOnly: c.HTTPOnly,
		}})
	}
	return nil
}

func unquote(s string) (string, bool) {
	if len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1], true
	}
	return s, false
}

// url is where the request of x goes, as package cookiejar wants it.
func (x *Exchange) url() *url.URL {
	req := &x.req
	if x.frozen != nil {
		req = &x.frozen.req
	}
	path, _, _ := bytes.Cut(req.RequestURI(), []byte("?"))
	return &url.URL{Scheme: x.origin.scheme(), Host: x.origin.authority, Path: string(path)}
}

// cookieValue is the value in a Set-Cookie line.
func cookieValue(line []byte) []byte {
	line, _, _ = bytes.Cut(line, []byte(";"))
	_, value, _ := bytes.Cut(line, []byte("="))
	return bytes.TrimSpace(value)
}
