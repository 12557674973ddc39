//go:build !unix

package texts

import "os"

// syncFolder has nothing to do where a folder cannot be synced.
func syncFolder(*os.Root) error { return nil }
