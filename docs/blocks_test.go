// Package docs_test keeps the pages true: what they show runs.
package docs_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// block is a fenced block of a page.
type block struct {
	page string
	line int      // of its first line of text, from 1
	info []string // the words behind the fence: "lua", and what the block is
	text string
}

func (b *block) place() string { return fmt.Sprintf("%s:%d", b.page, b.line) }

// value is what follows key: among the words, empty without.
func (b *block) value(key string) string {
	for _, word := range b.info[1:] {
		if v, ok := strings.CutPrefix(word, key+":"); ok {
			return v
		}
	}
	return ""
}

func (b *block) is(word string) bool { return slices.Contains(b.info[1:], word) }

// blocksOf are the fenced blocks of a page in one language, in order.
func blocksOf(t *testing.T, page, language string) []*block {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var all []*block
	var open *block
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		fence, isFence := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case isFence && open == nil:
			open = &block{page: "docs/" + page, line: number + 1, info: append(strings.Fields(fence), "")}
		case isFence:
			if open.info[0] == language {
				all = append(all, open)
			}
			open = nil
		case open != nil:
			open.text += line
		}
	}
	if open != nil {
		t.Fatalf("%s: the fence of this block is never closed", open.place())
	}
	return all
}
