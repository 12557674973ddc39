// Command locust-http is every part of the load-testing platform: it runs plans,
// serves the master, and is the worker on a load host. Each subcommand is a file: a
// struct of flags and a Run method. Flags, environment variables and os.Exit live in
// this package only.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/locust-http/locust-http/cmd/locust-http/internal/terminal"
	"github.com/locust-http/locust-http/plan"
)

func main() {
	p := process{in: os.Stdin, out: os.Stdout, err: os.Stderr, lookupEnv: os.LookupEnv}
	os.Exit(p.main(context.Background(), os.Args[1:]))
}

// process is what commands see of the process that they run in.
type process struct {
	in        io.Reader
	out, err  io.Writer
	lookupEnv func(string) (string, bool)
}

// main runs the command that args name and returns the exit code.
func (p *process) main(ctx context.Context, args []string) int {
	root, begun := newRoot(p)
	root.SetArgs(args)
	root.SetOut(p.out)
	root.SetErr(p.err)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return codeOK
	}
	var e *exitError
	if !errors.As(err, &e) {
		e = &exitError{code: codeBroken, err: err}
		if !*begun { // what cobra itself found wrong
			e.code, e.hint = codeUsage, "see: locust-http --help"
		}
	}
	p.complain(e)
	return e.code
}

// complain says what went wrong, with the hint of an *exitError.
func (p *process) complain(err error) {
	hint := ""
	var e *exitError
	if errors.As(err, &e) {
		if e.err == nil {
			return
		}
		hint = e.hint
	}
	var refused *apiError
	if errors.As(err, &refused) {
		plan.Problems(refused.Body.Problems).Format(p.err, p.style(p.err).Colour)
	}
	fmt.Fprintln(p.err, "locust-http: "+terminal.SafeLines(err.Error()))
	if hint != "" {
		fmt.Fprintln(p.err, "  "+terminal.SafeLines(hint))
	}
}
