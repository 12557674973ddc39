package send

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// Redirect turns x into the next hop when the response is a redirect (RFC 9110 15.4):
// 303, and 301/302 after POST, become GET without body; 307 and 308 keep method and
// body; Authorization and Cookie headers are dropped when the origin changes. It is
// false when the response is no redirect; the error (of load.ClassRedirect) says why a
// Location cannot be followed. The response stays readable until the next Do. Cookies
// that a Jar has added are taken off again: Store the response's cookies before, and
// Apply the jar after.
func (x *Exchange) Redirect() (bool, error) {
	switch x.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return false, nil
	}
	location := x.res.Peek("Location")
	if len(location) == 0 {
		return true, errors.New("redirect without a Location")
	}
	next, err := x.resolve(string(location))
	if err != nil {
		return true, err
	}
	x.thaw()
	x.dropJar()
	before, host := x.origin, string(x.req.Host())
	if err := x.setURL([]byte(next.String())); err != nil {
		return true, fmt.Errorf("location %s: %w", quote(location), err)
	}
	if before.same(x.origin) {
		x.req.SetHost(host) // a plan may have named another one
	} else {
		x.dropCredentials()
	}
	x.rewriteMethod()
	return true, nil
}

// dropCredentials takes off what was meant for another origin.
func (x *Exchange) dropCredentials() {
	x.dropHeader("Authorization")
	x.req.DelAllCookies()
	if x.origin.basic != "" {
		x.req.Set("Authorization", x.origin.basic)
	}
}

// resolve is the URL that a Location means (RFC 3986 5).
func (x *Exchange) resolve(location string) (*url.URL, error) {
	base, err := url.Parse(string(x.appendURL(nil)))
	if err != nil {
		return nil, fmt.Errorf("redirect from a URL that nothing can be resolved against: %w", err)
	}
	next, err := base.Parse(location)
	if err != nil {
		return nil, fmt.Errorf("location %s is not a URL", quote([]byte(location)))
	}
	if next.Scheme != "http" && next.Scheme != "https" {
		return nil, fmt.Errorf("location %s is neither http nor https", quote([]byte(location)))
	}
	if next.Host == "" {
		return nil, fmt.Errorf("location %s has no host", quote([]byte(location)))
	}
	next.Fragment, next.RawFragment = "", ""
	return next, nil
}

func (x *Exchange) rewriteMethod() {
	method := string(x.req.Method())
	toGet := x.status == http.StatusSeeOther && method != http.MethodHead ||
		(x.status == http.StatusMovedPermanently || x.status == http.StatusFound) && method == http.MethodPost
	if !toGet {
		return
	}
	x.reqBody, x.parts = nil, nil
	x.req.SetMethod(http.MethodGet)
	x.req.SetContentTypeBytes(nil)
	x.req.Del("Content-Length")
}

// appendURL appends the URL of the request, without userinfo.
func (x *Exchange) appendURL(dst []byte) []byte {
	dst = append(dst, x.origin.scheme()...)
	dst = append(dst, "://"...)
	dst = append(dst, x.origin.authority...)
	return append(dst, x.requestLine().RequestURI()...)
}
