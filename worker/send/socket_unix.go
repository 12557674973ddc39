//go:build unix

package send

import (
	"errors"
	"io"
	"net"
	"syscall"
	"time"
)

// socket is non-blocking access to the file descriptor of a connection. It can do a
// whole request in one go: see that the connection is silent, write the request, and
// wait for the first byte of the response.
//
// net.Conn.Read begins with a read that mostly finds nothing, before it waits. Here
// that read comes before the write, where it is the proof that the connection is open
// and silent, so the proof costs no system call of its own.
type socket struct {
	raw syscall.RawConn

	// The exchange under way.
	wire   []byte
	begun  bool
	silent bool      // nothing had arrived before the write
	wrote  int       // bytes of wire
	werr   error     // of the write
	at     time.Time // end of the write
	one    [1]byte
	step   func(fd uintptr) bool // s.exchangeStep, made once

	// A read, which does not wait (readFn) or does (waitFn).
	p      []byte
	n      int
	rerr   error
	readFn func(fd uintptr)
	waitFn func(fd uintptr) bool
}

func newSocket(sc syscall.Conn) *socket {
	raw, err := sc.SyscallConn()
	if err != nil {
		return nil
	}
	s := &socket{raw: raw}
	s.step = s.exchangeStep
	s.readFn = s.readOnce
	s.waitFn = s.readReady
	return s
}

// exchange writes wire if the connection is silent, and returns when a byte of the
// response can be read. silent is false when it was not: nothing has been written
// then. n < len(wire) without an error means that the socket's buffer was full and
// the caller writes the rest. An error with n == len(wire) came while waiting.
//
// The read deadline of the connection bounds the wait.
func (s *socket) exchange(wire []byte) (n int, silent bool, err error) {
	s.wire, s.begun, s.silent, s.wrote, s.werr = wire, false, false, 0, nil
	// RawConn.Read clears the poller's readiness, calls step, waits for readiness if
	// that returns false, and calls it again. Whatever arrives after step found
	// nothing makes the connection ready anew, so no wake-up is lost.
	err = s.raw.Read(s.step)
	s.wire = nil
	if s.werr != nil {
		err = s.werr
	} else if err != nil {
		err = plainly(err)
	}
	if !s.begun {
		return 0, false, err
	}
	return s.wrote, s.silent, err
}

// plainly is an error of a raw read in the words of any read: these reach people.
func plainly(err error) error {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "raw-read" {
		op.Op = "read"
	}
	return err
}

func (s *socket) exchangeStep(fd uintptr) bool {
	if s.begun {
		return true
	}
	s.begun = true
	if _, err := readFD(fd, s.one[:]); err != errWouldBlock {
		return true
	}
	s.silent = true
	n, err := writeFD(fd, s.wire)
	s.wrote, s.werr = n, err
	s.at = time.Now()
	return err != nil || n < len(s.wire)
}

// tryRead reads what has arrived, without waiting: errWouldBlock when that is nothing,
// io.EOF when the peer has closed.
func (s *socket) tryRead(p []byte) (int, error) {
	s.p = p
	err := s.raw.Control(s.readFn)
	s.p = nil
	if err != nil {
		return 0, err
	}
	return s.n, s.rerr
}

// read reads what has arrived, and waits for it if that is nothing, until the read
// deadline of the connection.
func (s *socket) read(p []byte) (int, error) {
	s.p, s.n, s.rerr = p, 0, nil
	err := s.raw.Read(s.waitFn)
	s.p = nil
	if err != nil {
		return 0, plainly(err)
	}
	return s.n, s.rerr
}

func (s *socket) readReady(fd uintptr) bool {
	s.n, s.rerr = readFD(fd, s.p)
	return s.rerr != errWouldBlock
}

func (s *socket) readOnce(fd uintptr) { s.n, s.rerr = readFD(fd, s.p) }

func readFD(fd uintptr, p []byte) (int, error) {
	for {
		n, err := sysRead(fd, p)
		switch {
		case err == nil && n == 0:
			return 0, io.EOF
		case err == nil:
			return n, nil
		case errors.Is(err, syscall.EAGAIN):
			return 0, errWouldBlock
		case err != syscall.EINTR:
			return 0, err
		}
	}
}

// writeFD writes what the socket takes at once: all, a part, or nothing.
func writeFD(fd uintptr, p []byte) (int, error) {
	for {
		n, err := sysWrite(fd, p)
		switch {
		case err == nil:
			return n, nil
		case errors.Is(err, syscall.EAGAIN):
			return 0, nil
		case err != syscall.EINTR:
			return 0, err
		}
	}
}
