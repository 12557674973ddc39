package guard_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting/guard"
)

// fill repeats unit between head and tail until the text is as long as it may be.
func fill(head, unit, tail string) string {
	return head + strings.Repeat(unit, (load.MaxSource-len(head)-len(tail))/len(unit)) + tail
}

// numbered is fill with a unit that depends on its number.
func numbered(head, tail string, unit func(i int) string) string {
	var b strings.Builder
	b.WriteString(head)
	for i := 0; b.Len() < load.MaxSource-64-len(tail); i++ {
		b.WriteString(unit(i))
	}
	return b.String() + tail
}

func nested(open, inside, close string, n int) string {
	return strings.Repeat(open, n) + inside + strings.Repeat(close, n)
}

// Texts that would take the parser or the compiler much time, memory or stack.
func TestRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"long":                {strings.Repeat(" ", load.MaxSource+1), "longer than"},
		"NUL":                 {"x = 1\ny = '\x00'", "line 2: the text has a NUL"},
		"not UTF-8":           {"x = 1\n\n-- \xff", "line 3: the text is not UTF-8"},
		"round brackets":      {"x = " + nested("(", "1", ")", 300), "inside each other"},
		"open brackets":       {fill("x = ", "(", ""), "inside each other"},
		"braces":              {fill("x = ", "{", ""), "inside each other"},
		"indexes":             {nested("a[", "a", "]", 300) + " = 1", "inside each other"},
		"do":                  {nested("do ", "", " end ", 300), "inside each other"},
		"functions":           {nested("function f() ", "", " end ", 300), "inside each other"},
		"ifs":                 {nested("if a then ", "", " end ", 300), "inside each other"},
		"repeats":             {nested("repeat ", "", " until a ", 300), "inside each other"},
		"loops":               {nested("while a do for b=1,2 do ", "", " end end ", 150), "inside each other"},
		"sum":                 {fill("x=a", "+a", ""), "operators"},
		"constant sum":        {fill("x=1", "+1", ""), "operators"},
		"power":               {fill("x=a", "^a", ""), "operators"},
		"concatenation":       {fill("x=a", "..a", ""), "operators"},
		"comparison":          {fill("x=a", "==a", ""), "operators"},
		"and":                 {fill("x=a", " and a", ""), "operators"},
		"or in if":            {fill("if a", " or a", " then end"), "operators"},
		"minus":               {fill("x=", "- ", "a"), "operators"},
		"not":                 {fill("x=", "not ", "a"), "operators"},
		"length":              {fill("x=", "#", "a"), "operators"},
		"calls":               {fill("a", "()", ""), "too deep"},
		"calls with text":     {fill("a", "''", ""), "too deep"},
		"calls with tables":   {fill("a", "{}", ""), "too deep"},
		"methods":             {fill("a", ":b()", ""), "too deep"},
		"fields":              {fill("x=a", ".b", ""), "too deep"},
		"name of a function":  {fill("function a", ".b", "() end"), "too deep"},
		"elseif":              {fill("if a then ", "elseif a then ", "end"), "too deep"},
		"operators in nests":  {"x=" + nested("a+a+a+a+(", "a", ")", 150), "too deep"},
		"operators after":     {"x=" + nested("(", "a", "+a+a+a+a)", 150), "too deep"},
		"functions in tables": {fill("x={", "function()end,", "}"), "more than 1000 functions"},
		"gotos":               {fill("", "goto z ", "::z::"), "gotos"},
		"labels":              {numbered("", "", func(i int) string { return fmt.Sprintf("::a%x::", i) }), "labels"},
		"numbers":             {numbered("x={", "}", func(i int) string { return fmt.Sprint(i, ",") }), "constants"},
		"texts":               {numbered("x={", "}", func(i int) string { return fmt.Sprintf("'%x',", i) }), "constants"},
		"globals":             {numbered("", "", func(i int) string { return fmt.Sprintf("a%x=1\n", i) }), "constants"},
		"folded numbers":      {numbered("x={", "}", func(i int) string { return fmt.Sprintf("%d+%d*%d,", i%7, i%11, i%13) }), "constants"},
		"locals in functions": {deepLocals(), "too many names"},
	} {
		err := guard.Check(c.text)
		if err == nil {
			t.Errorf("%s: passes", name)
		} else if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// deepLocals is functions inside each other with many variables each, and as many names
// inside as there is room for.
func deepLocals() string {
	params := make([]string, 150)
	for i := range params {
		params[i] = fmt.Sprintf("a%x", i)
	}
	return fill(strings.Repeat("function f("+strings.Join(params, ",")+") ", 100), "b=b ", strings.Repeat("end ", 100))
}

// What is the same over and over, but neither deep nor to be looked up, is fine.
func TestAccepted(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":      "",
		"calls":        fill("", "f(a, b.c, 'x') ", ""),
		"lines":        fill("", "x = a + b * 2 .. 'y'\n", ""),
		"locals":       fill("", "do local a, b = 1, 2 f(a + b) end ", ""),
		"loops":        fill("", "for i = 1, 10 do f(i) end ", ""),
		"ifs":          fill("", "if a then b() elseif c then d() else e() end ", ""),
		"tables":       fill("x = {", "{1, 2, k = 'v', [3] = f(x)}, ", "}"),
		"rows":         fill("x = {", "a and b or c, ", "}"),
		"arguments":    fill("f(a", ", a", ")"),
		"text":         fill("x = '", "(", "'"),
		"long text":    fill("x = [==[", "{]]", "]==]"),
		"comment":      fill("-- ", "(", "") + "",
		"long comment": fill("--[[", "((", "]]"),
		"semicolons":   fill("", ";", ""),
		"brackets":     fill("x = ", "(", "")[:150] + "1" + strings.Repeat(")", 146),
		"signs":        fill("x = {", "-1, ", "}")[:8000] + "}",
		"data":         "return {" + strings.Repeat(`{name = "Ann", mail = "ann@example.com", age = 7}, `, 3000) + "}",
		"words":        numbered("return {", "}", func(i int) string { return fmt.Sprintf("'%d', ", i) })[:60_000] + "}",
		"fluent":       "x" + strings.Repeat(":status(200)", 100),
		"windows":      "x = 1\r\ny = 2\r\n",
		"wrong":        "end end end )",
		"half":         "x = 'abc",
		"elseif":       "if a then " + strings.Repeat("elseif b then c() ", 150) + "end",
		"pieces":       "x = 'a'" + strings.Repeat(" .. 'b'", 150),
	} {
		if err := guard.Check(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The libraries that are shipped, and their tests, pass with room to spare.
func TestShippedLibraries(t *testing.T) {
	files, err := filepath.Glob("../../scripts/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d libraries, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := guard.Check(string(text)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// The place is that of the line that breaks the bound.
func TestLine(t *testing.T) {
	err := guard.Check("x = 1\n-- comment\n--[[\n\n]] y = [[\n]]\r\nz = " + strings.Repeat("(", 300))
	if err == nil || err.Line != 7 {
		t.Errorf("%v", err)
	}
}
