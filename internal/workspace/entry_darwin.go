package workspace

import (
	"io/fs"
	"syscall"
)

// entryOf is the number of a file in its file system, and when it was last changed in
// any way: a time stamp that no program sets.
func entryOf(info fs.FileInfo) (inode uint64, changed int64) {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return s.Ino, s.Ctimespec.Nano()
	}
	return 0, 0
}
