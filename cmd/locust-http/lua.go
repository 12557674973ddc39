package main

import (
	"io/fs"
	"strings"

	"github.com/locust-http/locust-http/internal/workspace"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/scripting/lint"
	"github.com/locust-http/locust-http/scripts"
)

// newLua is how the scripts of plans are found and checked.
func newLua() workspace.Lua {
	checker := lint.New(shippedLibraries()...)
	return workspace.Lua{
		Shipped: scripts.Files, Requires: lint.Requires, Secrets: lint.Secrets,
		Check: func(p *load.Plan, sources []load.Source) plan.Problems {
			var out plan.Problems
			for _, found := range checker.Check(p, sources) {
				out = append(out, plan.Problem{
					File: found.File, Line: found.Line, Col: found.Column, Path: found.Path,
					Message: found.Message, Hint: found.Hint, Warning: found.Warning,
				})
			}
			return out
		},
	}
}

// shippedLibraries are the names of the libraries that the program brings.
func shippedLibraries() []string {
	files, _ := fs.Glob(scripts.Files, "*.lua") // the pattern is not malformed
	var names []string
	for _, file := range files {
		if name := strings.TrimSuffix(file, ".lua"); !strings.HasSuffix(name, "_test") {
			names = append(names, name)
		}
	}
	return names
}
