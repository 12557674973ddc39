package proto

import (
	"net"
	"sync"
	"testing"
)

// proxy stands between client and server and can lose them.
type proxy struct {
	t      *testing.T
	l      net.Listener
	target string
	wg     sync.WaitGroup

	mu     sync.Mutex
	conns  []net.Conn
	refuse bool
	hole   chan struct{} // not nil: bytes disappear until it is closed
	total  int           // connections made
}

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{t: t, l: l, target: target}
	p.wg.Go(p.accept)
	t.Cleanup(func() {
		l.Close()
		p.cut()
		p.wg.Wait()
	})
	return p
}

func (p *proxy) address() string { return p.l.Addr().String() }

func (p *proxy) accept() {
	for {
		near, err := p.l.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", p.to())
		if err != nil {
			near.Close()
			continue
		}
		p.mu.Lock()
		p.total++
		refused := p.refuse
		p.conns = append(p.conns, near, far)
		p.mu.Unlock()
		if refused {
			near.Close()
			far.Close()
		}
		p.wg.Go(func() { p.copy(near, far) })
		p.wg.Go(func() { p.copy(far, near) })
	}
}

func (p *proxy) to() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.target
}

func (p *proxy) copy(dst, src net.Conn) {
	defer dst.Close()
	defer src.Close()
	buf := make([]byte, 4096)
	for {
		n, err := src.Read(buf)
		if err != nil {
			return
		}
		p.mu.Lock()
		lost := p.hole != nil
		p.mu.Unlock()
		if lost {
			continue // as a firewall that has forgotten the connection
		}
		if _, err := dst.Write(buf[:n]); err != nil {
			return
		}
	}
}

// cut breaks every connection now.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		c.Close()
	}
	p.conns = nil
}

// swallow makes every byte disappear, or lets new connections through again.
func (p *proxy) swallow(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.hole = nil; on {
		p.hole = make(chan struct{})
	}
}

func (p *proxy) connections() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.total
}

// refuseAll refuses new connections and breaks the others, or ends that.
func (p *proxy) refuseAll(on bool) {
	p.mu.Lock()
	p.refuse = on
	p.mu.Unlock()
	if on {
		p.cut()
	}
}
