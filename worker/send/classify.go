package send

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/locust-http/locust-http/load"
)

// maxMessage bounds Outcome.Message: servers write parts of it.
const maxMessage = 300

// Faults of a response. Everything else that goes wrong with one comes from the
// connection.
var (
	errBodyTooLarge   = errors.New("response body is larger than max_response_body")
	errHeaderTooLarge = errors.New("response header is larger than 64 KiB")
)

// protocolError is something that is not HTTP/1.1.
type protocolError struct{ text string }

func (e *protocolError) Error() string { return e.text }

// fail notes that the attempt failed.
func (o *Outcome) fail(fate load.Fate, class load.Class, err error) {
	o.Fate, o.Class, o.Message = fate, class, shorten(err.Error())
}

// shorten bounds text that a server may have written, and makes it valid UTF-8.
func shorten(s string) string {
	if len(s) > maxMessage {
		s = s[:maxMessage-len("…")]
		for len(s) > 0 && !utf8.ValidString(s[max(0, len(s)-utf8.UTFMax):]) {
			if r, size := utf8.DecodeLastRuneInString(s); r != utf8.RuneError || size > 1 {
				break
			}
			s = s[:len(s)-1]
		}
		s += "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) ||
		errors.As(err, &t) && t.Timeout()
}

func isReset(err error) bool {
	return errors.Is(err, errnoReset) || errors.Is(err, errnoAborted)
}

// classifyDNS says why a name was not resolved.
func classifyDNS(ctx context.Context, err error) (load.Fate, load.Class) {
	var dns *net.DNSError
	switch {
	case isOutOfFiles(err):
		return load.UnsentLocal, load.ClassLocalFD
	case ctx.Err() != nil || isTimeout(err):
		return load.UnsentDNS, load.ClassDNSTimeout
	case errors.As(err, &dns) && dns.IsNotFound:
		return load.UnsentDNS, load.ClassDNSNotFound
	}
	return load.UnsentDNS, load.ClassDNSFailed
}

// isOutOfFiles also looks at the text: the resolver hides the error number.
func isOutOfFiles(err error) bool {
	return errors.Is(err, errnoFiles) || errors.Is(err, errnoAllFiles) ||
		strings.Contains(err.Error(), errnoFiles.Error())
}

// classifyDial says why there is no TCP connection.
func classifyDial(err error) (load.Fate, load.Class) {
	switch {
	case errors.Is(err, errnoRefused):
		return load.UnsentConnect, load.ClassConnRefused
	case isOutOfFiles(err):
		return load.UnsentLocal, load.ClassLocalFD
	case errors.Is(err, errnoNoPort), errors.Is(err, errnoPortUsed):
		return load.UnsentLocal, load.ClassLocalPort
	case errors.Is(err, errnoBuffers), errors.Is(err, errnoMemory),
		errors.Is(err, errnoDenied), errors.Is(err, errnoForbidden):
		return load.UnsentLocal, load.ClassLocalOther
	case errors.Is(err, errnoTimedOut), isTimeout(err):
		return load.UnsentConnect, load.ClassTimeoutConnect
	case isReset(err):
		return load.UnsentConnect, load.ClassConnReset
	}
	return load.UnsentConnect, load.ClassConnUnreach
}

// classifyTLS says why there is no TLS session.
func classifyTLS(err error) load.Class {
	var (
		hostname x509.HostnameError
		invalid  x509.CertificateInvalidError
		verify   *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &hostname):
		return load.ClassTLSHostname
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return load.ClassTLSExpired
	case errors.As(err, &verify):
		return load.ClassTLSUntrusted
	case isTimeout(err):
		return load.ClassTLSTimeout
	}
	return load.ClassTLSHandshake
}

// classifyWrite says why the request was not written in full. kept: the connection
// had carried a request before.
func classifyWrite(err error, kept bool) load.Class {
	switch {
	case isTimeout(err):
		return load.ClassTimeoutWrite
	case isTLS(err):
		return load.ClassTLSHandshake
	case kept:
		return load.ClassConnStale
	case isReset(err):
		return load.ClassConnReset
	}
	return load.ClassConnClosed
}

// classifyRead says why there is no complete response. stale: a kept connection gave
// not one byte, so it had died while it was idle.
func classifyRead(err error, stale bool) load.Class {
	var protocol *protocolError
	switch {
	case errors.Is(err, errBodyTooLarge):
		return load.ClassBodyTooLarge
	case errors.Is(err, errHeaderTooLarge):
		return load.ClassHeaderTooLarge
	case errors.As(err, &protocol):
		return load.ClassProtocol
	case isTimeout(err), errors.Is(err, errnoTimedOut):
		return load.ClassTimeoutRead
	case isTLS(err):
		// With TLS 1.3 a refused client certificate shows on the first read only.
		return load.ClassTLSHandshake
	case stale:
		return load.ClassConnStale
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return load.ClassConnClosed
	case isReset(err), errors.Is(err, errnoPipe):
		return load.ClassConnReset
	case errors.Is(err, errnoHostUnreach), errors.Is(err, errnoNetUnreach), errors.Is(err, errnoNetDown):
		return load.ClassConnUnreach
	}
	return load.ClassConnClosed
}

// isTLS says whether err is one of TLS itself: an alert of either side, or bytes that
// are no record.
func isTLS(err error) bool {
	var record tls.RecordHeaderError
	var alert tls.AlertError
	if errors.As(err, &record) || errors.As(err, &alert) {
		return true
	}
	var op *net.OpError
	return errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error")
}
