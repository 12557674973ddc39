//go:build windows

package send

import "golang.org/x/sys/windows"

// The errors of the operating system that have a class of their own. Names that the
// Windows sockets do not have are the nearest that they do.
const (
	errnoRefused     = windows.WSAECONNREFUSED
	errnoReset       = windows.WSAECONNRESET
	errnoAborted     = windows.WSAECONNABORTED
	errnoPipe        = windows.WSAESHUTDOWN
	errnoTimedOut    = windows.WSAETIMEDOUT
	errnoHostUnreach = windows.WSAEHOSTUNREACH
	errnoNetUnreach  = windows.WSAENETUNREACH
	errnoNetDown     = windows.WSAENETDOWN
	errnoFiles       = windows.WSAEMFILE
	errnoAllFiles    = windows.ERROR_TOO_MANY_OPEN_FILES
	errnoNoPort      = windows.WSAEADDRNOTAVAIL
	errnoPortUsed    = windows.WSAEADDRINUSE
	errnoBuffers     = windows.WSAENOBUFS
	errnoMemory      = windows.ERROR_NOT_ENOUGH_MEMORY
	errnoDenied      = windows.WSAEACCES
	errnoForbidden   = windows.ERROR_ACCESS_DENIED
)
