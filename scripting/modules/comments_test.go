package modules

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var (
	signature = regexp.MustCompile(`^// (\w+)\.(\w+)(\(.*?\) → .+)?: .`)
	example   = regexp.MustCompile(`^//   (.*\S)\s+--> (.*)\n$`)
)

// The comment of a file lists every function of its library, and no other; what its
// examples say they give, they give.
func TestCommentsAreTrue(t *testing.T) {
	for _, lib := range shared {
		text, err := os.ReadFile(lib.Name + ".go")
		if err != nil {
			t.Fatal(err)
		}
		listed := map[string]bool{}
		L, _ := newState(t)
		examples := 0
		for line := range strings.Lines(string(text)) {
			if m := signature.FindStringSubmatch(line); m != nil && m[1] == lib.Name {
				listed[m[2]] = true
				if lib.Functions[m[2]] == nil && lib.Constants[m[2]] == nil {
					t.Errorf("%s is listed and not there: %s", m[2], line)
				}
			}
			if m := example.FindStringSubmatch(line); m != nil && m[1] != "" {
				examples++
				got, err := results(L, m[1])
				if want := strings.ReplaceAll(m[2], "  ", " | "); err != nil || got != want {
					t.Errorf("%s\n gives %s, %v", line, got, err)
				}
			}
		}
		for name := range lib.Functions {
			if !listed[name] {
				t.Errorf("%s.%s is not listed", lib.Name, name)
			}
		}
		if examples == 0 && lib.Name != "uuid" {
			t.Errorf("no examples of %s", lib.Name)
		}
	}
}
