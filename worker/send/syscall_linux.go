package send

import (
	"syscall"
	"unsafe"
)

// sysRead and sysWrite are system calls on a non-blocking socket, which never wait.
// So they need not tell the scheduler that they might: when it is told, and the call
// takes longer than 20 µs on a busy machine, it gives the processor to another thread,
// and the caller has to wait for one when it comes back.

func sysRead(fd uintptr, p []byte) (int, error) { return call(syscall.SYS_READ, fd, p) }

func sysWrite(fd uintptr, p []byte) (int, error) { return call(syscall.SYS_WRITE, fd, p) }

func call(trap, fd uintptr, p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	n, _, errno := syscall.RawSyscall(trap, fd, uintptr(unsafe.Pointer(&p[0])), uintptr(len(p)))
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}
