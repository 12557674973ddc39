package send

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/locust-http/locust-http/load"
)

// TLSConfigs makes the settings of a plan into those of package crypto/tls. The same
// settings give the same *tls.Config: connections are shared by requests with the same
// pointer only, so one TLSConfigs serves a whole run. Safe for concurrent use, also the
// first use of a setting: scripts come to theirs while all users are under way.
type TLSConfigs struct {
	// Read is the content of a file, by the name that the plan has for it.
	Read func(name string) ([]byte, error)

	lock sync.Mutex
	made map[tlsKey]*tls.Config
}

// tlsKey is load.TLS as it can be compared.
type tlsKey struct {
	insecure                  bool
	ca, cert, key, serverName string
}

// Config is the configuration for t; nil when nothing is set. Errors are those of
// TLSConfig.
func (c *TLSConfigs) Config(t load.TLS) (*tls.Config, error) {
	key := tlsKey{t.Insecure != nil && *t.Insecure, t.CA, t.Cert, t.Key, t.ServerName}
	c.lock.Lock()
	defer c.lock.Unlock()
	if config, ok := c.made[key]; ok {
		return config, nil
	}
	config, err := TLSConfig(t, c.Read)
	if err != nil {
		return nil, err
	}
	if c.made == nil {
		c.made = make(map[tlsKey]*tls.Config)
	}
	c.made[key] = config
	return config, nil
}

// TLSConfig is the configuration for t; nil when nothing is set. read gives the content
// of a file that t names. A CA replaces the system's roots. A client certificate is
// sent to every server that asks for one, whatever authorities that names; its key may
// be in the same file. Errors name the file and say what is wrong with it; they hold
// nothing of its content.
func TLSConfig(t load.TLS, read func(name string) ([]byte, error)) (*tls.Config, error) {
	insecure := t.Insecure != nil && *t.Insecure
	if !insecure && t.CA == "" && t.Cert == "" && t.Key == "" && t.ServerName == "" {
		return nil, nil
	}
	config := &tls.Config{InsecureSkipVerify: insecure, ServerName: t.ServerName}
	if t.CA != "" {
		roots, err := readRoots(t.CA, read)
		if err != nil {
			return nil, err
		}
		config.RootCAs = roots
	}
	if t.Cert != "" || t.Key != "" {
		cert, err := readPair(t.Cert, t.Key, read)
		if err != nil {
			return nil, err
		}
		// tls.Config.Certificates would leave the certificate out, without a word, where
		// the server's list of authorities does not have its issuer.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return cert, nil }
	}
	return config, nil
}

func readRoots(name string, read func(string) ([]byte, error)) (*x509.CertPool, error) {
	text, err := read(name)
	if err != nil {
		return nil, fmt.Errorf("tls.ca: read %s: %w", name, err)
	}
	roots, found := x509.NewCertPool(), 0
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		found++
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("tls.ca: certificate %d in %s: %w", found, name, err)
		}
		roots.AddCert(cert)
	}
	if found == 0 {
		return nil, fmt.Errorf("tls.ca: no certificate found in %s: it has to be PEM, with -----BEGIN CERTIFICATE-----", name)
	}
	return roots, nil
}

// readPair reads the client certificate and its key.
func readPair(certName, keyName string, read func(string) ([]byte, error)) (*tls.Certificate, error) {
	if certName == "" {
		return nil, fmt.Errorf("tls.cert is missing: tls.key %s is the key of a client certificate", keyName)
	}
	certText, err := read(certName)
	if err != nil {
		return nil, fmt.Errorf("tls.cert: read %s: %w", certName, err)
	}
	if !hasBlock(certText, isCertificate) {
		return nil, fmt.Errorf("tls.cert: no certificate found in %s: it has to be PEM, with -----BEGIN CERTIFICATE-----", certName)
	}
	keyText, hint := certText, "; set tls.key to the file of the key"
	if keyName == "" {
		keyName = certName
	} else {
		hint = ": it has to be PEM, with -----BEGIN PRIVATE KEY-----"
		if keyText, err = read(keyName); err != nil {
			return nil, fmt.Errorf("tls.key: read %s: %w", keyName, err)
		}
	}
	switch {
	case !hasBlock(keyText, isKey):
		return nil, fmt.Errorf("tls.key: no private key found in %s%s", keyName, hint)
	case hasBlock(keyText, isEncryptedKey):
		return nil, fmt.Errorf("tls.key: the key in %s is encrypted, which is not supported: decrypt it with openssl pkey -in %s -out plain.key", keyName, keyName)
	}
	pair, err := tls.X509KeyPair(certText, keyText)
	if err != nil {
		return nil, fmt.Errorf("tls.cert %s with tls.key %s: %w", certName, keyName, plainTLS(err))
	}
	return &pair, nil
}

// plainTLS is an error of crypto/tls without its prefix.
func plainTLS(err error) error {
	if text, ok := strings.CutPrefix(err.Error(), "tls: "); ok {
		return errors.New(text)
	}
	return err
}

// hasBlock says whether a PEM text has a block of a kind.
func hasBlock(text []byte, is func(*pem.Block) bool) bool {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if is(block) {
			return true
		}
	}
	return false
}

func isCertificate(b *pem.Block) bool { return b.Type == "CERTIFICATE" }

func isKey(b *pem.Block) bool { return strings.HasSuffix(b.Type, "PRIVATE KEY") }

func isEncryptedKey(b *pem.Block) bool {
	// RFC 5958, and the older way of RFC 1421.
	return isKey(b) && (b.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(b.Headers["Proc-Type"], "ENCRYPTED"))
}
