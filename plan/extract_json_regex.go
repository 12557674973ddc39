package plan

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"

	"github.com/theory/jsonpath"
	"github.com/theory/jsonpath/registry"
	"github.com/theory/jsonpath/spec"
)

// The functions match and search of theory/jsonpath (0.11) panic where an argument is
// nothing, as @.id of an object without one is, compile their pattern for every value, and
// take `a|b` for `\Aa|b\z`. A path is therefore read with functions of other names, which
// no path can have: its own parser would not know them.
const (
	matchFunction  = "fullmatch"
	searchFunction = "anysearch"
)

var filterFunctions = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\b(?:match|search)\(`)

// parseJSONPath reads a path (RFC 9535).
func parseJSONPath(text string) (*jsonpath.Path, error) {
	path, err := jsonpath.Parse(text)
	if err != nil || !strings.Contains(text, "match(") && !strings.Contains(text, "search(") {
		return path, err
	}
	text = filterFunctions.ReplaceAllStringFunc(text, func(found string) string {
		switch found {
		case "match(":
			return matchFunction + "("
		case "search(":
			return searchFunction + "("
		}
		return found
	})
	var p patterns
	functions := registry.New()
	for name, match := range map[string]spec.Evaluator{matchFunction: p.match, searchFunction: p.search} {
		if err := functions.Register(name, spec.FuncLogical, twoValues, match); err != nil {
			return nil, err
		}
	}
	return jsonpath.NewParser(jsonpath.WithRegistry(functions)).Parse(text)
}

func twoValues(args []spec.FuncExprArg) error {
	if len(args) != 2 {
		return fmt.Errorf("expected 2 arguments but found %d", len(args))
	}
	for _, arg := range args {
		if !arg.ConvertsTo(spec.FuncValue) {
			return errors.New("cannot convert argument to Value")
		}
	}
	return nil
}

// patterns are the regular expressions of one path, which are literals in it.
type patterns struct {
	compiled sync.Map // *regexp.Regexp by text; nil: it is none
}

func (p *patterns) match(args []spec.PathValue) spec.PathValue {
	return p.try(args, `\A(?:`, `)\z`)
}

func (p *patterns) search(args []spec.PathValue) spec.PathValue { return p.try(args, "", "") }

// try says whether the first argument matches the second one; what is no text does not.
func (p *patterns) try(args []spec.PathValue, before, after string) spec.PathValue {
	text, ok := textArgument(args[0])
	pattern, isText := textArgument(args[1])
	if !ok || !isText {
		return spec.LogicalFalse
	}
	re := p.compile(before + pattern + after)
	return spec.Logical(re != nil && re.MatchString(text))
}

func textArgument(v spec.PathValue) (string, bool) {
	value := spec.ValueFrom(v)
	if value == nil {
		return "", false
	}
	text, ok := value.Value().(string)
	return text, ok
}

func (p *patterns) compile(text string) *regexp.Regexp {
	if re, ok := p.compiled.Load(text); ok {
		return re.(*regexp.Regexp)
	}
	var re *regexp.Regexp
	if tree, err := syntax.Parse(text, syntax.Perl|syntax.DotNL); err == nil {
		noLines(tree)
		re, _ = regexp.Compile(tree.String())
	}
	p.compiled.Store(text, re)
	return re
}

// noLines makes a dot stand for what it does in I-Regexp (RFC 9485): neither \n nor \r.
func noLines(tree *syntax.Regexp) {
	if tree.Op == syntax.OpAnyChar {
		tree.Op, tree.Rune = syntax.OpCharClass, []rune{0, '\n' - 1, '\n' + 1, '\r' - 1, '\r' + 1, 0x10FFFF}
	}
	for _, sub := range tree.Sub {
		noLines(sub)
	}
}
