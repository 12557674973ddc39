package workspace

import "time"

// identity is a content as far as its folder entry tells.
type identity struct {
	path  string
	size  int64
	mtime time.Time
	inode uint64 // 0 where there is none
}
