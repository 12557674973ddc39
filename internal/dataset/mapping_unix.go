//go:build unix

package dataset

import (
	"os"

	"golang.org/x/sys/unix"
)

// mapFile is the content of f, as pages of the file that the system may drop and read
// again.
func mapFile(f *os.File, size int) (data []byte, release func() error, err error) {
	data, err = unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, nil, err
	}
	return data, func() error { return unix.Munmap(data) }, nil
}

// forget lets go of the pages that the check has touched: those that rows are read
// from come back by themselves.
func (t *Table) forget() {
	_ = unix.Madvise(t.data, unix.MADV_DONTNEED)
}
