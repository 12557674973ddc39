package archtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// TestPlatforms type-checks the program with all it needs for every system that it is
// released for, without cgo. It finds a file that is missing there, a name that only one
// system knows, a module that does not support it. To compile it all takes ten times as
// long; make dist does that.
func TestPlatforms(t *testing.T) {
	for _, platform := range []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"} {
		t.Run(platform, func(t *testing.T) {
			goos, goarch, _ := strings.Cut(platform, "/")
			faults, err := typeFaults("../../cmd/locust-http", goos, goarch, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range faults {
				t.Error(f)
			}
		})
	}
}

// What is broken on Windows alone is found there, and only there.
func TestTypeFaults(t *testing.T) {
	file, err := filepath.Abs("broken_windows.go")
	if err != nil {
		t.Fatal(err)
	}
	broken := map[string][]byte{file: []byte("package archtest\n\nvar broken = unknown\n")}
	for goos, want := range map[string]int{"linux": 0, "windows": 1} {
		faults, err := typeFaults(".", goos, "amd64", broken)
		if err != nil {
			t.Fatal(err)
		}
		if len(faults) != want {
			t.Errorf("%s: %d faults, want %d: %q", goos, len(faults), want, faults)
		}
	}
}

// typeFaults is what is wrong in the package of a folder and in all that it imports.
func typeFaults(dir, goos, goarch string, overlay map[string][]byte) ([]string, error) {
	loaded, err := packages.Load(&packages.Config{
		Mode:    packages.LoadAllSyntax,
		Dir:     dir,
		Env:     append(os.Environ(), "CGO_ENABLED=0", "GOOS="+goos, "GOARCH="+goarch),
		Overlay: overlay,
	}, ".")
	if err != nil {
		return nil, err
	}
	var faults []string
	packages.Visit(loaded, nil, func(p *packages.Package) {
		for _, e := range p.Errors {
			faults = append(faults, e.Error())
		}
	})
	return faults, nil
}
