package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// AppendURL appends the absolute URL, with base_url and the encoded query. The text of
// url is taken as it is, but for what no URL may hold: other characters than ASCII and
// a few like " and { are percent-encoded (RFC 3986, 2.1), a fragment is left out, and
// a space or control character is an error: it can mean anything, and urlencode says
// what is meant.
func (r *Request) AppendURL(dst []byte, s *Scope) ([]byte, error) {
	start := len(dst)
	dst, err := r.appendAddress(dst, s)
	if err != nil {
		return dst, err
	}
	dst, problem := cleanURL(dst, start)
	if problem != "" {
		return dst, r.urlError(dst[start:], problem)
	}
	if len(r.query) == 0 {
		return dst, nil
	}
	return r.query.expand(appendQueryMark(dst, start), s)
}

// appendAddress appends url, with base_url in front of it when it begins with /.
func (r *Request) appendAddress(dst []byte, s *Scope) ([]byte, error) {
	start := len(dst)
	dst, err := r.url.expand(dst, s)
	if err != nil || len(r.base) == 0 || len(dst) == start || dst[start] != '/' {
		return dst, err
	}
	end := len(dst)
	if dst, err = r.base.expand(dst, s); err != nil {
		return dst, err
	}
	dst = trimSlash(dst, end)
	dst = append(dst, dst[start:end]...)
	return moveTail(dst, start, end), nil
}

// trimSlash takes slashes off the end of dst, down to start.
func trimSlash(dst []byte, start int) []byte {
	for len(dst) > start && dst[len(dst)-1] == '/' {
		dst = dst[:len(dst)-1]
	}
	return dst
}

func appendQueryMark(dst []byte, start int) []byte {
	switch {
	case dst[len(dst)-1] == '?' || dst[len(dst)-1] == '&':
		return dst
	case strings.IndexByte(sharedText(dst[start:]), '?') >= 0:
		return append(dst, '&')
	}
	return append(dst, '?')
}

// maxURL bounds an expanded URL, in bytes; servers take 8 to 64 KiB.
const maxURL = 64 << 10

// cleanURL makes dst[start:] an absolute URL of allowed characters, or says what keeps
// it from being one.
func cleanURL(dst []byte, start int) (_ []byte, problem string) {
	if !isAbsolute(sharedText(dst[start:])) {
		return dst, "is not an absolute http or https URL"
	}
	if len(dst)-start > maxURL {
		return dst, fmt.Sprintf("is longer than %d bytes", maxURL)
	}
	for i := start; i < len(dst); i++ {
		switch c := dst[i]; {
		case plainURL[c]:
		case c == '#':
			return dst[:i], ""
		case c <= ' ' || c == 0x7f:
			return dst, fmt.Sprintf("has the character %q in it: use {{name | urlencode}} or query", c)
		default:
			return encodeURL(dst, start, i)
		}
	}
	return dst, ""
}

