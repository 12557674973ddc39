package send

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
)

// maxSOCKSText bounds a name, a user and a password in SOCKS5: their length is one byte.
const maxSOCKSText = 255

// What SOCKS5 (RFC 1928) and its way with user and password (RFC 1929) consist of.
const (
	socksVersion  = 5
	socksNoAuth   = 0
	socksPassword = 2
	socksNone     = 0xFF // of the methods
	socksConnect  = 1
	socksIPv4     = 1
	socksName     = 3
	socksIPv6     = 4
)

// socksReplies are the words for the reply codes of RFC 1928 6.
var socksReplies = [...]string{
	1: "general failure", 2: "connection not allowed by its rules", 3: "network unreachable",
	4: "host unreachable", 5: "connection refused", 6: "TTL expired", 7: "command not supported",
	8: "address type not supported",
}

// askSOCKS asks for a connection to ip, or to host where ip is not valid. It reads not
// one byte beyond the proxy's answers.
func (p *Proxy) askSOCKS(rw io.ReadWriter, host string, ip netip.Addr, port uint16) error {
	if err := p.authenticateSOCKS(rw); err != nil {
		return err
	}
	ask := []byte{socksVersion, socksConnect, 0}
	switch {
	case ip.Is4():
		ask = append(append(ask, socksIPv4), ip.AsSlice()...)
	case ip.IsValid():
		ask = append(append(ask, socksIPv6), ip.AsSlice()...)
	case len(host) > maxSOCKSText:
		return fmt.Errorf("a name of %d bytes cannot be asked for: 255 is the most", len(host))
	default:
		ask = append(append(ask, socksName, byte(len(host))), host...)
	}
	if _, err := rw.Write(append(ask, byte(port>>8), byte(port))); err != nil {
		return err
	}
	var reply [4]byte
	if err := readSOCKS(rw, reply[:], socksVersion); err != nil {
		return err
	}
	if code := reply[1]; code != 0 {
		if int(code) < len(socksReplies) {
			return fmt.Errorf("answered code %d: %s", code, socksReplies[code])
		}
		return fmt.Errorf("answered code %d, which RFC 1928 does not have", code)
	}
	return skipSOCKS(rw, reply[3])
}

// authenticateSOCKS agrees on a method and follows it.
func (p *Proxy) authenticateSOCKS(rw io.ReadWriter) error {
	offer := []byte{socksVersion, 1, socksNoAuth}
	if p.user != "" {
		offer = []byte{socksVersion, 2, socksNoAuth, socksPassword}
	}
	if _, err := rw.Write(offer); err != nil {
		return err
	}
	var answer [2]byte
	if err := readSOCKS(rw, answer[:], socksVersion); err != nil {
		return err
	}
	switch method := answer[1]; {
	case method == socksNoAuth:
		return nil
	case method == socksPassword && p.user != "":
	case method == socksNone && p.user == "":
		return errors.New("refused a client without user and password")
	default:
		return fmt.Errorf("offers no way to authenticate that we have (method %d)", method)
	}
	// RFC 1929 has a version of its own.
	ask := append([]byte{1, byte(len(p.user))}, p.user...)
	ask = append(append(ask, byte(len(p.password))), p.password...)
	if _, err := rw.Write(ask); err != nil {
		return err
	}
	if err := readSOCKS(rw, answer[:], 1); err != nil {
		return err
	}
	if answer[1] != 0 {
		return errors.New("refused user and password")
	}
	return nil
}

// readSOCKS fills b with an answer, which begins with version.
func readSOCKS(r io.Reader, b []byte, version byte) error {
	if _, err := io.ReadFull(r, b); err != nil {
		return err
	}
	if b[0] != version {
		return errors.New("answered something that is not SOCKS5")
	}
	return nil
}

// skipSOCKS skips the address and port at the end of a reply.
func skipSOCKS(r io.Reader, kind byte) error {
	var b [maxSOCKSText + 2]byte
	n := 0
	switch kind {
	case socksIPv4:
		n = 4
	case socksIPv6:
		n = 16
	case socksName:
		if _, err := io.ReadFull(r, b[:1]); err != nil {
			return err
		}
		n = int(b[0])
	default:
		return errors.New("answered something that is not SOCKS5")
	}
	_, err := io.ReadFull(r, b[:n+2])
	return err
}
