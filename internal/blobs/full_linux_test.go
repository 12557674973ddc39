package blobs

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
)

func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	d, err := parse(fileOf("f", "hello"))
	if err != nil {
		t.Fatal(err)
	}
	if err = fill(full, d, 5, strings.NewReader("hello")); !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "disk is full") {
		t.Error(err)
	}
}
