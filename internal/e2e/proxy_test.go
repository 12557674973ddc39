package e2e

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// proxy passes TCP connections on, until they are cut.
type proxy struct {
	Addr string
	to   string

	mu    sync.Mutex // guards what follows
	down  bool       // new connections are refused at once
	conns map[net.Conn]bool
	total int // connections accepted while up
	wg    sync.WaitGroup

	pause  time.Duration // before each portion that goes to the target; set before it is used
	passed atomic.Int64  // bytes that went to the target
}

// startProxy opens the proxy's port; its target is named later.
func startProxy(t *testing.T) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{Addr: l.Addr().String(), conns: map[net.Conn]bool{}}
	p.wg.Go(func() { p.accept(l) })
	t.Cleanup(func() {
		l.Close()
		p.cut()
		p.wg.Wait()
	})
	return p
}

func (p *proxy) accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		p.wg.Go(func() { p.pass(c) })
	}
}

func (p *proxy) pass(in net.Conn) {
	defer in.Close()
	p.mu.Lock()
	to := p.to
	p.mu.Unlock()
	out, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer out.Close()
	if !p.add(in, out) {
		return
	}
	defer p.remove(in, out)
	done := make(chan struct{})
	go func() {
		defer close(done)
		io.Copy(slowly{p, out}, in)
		out.Close()
	}()
	io.Copy(in, out)
	in.Close()
	<-done
}

func (p *proxy) add(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return false
	}
	p.total++
	for _, c := range conns {
		p.conns[c] = true
	}
	return true
}

func (p *proxy) remove(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		delete(p.conns, c)
	}
}

// target says where new connections go.
func (p *proxy) target(address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.to = address
}

// cut breaks every connection and lets none through.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = true
	for c := range p.conns {
		c.Close()
	}
}

// restore lets new connections through again.
func (p *proxy) restore() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = false
}

// accepted is how many connections went through so far.
func (p *proxy) accepted() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.total
}

// slowly writes to a target as slowly as its proxy is asked to.
type slowly struct {
	p  *proxy
	to io.Writer
}

func (s slowly) Write(b []byte) (int, error) {
	time.Sleep(s.p.pause)
	n, err := s.to.Write(b)
	s.p.passed.Add(int64(n))
	return n, err
}
