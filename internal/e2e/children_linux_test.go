package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// descendants are the processes below pid, from /proc.
func descendants(t *testing.T, pid int) []int {
	t.Helper()
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		t.Fatal(err)
	}
	var all []int
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			continue // the thread has ended meanwhile
		}
		for _, word := range strings.Fields(string(text)) {
			child, err := strconv.Atoi(word)
			if err != nil {
				t.Fatal(err)
			}
			all = append(append(all, child), descendants(t, child)...)
		}
	}
	return all
}

// visible is the command line of a process, its environment and its name.
func visible(pid int) (text string) {
	for _, name := range []string{"cmdline", "environ", "comm"} {
		part, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, name))
		if err == nil { // else it has ended meanwhile
			text += string(part) + "\n"
		}
	}
	return text
}

// alive says whether pid is a process that has not ended; one that nobody has waited
// for yet (a zombie) has.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, after, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(after, "Z")
}
