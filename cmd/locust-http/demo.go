package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/locust-http/locust-http/cmd/locust-http/internal/terminal"
	"github.com/locust-http/locust-http/examples"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
)

const (
	demoPlan   = "shop"
	shopListen = "127.0.0.1:8099"
	// demoPatience is how long the worker may take to be seen by the master.
	demoPatience = 30 * time.Second
)

// demoCommand is everything at once on loopback.
type demoCommand struct {
	*process
	Duration  *time.Duration
	Listen    string
	Shop      string
	Workspace string
	Out       []string
	Quiet     bool
	Scripted  bool
	Backlog   time.Duration // of the scripted demonstration

	listenAsked, shopAsked bool
}

func newDemo(p *process) *cobra.Command {
	c := &demoCommand{process: p}
	cmd := command{
		use: "demo", short: "A sample shop, a master, a worker and a run, all on this machine",
		example: "locust-http demo --duration 20s", run: c.Run,
	}.cobra()
	f := cmd.Flags()
	f.Var(optional[time.Duration]{&c.Duration, "DURATION", positiveDuration}, "duration", "of the run; the demo then ends with it (default: stay up until Ctrl-C)")
	f.StringVar(&c.Listen, "listen", masterListen, "`HOST:PORT` of the master, on loopback; a free port if the default's is taken")
	f.StringVar(&c.Shop, "shop", shopListen, "`HOST:PORT` of the shop, on loopback; a free port if the default's is taken")
	f.StringVar(&c.Workspace, "workspace", "", "`DIR` for the master's files, kept at the end (default: a temporary one)")
	f.StringArrayVar(&c.Out, "out", nil, "write the result to `FILE`: .json, .csv or .xml (JUnit); repeatable")
	f.BoolVar(&c.Quiet, "quiet", false, "no progress, only the summary")
	f.BoolVar(&c.Scripted, "scripted", false, "a run that is the same every time, with errors and a lost worker; nothing is sent")
	f.DurationVar(&c.Backlog, "backlog", time.Hour, "with --scripted: `DURATION` of the longest past run; 0: none")
	before := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c.listenAsked, c.shopAsked = f.Changed("listen"), f.Changed("shop")
		return before(cmd, args)
	}
	return cmd
}

// Run starts all parts, follows the run, and takes all parts down again.
func (c *demoCommand) Run(ctx context.Context) error {
	for flag, address := range map[string]string{"listen": c.Listen, "shop": c.Shop} {
		if !isLoopback(address) {
			return usage("for fleets there are: locust-http master, locust-http worker", "--%s %s: the demo stays on this machine", flag, address)
		}
	}
	if err := checkOut(c.Out); err != nil {
		return err
	}
	if c.Scripted {
		return c.runScripted(ctx)
	}
	in := listenForInterrupts()
	defer in.close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	screen := c.screen()
	shopURL, endShop, err := c.startShop(screen)
	if err != nil {
		return err
	}
	defer endShop()
	workspace, remove, err := c.workspace(shopURL)
	if err != nil {
		return err
	}
	defer remove()
	at, endMaster, err := c.startMaster(ctx, workspace, screen)
	if err != nil {
		return err
	}
	defer endMaster()
	endWorker, err := c.startWorker(at, screen)
	if err != nil {
		return err
	}
	defer endWorker()
	screen.Note(fmt.Sprintf("shop    %s\nmaster  %s/api/v1\netcd    %s\npage    %s/", shopURL, at.URL, at.Etcd, at.URL))
	return c.play(ctx, at, shopURL, screen, in, cancel)
}

// workspace is the folder of the master, with the examples in it, which are about the
// shop at shopURL; remove takes a temporary one away.
func (c *demoCommand) workspace(shopURL string) (dir string, remove func(), err error) {
	dir, remove = c.Workspace, func() {}
	if dir == "" {
		if dir, err = os.MkdirTemp("", "locust-http-demo-"); err != nil {
			return "", nil, fmt.Errorf("make a workspace: %w", err)
		}
		remove = func() { os.RemoveAll(dir) }
	}
	if err := copyExamples(dir, shopURL); err != nil {
		remove()
		return "", nil, fmt.Errorf("make a workspace: %w", err)
	}
	return dir, remove, nil
}

