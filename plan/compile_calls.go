package plan

import "github.com/locust-http/locust-http/load"

// calls compiles what requests of scripts inherit: a request with nothing but defaults.
func (c *compiler) calls(p *Program) {
	if !c.scripts.any || c.failed() {
		return
	}
	c.takeNeeded()
	p.Call = c.request("defaults", &load.Request{URL: "http://script.invalid/"})
	p.Call.base = c.base
	c.need(c.baseOf)
	p.CallData = c.takeNeeded()
}

// AppendAddress appends the absolute URL that a script asks for: url itself, or below
// base_url when it begins with /. What no URL may hold is treated as in AppendURL.
func (r *Request) AppendAddress(dst []byte, url string, s *Scope) ([]byte, error) {
	start := len(dst)
	below := len(url) > 0 && url[0] == '/'
	if below {
		var err error
		if dst, err = r.base.expand(dst, s); err != nil {
			return dst, err
		}
		dst = trimSlash(dst, start)
	}
	dst, problem := cleanURL(append(dst, url...), start)
	if problem == "" {
		return dst, nil
	}
	if below && len(r.base) == 0 {
		problem = "begins with / and the plan has no base_url"
	}
	return dst, r.urlError(dst[start:], problem)
}
