package main

import (
	"context"
	"encoding/json"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
	"github.com/locust-http/locust-http/scripting/libtest"
	"github.com/locust-http/locust-http/scripts"
)

// Bounds of the process, and of what it says.
const (
	scriptTestsHeap   = 256 << 20 // bytes of live heap above which Lua is cancelled
	scriptTestsMemory = 2 * scriptTestsHeap
	maxTestResults    = 500
	maxTestMessage    = 1_000     // bytes
	maxTestOutput     = 256 << 10 // bytes
)

// scriptTestsCommand is the process in which the tests of one library run for a page. It
// answers with a master.ScriptTest on standard output, and ends when its input does.
type scriptTestsCommand struct {
	*process
	Folder string // of the libraries
	File   string // the tests, in it
}

func newScriptTests(p *process) *cobra.Command {
	c := &scriptTestsCommand{process: p}
	cmd := command{
		use: "script-tests", short: "The process of the tests of a library; started by a master", hidden: true,
		example: "locust-http script-tests --folder scripts --file sign_test.lua", run: c.Run,
	}.cobra()
	cmd.Flags().StringVar(&c.Folder, "folder", load.ScriptsFolder, "`DIR` of the libraries")
	cmd.Flags().StringVar(&c.File, "file", "", "`FILE` of the tests, in it")
	return cmd
}

// Run runs the tests; that some fail is an answer, not an error.
func (c *scriptTestsCommand) Run(ctx context.Context) error {
	debug.SetMemoryLimit(scriptTestsMemory)
	ctx, cancel := asChild(ctx)
	defer cancel()
	ctx, cancelEOF := untilEOF(ctx, c.in)
	defer cancelEOF()
	root, err := os.OpenRoot(c.Folder)
	if err != nil {
		return usage("", "open the libraries: %w", err)
	}
	defer root.Close()
	var out clipped
	result := master.ScriptTest{Tests: []master.TestResult{}}
	sum, err := libtest.Run(ctx, libtest.Options{
		Files: root.FS(), Folder: load.ScriptsFolder, Shipped: scripts.Files, Out: &out, Only: c.File, HeapLimit: scriptTestsHeap,
		Report: func(r libtest.Result) {
			if len(result.Tests) < maxTestResults {
				result.Tests = append(result.Tests, master.TestResult{Name: r.Name, OK: r.OK, Message: load.Clip(r.Message, maxTestMessage), Place: r.Place})
			}
		},
	})
	if err != nil {
		out.Write([]byte(err.Error() + "\n")) //nolint:errcheck // it never fails
	}
	result.OK = err == nil && sum.Failed == 0
	result.Output = out.text.String()
	return json.NewEncoder(c.out).Encode(result)
}

// clipped keeps the beginning of what is written.
type clipped struct {
	text strings.Builder
	full bool
}

func (c *clipped) Write(b []byte) (int, error) {
	switch room := maxTestOutput - c.text.Len(); {
	case c.full:
	case len(b) <= room:
		c.text.Write(b)
	default:
		c.full = true
		c.text.WriteString(load.Clip(string(b), room) + "\n… more was said than is kept\n")
	}
	return len(b), nil
}
