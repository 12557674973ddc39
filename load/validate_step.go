package load

import (
	"slices"
	"strings"
)

func (v *validator) request(path string, r *Request) {
	v.url(path, r.URL)
	if r.Method != "" && !isToken(r.Method) {
		v.fail(path+".method", "%q is not a method", clip(r.Method))
	}
	v.pairs(path+".headers", r.Headers, true)
	v.pairs(path+".query", r.Query, false)
	v.pairs(path+".form", r.Form, false)
	v.body(path, r)
	v.settings(path, r.Timeout, r.FollowRedirects, r.Auth)
	if r.TLS != nil {
		v.tls(path+".tls", r.TLS, &v.plan.Defaults.TLS)
	}
	for i := range r.Multipart {
		v.part(item(path+".multipart", i), &r.Multipart[i])
	}
}

func (v *validator) part(path string, p *Part) {
	switch {
	case p.Name == "":
		v.fail(path, "a part without a name")
	case strings.ContainsAny(p.Name, "\r\n\x00"):
		v.fail(path+".name", "the name of a part is one line")
	}
	if p.File != "" && p.Value != "" {
		v.fail(path, "a part has a value or a file, not both")
	}
}

func (v *validator) url(path string, u Text) {
	switch {
	case u == "":
		v.fail(path, "a request without a url")
	case strings.ContainsAny(string(u), "\n\t"):
		v.fail(path+".url", "a url is one line")
	case isAbsolute(u):
	case strings.Contains(string(u), "://"):
		v.failHint(path+".url", "begin it with http:// or https://", "%q is no URL of HTTP", clip(string(u)))
	case v.plan.BaseURL == "":
		v.failHint(path+".url", "write http://… or set base_url", "%q is not an absolute URL and there is no base_url", clip(string(u)))
	case u[0] != '/':
		v.failHint(path+".url", "write /"+clip(string(u)), "%q is neither absolute nor begins with /", clip(string(u)))
	case strings.HasPrefix(string(u), "//"):
		v.fail(path+".url", "%q has no scheme", clip(string(u)))
	}
}

// body checks that at most one body is given.
func (v *validator) body(path string, r *Request) {
	var bodies []string
	for _, b := range []struct {
		name  string
		given bool
	}{
		{"json", r.JSON != ""}, {"form", r.Form != nil}, {"multipart", r.Multipart != nil},
		{"text", r.Text != nil}, {"file", r.File != ""},
	} {
		if b.given {
			bodies = append(bodies, b.name)
		}
	}
	if len(bodies) > 1 {
		v.fail(path+"."+bodies[1], "a request has one body: this one has %s", strings.Join(bodies, " and "))
	}
	if r.Type != "" && r.Text == nil && r.File == "" {
		v.failHint(path+".type", "set a Content-Type under headers", "type goes with text or file")
	}
}

// pairs checks headers, query parameters or form fields. Only the headers of a
// request can drop something.
func (v *validator) pairs(path string, pairs []Pair, mayDrop bool) {
	header := strings.HasSuffix(path, "headers")
	for i := range pairs {
		p := &pairs[i]
		switch {
		case p.Drop && !mayDrop:
			v.failHint(item(path, i), `write "" for an empty value`, "%q has no value: null only drops a default header", clip(p.Name))
		case header && !isToken(p.Name):
			v.fail(item(path, i), "%q cannot be the name of a header", clip(p.Name))
		case header && strings.ContainsAny(string(p.Value), "\r\n\x00"):
			v.fail(item(path, i), "the value of a header is one line")
		}
	}
}

// isToken is the rule for methods and names of headers (RFC 9110 5.6.2).
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		alnum := c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
		if !alnum && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

func (v *validator) extract(path string, e *Extract) {
	if e.Name == "" {
		v.fail(path, "an extraction without a name")
	} else {
		v.variableName(path+".name", e.Name)
	}
	switch count(e.JSON != "", e.CSS != "", e.XPath != "", e.Regex != "", e.Header != "", e.Cookie != "") {
	case 0:
		v.failHint(path, `for example json: "$.id"`, "an extraction has one of json, css, xpath, regex, header and cookie: this one has none")
	case 1:
	default:
		v.fail(path, "an extraction has one of json, css, xpath, regex, header and cookie: this one has several")
	}
	if e.Attr != "" && e.CSS == "" {
		v.fail(path+".attr", "attr goes with css")
	}
	if e.Group != nil && (e.Regex == "" || *e.Group < 0) {
		v.fail(path+".group", "group goes with regex and counts from 0, the whole match")
	}
}

func (v *validator) check(path string, c *Check) {
	inside := count(c.Status != nil, c.Size != nil, c.Body != nil, c.Latency != nil)
	beside := count(c.JSON != "", c.XPath != "", c.CSS != "", c.Header != "", c.Cookie != "", c.Var != "")
	const subjects = "status, size, body, latency, json, xpath, css, header, cookie, var and regex"
	switch inside + beside + count(c.Regex != "") {
	case 0:
		v.failHint(path, "for example {status: 200}", "a check is about one of %s: this one is about none", subjects)
		return
	case 1:
	default:
		v.fail(path, "a check is about one of %s: this one is about several", subjects)
		return
	}
	switch {
	case c.Status != nil && len(c.Status) == 0:
		v.fail(path+".status", "an empty list of statuses")
	case inside == 1 && !c.Test.empty():
		v.failHint(path, "write the words inside: {size: {gt: 10}}", "words beside status, size, body or latency say nothing")
	case beside == 1 && c.Test.empty():
		v.failHint(path, "for example exists: true", "the check has no word that says what must hold")
	case c.Regex != "" && !c.Test.onlyExists():
		v.fail(path, "regex takes no word but exists")
	}
	v.test(path, &c.Test)
	v.insideTest(path+".size", c.Size)
	v.insideTest(path+".body", c.Body)
	v.insideTest(path+".latency", c.Latency)
}

func (v *validator) insideTest(path string, t *Test) {
	if t == nil {
		return
	}
	if t.empty() {
		v.failHint(path, "for example {gt: 10}", "no word that says what must hold")
	}
	v.test(path, t)
}

func (v *validator) test(path string, t *Test) {
	if t.Between != nil && len(t.Between) != 2 {
		v.fail(path+".between", "between has two values: from and to")
	}
	if t.In != nil && len(t.In) == 0 {
		v.fail(path+".in", "in has no values")
	}
	if t.Count != nil {
		if t.Count.Count != nil {
			v.fail(path+".count.count", "a count has no count")
			return
		}
		v.insideTest(path+".count", t.Count)
	}
}

// empty says that t demands nothing.
func (t *Test) empty() bool { return t.Exists == nil && t.onlyExists() }

// onlyExists says that t demands nothing but, perhaps, that something exists.
func (t *Test) onlyExists() bool {
	words := []JSON{t.Equals, t.Not, t.GT, t.GE, t.LT, t.LE}
	return !slices.ContainsFunc(words, func(j JSON) bool { return j != "" }) &&
		t.In == nil && t.Between == nil && t.Contains == nil && t.NotContains == nil && t.Matches == "" && t.Count == nil
}
