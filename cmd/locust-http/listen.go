package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
)

// listen opens a TCP port. A port that was not asked for by name is only a wish: when
// it is taken, a free one takes its place, and a note says so.
func listen(what, address string, asked bool, note io.Writer) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err == nil || asked || !errors.Is(err, addressInUse) {
		if err != nil {
			return nil, fmt.Errorf("listen for %s: %w", what, err)
		}
		return l, nil
	}
	host, port, _ := net.SplitHostPort(address)
	l, err = net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return nil, fmt.Errorf("listen for %s: %w", what, err)
	}
	fmt.Fprintf(note, "port %s is taken: %s is at %s\n", port, what, l.Addr())
	return l, nil
}

// guarded refuses an address that other machines can reach when nothing guards it:
// whoever reaches it can make this machine send load.
func guarded(flag, address, token string, insecure bool) error {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return usage("for example: --"+flag+" 127.0.0.1:8088", "--%s %q is not of the form HOST:PORT", flag, address)
	}
	if token != "" || insecure || isLoopback(address) {
		return nil
	}
	return usage("give --token-file FILE, or --insecure to let anyone use it",
		"--%s %s can be reached from other machines, and anyone who reaches it could send load from here", flag, address)
}

// isLoopback says whether only this machine can reach address (host:port).
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// readToken reads a token file: one line of printable characters, at least
// minTokenLength of them. Without a path there is no token.
func readToken(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	f, err := os.Open(path)
	if err != nil {
		return "", usage("", "--token-file %s: %w", path, errors.Unwrap(err))
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 4<<10))
	if err != nil {
		return "", usage("", "--token-file %s: %w", path, errors.Unwrap(err))
	}
	token := strings.TrimSpace(string(text))
	if len(token) < minTokenLength || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return "", usage("make one, for example: head -c 32 /dev/urandom | base64 > token",
			"--token-file %s: a token is one line of at least %d printable characters without spaces", path, minTokenLength)
	}
	return token, nil
}

// minTokenLength is 96 bits in base64.
const minTokenLength = 16

// routeTo is the address of this machine from which host:port is reached; no packet
// is sent.
func routeTo(address string) (string, error) {
	c, err := net.Dial("udp", address)
	if err != nil {
		return "", err
	}
	defer c.Close()
	host, _, err := net.SplitHostPort(c.LocalAddr().String())
	return host, err
}
