package master

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestTrickleOverASocket: the pace holds over a real connection, whatever the limits of the
// server itself are, and the client is told why it was cut off.
func TestTrickleOverASocket(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := &patient{from: r.Body, control: http.NewResponseController(w), stall: time.Second, step: 1 << 10}
		if n, err := io.Copy(io.Discard, p); err != nil {
			fail(w, http.StatusBadRequest, "bad_content", fmt.Sprint(n, err), "")
		}
	}))
	server.Config.ReadTimeout = 1200 * time.Millisecond
	server.Start()
	defer server.Close()
	send := func(piece int) string {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		const size = 20 << 10
		fmt.Fprintf(conn, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", size)
		go func() {
			for range size / piece {
				if _, err := conn.Write(make([]byte, piece)); err != nil {
					return
				}
				time.Sleep(100 * time.Millisecond)
			}
		}()
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(res.Body)
		return fmt.Sprint(res.StatusCode, " ", string(text))
	}
	if got := send(16); !strings.HasPrefix(got, "400") || !strings.Contains(got, "too slowly") {
		t.Errorf("a trickle: %s", got)
	}
	// It takes longer than the server's own limit.
	if got := send(1 << 10); !strings.HasPrefix(got, "200") {
		t.Errorf("a slow one: %s", got)
	}
}
