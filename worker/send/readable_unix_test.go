//go:build unix

package send

import "golang.org/x/sys/unix"

// readable says whether a read would not block, without reading.
func readable(fd uintptr) bool {
	var one [1]byte
	_, _, err := unix.Recvfrom(int(fd), one[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
	return err != unix.EAGAIN
}
