package testsite

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// seenOf is what one request over a raw connection to a faulty server brings.
type seenOf struct {
	text  string // what could be read of the answer, at most limit bytes
	err   error  // how reading ended; nil at the limit
	limit int
}

func ask(t *testing.T, addr string, limit int) seenOf {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "POST /path HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi")
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	text := make([]byte, limit)
	n, err := io.ReadFull(conn, text)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return seenOf{string(text[:n]), err, limit}
}

func TestFaults(t *testing.T) {
	const answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\n/path"
	const head = "HTTP/1.1 200 OK\r\n"
	reset := syscall.ECONNRESET
	for _, c := range []struct {
		fault    Fault
		limit    int // bytes to read
		begins   string
		has      string
		err      error
		answered int64
	}{
		{ResetAfterRequest, 10, "", "", reset, 0},
		{CloseOnAccept, 10, "", "", io.EOF, 0},
		{CloseAfterRequest, 10, "", "", io.EOF, 0},
		{HalfHeader, 1000, head, "Content-Ty", io.EOF, 0},
		{HalfBody, 1000, head, "Content-Length: 1000\r\n\r\nxxx", io.EOF, 0},
		{HalfChunk, 1000, head, "400\r\nxxx", io.EOF, 0},
		{Garbage, 1000, "\x00\x01\x02", "no HTTP", io.EOF, 0},
		{DripHeader, 60, head, "X-Slow: xxx", nil, 0},
		{DripBody, 80, head, "\r\n\r\nxxx", nil, 0},
		{EndlessBody, 4 << 20, head, "xxx", nil, 0},
		{EndlessChunks, 4 << 20, head, "8000\r\nxxx", nil, 0},
		{HugeLength, 79, head, "Content-Length: 1000000000000", nil, 0},
		{HugeChunk, 94, head, "1000000000000000\r\nfew", nil, 0},
		{HugeHeader, 1 << 20, head, "X-Huge: xxx", nil, 0},
		{EndlessHeader, 1 << 20, head, "X-More: xxx", nil, 0},
		{GzipBomb, 200, head, "Content-Encoding: gzip", nil, 0},
		{LateSecond, len(answer) + 10, answer, answer + "HTTP/1.1 2", nil, 1},
		{TwoAtOnce, len(answer) + 10, answer, answer + "HTTP/1.1 2", nil, 1},
		{ShortKeepAlive, 1000, answer, "", io.EOF, 1},
		{CloseEach, 1000, answer, "", io.EOF, 1},
	} {
		t.Run(string(c.fault), func(t *testing.T) {
			f := RunFaulty(t, c.fault, time.Millisecond)
			got := ask(t, f.Addr, c.limit)
			if !strings.HasPrefix(got.text, c.begins) || !strings.Contains(got.text, c.has) || !errors.Is(got.err, c.err) {
				t.Errorf("%.200q, %v; want %q with %q, %v", got.text, got.err, c.begins, c.has, c.err)
			}
			f.Close()
			if c.fault == CloseOnAccept {
				return // whether it reads the request is a race
			}
			if f.Log.Seen() != 1 || f.Log.Connections() != 1 {
				t.Errorf("seen %d on %d connections, want 1 on 1", f.Log.Seen(), f.Log.Connections())
			}
			if c.fault != GzipBomb && c.fault != HugeHeader && f.Log.Answered() != c.answered {
				t.Errorf("answered %d, want %d", f.Log.Answered(), c.answered)
			}
		})
	}
}

func TestResetOnAccept(t *testing.T) {
	f := RunFaulty(t, ResetOnAccept, 0)
	conn, err := net.Dial("tcp", f.Addr)
	if err == nil {
		_, err = conn.Read(make([]byte, 1))
		conn.Close()
	}
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("%v, want a reset", err)
	}
}

// A silent server counts what it reads, and a request that is cut short is not counted.
func TestSilentCountsCompleteRequests(t *testing.T) {
	f := RunFaulty(t, Silent, 0)
	conn, err := net.Dial("tcp", f.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, strings.Repeat("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", 3)+"POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n1234")
	_ = conn.(*net.TCPConn).CloseWrite()
	if text, err := io.ReadAll(conn); err != nil || len(text) != 0 {
		t.Errorf("a silent server said %q, %v", text, err)
	}
	if f.Log.Seen() != 3 || f.Log.Answered() != 0 {
		t.Errorf("seen %d, answered %d; want 3 and 0", f.Log.Seen(), f.Log.Answered())
	}
}

func TestDeafTakesNoLongRequest(t *testing.T) {
	f := RunFaulty(t, Deaf, 0)
	conn, err := net.Dial("tcp", f.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetWriteDeadline(time.Now().Add(200 * time.Millisecond))
	if n, err := conn.Write(make([]byte, 32<<20)); err == nil {
		t.Errorf("%d bytes were taken", n)
	}
}

// The late answer comes while the connection is idle, so the next request gets it.
func TestLateSecondMixesUpAnswers(t *testing.T) {
	f := RunFaulty(t, LateSecond, time.Millisecond)
	conn, err := net.Dial("tcp", f.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	for i, want := range []string{"/0", "late", "/1"} {
		if want != "late" {
			fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", want)
		}
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		if body, _ := io.ReadAll(res.Body); string(body) != want {
			t.Errorf("answer %d is %q, want %q", i, body, want)
		}
	}
}

func TestClosedPort(t *testing.T) {
	addr, release, err := ClosedPort()
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	for range 3 {
		if _, err := net.Dial("tcp", addr); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("%v, want a refusal", err)
		}
	}
}

func TestEveryFaultHasAPlay(t *testing.T) {
	for _, fault := range Faults() {
		if plays()[fault] == nil {
			t.Errorf("%q does nothing", fault)
		}
	}
	if len(Faults()) != len(plays()) {
		t.Errorf("%d faults, %d plays", len(Faults()), len(plays()))
	}
	if _, err := StartFaulty(context.Background(), "nonsense", 0); err == nil {
		t.Error("a fault that does not exist was started")
	}
}
