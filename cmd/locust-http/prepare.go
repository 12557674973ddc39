package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

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

	withoutLoad bool // the load is not played: limits of an environment do not apply
}

// bind offers what goes with a plan, not what changes it: see overrideFlags.
func (f *planFlags) bind(flags *pflag.FlagSet) {
	f.bindEnvironment(flags)
	flags.StringArrayVar(&f.Secrets, "secret", nil, "value of {{secret.NAME}}, as `NAME=@FILE`; or set LOCUST_HTTP_SECRET_NAME; repeatable")
}

func (f *planFlags) bindEnvironment(flags *pflag.FlagSet) {
	flags.StringVar(&f.Environment, "env", "", "`NAME` of an environment: environments/NAME.yaml of the workspace (default: none)")
}

// prepared is a plan with everything that goes with it, as found on this machine.
type prepared struct {
	flags     *planFlags
	screen    *terminal.Screen // for news of long work
	show      func(plan.Problems) error
	text      []byte
	overrides load.Overrides
	plan      *load.Plan // with all overrides applied
	program   *plan.Program
	env       map[string]string // values of {{$env NAME}}
	secrets   map[string]string
	workspace *workspace.Workspace
	files     *workspace.Files
	scripts   []load.Source // all Lua of the plan, as it is now
}

// prepare reads the plan and finds all that it needs. Every problem of the plan has been
// printed when it fails. With all, a value that is missing is an error; without, a master
// may know it.
func (f *planFlags) prepare(ctx context.Context, p *process, all bool) (q *prepared, err error) {
	given, err := readSecrets(f.Secrets)
	if err != nil {
		return nil, err
	}
	opened := &prepared{flags: f, screen: p.screen(), show: func(ps plan.Problems) error { return p.show(p.err, ps) }}
	defer func() {
		if err != nil {
			opened.close()
		}
	}()
	if err := opened.read(); err != nil {
		return nil, err
	}
	if err := opened.resolve(ctx); err != nil {
		return nil, err
	}
	return opened, opened.values(p, given, all)
}

// close gives back what the plan has open.
func (q *prepared) close() {
	if q.workspace != nil {
		q.workspace.Close() // was only read
	}
}

// read decodes the plan with its environment and flags.
func (q *prepared) read() (err error) {
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
	if q.overrides.Environment, err = q.environment(); err != nil {
		return err
	}
	var problems plan.Problems
	q.plan, problems = plan.DecodeWith(q.flags.Plan, q.text, q.overrides)
	if err := q.show(q.withoutEchoes(problems)); err != nil {
		return err
	}
	q.program, err = compiled(q.plan)
	return err
}

// environment is that of --env, or nil.
func (q *prepared) environment() (*load.Environment, error) {
	if q.flags.Environment == "" {
		return nil, nil
	}
	e, problems, err := q.workspace.Environment(q.flags.Environment)
	switch {
	case errors.Is(err, workspace.ErrNoEnvironment):
		return nil, usage("environments are files environments/NAME.yaml in "+q.workspace.Dir(), "--env: %w", err)
	case err != nil:
		return nil, usage("", "--env: %w", err)
	}
	if err := q.show(problems); err != nil {
		return nil, err
	}
	if q.flags.withoutLoad {
		e.Limits = load.Limits{}
	}
	return e, nil
}

// noBase is how the problem of a request ends whose plan has no base_url.
const noBase = "and there is no base_url"

// withoutEchoes is problems with what says the same of many requests said once, with all
// ways out of it.
func (q *prepared) withoutEchoes(problems plan.Problems) plan.Problems {
	var kept plan.Problems
	first, more := -1, 0
	for _, p := range problems {
		switch {
		case !strings.HasSuffix(p.Message, noBase):
		case first >= 0:
			more++
			continue
		default:
			first = len(kept)
		}
		kept = append(kept, p)
	}
	if first < 0 {
		return problems
	}
	hint := "set base_url in the plan, or give --base-url"
	if names, err := q.workspace.Environments(); err == nil && q.flags.Environment == "" && len(names) > 0 {
		hint += " or an environment: --env " + strings.Join(names[:min(len(names), 5)], ", --env ")
	}
	if more > 0 {
		hint += fmt.Sprintf("; %d more of its requests need one", more)
	}
	kept[first].Hint = hint
	return kept
}

// show prints problems; it is an error that says nothing more when one of them is not
// just a warning.
func (p *process) show(w io.Writer, problems plan.Problems) error {
	if len(problems) > 0 {
		problems.Format(w, p.style(w).Colour)
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
			return usage("set it, for example: "+name+"=… locust-http …", "the plan asks for {{$env %s}}, and there is no such environment variable", name)
		}
	}
	needed := slices.Clone(q.program.Secrets)
	if e := q.overrides.Environment; e != nil {
		needed = append(needed, e.Secrets...)
	}
	needed = append(needed, newLua().SecretsOf(q.scripts)...)
	slices.Sort(needed)
	var missing []string
	q.secrets, missing = p.secretValues(slices.Compact(needed), given)
	if all && len(missing) > 0 {
		return usage(secretHint(missing[0]), "no value for secret %s", strings.Join(missing, ", "))
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if _, used := q.secrets[name]; !used {
			fmt.Fprintln(p.err, "warning: --secret "+name+": the plan does not ask for it")
		}
	}
	return nil
}

// resolve finds the files that the plan names, and its scripts.
func (q *prepared) resolve(ctx context.Context) error {
	news := newByteNews(q.screen, "reading files")
	files, issues := q.workspace.ResolveProgram(ctx, q.program, news.tell)
	q.screen.Clear()
	if ctx.Err() != nil {
		return fmt.Errorf("read the files of the plan: %w", context.Cause(ctx))
	}
	problems := plan.Place(q.flags.Plan, q.text, issues)
	sources, more := q.workspace.Scripts(q.flags.Plan, q.text, q.program, newLua())
	if err := q.show(append(problems, more...)); err != nil {
		return err
	}
	q.files, q.scripts = files, sources
	return nil
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
