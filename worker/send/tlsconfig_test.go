//go:build unix

package send

import (
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

// files is a workspace in memory, and counts what is read from it.
type files struct {
	m     map[string]string
	reads int
}

func (f *files) read(name string) ([]byte, error) {
	f.reads++
	text, ok := f.m[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return []byte(text), nil
}

// pemOf is a certificate and its key as files have them.
func pemOf(t *testing.T, cert tls.Certificate) (certPEM, keyPEM string) {
	t.Helper()
	der, err := x509.MarshalECPrivateKey(cert.PrivateKey.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]})),
		string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}

func TestTLSConfigErrors(t *testing.T) {
	cert, _ := certificate(t, "a.test", time.Now().Add(time.Hour))
	other, _ := certificate(t, "b.test", time.Now().Add(time.Hour))
	certPEM, keyPEM := pemOf(t, cert)
	_, otherKey := pemOf(t, other)
	secret := strings.Split(keyPEM, "\n")[1]
	ws := &files{m: map[string]string{
		"cert.pem": certPEM, "key.pem": keyPEM, "both.pem": keyPEM + certPEM, "other.pem": otherKey, "empty": "",
		"broken.pem": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
		"pkcs8.pem":  strings.ReplaceAll(keyPEM, "EC PRIVATE", "ENCRYPTED PRIVATE"),
		"rfc1421.pem": strings.Replace(keyPEM, "KEY-----\n",
			"KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n", 1),
	}}
	for _, c := range []struct {
		t    load.TLS
		want []string
	}{
		{load.TLS{CA: "none.pem"}, []string{"tls.ca", "none.pem", "not exist"}},
		{load.TLS{CA: "empty"}, []string{"tls.ca", "no certificate found in empty"}},
		{load.TLS{CA: "key.pem"}, []string{"no certificate found in key.pem"}},
		{load.TLS{CA: "broken.pem"}, []string{"tls.ca", "certificate 1 in broken.pem"}},
		{load.TLS{Key: "key.pem"}, []string{"tls.cert is missing"}},
		{load.TLS{Cert: "none.pem", Key: "key.pem"}, []string{"tls.cert", "none.pem", "not exist"}},
		{load.TLS{Cert: "key.pem", Key: "key.pem"}, []string{"no certificate found in key.pem"}},
		{load.TLS{Cert: "cert.pem"}, []string{"no private key found in cert.pem", "set tls.key"}},
		{load.TLS{Cert: "cert.pem", Key: "none.pem"}, []string{"tls.key", "none.pem", "not exist"}},
		{load.TLS{Cert: "cert.pem", Key: "cert.pem"}, []string{"no private key found in cert.pem"}},
		{load.TLS{Cert: "cert.pem", Key: "other.pem"}, []string{"cert.pem", "other.pem", "does not match"}},
		{load.TLS{Cert: "cert.pem", Key: "pkcs8.pem"}, []string{"pkcs8.pem is encrypted", "openssl pkey"}},
		{load.TLS{Cert: "cert.pem", Key: "rfc1421.pem"}, []string{"rfc1421.pem is encrypted", "openssl pkey"}},
	} {
		_, err := TLSConfig(c.t, ws.read)
		if err == nil {
			t.Errorf("%+v: no error", c.t)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%+v: %v, want %q", c.t, err, want)
			}
		}
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%+v: the error has the key", c.t)
		}
	}
	for _, good := range []load.TLS{{Cert: "cert.pem", Key: "key.pem"}, {Cert: "both.pem"}, {CA: "both.pem"}} {
		if config, err := TLSConfig(good, ws.read); err != nil || config == nil {
			t.Errorf("%+v: %v, %v", good, config, err)
		}
	}
}

