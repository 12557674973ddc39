package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/locust-http/locust-http/cmd/locust-http/internal/terminal"
	"github.com/locust-http/locust-http/internal/workspace"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting/libtest"
	"github.com/locust-http/locust-http/scripts"
)

// scriptTestCommand runs the tests of Lua libraries.
type scriptTestCommand struct {
	*process
	Dir string // empty: the libraries of the workspace
}

// newScript is the group of commands about Lua libraries.
func newScript(p *process) *cobra.Command {
	cmd := &cobra.Command{
		Use: "script", Short: "Work on Lua libraries", Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("see: locust-http script --help", "script: unknown command %q", args[0])
			}
			return cmd.Help()
		},
	}
	cmd.AddCommand(newScriptTest(p))
	return cmd
}

func newScriptTest(p *process) *cobra.Command {
	c := &scriptTestCommand{process: p}
	return command{
		use: "test [DIR]", short: "Run the tests of a folder of Lua libraries: NAME_test.lua beside NAME.lua",
		long: "Without DIR: the folder " + load.ScriptsFolder + " of the workspace. Libraries that are shipped with\n" +
			"locust-http can be required, too. Nothing is sent: a test says what its requests are\n" +
			"answered with. Exit code 1 says that a test failed.",
		example: "locust-http script test scripts",
		args:    cobra.MaximumNArgs(1),
		take: func(args []string) {
			if len(args) > 0 {
				c.Dir = args[0]
			}
		},
		run: c.Run,
	}.cobra()
}

// Run prints failures with their places, and how many tests of each file passed.
func (c *scriptTestCommand) Run(ctx context.Context) error {
	in := listenForInterrupts()
	defer in.close()
	return in.during(ctx, "interrupted", c.test)
}

func (c *scriptTestCommand) test(ctx context.Context) error {
	dir, err := c.folder()
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return usage("for example: locust-http script test scripts", "open the libraries: %w", err)
	}
	defer root.Close()
	sum, err := libtest.Run(ctx, libtest.Options{
		Files: root.FS(), Folder: filepath.ToSlash(filepath.Clean(dir)), Shipped: scripts.Files, Out: safeWriter{c.out},
	})
	if err != nil {
		return fmt.Errorf("test the libraries of %s: %w", dir, err)
	}
	if sum.Failed > 0 {
		return exit(codeBroken)
	}
	return nil
}

// folder is the one that is tested, as errors name it.
func (c *scriptTestCommand) folder() (string, error) {
	if c.Dir != "" {
		return c.Dir, nil
	}
	here, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the workspace: %w", err)
	}
	home, err := workspace.Find(filepath.Join(here, "plan.yaml"))
	if err != nil {
		return "", err
	}
	dir := filepath.Join(home, load.ScriptsFolder)
	if near, err := filepath.Rel(here, dir); err == nil {
		dir = near
	}
	return dir, nil
}

// safeWriter writes lines of which no part is a command to the terminal.
type safeWriter struct{ to io.Writer }

func (w safeWriter) Write(b []byte) (int, error) {
	_, err := io.WriteString(w.to, terminal.SafeLines(string(b)))
	return len(b), err
}
