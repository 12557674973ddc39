package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const envPrefix = "LOCUST_HTTP_"

// newRoot is the tree of commands. begun becomes true when a command's own code
// begins, so that errors before it are told from errors of it.
func newRoot(p *process) (root *cobra.Command, begun *bool) {
	begun = new(bool)
	root = &cobra.Command{
		Use:   "locust-http",
		Short: "Load testing of HTTP services, from a plan in a file",
		Long: `locust-http sends the load that a plan describes, from this machine or from a fleet
of workers, and says whether its thresholds held.

Every flag of every command can also be given as an environment variable:
--spawn-rate is LOCUST_HTTP_SPAWN_RATE. Several values of one flag are separated by
commas, or by line breaks where a value has a comma itself.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := p.flagsFromEnv(cmd.Flags()); err != nil {
				return err
			}
			*begun = true
			return nil
		},
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newDemo(p), newRun(p), newCheck(p), newSend(p), newScript(p), newMaster(p), newWorker(p), newVersion(p), newEngine(p), newEtcd(p), newScriptTests(p), newShop(p))
	return root, begun
}

// command is a subcommand: its flags are the fields of a struct, and run is that
// struct's Run method.
type command struct {
	use, short, example string
	long                string // follows short in --help
	hidden              bool
	args                cobra.PositionalArgs
	take                func(args []string) // stores the arguments
	run                 func(context.Context) error
}

func (c command) cobra() *cobra.Command {
	long := c.short + "."
	if c.long != "" {
		long += "\n\n" + c.long
	}
	return &cobra.Command{
		Use: c.use, Short: c.short, Long: long, Example: "  " + c.example, Hidden: c.hidden,
		Args: c.checkArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if c.take != nil {
				c.take(args)
			}
			return c.run(cmd.Context())
		},
	}
}

func (c command) checkArgs(cmd *cobra.Command, args []string) error {
	check := c.args
	if check == nil {
		check = cobra.NoArgs
	}
	if check(cmd, args) == nil {
		return nil
	}
	hint := "usage: " + cmd.UseLine() + ", for example: " + c.example
	if len(args) == 0 {
		return usage(hint, "nothing given to %s", cmd.Name())
	}
	return usage(hint, "%s: unexpected argument %q", cmd.Name(), args[len(args)-1])
}

func unknownCommand(root *cobra.Command, name string) error {
	hint := "see: locust-http --help"
	root.SuggestionsMinimumDistance = 2
	if near := root.SuggestionsFor(name); len(near) > 0 {
		hint = "did you mean: locust-http " + near[0]
	}
	return usage(hint, "unknown command %q", name)
}

// flagError adds to what pflag says the flag that was probably meant.
func flagError(cmd *cobra.Command, err error) error {
	hint := "see: " + cmd.CommandPath() + " --help"
	if name, ok := strings.CutPrefix(err.Error(), "unknown flag: --"); ok {
		if near := nearestFlag(cmd.Flags(), name); near != "" {
			hint = "did you mean --" + near + "? " + hint
		}
	}
	return usage(hint, "%w", err)
}

func nearestFlag(flags *pflag.FlagSet, name string) string {
	best, distance := "", 3
	flags.VisitAll(func(f *pflag.Flag) {
		if d := editDistance(f.Name, name); d < distance && !f.Hidden {
			best, distance = f.Name, d
		}
	})
	return best
}

// editDistance is Levenshtein's.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// flagsFromEnv sets every flag that was not given from its environment variable.
func (p *process) flagsFromEnv(flags *pflag.FlagSet) (err error) {
	flags.VisitAll(func(f *pflag.Flag) {
		name := envName(f.Name)
		text, ok := p.lookupEnv(name)
		if !ok || text == "" || f.Changed || err != nil || f.Name == "help" {
			return
		}
		if bad := setFlag(flags, f, text); bad != nil {
			err = usage("it is the flag --"+f.Name+" as an environment variable", "%s=%q: %w", name, text, bad)
		}
	})
	return err
}

func setFlag(flags *pflag.FlagSet, f *pflag.Flag, text string) error {
	if _, err := strconv.ParseBool(text); err != nil && f.Value.Type() == "bool" {
		return errors.New("must be true or false")
	}
	if _, several := f.Value.(pflag.SliceValue); !several {
		return flags.Set(f.Name, text)
	}
	for _, value := range severalValues(text) {
		if err := flags.Set(f.Name, value); err != nil {
			return err
		}
	}
	return nil
}

func severalValues(text string) []string {
	separator := ","
	if strings.Contains(text, "\n") {
		separator = "\n"
	}
	var values []string
	for _, v := range strings.Split(text, separator) {
		if v = strings.TrimSpace(v); v != "" {
			values = append(values, v)
		}
	}
	return values
}

func envName(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// pairs reads k=v arguments; flag names the flag in errors.
func pairs(flag string, list []string) (map[string]string, error) {
	m := make(map[string]string, len(list))
	for _, text := range list {
		k, v, ok := strings.Cut(text, "=")
		if !ok || k == "" {
			return nil, usage(fmt.Sprintf("for example: --%s name=value", flag), "--%s %q is not of the form name=value", flag, text)
		}
		m[k] = v
	}
	return m, nil
}