// The same settings are the same pointer, without reading files again.
func TestTLSConfigsAreShared(t *testing.T) {
	cert, _ := certificate(t, "a.test", time.Now().Add(time.Hour))
	certPEM, keyPEM := pemOf(t, cert)
	ws := &files{m: map[string]string{"c": certPEM, "k": keyPEM}}
	configs := TLSConfigs{Read: ws.read}
	flag := func(b bool) *bool { return &b }
	get := func(s load.TLS) *tls.Config {
		t.Helper()
		config, err := configs.Config(s)
		if err != nil {
			t.Fatal(err)
		}
		return config
	}
	if get(load.TLS{}) != nil || get(load.TLS{Insecure: flag(false)}) != nil {
		t.Error("there is a configuration although nothing is set")
	}
	full := func() load.TLS {
		return load.TLS{Insecure: flag(true), CA: "c", Cert: "c", Key: "k", ServerName: "s"}
	}
	first := get(full())
	reads := ws.reads
	if get(full()) != first || ws.reads != reads {
		t.Error("the same settings are another configuration")
	}
	if !first.InsecureSkipVerify || first.ServerName != "s" || first.RootCAs == nil || first.GetClientCertificate == nil {
		t.Errorf("%+v", first)
	}
	seen := map[*tls.Config]bool{first: true}
	for i, change := range []func(*load.TLS){
		func(s *load.TLS) { s.Insecure = nil }, func(s *load.TLS) { s.CA = "" },
		func(s *load.TLS) { s.Cert, s.Key = "", "" }, func(s *load.TLS) { s.ServerName = "" },
	} {
		s := full()
		change(&s)
		if config := get(s); config == nil || seen[config] {
			t.Errorf("change %d gives no configuration of its own", i)
		} else {
			seen[config] = true
		}
	}
	if _, err := configs.Config(load.TLS{CA: "gone"}); err == nil {
		t.Error("no error for a file that is not there")
	}
}

// A client certificate reaches the server, whatever authorities that names; without it,
// or with one that the server does not take, the attempt says so.
func TestTLSClientCertificate(t *testing.T) {
	mine, minePool := certificate(t, "client.test", time.Now().Add(time.Hour))
	other, _ := certificate(t, "stranger.test", time.Now().Add(time.Hour))
	ws := &files{m: map[string]string{}}
	ws.m["cert"], ws.m["key"] = pemOf(t, mine)
	ws.m["other"], ws.m["otherkey"] = pemOf(t, other)
	for name, version := range map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13} {
		t.Run(name, func(t *testing.T) {
			s, trusting := serveTLS(t, &tls.Config{MaxVersion: version, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: minePool}, answer(ok))
			try := func(settings load.TLS) (*fixture, Outcome) {
				config, err := TLSConfig(settings, ws.read)
				if err != nil {
					t.Fatal(err)
				}
				if config == nil {
					config = &tls.Config{}
				}
				config.RootCAs = trusting.RootCAs
				f := newFixture(t, load.ConnPerUser)
				f.target.TLS = config
				return f, f.get(s.urlTLS("/"))
			}
			f, o := try(load.TLS{Cert: "cert", Key: "key"})
			f.wantOK(o, 200, "ok")
			for settings, want := range map[load.TLS]string{
				{}:                               "the server wants a client certificate (tls.cert)",
				{Cert: "other", Key: "otherkey"}: "the server refused our client certificate",
			} {
				for i := range 20 { // whether the request is written before the alert comes is chance
					f, o := try(settings)
					if o.Class != load.ClassTLSHandshake || !strings.Contains(o.Message, want) {
						t.Fatalf("try %d with %+v: %+v, want %q", i, settings, o, want)
					}
					if version == tls.VersionTLS12 && o.Fate != load.UnsentTLS {
						t.Fatalf("fate %v", o.Fate)
					}
					f.conns.Close()
				}
			}
		})
	}
}

func TestTLSServerName(t *testing.T) {
	cert, roots := certificate(t, "inner.test", time.Now().Add(time.Hour))
	named := make(chan string, 1)
	s, _ := serveTLS(t, &tls.Config{GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		named <- h.ServerName
		return &tls.Config{Certificates: []tls.Certificate{cert}}, nil
	}}, answer(ok))
	f := newFixture(t, load.ConnPerUser)
	config, err := TLSConfig(load.TLS{ServerName: "inner.test"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	config.RootCAs = roots
	f.target.TLS = config
	f.wantOK(f.get(s.urlTLS("/")), 200, "ok")
	if name := <-named; name != "inner.test" {
		t.Errorf("the server was asked for %q", name)
	}
}

// Scripts ask for their settings while all users run, so the first use is of many at once.
func TestTLSConfigsFirstUseByManyAtOnce(t *testing.T) {
	for range 20 {
		configs := TLSConfigs{Read: (&files{}).read}
		start, got := make(chan struct{}), make(chan *tls.Config)
		for range 8 {
			go func() {
				<-start
				config, err := configs.Config(load.TLS{ServerName: "s"})
				if err != nil {
					t.Error(err)
				}
				got <- config
			}()
		}
		close(start)
		first := <-got
		for range 7 {
			if config := <-got; config != first || config == nil {
				t.Fatalf("the same settings are %p and %p", first, config)
			}
		}
	}
}
