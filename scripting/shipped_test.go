package scripting

import (
	"os"
	"testing"
)

// expectText is the shipped library expect.
func expectText(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("../scripts/expect.lua")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
