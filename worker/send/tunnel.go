package send

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
)

// enterProxy goes from a new connection to the proxy of t as far as a request, or TLS
// with the target, can be written on it. It is false when that fails; o then says how.
// What it takes is part of Timing.Connect.
func (k *Conns) enterProxy(ctx context.Context, c *conn, to *origin, t *Target, o *Outcome) bool {
	p := t.Proxy
	if p.forwards(to) && p.scheme != proxyHTTPS {
		return true
	}
	port, ip, err := k.client.dialer.asked(ctx, p, to, o)
	if err != nil {
		return false
	}
	ctx, cancel := t.withinConnect(ctx, o)
	defer cancel()
	begin := time.Now()
	err = c.negotiate(ctx, func() error {
		if p.scheme == proxyHTTPS {
			if err := c.secureProxy(ctx, t); err != nil {
				return fmt.Errorf("TLS with it failed: %w", err)
			}
		}
		switch {
		case p.socks():
			return p.askSOCKS(c.rw, withoutZone(to.host), ip, port)
		case !p.forwards(to):
			return k.client.buffers.tunnel(c, p, withoutZone(to.host), port)
		}
		return nil
	})
	o.Timing.Connect += time.Since(begin)
	if err != nil {
		o.failProxy(p, err)
		return false
	}
	return true
}

// asked is what the proxy is asked to connect to: the port, and an address where the
// name of the target is resolved here. Its failure is in o.
func (d *dialer) asked(ctx context.Context, p *Proxy, to *origin, o *Outcome) (port uint16, ip netip.Addr, err error) {
	// An origin's address always has a port of 1 to 65535.
	n, _ := strconv.ParseUint(to.address[strings.LastIndexByte(to.address, ':')+1:], 10, 16)
	port = uint16(n)
	if !p.socks() {
		return port, ip, nil
	}
	if ip, err = netip.ParseAddr(to.host); err == nil {
		return port, ip.Unmap().WithZone(""), nil
	}
	if p.scheme == proxySOCKS5h {
		return port, netip.Addr{}, nil
	}
	before := o.Timing.DNS
	addresses, err := d.resolve(ctx, to.host, o)
	o.Timing.DNS += before
	if err != nil {
		return port, ip, err
	}
	return port, addresses[0].Unmap(), nil
}

// withoutZone is host without the zone of an IPv6 address, which means something on
// this machine only.
func withoutZone(host string) string {
	if strings.Contains(host, ":") {
		host, _, _ = strings.Cut(host, "%")
	}
	return host
}

// longAgo as a deadline ends what is being read and written.
var longAgo = time.Unix(1, 0)

// negotiate runs f, which talks over c, until ctx ends.
func (c *conn) negotiate(ctx context.Context, f func() error) error {
	stop := context.AfterFunc(ctx, func() { _ = c.raw.SetDeadline(longAgo) })
	err := f()
	if !stop() {
		err = ctx.Err()
	}
	if err != nil && isTimeout(err) {
		return fmt.Errorf("no answer in time: %w", err)
	}
	return err
}

// secureProxy does the TLS handshake with an https proxy. Whom to trust is taken from
// the settings for the target; its name and client certificate are not for the proxy.
func (c *conn) secureProxy(ctx context.Context, t *Target) error {
	config := &tls.Config{ServerName: withoutZone(t.Proxy.host), NextProtos: []string{"http/1.1"}}
	if t.TLS != nil {
		config.RootCAs, config.InsecureSkipVerify = t.TLS.RootCAs, t.TLS.InsecureSkipVerify
	}
	return c.startTLS(ctx, config)
}

// tunnel asks an HTTP proxy for a tunnel (RFC 9110 9.3.6).
func (b *buffers) tunnel(c *conn, p *Proxy, host string, port uint16) error {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	authority := host + ":" + strconv.Itoa(int(port))
	ask := "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\nUser-Agent: " + userAgent + "\r\n"
	if p.basic != "" {
		ask += "Proxy-Authorization: " + p.basic + "\r\n"
	}
	if _, err := io.WriteString(c.rw, ask+"\r\n"); err != nil {
		return err
	}
	br := b.reader(c.rw)
	defer b.putReader(br)
	for range maxInterim + 1 {
		status, err := readTunnelHeader(br)
		switch {
		case err != nil:
			return err
		case status < 200:
			continue
		case status >= 300:
			return p.refusal(status, " to CONNECT "+authority)
		case br.Buffered() > 0:
			return errors.New("sent more than its answer to CONNECT")
		}
		return nil
	}
	return errors.New("answered CONNECT with interim responses without end")
}

// lineReader is a bufio.Reader.
type lineReader interface {
	ReadSlice(delim byte) ([]byte, error)
}

// readTunnelHeader reads the answer to CONNECT, which has no body when it is 2xx.
func readTunnelHeader(r lineReader) (status int, err error) {
	for total := 0; total <= maxHeader; {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if total == 0 {
			if status = statusOf(line); status == 0 {
				return 0, errors.New("answered CONNECT with something that is not HTTP/1")
			}
		}
		total += len(line)
		if len(line) <= len("\r\n") && (line[0] == '\n' || line[0] == '\r') {
			return status, nil
		}
	}
	return 0, errHeaderTooLarge
}

// statusOf is the status in a status line; 0: it is none.
func statusOf(line []byte) int {
	const before = len("HTTP/1.1 ")
	if !startsLikeHTTP(line) || len(line) < before+3 || line[before-1] != ' ' {
		return 0
	}
	status, err := strconv.Atoi(string(line[before : before+3]))
	if err != nil || status < 100 {
		return 0
	}
	return status
}

// refusal says what an HTTP proxy answered. The words are ours: the proxy's could hold
// the credentials.
func (p *Proxy) refusal(status int, to string) error {
	hint := ""
	if status == http.StatusProxyAuthRequired {
		hint = ": it wants user and password"
		if p.basic != "" {
			hint = ": it refused user and password, or Basic authentication"
		}
	}
	return fmt.Errorf("answered %d %s%s%s", status, http.StatusText(status), to, hint)
}

// failProxy notes that the proxy could not be reached, or refused. Limits of this
// machine and of time are what they are without a proxy.
func (o *Outcome) failProxy(p *Proxy, err error) {
	fate, class := classifyDial(err)
	if fate != load.UnsentLocal {
		fate = load.UnsentConnect
		if class != load.ClassTimeoutConnect {
			class = load.ClassProxy
		}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("closed the connection instead of answering")
	}
	o.fail(fate, class, fmt.Errorf("proxy %s: %w", p.address, err))
}
