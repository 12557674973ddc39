package master_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestTheDocHasEveryCall: the table of docs/api.md and the calls are the same list.
func TestTheDocHasEveryCall(t *testing.T) {
	text, err := os.ReadFile("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 4 {
			continue
		}
		for _, call := range regexp.MustCompile("`((GET|PUT|POST|PATCH|DELETE) /[^` ?]*)").FindAllStringSubmatch(cells[1], -1) {
			told = append(told, call[1])
		}
	}
	var there []string
	inHouse(t, nil, func(h *house) {
		for _, call := range h.master.Calls() {
			there = append(there, strings.Replace(call, " /api/v1/", " /", 1))
		}
	})
	slices.Sort(told)
	slices.Sort(there)
	if !slices.Equal(told, there) {
		t.Errorf("the doc has\n%s\nand the API\n%s", strings.Join(told, "\n"), strings.Join(there, "\n"))
	}
}