// encodeURL percent-encodes what no URL may hold from dst[i], the first such byte, on.
func encodeURL(dst []byte, start, from int) (_ []byte, problem string) {
	end := len(dst)
	for i := from; i < end; i++ {
		c := dst[i]
		if plainURL[c] || c == '#' || c <= ' ' || c == 0x7f {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return cleanURL(moveTail(dst, from, end), start)
}

// urlError shows a URL that cannot be used, unless there is a secret in it.
func (r *Request) urlError(url []byte, problem string) error {
	if r.secretURL {
		return &ExpandError{load.ClassTemplate, "the url with a secret in it " + problem}
	}
	return &ExpandError{load.ClassTemplate, fmt.Sprintf("url %q %s", bounded(string(url), 120), problem)}
}

// plainURL has the bytes that may stand in a URL as they are: unreserved, reserved but
// for #, and %. It is never changed.
var plainURL = func() (plain [256]bool) {
	for c := range 256 {
		plain[c] = unreserved(byte(c)) || c < 128 && strings.IndexByte(":/?[]@!$&'()*+,;=%", byte(c)) >= 0
	}
	return plain
}()

// isAbsolute says whether url begins with http:// or https:// and a host.
func isAbsolute(url string) bool {
	for _, scheme := range [...]string{"http://", "https://"} {
		if len(url) > len(scheme) && strings.EqualFold(url[:len(scheme)], scheme) {
			return strings.IndexByte("/?#", url[len(scheme)]) < 0
		}
	}
	return false
}

// baseURL compiles base_url, once for all requests.
func (c *compiler) baseURL() {
	text := string(c.plan.BaseURL)
	if len(text) > maxBaseURL {
		c.issue("base_url", "", "is longer than %d bytes", maxBaseURL)
		text = "http://unknown"
	}
	before := len(c.issues)
	c.base = c.template("base_url", text, inText)
	c.baseOf = c.takeNeeded()
	if len(c.issues) > before {
		c.base = template{{literal: "http://unknown"}} // so that no step repeats it
	} else if begin := c.base.beginning(); begin != "" && !beginsAbsolute(begin, c.base.static()) {
		c.issue("base_url", "begin it with http:// or https://", "%q is not an absolute URL", bounded(text, maxRuleWord))
		c.base = template{{literal: "http://unknown"}}
	}
	if c.base.static() {
		text := strings.TrimRight(c.base.text(), "/")
		c.base = nil
		c.base.add(text)
	}
}

// beginning is the text before the first placeholder.
func (t template) beginning() string {
	if len(t) == 0 {
		return ""
	}
	return t[0].literal
}

// beginsAbsolute says whether text is an absolute URL, or can become one: http{{s}}://…
func beginsAbsolute(text string, whole bool) bool {
	if whole {
		return isAbsolute(text)
	}
	for _, scheme := range [...]string{"http://", "https://"} {
		n := min(len(text), len(scheme))
		if strings.EqualFold(text[:n], scheme[:n]) {
			return true
		}
	}
	return false
}

func (c *compiler) url(path string, r *load.Request, out *Request) {
	before := len(c.issues)
	out.url = c.template(path+".url", string(r.URL), inText)
	out.query = c.pairs(path+".query", r.Query, inQuery)
	if len(c.issues) > before {
		return
	}
	switch begin := out.url.beginning(); {
	case len(out.url) == 0:
		c.issue(path+".url", "", "is missing")
		return
	case begin == "":
		out.base = c.base // whether it is needed shows when the placeholder is expanded
	case begin[0] != '/' && !beginsAbsolute(begin, out.url.static()):
		c.issue(path+".url", "begin it with http://, or with / for a path under base_url", "%q is not an absolute URL", bounded(string(r.URL), maxRuleWord))
		return
	case begin[0] == '/' && c.plan.BaseURL == "":
		c.issue(path+".url", "", "%q is not an absolute URL and there is no base_url", bounded(string(r.URL), maxRuleWord))
		return
	case begin[0] == '/' && c.base.static():
		out.url = joined(c.base, out.url)
	case begin[0] == '/':
		out.base = c.base
	}
	if out.url.static() && len(out.base) == 0 {
		c.staticURL(path+".url", out)
	}
	if len(out.base) > 0 {
		c.need(c.baseOf)
	}
	out.secretURL = out.base.hasSecret() || out.url.hasSecret()
}

// joined is two templates one after the other.
func joined(a, b template) template {
	var t template
	for _, g := range slices.Concat(a, b) {
		if g.kind == literalSegment {
			t.add(g.literal)
		} else {
			t = append(t, g)
		}
	}
	return t
}

// staticURL checks a URL without placeholders now instead of first at every request.
func (c *compiler) staticURL(path string, out *Request) {
	url, problem := cleanURL([]byte(out.url.text()), 0)
	if problem != "" {
		c.issue(path, "", "%v", out.urlError(url, problem))
		return
	}
	out.url = nil
	out.url.add(string(url))
}
