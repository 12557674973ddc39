package main

import (
	"io"
	"os"

	"golang.org/x/sys/windows"
)

// showsEscapes asks the console behind w to obey escape sequences, and says whether
// it will: consoles before Windows 10 do not.
func showsEscapes(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	var mode uint32
	h := windows.Handle(f.Fd())
	if windows.GetConsoleMode(h, &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(h, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
