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
)

// maxLocalWorkers bounds --workers without a master: engine processes on this machine.
const maxLocalWorkers = 64

// runCommand runs a plan, here or on a fleet.
type runCommand struct {
	*process
	planFlags
	Master    string
	TokenFile string
	Workers   int
	Labels    []string
	Name      string
	Note      string
	Out       []string
	Quiet     bool
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
	c.overrideFlags.bind(f)
	c.planFlags.bind(f)
	f.StringVar(&c.Master, "master", "", "`URL` of a master: run on its fleet instead of this machine")
	f.StringVar(&c.TokenFile, "token-file", "", "`FILE` with the master's token")
	f.IntVar(&c.Workers, "workers", 0, "how many workers (default: 1 here; with --master the plan's, else all that are free)")
	f.StringArrayVar(&c.Labels, "label", nil, "label `name=value` that the workers must have; repeatable; with --master")
	f.StringVar(&c.Name, "name", "", "name of the run")
	f.StringVar(&c.Note, "note", "", "note on the run")
	f.StringArrayVar(&c.Out, "out", nil, "write the result to `FILE`: .json, .csv or .xml (JUnit); repeatable")
	f.BoolVar(&c.Quiet, "quiet", false, "no progress, only the summary")
	return cmd
}

// Run runs the plan and returns when the run has ended and is recorded.
func (c *runCommand) Run(ctx context.Context) error {
	if err := c.validate(); err != nil {
		return err
	}
	q, err := c.prepare(ctx, c.process, c.Master == "")
	if err != nil {
		return err
	}
	defer q.close()
	if c.Master != "" {
		return c.runOnMaster(ctx, q)
	}
	return c.runHere(ctx, q)
}

func (c *runCommand) validate() error {
	switch {
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

// revision is the SHA-256 of a plan's text.
func revision(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
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

func workerName(i int) string { return fmt.Sprintf("local-%d", i+1) }
