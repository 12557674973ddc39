package testsite

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"strconv"
)

// Reply codes of SOCKS5 (RFC 1928, 6) that a server gives by itself.
const (
	socksOK          = 0
	socksUnreachable = 4
)

// StartSOCKS starts a SOCKS5 server (RFC 1928, and RFC 1929 when there is a user) until
// ctx ends or Close is called.
func StartSOCKS(ctx context.Context, o ProxyOptions) (*Proxy, error) {
	return startProxy(ctx, "socks5", o, func(ln net.Listener) net.Listener { return ln }, serveSOCKS)
}

// RunSOCKS starts a SOCKS5 server for the length of a test.
func RunSOCKS(t T, o ProxyOptions) *Proxy {
	t.Helper()
	p, err := StartSOCKS(context.Background(), o)
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(p.Close)
	return p
}

func serveSOCKS(ctx context.Context, c *proxyConn) {
	allowed, ok := c.greet()
	if !ok {
		return
	}
	if !allowed {
		c.note(ProxyEntry{Ask: "SOCKS"})
		return
	}
	e, ok := c.readAsk()
	if !ok {
		return
	}
	if e.Status = c.proxy.options.Refuse; e.Status != socksOK {
		c.reply(c.note(e))
		return
	}
	target, err := (&net.Dialer{}).DialContext(ctx, "tcp", e.Target)
	if err != nil {
		e.Status = socksUnreachable
		c.reply(c.note(e))
		return
	}
	if !c.reply(c.note(e)) {
		target.Close()
		return
	}
	c.join(target)
}

// greet agrees on how the client authenticates, and says whether it has.
func (c *proxyConn) greet() (allowed, ok bool) {
	methods, ok := c.counted(1)
	if !ok {
		return false, false
	}
	want := byte(0)
	if c.proxy.options.User != "" {
		want = 2
	}
	offered := false
	for _, m := range methods {
		offered = offered || m == want
	}
	if !offered {
		want = 0xFF
	}
	if _, err := c.Write([]byte{5, want}); err != nil || want != 2 {
		return want == 0, err == nil
	}
	user, ok := c.counted(1)
	if !ok {
		return false, false
	}
	password, ok := c.counted(0)
	if !ok {
		return false, false
	}
	status := byte(1)
	if string(user) == c.proxy.options.User && string(password) == c.proxy.options.Password {
		status = 0
	}
	_, err := c.Write([]byte{1, status})
	return status == 0, err == nil
}

// counted reads text whose length stands in front of it, after skip other bytes.
func (c *proxyConn) counted(skip int) ([]byte, bool) {
	head := make([]byte, skip+1)
	if _, err := io.ReadFull(c.in, head); err != nil {
		return nil, false
	}
	text := make([]byte, head[skip])
	_, err := io.ReadFull(c.in, text)
	return text, err == nil
}

// readAsk reads where the client wants to be connected to.
func (c *proxyConn) readAsk() (e ProxyEntry, ok bool) {
	e = ProxyEntry{Ask: "SOCKS", Allowed: true}
	var head [4]byte
	if _, err := io.ReadFull(c.in, head[:]); err != nil || head[0] != 5 || head[1] != 1 {
		return e, false
	}
	var host string
	switch head[3] {
	case 1, 4:
		ip := make([]byte, map[byte]int{1: net.IPv4len, 4: net.IPv6len}[head[3]])
		if _, err := io.ReadFull(c.in, ip); err != nil {
			return e, false
		}
		host = net.IP(ip).String()
	case 3:
		name, ok := c.counted(0)
		if !ok {
			return e, false
		}
		host, e.ByName = string(name), true
	default:
		return e, false
	}
	var port [2]byte
	if _, err := io.ReadFull(c.in, port[:]); err != nil {
		return e, false
	}
	e.Target = net.JoinHostPort(host, strconv.Itoa(int(binary.BigEndian.Uint16(port[:]))))
	return e, true
}

func (c *proxyConn) reply(code int) bool {
	_, err := c.Write([]byte{5, byte(code), 0, 1, 0, 0, 0, 0, 0, 0})
	return err == nil
}
