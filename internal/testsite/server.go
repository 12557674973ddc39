package testsite

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// maxBody bounds the body of a request; a longer one is answered with 413.
const maxBody = 16 << 20

// Options of a server. The zero value: plain HTTP on a free port of 127.0.0.1, without
// entries in its log.
type Options struct {
	Addr    string        // host:port to listen on
	KeepLog bool          // keep an Entry of every request
	TLS     bool          // speak TLS with a certificate of the server's own
	Name    string        // with TLS: what the certificate is for; empty: localhost and its addresses
	Idle    time.Duration // an idle connection is closed after this; 0: never
}

// Server serves an http.Handler and keeps account of it.
type Server struct {
	URL  string // scheme and address, without a slash at the end
	Addr string // host:port
	Log  *Log
	// CA holds the certificate to trust when the server speaks TLS; nil otherwise.
	CA *x509.CertPool
	// CAPEM is the same as a file would hold it.
	CAPEM []byte
	// ClientPEM and ClientKeyPEM are a certificate that a client may show, for pages that
	// ask for one, when the server speaks TLS.
	ClientPEM, ClientKeyPEM []byte

	http   *http.Server
	served chan struct{} // closed when the accepting goroutine has ended
	conns  sync.WaitGroup
	cancel context.CancelFunc
	detach func() bool // from the context of Start
}

// Start serves h until ctx ends or Close is called. Handlers see the end as the end of
// their request's context.
func Start(ctx context.Context, h http.Handler, o Options) (*Server, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	ln, err := net.Listen("tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("listen for the test site: %w", err)
	}
	s := &Server{Addr: ln.Addr().String(), Log: NewLog(o.KeepLog), served: make(chan struct{})}
	s.URL = "http://" + s.Addr
	if o.TLS {
		config, err := s.secure(o.Name)
		if err != nil {
			ln.Close()
			return nil, err
		}
		ln = tls.NewListener(ln, config)
	}
	ctx, s.cancel = context.WithCancel(ctx)
	s.http = &http.Server{
		Handler:     &recorder{site: h, log: s.Log},
		ConnState:   s.connState,
		IdleTimeout: o.Idle,
		BaseContext: func(net.Listener) context.Context { return ctx },
		ErrorLog:    log.New(io.Discard, "", 0), // what clients do wrong is their test's business
	}
	s.detach = context.AfterFunc(ctx, func() { s.http.Close() })
	go s.serve(ln)
	return s, nil
}

// secure makes the certificates of a server that speaks TLS.
func (s *Server) secure(name string) (*tls.Config, error) {
	cert, pem, err := selfSigned(time.Now(), name)
	if err != nil {
		return nil, err
	}
	client, clientPEM, keyPEM, err := clientPair(time.Now())
	if err != nil {
		return nil, err
	}
	s.URL, s.CAPEM, s.CA = "https://"+s.Addr, pem, x509.NewCertPool()
	s.CA.AppendCertsFromPEM(pem)
	s.ClientPEM, s.ClientKeyPEM = clientPEM, keyPEM
	clients := x509.NewCertPool()
	clients.AddCert(client)
	return &tls.Config{
		Certificates: []tls.Certificate{cert}, NextProtos: []string{"http/1.1"},
		ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: clients,
	}, nil
}

func (s *Server) serve(ln net.Listener) {
	defer close(s.served)
	if err := s.http.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		s.cancel()
	}
}

// connState counts connections. net/http calls it with StateNew on the accepting
// goroutine and with StateClosed last of all on the connection's own, so waiting for
// the one and then for the others misses none.
func (s *Server) connState(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.Log.conns.Add(1)
		s.conns.Add(1)
	case http.StateClosed, http.StateHijacked:
		s.conns.Done()
	}
}

// Close cuts every connection and waits until all handlers have returned. It may be
// called twice.
func (s *Server) Close() {
	s.detach()
	s.cancel()
	s.http.Close()
	<-s.served
	s.conns.Wait()
}

// T is the part of *testing.T that Run needs.
type T interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Run starts h for the length of a test.
func Run(t T, h http.Handler, o Options) *Server {
	t.Helper()
	s, err := Start(context.Background(), h, o)
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(s.Close)
	return s
}
