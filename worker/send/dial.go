package send

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/locust-http/locust-http/load"
)

// minPerAddress is the least time that one of several addresses of a name gets, as in
// net.Dialer.
const minPerAddress = 2 * time.Second

// open opens a new connection to the origin of x, within the limits of t, through its
// proxy. When that fails, o says how and the result is nil.
func (k *Conns) open(x *Exchange, t *Target, key connKey, o *Outcome) *conn {
	ctx, cancel := context.WithDeadline(k.client.context(), o.Start.Add(t.total()))
	defer cancel()
	host, address := x.origin.host, x.origin.address
	if t.Proxy != nil {
		host, address = t.Proxy.host, t.Proxy.address
	}
	raw, err := k.client.dialer.socket(ctx, host, address, t, o)
	if err != nil {
		return nil
	}
	cn := newConn(key, raw)
	if t.Proxy != nil && !k.enterProxy(ctx, cn, x.origin, t, o) {
		raw.Close()
		return nil
	}
	if !x.origin.secure {
		return cn
	}
	limit, stop := t.withinConnect(ctx, o)
	defer stop()
	begin := time.Now()
	err = cn.secure(limit, x.origin, t)
	o.Timing.TLS = time.Since(begin)
	if err != nil {
		raw.Close()
		o.fail(load.UnsentTLS, classifyTLS(err), cn.explainTLS(err))
		return nil
	}
	return cn
}

// withinConnect bounds ctx by what Connect leaves: it is of TCP, the way through a
// proxy and TLS together.
func (t *Target) withinConnect(ctx context.Context, o *Outcome) (context.Context, context.CancelFunc) {
	if t.Connect <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, t.Connect-o.Timing.Connect)
}

// dialer resolves names and opens TCP connections.
type dialer struct {
	// replaced is Options.Dial.
	replaced func(ctx context.Context, network, address string) (net.Conn, error)
	// TCP keep-alive probes are off: an idle connection is looked at before it is used
	// and is replaced after Connections.Idle, and they cost three system calls each.
	net net.Dialer
}

// socket opens a TCP connection to host, whose address with the port is address.
func (d *dialer) socket(ctx context.Context, host, address string, t *Target, o *Outcome) (net.Conn, error) {
	if d.replaced != nil {
		return d.connect(ctx, t, o, func(ctx context.Context) (net.Conn, error) {
			return d.replaced(ctx, "tcp", address)
		})
	}
	addresses, err := d.resolve(ctx, host, o)
	if err != nil {
		if t.Proxy != nil && o.Class != load.ClassDNSTimeout && o.Fate == load.UnsentDNS {
			o.fail(load.UnsentDNS, load.ClassProxy, fmt.Errorf("proxy %s: %w", t.Proxy.address, err))
		}
		return nil, err
	}
	return d.connect(ctx, t, o, func(ctx context.Context) (net.Conn, error) {
		return d.first(ctx, addresses, address)
	})
}

// resolve looks the host up; a literal address costs nothing. Every new connection
// asks anew: answers are not cached here.
func (d *dialer) resolve(ctx context.Context, host string, o *Outcome) ([]netip.Addr, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip}, nil
	}
	begin := time.Now()
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	o.Timing.DNS = time.Since(begin)
	if err == nil && len(addresses) == 0 {
		err = &net.DNSError{Err: "no addresses", Name: host, IsNotFound: true}
	}
	if err != nil {
		fate, class := classifyDNS(ctx, err)
		o.fail(fate, class, err)
	}
	return addresses, err
}

// connect runs open within Connect and notes how long it took and how it failed.
func (d *dialer) connect(ctx context.Context, t *Target, o *Outcome, open func(context.Context) (net.Conn, error)) (net.Conn, error) {
	if t.Connect > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, t.Connect)
		defer cancel()
	}
	begin := time.Now()
	raw, err := open(ctx)
	o.Timing.Connect = time.Since(begin)
	if err != nil {
		if t.Proxy != nil {
			o.failProxy(t.Proxy, err)
			return nil, err
		}
		fate, class := classifyDial(err)
		o.fail(fate, class, err)
	}
	return raw, err
}

// first tries the addresses in turn, in the order of RFC 6724 that the resolver gave
// them. Each gets its share of the time that is left, so that one that swallows
// packets does not use up all of it (RFC 8305 in its simplest form). The error is
// that of the first.
func (d *dialer) first(ctx context.Context, addresses []netip.Addr, address string) (net.Conn, error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	var failure error
	for i, ip := range addresses {
		conn, err := d.one(ctx, net.JoinHostPort(ip.Unmap().String(), port), len(addresses)-i)
		if err == nil {
			return conn, nil
		}
		if failure == nil {
			failure = err
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, failure
}

func (d *dialer) one(ctx context.Context, address string, left int) (net.Conn, error) {
	if deadline, ok := ctx.Deadline(); ok && left > 1 {
		share := max(time.Until(deadline)/time.Duration(left), minPerAddress)
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, share)
		defer cancel()
	}
	return d.net.DialContext(ctx, "tcp", address)
}