// copyExamples makes dir the workspace of the examples, with the shop where it is; files
// that are there stay as they are.
func copyExamples(dir, shopURL string) error {
	return fs.WalkDir(examples.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := examples.Files.ReadFile(name)
		if err != nil {
			return err
		}
		text = bytes.ReplaceAll(text, []byte("http://"+shopListen), []byte(shopURL))
		to := filepath.Join(dir, filepath.FromSlash(name))
		if path.Dir(name) == "." {
			to = filepath.Join(dir, "plans", name)
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		if errors.Is(err, fs.ErrExist) {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = f.Write(text)
		return errors.Join(err, f.Close())
	})
}

// startShop starts the target and waits until it serves.
func (c *demoCommand) startShop(log *terminal.Screen) (url string, end func(), err error) {
	args := []string{"shop", "--listen", c.Shop}
	if !c.shopAsked {
		args = append(args, "--any-port")
	}
	cmd, err := self(args...)
	if err != nil {
		return "", nil, err
	}
	answers, out, err := os.Pipe()
	if err != nil {
		return "", nil, fmt.Errorf("start shop: %w", err)
	}
	defer answers.Close()
	cmd.Stdout = out
	shop, err := startChild("shop", cmd, log)
	out.Close() // the child has its own
	if err != nil {
		return "", nil, err
	}
	if url, err = firstLine(answers); err != nil {
		shop.end() // what it said has been written
		return "", nil, errors.New("the shop did not start")
	}
	return url, shop.end, nil
}

// startMaster starts the master in this process and waits until it serves.
func (c *demoCommand) startMaster(ctx context.Context, workspace string, log *terminal.Screen) (masterAddress, func(), error) {
	quiet := *c.process
	quiet.err = log
	m := &masterCommand{process: &quiet, Listen: c.Listen, EtcdListen: "127.0.0.1:0", Workspace: workspace, listenAsked: c.listenAsked}
	ctx, cancel := context.WithCancel(ctx)
	ready, ended := make(chan masterAddress, 1), make(chan struct{})
	var err error
	go func() {
		defer close(ended)
		err = m.serve(ctx, "", logTo(log, slog.LevelWarn), func(at masterAddress) { ready <- at })
	}()
	end := func() { cancel(); <-ended }
	select {
	case at := <-ready:
		return at, end, nil
	case <-ended:
		end()
		return masterAddress{}, nil, err
	}
}

func (c *demoCommand) startWorker(at masterAddress, log *terminal.Screen) (end func(), err error) {
	cmd, err := self("worker", "--until-eof", "--id", "demo", "--etcd", at.Etcd, "--listen", "127.0.0.1:0", "--log-level", "warn")
	if err != nil {
		return nil, err
	}
	w, err := startChild("worker", cmd, log)
	if err != nil {
		return nil, err
	}
	return w.end, nil
}

// play runs the shop's plan once and then, unless it was given a duration, stays until
// Ctrl-C.
func (c *demoCommand) play(ctx context.Context, at masterAddress, shopURL string, screen *terminal.Screen, in *interrupts, kill func()) error {
	a, err := newAPI(at.URL, "")
	if err != nil {
		return err
	}
	if err := awaitWorker(ctx, a, in); err != nil {
		return err
	}
	order := master.StartRun{
		Order: master.Order{Plan: demoPlan, Overrides: master.OverridesOf(load.Overrides{BaseURL: shopURL, Duration: c.Duration})}, Owner: "demo",
	}
	r, err := startRemote(ctx, a, order, screen.Note)
	if err != nil {
		return startFailure(err)
	}
	interrupted := follow(r, screen, c.Quiet, in, kill)
	result, err := r.Result()
	if err != nil {
		return err
	}
	outcome := c.conclude(result, c.Out, interrupted)
	if c.Duration == nil && !interrupted {
		screen.Note(fmt.Sprintf("the demo stays up at %s/; press Ctrl-C to end it", at.URL))
		<-in.signals
	}
	return outcome
}

// awaitWorker waits until the master can use a worker.
func awaitWorker(ctx context.Context, a *api, in *interrupts) error {
	deadline := time.After(demoPatience)
	for {
		n, err := a.readyWorkers(ctx)
		if err == nil && n > 0 {
			return nil
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-in.signals:
			return exit(codeInterrupted)
		case <-deadline:
			return errors.Join(fmt.Errorf("no worker was seen within %v", demoPatience), err)
		}
	}
}
