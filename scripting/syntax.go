package scripting

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/yuin/gopher-lua/parse"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/scripting/guard"
)

// syntaxProblem says in words what the parser did not understand.
func syntaxProblem(source *load.Source, err error) *Problem {
	var wrong *parse.Error
	if !errors.As(err, &wrong) {
		return problemAt(source, 0, 0, "it cannot be parsed: "+err.Error(), "")
	}
	line, column := position(source, wrong.Pos)
	token := strings.TrimSpace(wrong.Token)
	message, hint := "", ""
	switch {
	case wrong.Message == "unterminated string":
		if wrong.Pos.Line > 0 && wrong.Pos.Column == 0 {
			line-- // the parser is on the next one already
		}
		return problemAt(source, line, 0, "a text does not end on its line", "close it with the quote that opens it; [[…]] takes several lines")
	case wrong.Message == "unterminated multiline string", wrong.Message == "invalid multiline comment":
		message, hint = "a long text or comment has no ]] at its end", ""
	case wrong.Pos.Line < 0:
		return endsEarly(source)
	case wrong.Message == "Invalid token":
		message, hint = fmt.Sprintf("%q means nothing in Lua", token), foreignHint(token)
	case strings.HasPrefix(wrong.Message, "Invalid '~'"):
		message, hint = "a ~ stands alone", "`not equal` is ~="
	case strings.HasPrefix(wrong.Message, "ambiguous syntax"):
		message, hint = "it is unclear whether a statement begins here or a call goes on", "put the ( on the line of the function, or a ; before it"
	case wrong.Message == "syntax error", wrong.Message == "parse error":
		message, hint = fmt.Sprintf("unexpected `%s`", token), foreignHint(token)
	default:
		message = wrong.Message
	}
	if column > 0 {
		column = max(column-len(token)+1, 1)
	}
	if hint == "" || token == "end" {
		hint = cmp.Or(missingHint(source, line, column), hint)
	}
	return problemAt(source, line, column, message, hint)
}

// foreignHint is what a word of other languages is called in Lua.
func foreignHint(token string) string {
	switch token {
	case "!", "!=":
		return "`not equal` is ~=, `not` is not"
	case "&", "&&":
		return "write and"
	case "|", "||":
		return "write or"
	case "=":
		return "a comparison is =="
	case "+", "-":
		return "there is no += and no ++: write n = n + 1"
	case "end":
		return "there is one end too many, or a then or do is missing before it"
	case "/", "//":
		return "a comment begins with --"
	case "else", "elseif":
		return "an if needs a then; else if is elseif"
	case "}", ")", "]":
		return "a bracket is closed that was not opened, or a comma is missing before it"
	}
	return ""
}

// endsEarly says which block or bracket of a text that ends too early has no end.
func endsEarly(source *load.Source) *Problem {
	open, ok := guard.Opened(source.Text)
	if !ok {
		return problemAt(source, 1+strings.Count(strings.TrimRight(source.Text, " \t\r\n"), "\n"), 0, "the script ends in the middle of something", "an operand or an end is missing")
	}
	return problemAt(source, open.Line, open.Column, fmt.Sprintf("this `%s` has no `%s`", open.Text, open.Closer()), "the script ends before it")
}

// missingHint says what seems to be missing before a token that was not expected, or what
// the word before it is called in Lua.
func missingHint(source *load.Source, line, column int) string {
	missing, name := guard.Before(source.Text, line, column)
	switch {
	case name == "var" || name == "let" || name == "const":
		return "a variable is declared with local"
	case name == "continue":
		return "there is no continue: put an if around the rest of the loop"
	case missing != "":
		return "a " + missing + " is missing before it"
	}
	if near := plan.Nearest(name, []string{"local", "return", "function", "while", "repeat", "until", "break", "elseif"}); near != "" {
		return "did you mean " + near + "?"
	}
	return ""
}
