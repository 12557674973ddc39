package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"os/user"

	"github.com/spf13/cobra"

	"github.com/locust-http/locust-http/cmd/locust-http/internal/export"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// maxLocalWorkers bounds --workers without a master: engine processes on this machine.
const maxLocalWorkers = 64

// runCommand runs a plan, here or on a fleet.
type runCommand struct {
	*process
	overrideFlags
	Plan      string
	Master    string
	TokenFile string
	Workers   int
	Labels    []string
	Name      string
	Note      string
	Out       []string
	Quiet     bool

	Environment string
	Secrets     []string
}

func newRun(p *process) *cobra.Command {
	c := &runCommand{process: p}
	cmd := command{
		use: "run PLAN", short: "Run a plan, with a worker on this machine or on a master's fleet",
		example: "locust-http run shop.yaml --users 50 --spawn-rate 5 --duration 2m --out result.json",
		args:    cobra.ExactArgs(1),
		take:    func(args []string) { c.Plan = args[0] },
		run:     c.Run,
	}.cobra()
	f := cmd.Flags()
	c.bind(f)
	f.StringVar(&c.Master, "master", "", "`URL` of a master: run on its fleet instead of this machine")
	f.StringVar(&c.TokenFile, "token-file", "", "`FILE` with the master's token")
	f.IntVar(&c.Workers, "workers", 0, "how many workers (default: 1 here; with --master the plan's, else all that are free)")
	f.StringArrayVar(&c.Labels, "label", nil, "label `name=value` that the workers must have; repeatable; with --master")
	f.StringVar(&c.Name, "name", "", "name of the run")
	f.StringVar(&c.Note, "note", "", "note on the run")
	f.StringArrayVar(&c.Out, "out", nil, "write the result to `FILE`: .json, .csv or .xml (JUnit); repeatable")
	f.BoolVar(&c.Quiet, "quiet", false, "no progress, only the summary")
	f.StringVar(&c.Environment, "env", "", "`NAME` of an environment (not supported yet)")
	f.StringArrayVar(&c.Secrets, "secret", nil, "secret `NAME=@FILE` (not supported yet)")
	return cmd
}

// Run runs the plan and returns when the run has ended and is recorded.
func (c *runCommand) Run(ctx context.Context) error {
	if err := c.validate(); err != nil {
		return err
	}
	text, err := readPlan(c.Plan)
	if err != nil {
		return err
	}
	overrides, err := c.overrides()
	if err != nil {
		return err
	}
	p, err := c.resolve(text, overrides)
	if err != nil {
		return err
	}
	if c.Master != "" {
		return c.runOnMaster(ctx, p, text, overrides)
	}
	return c.runHere(ctx, p, text)
}

func (c *runCommand) validate() error {
	switch {
	case c.Environment != "":
		return notYet("--env")
	case len(c.Secrets) > 0:
		return notYet("--secret")
	case c.Workers < 0 || c.Master == "" && c.Workers > maxLocalWorkers:
		return usage("", "--workers %d: must be from 1 to %d", c.Workers, maxLocalWorkers)
	case c.Master == "" && len(c.Labels) > 0:
		return usage("labels choose among the workers of a master: give --master", "--label without --master")
	case c.Master == "" && c.TokenFile != "":
		return usage("the token is the master's: give --master", "--token-file without --master")
	}
	return checkOut(c.Out)
}

// checkOut says before a run whether its result can be written.
func checkOut(files []string) error {
	for _, path := range files {
		if err := export.Check(path); err != nil {
			return usage("for example: --out result.json", "--out: %w", err)
		}
	}
	return nil
}

// resolve is the plan with all overrides applied, checked as a whole. Every problem
// has been printed when it fails.
func (c *runCommand) resolve(text []byte, o load.Overrides) (*load.Plan, error) {
	p, problems := plan.DecodeWith(c.Plan, text, o)
	if len(problems) > 0 {
		problems.Format(c.err, c.style(c.err).Colour)
	}
	if problems.Err() != nil {
		return nil, exit(codeUsage)
	}
	return p, nil
}

// revision is the SHA-256 of a plan's text.
func revision(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// resolveEnv looks up the variables that {{$env NAME}} asks for.
func (p *process) resolveEnv(names []string) (map[string]string, error) {
	values := make(map[string]string, len(names))
	for _, name := range names {
		v, ok := p.lookupEnv(name)
		if !ok {
			return nil, usage("set it, for example: "+name+"=… locust-http run …", "the plan asks for {{$env %s}}, and there is no such environment variable", name)
		}
		values[name] = v
	}
	return values, nil
}

// seedOf is the plan's seed, or a new one.
func seedOf(p *load.Plan) uint64 {
	if p.Run.Seed != nil {
		return *p.Run.Seed
	}
	var b [8]byte
	rand.Read(b[:]) // never fails (crypto/rand, Go 1.24)
	return binary.LittleEndian.Uint64(b[:])
}

// ownerName says who runs, for others that want the same workers.
func ownerName() string {
	name, host := "somebody", "this machine"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if h, err := os.Hostname(); err == nil {
		host = h
	}
	return name + "@" + host
}

func tagsOf(p *load.Plan) map[string]string {
	tags := make(map[string]string, len(p.Run.Tags))
	for _, t := range p.Run.Tags {
		tags[t.Name] = t.Value
	}
	return tags
}

// compiled is the program of a plan that has been checked already.
func compiled(p *load.Plan) (*plan.Program, error) {
	program, issues := plan.Compile(p)
	for _, i := range issues {
		if !i.Warning {
			return nil, usage(i.Hint, "%s: %s", i.Path, i.Message)
		}
	}
	return program, nil
}

func workerName(i int) string { return fmt.Sprintf("local-%d", i+1) }
