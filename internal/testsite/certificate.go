package testsite

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// selfSigned makes a certificate, valid for a day around now, and its PEM, which is
// also what a client has to trust. It is for name alone; for localhost and the loopback
// addresses when that is empty.
func selfSigned(now time.Time, name string) (tls.Certificate, []byte, error) {
	template := certificateFor(now, "locust-http test site", x509.ExtKeyUsageServerAuth)
	template.DNSNames = []string{name}
	if name == "" {
		template.DNSNames = []string{"localhost"}
		template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	}
	return signed(template)
}

// ClientName is the common name of the certificate in Server.ClientPEM.
const ClientName = "locust-http test client"

// clientPair makes the certificate of a client, and its PEM and that of its key.
func clientPair(now time.Time) (cert *x509.Certificate, certPEM, keyPEM []byte, err error) {
	pair, certPEM, err := signed(certificateFor(now, ClientName, x509.ExtKeyUsageClientAuth))
	if err != nil {
		return nil, nil, nil, err
	}
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("write a key for the test site: %w", err)
	}
	if cert, err = x509.ParseCertificate(pair.Certificate[0]); err != nil {
		return nil, nil, nil, fmt.Errorf("read a certificate of the test site: %w", err)
	}
	return cert, certPEM, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), nil
}

func certificateFor(now time.Time, name string, use x509.ExtKeyUsage) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{use},
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
}

// signed is a certificate of its own key, and its PEM.
func signed(template *x509.Certificate) (tls.Certificate, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("make a key for the test site: %w", err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("make a certificate for the test site: %w", err)
	}
	chain := tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	return chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), nil
}
