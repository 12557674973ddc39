//go:build !unix

package send

import (
	"syscall"
	"time"
)

// socket is non-blocking access to a file descriptor, which this platform does not
// offer by the means of package net: see conn.shortRead.
type socket struct{ at time.Time }

func newSocket(syscall.Conn) *socket { return nil }

func (s *socket) exchange([]byte) (n int, silent bool, err error) { return 0, false, errWouldBlock }
func (s *socket) tryRead([]byte) (int, error)                     { return 0, errWouldBlock }
func (s *socket) read([]byte) (int, error)                        { return 0, errWouldBlock }
