package libtest_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/locust-http/locust-http/scripting/libtest"
)

// A pipe among the libraries is refused, not waited for.
func TestPipesAreNoLibraries(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.lua"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := libtest.Run(context.Background(), libtest.Options{Files: os.DirFS(dir), Out: io.Discard})
	if err == nil || !strings.Contains(err.Error(), "pipe.lua: it is no file") {
		t.Errorf("%v", err)
	}
}
