//go:build !windows

package main

import "io"

// showsEscapes says whether the terminal behind w obeys escape sequences: everywhere
// but on old Windows it does.
func showsEscapes(io.Writer) bool { return true }
