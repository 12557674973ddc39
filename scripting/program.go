package scripting

import (
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/scripting/guard"
)

// Program is the scripts of a run, compiled once. It is safe for concurrent use; Close ends
// what watches over its hooks.
type Program struct {
	scripts map[string]*Script // by path of the plan
	sources map[string]*Script // libraries, by module name
	files   map[string]bool    // that errors may name
	now     func() time.Time
	timeout time.Duration

	modules  map[string]*library // host modules, by name
	builtins map[string]*library // libraries that are globals
	base     *lua.LTable         // functions and objects that are globals
	objects  *objects
	queries  plan.QueryCache
	watch    *watch
}

// Script is one script of the plan, or one library.
type Script struct {
	number int // from 0, within the program
	source load.Source
	proto  *lua.FunctionProto
	hooks  [numHooks]bool // that the text mentions
}

// Compile compiles all texts. The program is nil when a problem is not just a warning.
func Compile(sources []load.Source, c Config) (*Program, []Problem) {
	p := &Program{
		scripts: make(map[string]*Script),
		sources: make(map[string]*Script),
		files:   make(map[string]bool),
		now:     c.Now,
		timeout: c.Timeout,
	}
	if p.now == nil {
		p.now = time.Now
	}
	if p.timeout <= 0 {
		p.timeout = DefaultTimeout
	}
	p.timeout = min(p.timeout, MaxTimeout)
	var problems []Problem
	for i := range sources {
		if problem := p.add(&sources[i]); problem != nil {
			problems = append(problems, *problem)
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	p.open(c.Extra)
	p.watch = newWatch(p.timeout, c.HeapLimit)
	return p, nil
}

func (p *Program) add(source *load.Source) *Problem {
	proto, problem := compile(source)
	if problem != nil {
		return problem
	}
	s := &Script{number: len(p.scripts) + len(p.sources), source: *source, proto: proto}
	for h := range numHooks {
		s.hooks[h] = guard.HasWord(source.Text, h.String())
	}
	p.files[source.File] = true
	into, name := p.scripts, source.Path
	if source.Library != "" {
		into, name = p.sources, moduleName(source.Library)
	}
	if into[name] != nil {
		return &Problem{File: source.File, Line: source.Line, Path: source.Path, Message: "there are two scripts of the name " + name}
	}
	into[name] = s
	return nil
}

// moduleName is the one form of a name that require takes as a.b and a/b.
func moduleName(name string) string { return strings.ReplaceAll(name, ".", "/") }

// Script is the script at a path of the plan; nil: there is none.
func (p *Program) Script(path string) *Script { return p.scripts[path] }

// Library is the library that require finds under name; nil: there is none in the program.
func (p *Program) Library(name string) *Script { return p.sources[moduleName(name)] }

// Close ends the program. No hook may run.
func (p *Program) Close() { p.watch.close() }

// Mentions says whether the text of s has h's name as a word: only then can it define the
// hook, and only then is a state worth making.
func (s *Script) Mentions(h Hook) bool { return s != nil && s.hooks[h] }

// Globals are the names of everything that scripts find without require: functions,
// objects and libraries, sorted.
func Globals() []string { return globalNames(nil) }

// Modules are the names of the host modules that require finds, sorted.
func Modules() []string { return libraryNames(hostModules()) }
