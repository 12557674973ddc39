//go:build unix

package send

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

// certificate is a self-signed one for name, and a pool that trusts it.
func certificate(t testing.TB, name string, until time.Time) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: until.Add(-48 * time.Hour), NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	if ip := net.ParseIP(name); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// serveTLS is a server with a certificate for 127.0.0.1.
func serveTLS(t testing.TB, config *tls.Config, f func(p *peer)) (*server, *tls.Config) {
	t.Helper()
	cert, roots := certificate(t, "127.0.0.1", time.Now().Add(time.Hour))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	config.Certificates = []tls.Certificate{cert}
	return serveOn(t, tls.NewListener(l, config), f), &tls.Config{RootCAs: roots}
}

func (s *server) urlTLS(path string) string { return "https://" + s.Addr().String() + path }

func TestTLS(t *testing.T) {
	for name, version := range map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13} {
		t.Run(name, func(t *testing.T) {
			s, client := serveTLS(t, &tls.Config{MaxVersion: version}, answer(ok))
			f := newFixture(t, load.ConnPerUser)
			f.target.TLS = client
			for i := range 5 {
				o := f.get(s.urlTLS("/"))
				f.wantOK(o, 200, "ok")
				if o.BytesIn != int64(len(ok)) {
					t.Errorf("%d bytes in, want the %d of HTTP", o.BytesIn, len(ok))
				}
				if (o.Timing.TLS > 0) != (i == 0) {
					t.Errorf("attempt %d took %v for TLS", i, o.Timing.TLS)
				}
			}
			// A session ticket of TLS 1.3 arrives by itself and is no answer.
			if s.conns.Load() != 1 || f.client.Reconnects() != 0 {
				t.Errorf("%d connections, %d reconnects; want 1, 0", s.conns.Load(), f.client.Reconnects())
			}
		})
	}
}

// Of two steps with different TLS settings neither uses the other's connection.
func TestTLSSettingsAreNotMixed(t *testing.T) {
	s, client := serveTLS(t, &tls.Config{}, answer(ok))
	f := newFixture(t, load.ConnPerUser)
	f.target.TLS = client
	f.wantOK(f.get(s.urlTLS("/")), 200, "ok")
	f.target.TLS = &tls.Config{RootCAs: x509.NewCertPool()}
	f.wantFailure(f.get(s.urlTLS("/")), load.ClassTLSUntrusted, load.UnsentTLS)
	f.target.TLS = &tls.Config{InsecureSkipVerify: true}
	f.wantOK(f.get(s.urlTLS("/")), 200, "ok")
	f.target.TLS = nil
	f.wantFailure(f.get(s.urlTLS("/")), load.ClassTLSUntrusted, load.UnsentTLS)
}

func TestTLSFailures(t *testing.T) {
	expired, expiredRoots := certificate(t, "127.0.0.1", time.Now().Add(-time.Hour))
	early, earlyRoots := certificate(t, "127.0.0.1", time.Now().Add(72*time.Hour))
	other, otherRoots := certificate(t, "elsewhere.test", time.Now().Add(time.Hour))
	good, goodRoots := certificate(t, "127.0.0.1", time.Now().Add(time.Hour))
	with := func(cert tls.Certificate) *tls.Config { return &tls.Config{Certificates: []tls.Certificate{cert}} }
	for _, c := range []struct {
		name   string
		server *tls.Config // nil: a server without TLS
		roots  *x509.CertPool
		class  load.Class
	}{
		{"expired", with(expired), expiredRoots, load.ClassTLSExpired},
		{"not yet valid", with(early), earlyRoots, load.ClassTLSExpired},
		{"wrong host", with(other), otherRoots, load.ClassTLSHostname},
		{"untrusted", with(good), otherRoots, load.ClassTLSUntrusted},
		{"no common version", &tls.Config{Certificates: []tls.Certificate{good}, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}, goodRoots, load.ClassTLSHandshake},
		{"another protocol", &tls.Config{Certificates: []tls.Certificate{good}, NextProtos: []string{"imap"}}, goodRoots, load.ClassTLSHandshake},
		{"plain server", nil, goodRoots, load.ClassTLSHandshake},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			if c.server != nil {
				l = tls.NewListener(l, c.server)
			}
			s := serveOn(t, l, func(p *peer) {
				if c.server == nil {
					// As nginx answers a handshake on a port without TLS.
					_, _ = p.r.ReadByte()
					p.say("HTTP/1.1 400 Bad Request\r\n\r\n")
				}
				p.wait()
			})
			f := newFixture(t, load.ConnPerUser)
			f.target.TLS = &tls.Config{RootCAs: c.roots, MinVersion: tls.VersionTLS12}
			o := f.get(s.urlTLS("/"))
			f.wantFailure(o, c.class, load.UnsentTLS)
			if o.BytesOut != 0 || o.Timing.TLS <= 0 {
				t.Errorf("%+v", o)
			}
		})
	}
}

