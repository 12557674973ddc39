package testsite

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
)

// ProxyOptions of a proxy. The zero value lets everybody through.
type ProxyOptions struct {
	Addr           string // host:port to listen on; empty: a free port of 127.0.0.1
	User, Password string // asked for when User is set
	TLS            bool   // HTTP proxy only: speak TLS with a certificate of its own

	// Refuse, when not 0, is the answer to everything: an HTTP status, or a reply code of
	// SOCKS5.
	Refuse int
}

// ProxyEntry is one thing that a proxy was asked for.
type ProxyEntry struct {
	Conn    int64  // which connection it came on, from 1
	Ask     string // CONNECT, a method of a forwarded request, or SOCKS
	Target  string // host:port, or the URL of a forwarded request
	ByName  bool   // SOCKS: the target was a name, to be resolved by the proxy
	Allowed bool   // user and password were right, or none were asked for
	Status  int    // what was answered: an HTTP status or a SOCKS5 reply code
}

// Proxy is a forward proxy on loopback that keeps account of what it was asked for: an
// HTTP proxy that tunnels (CONNECT) and forwards, or a SOCKS5 server.
type Proxy struct {
	Addr string // host:port
	URL  string // as a plan has it, with user and password
	// CAPEM is what has to be trusted when the proxy speaks TLS; nil otherwise.
	CAPEM []byte

	options ProxyOptions
	cancel  context.CancelFunc
	ended   sync.WaitGroup

	mu      sync.Mutex // guards what follows
	conns   int64
	entries []ProxyEntry
}

// Entries is everything that was asked for so far, in order.
func (p *Proxy) Entries() []ProxyEntry {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]ProxyEntry(nil), p.entries...)
}

// Conns is how many connections came in so far.
func (p *Proxy) Conns() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.conns
}

// Close cuts every connection and waits until all have been left. It may be called
// twice.
func (p *Proxy) Close() {
	p.cancel()
	p.ended.Wait()
}

// startProxy listens, and serves each connection in a goroutine of its own.
func startProxy(ctx context.Context, scheme string, o ProxyOptions, wrap func(net.Listener) net.Listener,
	serve func(ctx context.Context, c *proxyConn)) (*Proxy, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	ln, err := net.Listen("tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("listen for the proxy: %w", err)
	}
	p := &Proxy{Addr: ln.Addr().String(), options: o}
	p.URL = scheme + "://" + p.Addr
	if o.User != "" {
		p.URL = scheme + "://" + escape(o.User) + ":" + escape(o.Password) + "@" + p.Addr
	}
	ctx, p.cancel = context.WithCancel(ctx)
	stop := context.AfterFunc(ctx, func() { ln.Close() })
	accepting := wrap(ln)
	p.ended.Go(func() {
		defer stop()
		defer ln.Close()
		for {
			raw, err := accepting.Accept()
			if err != nil {
				return
			}
			p.mu.Lock()
			p.conns++
			c := &proxyConn{Conn: raw, in: bufio.NewReader(raw), proxy: p, number: p.conns}
			p.mu.Unlock()
			p.ended.Go(func() {
				defer raw.Close()
				defer context.AfterFunc(ctx, func() { raw.Close() })()
				serve(ctx, c)
			})
		}
	})
	return p, nil
}

// escape percent-encodes every byte of s.
func escape(s string) string {
	out := ""
	for _, c := range []byte(s) {
		out += fmt.Sprintf("%%%02X", c)
	}
	return out
}

// proxyConn is one connection of a client to a proxy.
type proxyConn struct {
	net.Conn
	in     *bufio.Reader
	proxy  *Proxy
	number int64
}

// note keeps e and returns its status.
func (c *proxyConn) note(e ProxyEntry) int {
	e.Conn = c.number
	c.proxy.mu.Lock()
	defer c.proxy.mu.Unlock()
	c.proxy.entries = append(c.proxy.entries, e)
	return e.Status
}

