package send

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

// script is a connection that takes any request and answers with fixed bytes, in
// pieces of a fixed size, and then closes.
type script struct {
	net.Conn
	answer []byte
	piece  int
}

func (c *script) Read(p []byte) (int, error) {
	if len(c.answer) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.answer[:min(c.piece, len(c.answer))])
	c.answer = c.answer[n:]
	return n, nil
}

func (c *script) Write(p []byte) (int, error)      { return len(p), nil }
func (c *script) Close() error                     { return nil }
func (c *script) SetDeadline(time.Time) error      { return nil }
func (c *script) SetReadDeadline(time.Time) error  { return nil }
func (c *script) SetWriteDeadline(time.Time) error { return nil }

// FuzzResponse answers a request with arbitrary bytes. Whatever they are: one attempt,
// an outcome of the network's classes, no more memory than the limit, no panic.
func FuzzResponse(f *testing.F) {
	for _, answer := range []string{
		"", ok, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\n" + ok, "HTTP/1.0 200 OK\r\n\r\nrest", "HTTP/1.1 204 x\r\n\r\n",
		"HTTP/1.1 302 Found\r\nLocation: ../x\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n",
		encoded("gzip", gzipped(f, []byte("text"))), encoded("br", []byte("text")), encoded("deflate", []byte("text")),
		"HTTP/1.1 200 OK\r\nA: b\r\n folded\r\nTrailer: x\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
	} {
		f.Add([]byte(answer), uint16(7), true, true)
		f.Add([]byte(answer), uint16(0), false, false)
	}
	f.Fuzz(func(t *testing.T, answer []byte, piece uint16, keep, head bool) {
		const maxBody = 1 << 16
		dials := 0
		client := NewClient(Options{Dial: func(context.Context, string, string) (net.Conn, error) {
			dials++
			return &script{answer: answer, piece: int(piece) + 1}, nil
		}})
		conns := client.NewConns()
		defer conns.Close()
		var x Exchange
		method := "GET"
		if head {
			method = "HEAD"
		}
		if err := x.Start(method, []byte("http://fuzz.test/a/b")); err != nil {
			t.Fatal(err)
		}
		x.KeepBody(keep)
		o := conns.Do(&x, &Target{MaxBody: maxBody})
		if dials != 1 || o.Fate != load.Sent || o.Interrupted || o.BytesIn > int64(len(answer)) || len(o.Message) > maxMessage {
			t.Fatalf("%d dials, %+v", dials, o)
		}
		switch o.Class {
		case "":
			if o.Status < 100 {
				t.Fatalf("a complete response without a status: %+v", o)
			}
		case load.ClassConnClosed, load.ClassProtocol, load.ClassHeaderTooLarge, load.ClassBodyTooLarge:
		default:
			t.Fatalf("class %s: %s", o.Class, o.Message)
		}
		if body, _ := x.Body(); len(body) > maxBody {
			t.Fatalf("a body of %d bytes with a limit of %d", len(body), maxBody)
		}
		x.Header("location")
		x.Cookie("a")
		x.Record(o, 100)
		jar := NewJar()
		jar.Store(&x)
		if again, err := x.Redirect(); again && err == nil {
			jar.Apply(&x)
			_, _, buf := x.wire(false)
			x.buffers.put(buf)
		}
	})
}
