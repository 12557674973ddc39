package blobs

import (
	"fmt"
	"os"
	"path/filepath"
)

// DefaultDir is where a worker keeps its files unless told otherwise: in the cache
// folder of its user, or, where there is none, in the folder of temporary files. There
// anybody may have put anything under that name: what is not a folder is refused here,
// and what belongs to another user by Open.
func DefaultDir() (string, error) {
	if cache, err := os.UserCacheDir(); err == nil {
		return filepath.Join(cache, "locust-http", "files"), nil
	}
	home := filepath.Join(os.TempDir(), fmt.Sprintf("locust-http-%d", os.Getuid()))
	if info, err := os.Lstat(home); err == nil && !info.IsDir() {
		return "", fmt.Errorf("find a folder for the cache of files: %s is not a folder", home)
	}
	return filepath.Join(home, "files"), nil
}
