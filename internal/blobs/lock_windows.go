package blobs

import (
	"os"

	"golang.org/x/sys/windows"
)

// lockFile waits until f is locked by nobody else. The lock ends with unlockFile, when
// f is closed, and with the process.
func lockFile(f *os.File) error { return lockFileEx(f, windows.LOCKFILE_EXCLUSIVE_LOCK) }

// tryLockFile locks f, if nobody has it locked. A system that cannot tell says no.
func tryLockFile(f *os.File) bool {
	return lockFileEx(f, windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY) == nil
}

func lockFileEx(f *os.File, flags uint32) error {
	return windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, new(windows.Overlapped))
}

func unlockFile(f *os.File) error {
	return windows.UnlockFileEx(windows.Handle(f.Fd()), 0, 1, 0, new(windows.Overlapped))
}
