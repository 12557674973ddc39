package engine

import (
	"sync"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/worker/send"
)

// maxProxies bounds the proxies that are kept parsed: a plan may name one for each user.
const maxProxies = 10_000

// proxies are the proxies that templates have named, parsed once: the same text is the
// same proxy, so that connections through it are used again.
type proxies struct {
	mu     sync.Mutex // guards parsed
	parsed map[string]*send.Proxy
}

// get is the proxy of a URL; a text that is none is a *plan.ExpandError.
func (p *proxies) get(text []byte) (*send.Proxy, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if known, ok := p.parsed[string(text)]; ok {
		return known, nil
	}
	proxy, err := parseProxy(text)
	if err != nil {
		return nil, &plan.ExpandError{Class: load.ClassTemplate, Message: "proxy: " + err.Error()}
	}
	if p.parsed == nil || len(p.parsed) >= maxProxies {
		p.parsed = make(map[string]*send.Proxy)
	}
	p.parsed[string(text)] = proxy
	return proxy, nil
}

// parseProxy is nil for an empty text.
func parseProxy(text []byte) (*send.Proxy, error) {
	if len(text) == 0 {
		return nil, nil
	}
	return send.ParseProxy(string(text))
}

// chooseProxy sets the proxy of this attempt where it differs from user to user.
func (u *user) chooseProxy(r *plan.Request) error { return u.setProxy(r, r.Proxy && !r.StaticProxy) }

// setProxy sets the proxy of r for this attempt only, or says that the step's own holds.
func (u *user) setProxy(r *plan.Request, own bool) (err error) {
	k := u.kit
	if k.ownTarget = own; !own {
		return nil
	}
	if k.header, err = r.AppendProxy(k.header[:0], &u.scope); err != nil {
		return err
	}
	if k.proxy = nil; len(k.header) > 0 {
		k.proxy, err = u.run.proxies.get(k.header)
	}
	return err
}
