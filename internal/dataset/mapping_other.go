//go:build !unix

package dataset

import (
	"io"
	"os"
)

// mapFile reads f into memory, which is dearer than a mapping but bounded as well.
func mapFile(f *os.File, size int) (data []byte, release func() error, err error) {
	data = make([]byte, size)
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, nil, err
	}
	return data, func() error { return nil }, nil
}

func (t *Table) forget() {}
