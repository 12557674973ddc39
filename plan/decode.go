package plan

import (
	"errors"
	"fmt"
	"path"
	"reflect"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// Decode reads a plan from YAML or JSON and checks all of it: the text, the structure
// (load.Plan.Validate), and what needs compiling (Compile). file is for messages and
// gives a plan without a name its name.
//
// Every problem is returned, in order of place, up to a bound; the plan is nil unless
// Problems.Err is nil. Time and memory are bounded whatever the text is: size and
// nesting are judged before any of it is parsed.
func Decode(file string, text []byte) (*load.Plan, Problems) {
	return DecodeWith(file, text, load.Overrides{})
}

// DecodeWith is Decode of a plan with o applied before it is checked, so that a plan
// may leave to the command line what must be somewhere: its base_url or its load.
func DecodeWith(file string, text []byte, o load.Overrides) (*load.Plan, Problems) {
	var p *load.Plan
	problems := read(file, text, planFile(), func(d *decoder) { p = d.plan(o) })
	if problems.Err() != nil {
		return nil, problems
	}
	return p, problems
}

// read parses text and lets visit look at its tree. All problems are returned in order,
// up to the bound.
func read(file string, text []byte, what fileKind, visit func(*decoder)) Problems {
	s, problems := newSource(file, text, what)
	if problems != nil {
		return s.show(problems)
	}
	root, problems := s.parse()
	if root == nil {
		return s.show(problems.inOrder())
	}
	d := &decoder{source: s, root: root}
	visit(d)
	problems = d.problems.inOrder()
	if len(problems) > maxProblems {
		problems = problems[:maxProblems]
	}
	return s.show(problems)
}

// plan reads the whole tree and checks what it means.
func (d *decoder) plan(o load.Overrides) *load.Plan {
	p := &load.Plan{}
	d.structure(d.root, reflect.ValueOf(p).Elem(), "")
	if d.root.kind != mapNode {
		return nil
	}
	whole := d.failed == 0 // nothing is missing because it could not be read
	d.version(p)
	if p.Name == "" {
		p.Name = nameOf(d.source.file)
	}
	q, err := p.With(o)
	if err != nil {
		d.issues([]load.Issue{issueOf(err)})
		return nil
	}
	d.issues(q.Validate())
	clean := len(d.problems.errors()) == 0
	_, issues := Compile(q)
	nameEnvironment(issues, o.Environment)
	if !clean {
		// What could be read is checked all the same, so that nobody corrects a plan
		// one kind of mistake at a time.
		issues = d.own(issues, whole)
	}
	d.issues(issues)
	if whole {
		d.issues(resolveTargets(q))
	}
	return q
}

// issueOf is what Plan.With refused, with its place in the plan.
func issueOf(err error) load.Issue {
	var issue load.Issue
	if errors.As(err, &issue) {
		return issue
	}
	return load.Issue{Path: "load", Message: err.Error()}
}

// nameEnvironment says of issues about something that e has put over the plan that it
// is not the plan's.
func nameEnvironment(issues []load.Issue, e *load.Environment) {
	if e == nil {
		return
	}
	theirs := map[string]bool{"base_url": e.BaseURL != ""}
	for _, v := range e.Variables {
		theirs["variables."+v.Name] = true
	}
	for _, h := range e.Headers {
		theirs["defaults.headers."+h.Name] = true
	}
	for i := range issues {
		if theirs[issues[i].Path] {
			issues[i].Message = fmt.Sprintf("environment %q: %s", shorten(e.Name), issues[i].Message)
		}
	}
}

// own leaves out of issues what may only be the echo of a problem that is already
// known: by its path, because it is about the same place, or by what it says, unless
// the whole plan could be read.
func (d *decoder) own(issues []load.Issue, whole bool) []load.Issue {
	places, paths := make(map[[2]int]bool, len(d.problems)), make(map[string]bool, len(d.problems))
	for _, known := range d.problems {
		paths[known.Path] = true
		places[[2]int{known.Line, known.Col}] = true
	}
	var own []load.Issue
	for _, i := range issues {
		if len(own) == maxProblems {
			break // to find the place of a path costs as much as its map has keys
		}
		if i.Echo && !whole || i.Warning || paths[i.Path] {
			continue
		}
		if line, col := d.root.find(i.Path); !places[[2]int{line, col}] {
			own = append(own, i)
		}
	}
	return own
}

func (ps Problems) errors() Problems {
	var out Problems
	for _, p := range ps {
		if !p.Warning {
			out = append(out, p)
		}
	}
	return out
}

func (d *decoder) version(p *load.Plan) {
	n := d.root.get("version")
	switch {
	case n == nil:
		d.fail(d.root, "version", "the plan has no version", `begin with "version: 1"`)
	case p.Version != 1 && n.kind == scalarNode && digits(n.text) == len(n.text):
		d.fail(n, "version", fmt.Sprintf("version %s is unknown", shorten(n.text)), "this program reads version 1")
	}
}

// nameOf is the name of a plan after its file.
func nameOf(file string) string {
	base := path.Base(strings.ReplaceAll(file, `\`, "/"))
	name := strings.TrimSuffix(base, path.Ext(base))
	if name == "" || name == "." || name == "/" || file == "" {
		return "plan"
	}
	return name
}

// issues gives each issue its place in the text, and leaves out those that follow
// from a problem which is already known.
func (d *decoder) issues(issues []load.Issue) {
	known := d.bad
	for _, issue := range issues {
		if !issue.Warning && follows(issue.Path, known) {
			continue
		}
		line, col := d.root.find(issue.Path)
		d.problems = append(d.problems, Problem{
			File: d.source.file, Line: line, Col: col, Path: issue.Path,
			Message: issue.Message, Hint: issue.Hint, Warning: issue.Warning,
		})
		if len(d.problems) > 2*maxProblems {
			return
		}
	}
}

// follows says whether an issue at path may be the echo of a problem at one of known:
// at the same path, within it, or around it.
func follows(path string, known []string) bool {
	for _, k := range known {
		if within(path, k) || within(k, path) {
			return true
		}
	}
	return false
}

// within says that path is outer or lies in it. Nothing follows from lying in the
// plan itself.
func within(path, outer string) bool {
	rest, ok := strings.CutPrefix(path, outer)
	return ok && outer != "" && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
