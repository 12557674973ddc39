//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly || windows)

package filelock

import (
	"errors"
	"os"
)

// Lock does nothing here.
func Lock(*os.File) error { return nil }

// Try cannot tell whether anybody has f locked.
func Try(*os.File) error { return errors.ErrUnsupported }

// Unlock does nothing here.
func Unlock(*os.File) error { return nil }
