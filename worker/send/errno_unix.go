//go:build unix

package send

import "syscall"

// The errors of the operating system that have a class of their own.
const (
	errnoRefused     = syscall.ECONNREFUSED
	errnoReset       = syscall.ECONNRESET
	errnoAborted     = syscall.ECONNABORTED
	errnoPipe        = syscall.EPIPE
	errnoTimedOut    = syscall.ETIMEDOUT
	errnoHostUnreach = syscall.EHOSTUNREACH
	errnoNetUnreach  = syscall.ENETUNREACH
	errnoNetDown     = syscall.ENETDOWN
	errnoFiles       = syscall.EMFILE
	errnoAllFiles    = syscall.ENFILE
	errnoNoPort      = syscall.EADDRNOTAVAIL
	errnoPortUsed    = syscall.EADDRINUSE
	errnoBuffers     = syscall.ENOBUFS
	errnoMemory      = syscall.ENOMEM
	errnoDenied      = syscall.EACCES
	errnoForbidden   = syscall.EPERM
)
