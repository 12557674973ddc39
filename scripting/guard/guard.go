// Package guard says whether a Lua text may be given to gopher-lua's parser and compiler.
//
// They are safe for any text in the sense that they end, but not in what they take: the
// parser's stack grows with every bracket that is open, the compiler calls itself once per
// level of the syntax tree, folds constants again at each level, and looks names and
// constants up in lists. 256 KiB of one repeated token take them minutes, or the whole
// stack of a goroutine, which ends a Go process without a word (1.6 MB of "{" do).
//
// That a text that passes Check can be parsed and compiled in the master's own process
// rests on these bounds, each of which a test holds against the real thing:
//
//   - The text is at most load.MaxSource bytes. Scanning is linear, and what the parser
//     makes is linear in the tokens: some 300 bytes each.
//   - Brackets and blocks are at most MaxNesting deep, and an expression has at most
//     MaxOperators operators, so the parser's stack, which is on the heap, has at most some
//     ten thousand entries.
//   - The syntax tree is at most MaxDepth deep, counting operators, calls and indexes that
//     follow each other, elseif, brackets and blocks. So the compiler's recursion needs at
//     most a few MiB of stack, and folding constants, which is done anew at each level, is
//     linear times MaxDepth.
//   - Each function costs the compiler a buffer of 12 KiB: there are at most MaxFunctions.
//   - What is looked up in lists (constants, local variables, upvalues) is counted in
//     steps of work: at most maxWork.
//   - goto and labels, each pair of which may be compared, are at most MaxGotos.
//
// The scanner of this package agrees with gopher-lua's about where tokens begin and end; a
// fuzz test compares them. Where the text has an error, the parser stops: what follows is
// never looked at, and Check passes it, for the parser explains errors better.
//
// In measures: any text that passes needs less than a second and 100 MiB. What the compiler
// then finds wrong it may say by a panic (an index out of range, after registers ran out):
// who calls it recovers.
package guard

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/locust-http/locust-http/load"
)

// Bounds of a text.
const (
	MaxNesting   = 200  // brackets, blocks and functions inside each other
	MaxOperators = 200  // in one expression, without what is in brackets
	MaxDepth     = 500  // of the syntax tree
	MaxFunctions = 1000 // in one text
	MaxGotos     = 200  // gotos, and labels

	maxWork = 80_000_000 // steps of looking something up
)

// Error is why a text is not parsed.
type Error struct {
	Line    int // of the text, from 1
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Message) }

// Check looks at a text; nil: it can be parsed and compiled safely, though it may have
// errors. It takes some milliseconds for the longest text.
//
// A text is UTF-8, as it is sent to workers in messages that have to be, and has no NUL:
// no editor writes one (it is what compiled code or a file of another kind looks like), and
// in a string Lua has \0 for it.
func Check(text string) *Error {
	if len(text) > load.MaxSource {
		return &Error{1, fmt.Sprintf("the text is longer than %d bytes", load.MaxSource)}
	}
	if i := strings.IndexByte(text, 0); i >= 0 {
		return &Error{lineOf(text, i), `the text has a NUL byte: write \0 in a string`}
	}
	if !utf8.ValidString(text) {
		return &Error{lineOf(text, invalidAt(text)), `the text is not UTF-8: write other bytes as \ddd in a string`}
	}
	c := checker{scanner: scanner{text: text, line: 1}}
	return c.run()
}

func lineOf(text string, i int) int { return 1 + strings.Count(text[:i], "\n") }

func invalidAt(text string) int {
	for i, r := range text {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				return i
			}
		}
	}
	return 0
}
