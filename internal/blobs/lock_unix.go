//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package blobs

import (
	"errors"
	"os"
	"syscall"
)

// lockFile waits until f is locked by nobody else. The lock ends with unlockFile, when
// f is closed, and with the process.
func lockFile(f *os.File) error { return flock(f, syscall.LOCK_EX) }

// tryLockFile locks f, if nobody has it locked. A system that cannot tell says no.
func tryLockFile(f *os.File) bool { return flock(f, syscall.LOCK_EX|syscall.LOCK_NB) == nil }

func unlockFile(f *os.File) error { return flock(f, syscall.LOCK_UN) }

func flock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
