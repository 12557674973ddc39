//go:build !windows

package blobs

import (
	"errors"
	"syscall"
)

// isFull says whether err is that of a disk, or a share of it, without room.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
