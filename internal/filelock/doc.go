// Package filelock locks files against other processes, and against others in this one
// that have opened the same file. A lock ends with Unlock, when the file is closed, and
// with the process, however that ends. Where a system or a file system has no locks, Lock
// does nothing or fails, and Try fails.
package filelock

import "errors"

// ErrLocked: somebody has the file locked. Test with errors.Is.
var ErrLocked = errors.New("the file is locked")
