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
	masterFlags
	Workers int
	Labels  []string
	Name    string
	Note    string
	Out     []string
	Quiet   bool
}

func newRun(p *process) *cobra.Command {
	c := &runCommand{process: p}
	cmd := command{
		use: "run PLAN", short: "Run a plan, with a worker on this machine or on a master's fleet",
		long: `A first Ctrl-C stops gracefully, a second at once. Exit codes: 0 the thresholds hold ·
1 could not run · 2 bad plan or bad usage, nothing sent · 3 a threshold failed ·
4 the measurement is invalid · 130 interrupted.`,
		example: "locust-http run shop.yaml --users 50 --spawn-rate 5 --duration 2m --out result.json",
		args:    cobra.ExactArgs(1),
		take:    func(args []string) { c.Plan = args[0] },
		run:     c.Run,
	}.cobra()
	f := cmd.Flags()
	c.overrideFlags.bind(f)
	c.planFlags.bind(f)
	c.masterFlags.bind(f, "run on its fleet")
	f.IntVar(&c.Workers, "workers", 0, "how many workers (default: 1 here; with --master the plan's, else all that are free)")
	f.StringArrayVar(&c.Labels, "label", nil, "label `name=value` that the workers must have; repeatable; with --master")
	f.StringVar(&c.Name, "name", "", "`TEXT` to know the run by")
	f.StringVar(&c.Note, "note", "", "`TEXT` about the run")
	f.StringArrayVar(&c.Out, "out", nil, "write the result to `FILE`: .json, .csv or .xml (JUnit); repeatable")
	f.BoolVar(&c.Quiet, "quiet", false, "no progress, only the summary")
	return cmd
}

// Run runs the plan and returns when the run has ended and is recorded.
func (c *runCommand) Run(ctx context.Context) error {
	if err := c.validate(); err != nil {
		return err
	}
	in := listenForInterrupts()
	defer in.close()
	if c.remote() {
		return c.runOnMaster(ctx, in)
	}
	return c.runHere(ctx, in)
}

// notBegun is what a Ctrl-C before the run has led to.
const notBegun = "interrupted; nothing was sent"

func (c *runCommand) validate() error {
	if c.Workers < 0 || !c.remote() && c.Workers > maxLocalWorkers {
		return usage("", "--workers %d: must be from 1 to %d", c.Workers, maxLocalWorkers)
	}
	if err := c.masterFlags.check(masterOnly{"label", len(c.Labels) > 0, "labels choose among the workers of a master"}); err != nil {
		return err
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
