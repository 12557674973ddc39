package testsite

import (
	"crypto/tls"
	"net"
	"time"
)

// overTLS makes listeners speak TLS with a new certificate, whose PEM it returns.
func overTLS() (wrap func(net.Listener) net.Listener, caPEM []byte, err error) {
	cert, caPEM, err := selfSigned(time.Now(), "")
	if err != nil {
		return nil, nil, err
	}
	config := &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"http/1.1"}}
	return func(ln net.Listener) net.Listener { return tls.NewListener(ln, config) }, caPEM, nil
}
