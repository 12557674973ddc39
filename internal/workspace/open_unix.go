//go:build unix

package workspace

import "syscall"

// doNotWait keeps the opening of a pipe from waiting for its other end.
const doNotWait = syscall.O_NONBLOCK
