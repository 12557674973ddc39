package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/locust-http/locust-http/cmd/locust-http/internal/terminal"
	"github.com/locust-http/locust-http/internal/blobs"
	"github.com/locust-http/locust-http/internal/workspace"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
	"github.com/locust-http/locust-http/plan"
)

// planFlags are a plan, and what a command line says about it.
type planFlags struct {
	overrideFlags
	Plan        string
	Environment string
	Secrets     []string
}

// bind offers what goes with a plan, not what changes it: see overrideFlags.
func (f *planFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.Environment, "env", "", "`NAME` of an environment: environments/NAME.yaml of the workspace")
	flags.StringArrayVar(&f.Secrets, "secret", nil, "secret `NAME=@FILE`, for {{secret.NAME}}; or set LOCUST_HTTP_SECRET_NAME; repeatable")
}

// prepared is a plan with everything that goes with it, as found on this machine.
type prepared struct {
	flags     *planFlags
	text      []byte
	overrides load.Overrides
	plan      *load.Plan // with all overrides applied
	program   *plan.Program
	env       map[string]string // values of {{$env NAME}}
	secrets   map[string]string
	workspace *workspace.Workspace
	files     *workspace.Files
}

// prepare reads the plan and finds all that it needs. Every problem has been printed
// when it fails. With all, a value that is missing is an error; without, a master may
// know it.
func (f *planFlags) prepare(ctx context.Context, p *process, all bool) (q *prepared, err error) {
	q = &prepared{flags: f}
	opened := q // a failure returns nil
	defer func() {
		if err != nil {
			opened.close()
		}
	}()
	if err := q.read(p); err != nil {
		return nil, err
	}
	given, err := readSecrets(f.Secrets)
	if err != nil {
		return nil, err
	}
	if err := q.values(p, given, all); err != nil {
		return nil, err
	}
	return q, q.resolve(ctx, p)
}

// close gives back what the plan has open.
func (q *prepared) close() {
	if q.workspace != nil {
		q.workspace.Close() // was only read
	}
}

// read decodes the plan with its environment and flags.
func (q *prepared) read(p *process) (err error) {
	if q.text, err = readPlan(q.flags.Plan); err != nil {
		return err
	}
	if q.overrides, err = q.flags.overrides(); err != nil {
		return err
	}
	dir, err := workspace.Find(q.flags.Plan)
	if err != nil {
		return usage("", "%w", err)
	}
	if q.workspace, err = workspace.Open(dir, master.PrivateFolder); err != nil {
		return usage("", "%w", err)
	}
	if q.flags.Environment != "" {
		if q.overrides.Environment, err = q.environment(p); err != nil {
			return err
		}
	}
	var problems plan.Problems
	q.plan, problems = plan.DecodeWith(q.flags.Plan, q.text, q.overrides)
	if err := p.show(problems); err != nil {
		return err
	}
	q.program, err = compiled(q.plan)
	return err
}

func (q *prepared) environment(p *process) (*load.Environment, error) {
	e, problems, err := q.workspace.Environment(q.flags.Environment)
	switch {
	case errors.Is(err, workspace.ErrNoEnvironment):
		return nil, usage("environments are files environments/NAME.yaml in "+q.workspace.Dir(), "--env: %w", err)
	case err != nil:
		return nil, usage("", "--env: %w", err)
	}
	return e, p.show(problems)
}

// show prints problems; it is an error that says nothing more when one of them is not
// just a warning.
func (p *process) show(problems plan.Problems) error {
	if len(problems) > 0 {
		problems.Format(p.err, p.style(p.err).Colour)
	}
	if problems.Err() != nil {
		return exit(codeUsage)
	}
	return nil
}

// values finds the values of environment variables and secrets.
func (q *prepared) values(p *process, given map[string]string, all bool) error {
	q.env = make(map[string]string, len(q.program.Env))
	for _, name := range q.program.Env {
		if v, ok := p.lookupEnv(name); ok {
			q.env[name] = v
		} else if all {
			return usage("set it, for example: "+name+"=… locust-http run …", "the plan asks for {{$env %s}}, and there is no such environment variable", name)
		}
	}
	needed := slices.Clone(q.program.Secrets)
	if e := q.overrides.Environment; e != nil {
		needed = append(needed, e.Secrets...)
	}
	slices.Sort(needed)
	var missing []string
	q.secrets, missing = p.secretValues(slices.Compact(needed), given)
	if all && len(missing) > 0 {
		return usage(secretHint(missing[0]), "no value for %s", strings.Join(missing, ", "))
	}
	for name := range given {
		if _, used := q.secrets[name]; !used {
			fmt.Fprintln(p.err, terminal.Safe("--secret "+name+": the plan does not ask for it"))
		}
	}
	return nil
}

// resolve finds the files that the plan names.
func (q *prepared) resolve(ctx context.Context, p *process) error {
	news := newRate(func(done, total int64) {
		fmt.Fprintf(p.err, "reading files: %s of %s\n", terminal.Bytes(done), terminal.Bytes(total))
	})
	files, issues := q.workspace.ResolveProgram(ctx, q.program, news.tell)
	if err := p.show(plan.Place(q.flags.Plan, q.text, issues)); err != nil {
		return err
	}
	q.files = files
	return nil
}

// rate passes on news of long work now and then: not before 2 s, and every 2 s.
type rate struct {
	last time.Time
	f    func(done, total int64)
}

func newRate(f func(done, total int64)) *rate { return &rate{time.Now(), f} }

// tell is called by one goroutine at a time.
func (r *rate) tell(done, total int64) {
	if time.Since(r.last) >= 2*time.Second {
		r.last = time.Now()
		r.f(done, total)
	}
}

// cache opens the cache of this machine for the plan's files. It is nil, and no folder
// is made, for a plan without any.
func (q *prepared) cache() (*blobs.Store, error) {
	if len(q.files.List()) == 0 {
		return nil, nil
	}
	files, _, err := (&cacheFlags{}).open()
	if err != nil {
		return nil, fmt.Errorf("keep the files of the plan for its workers: %w", err)
	}
	return files, nil
}

// order is the plan as a master is asked to play it: its text as it is, with what the
// flags change beside it.
func (q *prepared) order() master.Order {
	inline, _ := json.Marshal(string(q.text)) // of a string never fails
	o := master.Order{
		Inline: inline, File: q.flags.Plan, Overrides: master.OverridesOf(q.overrides), Env: q.env, Secrets: q.secrets,
		Files: master.FilesOf(q.files.List()),
	}
	if e := q.overrides.Environment; e != nil {
		text, _ := plan.EncodeEnvironment(e) // it has been decoded, so it can be encoded
		o.Environment, o.EnvironmentText = e.Name, string(text)
	}
	return o
}

// upload brings to the master what it does not have of the plan's files.
func (q *prepared) upload(ctx context.Context, a *api, note func(string)) error {
	list := q.files.List()
	if len(list) == 0 {
		return nil
	}
	missing, err := a.missing(ctx, list)
	if err != nil {
		return err
	}
	var done, total int64
	for _, f := range missing {
		total += f.Size
	}
	news := newRate(func(done, total int64) {
		note(fmt.Sprintf("sending files to the master: %s of %s", terminal.Bytes(done), terminal.Bytes(total)))
	})
	for _, f := range missing {
		content, err := q.files.Open(f)
		if err != nil {
			return err
		}
		err = a.put(ctx, f, &counted{from: content, count: func(n int) { done += int64(n); news.tell(done, total) }})
		content.Close()
		if err != nil {
			return fmt.Errorf("send %s to the master: %w", f.Path, err)
		}
	}
	return nil
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
