// Package reference says what scripts can call, for editors: names, signatures, and a line
// about each. docs/lua.md says more.
package reference

import (
	_ "embed"
	"slices"
	"strings"
)

//go:embed api.txt
var text string

// Kind says what a name is.
type Kind string

// The kinds of names.
const (
	KindFunction Kind = "function" // called with a dot, or by its name alone
	KindMethod   Kind = "method"   // called with a colon
	KindValue    Kind = "value"
	KindHook     Kind = "hook" // a function that a script may define
)

// Function is one thing that scripts can name.
type Function struct {
	Name      string // res:json
	Signature string // res:json([path])
	Doc       string
	Kind      Kind
	Params    []string // names, without brackets: path
}

// Library is what require returns.
type Library struct {
	Name      string // as it is required
	Functions []Function
}

// API is everything that every script finds.
type API struct {
	Functions []Function // globals, and what objects and the libraries of Lua have
	Hooks     []Function
	Tests     []Function // globals of tests of libraries
	Modules   []Library  // host modules, by name
}

// Read is the API of this program.
func Read() API {
	var a API
	section := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		name, isSection := strings.CutPrefix(line, "# ")
		if isSection {
			section = name
			continue
		}
		if line == "" {
			continue
		}
		signature, doc, _ := strings.Cut(line, "  -- ")
		f := newFunction(signature, doc)
		switch section {
		case "functions":
			a.Functions = append(a.Functions, f)
		case "tests":
			a.Tests = append(a.Tests, f)
		case "hooks":
			f.Kind = KindHook
			a.Hooks = append(a.Hooks, f)
		default:
			if n := len(a.Modules); n == 0 || a.Modules[n-1].Name != section {
				a.Modules = append(a.Modules, Library{Name: section})
			}
			m := &a.Modules[len(a.Modules)-1]
			m.Functions = append(m.Functions, f)
		}
	}
	slices.SortFunc(a.Modules, func(a, b Library) int { return strings.Compare(a.Name, b.Name) })
	return a
}

// newFunction reads name, kind and parameters off a signature.
func newFunction(signature, doc string) Function {
	name, args := signature, ""
	f := Function{Signature: signature, Doc: doc, Kind: KindValue, Params: []string{}}
	if at := strings.IndexAny(signature, "({"); at >= 0 {
		name, args = signature[:at], signature[at:]
		f.Kind = KindFunction
	}
	f.Name = name
	if strings.Contains(name, ":") {
		f.Kind = KindMethod
	}
	f.Params = append(f.Params, params(args)...)
	return f
}

// params are the names of the arguments (a, b [, c]); those of a table are none.
func params(args string) []string {
	inside, ok := strings.CutPrefix(args, "(")
	if !ok {
		return nil
	}
	inside = strings.TrimSuffix(inside, ")")
	return strings.FieldsFunc(inside, func(r rune) bool { return strings.ContainsRune(" ,[]", r) })
}
