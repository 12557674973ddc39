package plan

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

// Bounds of the regular expressions of scripts, which are compiled while users run.
const (
	// MaxRegexSize bounds one, in instructions of its program.
	MaxRegexSize = 10_000
	// MaxRegexWork bounds instructions times bytes of text: RE2 needs no more steps than
	// that for one match.
	MaxRegexWork = 1 << 28
)

// CompileRegex compiles a regular expression (RE2) of a script. size is about how many
// instructions it has.
func CompileRegex(text string) (re *regexp.Regexp, size int, err error) {
	if len(text) > maxExpression {
		return nil, 0, errLongExpression
	}
	tree, err := syntax.Parse(text, syntax.Perl)
	if err == nil {
		if size = regexSize(tree); size > MaxRegexSize {
			return nil, 0, fmt.Errorf("%q is too large: its repetitions make more than %d instructions", bounded(text, maxRuleWord), MaxRegexSize)
		}
		re, err = regexp.Compile(text)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("%q is not a regular expression (RE2): %s", bounded(text, maxRuleWord), bounded(strings.TrimPrefix(err.Error(), "error parsing regexp: "), 2*maxRuleWord))
	}
	return re, size, nil
}

// RegexFits says why a regular expression of that size is not run on a text of n bytes.
func RegexFits(size, n int) error {
	if size*n <= MaxRegexWork {
		return nil
	}
	return fmt.Errorf("a regular expression of %d instructions on %d bytes may take too long: use a shorter one, or a part of the text", size, n)
}

// regexSize is about how many instructions tree becomes, with repetitions written out: a
// short text can ask for millions.
func regexSize(tree *syntax.Regexp) int {
	n := 1 + len(tree.Rune)
	for _, sub := range tree.Sub {
		n = min(n+regexSize(sub), MaxRegexSize+1)
	}
	if tree.Op == syntax.OpRepeat {
		n = min(n*max(tree.Min+1, tree.Max), MaxRegexSize+1)
	}
	return n
}
