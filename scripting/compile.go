package scripting

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting/guard"
)

// CheckSource says what keeps one text from being compiled; nil: nothing.
func CheckSource(source *load.Source) *Problem {
	_, problem := compile(source)
	return problem
}

// compile turns one text into what all users run. Nothing in a text can make it panic.
func compile(source *load.Source) (proto *lua.FunctionProto, problem *Problem) {
	defer func() {
		if r := recover(); r != nil {
			problem = problemAt(source, 0, 0, fmt.Sprintf("it cannot be compiled: %v", r), "")
		}
	}()
	if err := guard.Check(source.Text); err != nil {
		return nil, problemAt(source, err.Line, 0, err.Message, "")
	}
	statements, err := parse.Parse(textReader(source), source.File)
	if err != nil {
		return nil, syntaxProblem(source, err)
	}
	r := newRewriter()
	r.block(statements)
	proto, err = lua.Compile(statements, source.File)
	if err != nil {
		return nil, compileProblem(source, err)
	}
	r.fill(proto)
	compact(proto)
	if line := tooManyUpvalues(proto); line > 0 {
		return nil, problemAt(source, line-firstLine(source)+1, 0, fmt.Sprintf("a function uses more than %d local variables of the functions around it", maxUpvalues), "put them into a table")
	}
	return proto, nil
}

// compact gives proto, and the functions within, no more memory than they fill: gopher-lua
// leaves 12 KiB to the smallest function.
func compact(proto *lua.FunctionProto) {
	proto.Code = slices.Clone(proto.Code)
	proto.DbgSourcePositions = slices.Clone(proto.DbgSourcePositions)
	proto.Constants = slices.Clone(proto.Constants)
	proto.DbgLocals = slices.Clone(proto.DbgLocals)
	proto.DbgCalls = slices.Clone(proto.DbgCalls)
	for _, inner := range proto.FunctionPrototypes {
		compact(inner)
	}
}

func firstLine(source *load.Source) int { return max(source.Line, 1) }

// textReader reads the text of source, after as many empty lines as there are lines before
// it: so all that Lua says about lines means those of the file.
func textReader(source *load.Source) *strings.Reader {
	return strings.NewReader(strings.Repeat("\n", firstLine(source)-1) + source.Text)
}

// maxUpvalues is what a function prototype can count.
const maxUpvalues = 200

// tooManyUpvalues is the line of a function whose upvalues cannot be counted: 0: none.
func tooManyUpvalues(proto *lua.FunctionProto) int {
	if len(proto.DbgUpvalues) > maxUpvalues {
		return max(proto.LineDefined, 1)
	}
	for _, inner := range proto.FunctionPrototypes {
		if line := tooManyUpvalues(inner); line > 0 {
			return line
		}
	}
	return 0
}

// problemAt is a problem at a line and column of the text, from 1; 0: unknown.
func problemAt(source *load.Source, line, column int, message, hint string) *Problem {
	p := &Problem{File: source.File, Message: message, Hint: hint, Path: source.Path}
	if line > 0 {
		p.Line = line + firstLine(source) - 1
	}
	if column > 0 && line > 0 {
		p.Column = column + source.Indent
	}
	return p
}

func compileProblem(source *load.Source, err error) *Problem {
	var wrong *lua.CompileError
	if !errors.As(err, &wrong) {
		return problemAt(source, 0, 0, err.Error(), "")
	}
	message, hint := wrong.Message, ""
	switch {
	case strings.HasPrefix(message, "register overflow"), message == "too many local variables":
		message, hint = "a function has too many local variables, or an expression too many parts", "Lua has room for 200 of them: use a table, or several functions"
	case message == "too many constants":
		message, hint = "a function has too many constants", "split it"
	case message == "too long to jump.":
		message, hint = "a loop or condition is too long", "move parts of it into functions"
	case message == "no loop to break":
		message = "`break` outside of a loop"
	}
	line := wrong.Line - firstLine(source) + 1
	return problemAt(source, max(line, 1), 0, message, hint)
}

// position is where the parser stopped, as a line and column of the text.
func position(source *load.Source, at ast.Position) (line, column int) {
	if at.Line < 0 {
		return strings.Count(strings.TrimRight(source.Text, "\n"), "\n") + 1, 0
	}
	return at.Line - firstLine(source) + 1, at.Column
}