func TestTLSTimeout(t *testing.T) {
	s := serve(t, func(p *peer) { p.wait() })
	f := newFixture(t, load.ConnPerUser)
	f.target.Connect = time.Second
	o := f.get("https://" + s.Addr().String())
	f.wantFailure(o, load.ClassTLSTimeout, load.UnsentTLS)
	if o.Timing.Total > f.target.Total {
		t.Errorf("Connect did not bound the handshake: %v", o.Timing)
	}
}

// A server that refuses a missing client certificate says so, with TLS 1.3, only after
// the client has written its request.
func TestTLSClientCertificateMissing(t *testing.T) {
	s, client := serveTLS(t, &tls.Config{ClientAuth: tls.RequireAnyClientCert}, answer(ok))
	f := newFixture(t, load.ConnPerUser)
	f.target.TLS = client
	f.wantFailure(f.get(s.urlTLS("/")), load.ClassTLSHandshake, load.Sent)
}

// Over TLS, too, what arrives while the connection is idle is nobody's answer, and an
// end of the connection is noticed.
func TestTLSIdle(t *testing.T) {
	for _, c := range []struct {
		name string
		act  func(p *peer)
	}{
		{"late response", func(p *peer) { p.say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate") }},
		{"large late response", func(p *peer) {
			p.say("HTTP/1.1 200 OK\r\nContent-Length: 40000\r\n\r\n" + strings.Repeat("late", 10000))
		}},
		{"half a record", func(p *peer) {
			_, _ = p.Conn.(*tls.Conn).NetConn().Write([]byte{23, 3, 3, 0, 100, 1, 2, 3})
		}},
		{"close_notify", func(p *peer) { _ = p.Conn.(*tls.Conn).CloseWrite() }},
		{"close", func(p *peer) { p.Conn.(*tls.Conn).NetConn().Close() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			goOn := make(chan bool)
			s, client := serveTLS(t, &tls.Config{}, func(p *peer) {
				p.request()
				if p.n > 1 {
					p.say(ok)
					p.wait()
					return
				}
				p.say(strings.Replace(ok, "ok", "no", 1))
				<-goOn
				c.act(p)
				if p.request() != nil {
					t.Error("a request was written on a connection that was not silent")
				}
			})
			f := newFixture(t, load.ConnPerUser)
			f.target.TLS = client
			f.wantOK(f.get(s.urlTLS("/")), 200, "no")
			close(goOn)
			f.awaitReadable()
			f.wantOK(f.get(s.urlTLS("/")), 200, "ok")
			f.client.Close()
			s.stop()
			if s.conns.Load() != 2 || s.requests.Load() != 2 || f.client.Reconnects() != 1 {
				t.Errorf("%d connections, %d requests, %d reconnects; want 2, 2, 1",
					s.conns.Load(), s.requests.Load(), f.client.Reconnects())
			}
		})
	}
}

// A late response in the same record as the first one never shows on the socket: TLS
// holds it.
func TestTLSLateInsideTLS(t *testing.T) {
	s, client := serveTLS(t, &tls.Config{}, func(p *peer) {
		p.request()
		if p.n > 1 {
			p.say(ok)
			return
		}
		p.say("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + strings.Repeat("a", 5000) +
			"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n" + strings.Repeat("late", 1000))
		p.wait()
	})
	f := newFixture(t, load.ConnPerUser)
	f.target.TLS = client
	f.wantOK(f.get(s.urlTLS("/")), 200, strings.Repeat("a", 5000))
	f.wantOK(f.get(s.urlTLS("/")), 200, "ok")
	if f.client.Reconnects() != 1 {
		t.Errorf("%d reconnects, want 1", f.client.Reconnects())
	}
}

func TestRecordsAreFollowed(t *testing.T) {
	wire := append([]byte{23, 3, 3, 0, 3, 'a', 'b', 'c'}, 22, 3, 3, 1, 0)
	wire = append(wire, make([]byte, 256)...)
	for step := 1; step <= len(wire); step++ {
		var r recordConn
		for at := 0; at < len(wire); at += step {
			end := min(at+step, len(wire))
			r.follow(wire[at:end])
			want := end == 8 || end == len(wire)
			if r.whole() != want {
				t.Fatalf("step %d: after %d bytes whole is %v", step, end, r.whole())
			}
		}
	}
}
