package tree

import (
	"fmt"
	"path/filepath"
	"testing"
)

// A list of as many files as are listed at most: what a look at a folder that is watched
// costs.
func BenchmarkList(b *testing.B) {
	dir := b.TempDir()
	tree, err := Open(dir, "scripts", "")
	if err != nil {
		b.Fatal(err)
	}
	defer tree.Close()
	for i := range MaxFiles {
		put(b, filepath.Join(dir, "scripts", fmt.Sprint(i%50), fmt.Sprint(i)), "")
	}
	for b.Loop() {
		if list, _, err := tree.List(); err != nil || len(list) != MaxFiles {
			b.Fatal(len(list), err)
		}
	}
}