// StartHTTPProxy starts an HTTP proxy until ctx ends or Close is called.
func StartHTTPProxy(ctx context.Context, o ProxyOptions) (*Proxy, error) {
	scheme, caPEM := "http", []byte(nil)
	wrap := func(ln net.Listener) net.Listener { return ln }
	if o.TLS {
		var err error
		scheme = "https"
		if wrap, caPEM, err = overTLS(); err != nil {
			return nil, err
		}
	}
	p, err := startProxy(ctx, scheme, o, wrap, serveHTTPProxy)
	if err == nil {
		p.CAPEM = caPEM
	}
	return p, err
}

// RunHTTPProxy starts an HTTP proxy for the length of a test.
func RunHTTPProxy(t T, o ProxyOptions) *Proxy {
	t.Helper()
	p, err := StartHTTPProxy(context.Background(), o)
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(p.Close)
	return p
}

func serveHTTPProxy(ctx context.Context, c *proxyConn) {
	// Connections to targets live as long as the client's: none is shared.
	transport := &http.Transport{DisableCompression: true}
	defer transport.CloseIdleConnections()
	for {
		r, err := http.ReadRequest(c.in)
		if err != nil {
			return
		}
		r = r.WithContext(ctx)
		e := ProxyEntry{Ask: r.Method, Target: r.RequestURI, Allowed: c.proxy.allows(r), Status: c.proxy.options.Refuse}
		switch {
		case !e.Allowed:
			e.Status = http.StatusProxyAuthRequired
		case e.Status != 0:
		case r.Method == http.MethodConnect:
			c.tunnel(ctx, e)
			return
		case r.URL.Host == "":
			e.Status = http.StatusBadRequest // a proxy is sent absolute URLs
		default:
			if !c.forward(transport, r, e) {
				return
			}
			continue
		}
		_, _ = io.Copy(io.Discard, r.Body)
		if !c.answer(c.note(e)) || r.Method == http.MethodConnect {
			return
		}
	}
}

// allows says whether a request has the user and password of the proxy.
func (p *Proxy) allows(r *http.Request) bool {
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte(p.options.User+":"+p.options.Password))
	return p.options.User == "" || r.Header.Get("Proxy-Authorization") == want
}

// answer is an answer of the proxy itself.
func (c *proxyConn) answer(status int) bool {
	extra := ""
	if status == http.StatusProxyAuthRequired {
		extra = "Proxy-Authenticate: Basic realm=\"test\"\r\n"
	}
	_, err := fmt.Fprintf(c, "HTTP/1.1 %d %s\r\n%sContent-Length: 0\r\n\r\n", status, http.StatusText(status), extra)
	return err == nil
}

// tunnel connects the client with the target until one of them has ended.
func (c *proxyConn) tunnel(ctx context.Context, e ProxyEntry) {
	target, err := (&net.Dialer{}).DialContext(ctx, "tcp", e.Target)
	if err != nil {
		e.Status = http.StatusBadGateway
		c.answer(c.note(e))
		return
	}
	e.Status = http.StatusOK
	c.note(e)
	if _, err := io.WriteString(c, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		target.Close()
		return
	}
	c.join(target)
}

// join copies both ways until one side has ended, and then ends both.
func (c *proxyConn) join(target net.Conn) {
	var back sync.WaitGroup
	back.Go(func() {
		_, _ = io.Copy(c.Conn, target)
		c.Conn.Close()
	})
	_, _ = io.Copy(target, c.in)
	target.Close()
	back.Wait()
}

// forward sends a request on and its response back.
func (c *proxyConn) forward(transport *http.Transport, r *http.Request, e ProxyEntry) bool {
	r.RequestURI = ""
	r.Header.Del("Proxy-Authorization")
	res, err := transport.RoundTrip(r)
	if err != nil {
		e.Status = http.StatusBadGateway
		return c.answer(c.note(e)) && r.Body == http.NoBody // else how far it was read is not known
	}
	defer res.Body.Close()
	e.Status = res.StatusCode
	c.note(e)
	return res.Write(c) == nil && !res.Close
}
