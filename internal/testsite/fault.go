package testsite

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"sync"
	"time"
)

// Fault is one way of a server to misbehave.
type Fault string

// The faults. "Answers" means a complete, correct response whose body is the path of
// the request, so that a mix-up of answers shows.
const (
	ResetOnAccept     Fault = "reset on accept"     // RST as soon as the connection stands
	ResetAfterRequest Fault = "reset after request" // reads a request, then RST
	CloseOnAccept     Fault = "close on accept"     // FIN as soon as the connection stands; reads on
	CloseAfterRequest Fault = "close after request" // reads a request, then FIN, without a byte
	HalfHeader        Fault = "half header"         // breaks off within the header
	HalfBody          Fault = "half body"           // half of what Content-Length says, then FIN
	HalfChunk         Fault = "half chunk"          // breaks off within a chunk
	Garbage           Fault = "garbage"             // bytes that are no HTTP, then FIN
	Silent            Fault = "silent"              // reads requests and never answers
	Deaf              Fault = "deaf"                // never reads: a request of over 8 MiB cannot be written
	DripHeader        Fault = "drip header"         // a header without end, one byte each Pause
	DripBody          Fault = "drip body"           // a body of 1,000 bytes, one each Pause
	EndlessBody       Fault = "endless body"        // a body without length or end, as fast as it is read
	EndlessChunks     Fault = "endless chunks"      // the same in chunks
	HugeLength        Fault = "huge length"         // Content-Length: 1000000000000, a few bytes, silence
	HugeChunk         Fault = "huge chunk"          // a chunk of 2^60 bytes, a few bytes, silence
	HugeHeader        Fault = "huge header"         // a header line of 1 MiB
	EndlessHeader     Fault = "endless header"      // header lines without end
	GzipBomb          Fault = "gzip bomb"           // 256 KiB that unpack to 256 MiB
	LateSecond        Fault = "late second"         // answers, and after Pause sends a second answer nobody asked for
	TwoAtOnce         Fault = "two at once"         // sends two answers in one write to the first request
	ShortKeepAlive    Fault = "short keep-alive"    // answers, and closes once idle for Pause
	CloseEach         Fault = "close each"          // answers with keep-alive, and closes without a word
)

// Faults are all of them.
func Faults() []Fault {
	return []Fault{ResetOnAccept, ResetAfterRequest, CloseOnAccept, CloseAfterRequest, HalfHeader, HalfBody,
		HalfChunk, Garbage, Silent, Deaf, DripHeader, DripBody, EndlessBody, EndlessChunks, HugeLength, HugeChunk,
		HugeHeader, EndlessHeader, GzipBomb, LateSecond, TwoAtOnce, ShortKeepAlive, CloseEach}
}

// DefaultPause is how long faults with a pause wait.
const DefaultPause = 50 * time.Millisecond

// Faulty is a raw TCP server with one fault. Its Log counts connections and complete
// requests; Answered counts complete answers, of which most faults give none.
type Faulty struct {
	URL  string
	Addr string
	Log  *Log

	fault  Fault
	pause  time.Duration
	cancel context.CancelFunc
	ended  sync.WaitGroup
}

// StartFaulty listens on a free port of 127.0.0.1 until ctx ends or Close is called.
// pause 0 means DefaultPause.
func StartFaulty(ctx context.Context, fault Fault, pause time.Duration) (*Faulty, error) {
	play, ok := plays()[fault]
	if !ok {
		return nil, fmt.Errorf("start a faulty server: there is no fault %q", fault)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the fault %q: %w", fault, err)
	}
	if pause <= 0 {
		pause = DefaultPause
	}
	f := &Faulty{Addr: ln.Addr().String(), Log: NewLog(true), fault: fault, pause: pause}
	f.URL = "http://" + f.Addr
	ctx, f.cancel = context.WithCancel(ctx)
	f.ended.Add(1)
	go f.accept(ctx, ln, play)
	return f, nil
}

// RunFaulty starts a faulty server for the length of a test.
func RunFaulty(t T, fault Fault, pause time.Duration) *Faulty {
	t.Helper()
	f, err := StartFaulty(context.Background(), fault, pause)
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(f.Close)
	return f
}

// Close cuts every connection and waits until all have been left. It may be called
// twice.
func (f *Faulty) Close() {
	f.cancel()
	f.ended.Wait()
}

// accept owns the listener; each connection has a goroutine of its own.
func (f *Faulty) accept(ctx context.Context, ln net.Listener, play func(*peer)) {
	defer f.ended.Done()
	stop := context.AfterFunc(ctx, func() { ln.Close() })
	defer stop()
	for {
		conn, err := ln.Accept()
		if err != nil {
			ln.Close()
			return
		}
		f.Log.conns.Add(1)
		f.ended.Add(1)
		go f.serve(ctx, conn, play)
	}
}

func (f *Faulty) serve(ctx context.Context, conn net.Conn, play func(*peer)) {
	defer f.ended.Done()
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	play(&peer{Conn: conn, in: bufio.NewReader(conn), log: f.Log, pause: f.pause, ended: ctx.Done()})
}

// ClosedPort is the address of a port on which nothing listens, and which nothing
// else gets until release is called: it is the near end of a connection.
func ClosedPort() (addr string, release func(), err error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("find a closed port: %w", err)
	}
	defer ln.Close()
	near, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		return "", nil, fmt.Errorf("find a closed port: %w", err)
	}
	far, err := ln.Accept()
	if err != nil {
		near.Close()
		return "", nil, fmt.Errorf("find a closed port: %w", err)
	}
	return near.LocalAddr().String(), func() { near.Close(); far.Close() }, nil
}
