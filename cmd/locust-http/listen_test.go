package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A taken port is replaced by a free one, unless it was asked for.
func TestListenOnTakenPort(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	var note bytes.Buffer
	l, err := listen("the master", taken.Addr().String(), false, &note)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if want := "is taken: the master is at " + l.Addr().String(); !strings.Contains(note.String(), want) {
		t.Errorf("it said %q, want %q", note.String(), want)
	}
	if l, err := listen("the master", taken.Addr().String(), true, &note); err == nil {
		l.Close()
		t.Error("a port that was asked for gave way to another")
	}
}

func TestReadToken(t *testing.T) {
	for text, ok := range map[string]bool{
		"0123456789abcdef": true, "0123456789abcdef\n": true, "  0123456789abcdef\r\n": true,
		"": false, "short": false, "0123456789 abcdef": false, "0123456789abcdef\nmore": false, "0123456789abcdé-": false,
	} {
		path := filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		token, err := readToken(path)
		if (err == nil) != ok || ok && token != "0123456789abcdef" {
			t.Errorf("%q: token %q, %v", text, token, err)
		}
		if err != nil && text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("the message shows the token: %v", err)
		}
	}
	if token, err := readToken(""); token != "" || err != nil {
		t.Errorf("without a file: %q, %v", token, err)
	}
}

// With --advertise alone, as the README starts it, a worker is on that port.
func TestWorkerListensWhereItIsAnnounced(t *testing.T) {
	for advertise, want := range map[string]string{"10.0.0.2:7070": "7070", "[::1]:7071": "7071", "": workerPort, "shop.example": workerPort} {
		if got := (&workerCommand{Advertise: advertise}).port(); got != want {
			t.Errorf("announced at %q, it listens on port %s, want %s", advertise, got, want)
		}
	}
}
