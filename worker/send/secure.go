package send

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
)

// secure does the TLS handshake with the target.
func (c *conn) secure(ctx context.Context, o *origin, t *Target) error {
	config := &tls.Config{}
	if t.TLS != nil {
		config = t.TLS.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = withoutZone(o.host)
	}
	if len(config.NextProtos) == 0 {
		config.NextProtos = []string{"http/1.1"}
	}
	c.followCertificate(config)
	return c.startTLS(ctx, config)
}

// followCertificate makes config note what becomes of the client certificate.
func (c *conn) followCertificate(config *tls.Config) {
	give := config.GetClientCertificate
	if give == nil && len(config.Certificates) > 0 {
		return // package tls chooses one
	}
	config.GetClientCertificate = func(info *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		c.certAsked = true
		if give == nil {
			return &tls.Certificate{}, nil
		}
		cert, err := give(info)
		c.certGiven = err == nil && len(cert.Certificate) > 0
		return cert, err
	}
}

// startTLS does a TLS handshake on top of what c speaks so far.
func (c *conn) startTLS(ctx context.Context, config *tls.Config) error {
	records := &recordConn{Conn: c.rw}
	if c.tls == nil {
		records.sock = c.sock
		c.tls = records
	} else {
		c.inner = records
	}
	secured := tls.Client(records, config)
	c.rw = secured
	return secured.HandshakeContext(ctx)
}

// explainTLS is err, of the connection with the target, and what the server's alert
// means when it has asked for a client certificate: by itself it is "handshake failure"
// or "bad certificate".
func (c *conn) explainTLS(err error) error {
	var op *net.OpError
	if !c.certAsked || !errors.As(err, &op) || op.Op != "remote error" {
		return err
	}
	if !c.certGiven {
		return fmt.Errorf("the server wants a client certificate (tls.cert): %w", err)
	}
	if text := err.Error(); strings.Contains(text, "certificate") || strings.Contains(text, "access denied") {
		return fmt.Errorf("the server refused our client certificate: %w", err)
	}
	return err
}
