package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/scripting"
	"github.com/locust-http/locust-http/scripting/guard"
)

// scripts is the Lua of a run; nil: there is none. Immutable.
type scripts struct {
	program *scripting.Program
	sources []load.Source
	code    []string // of sources, without comments
}

// compileScripts compiles what the plan and the job have of Lua.
func compileScripts(p *plan.Program, job *load.Job) (*scripts, error) {
	sources := plan.Sources(p.Plan, job.Scripts)
	if len(sources) == 0 {
		return nil, nil
	}
	program, problems := scripting.Compile(sources, scripting.Config{Timeout: p.Plan.Run.LuaTimeout})
	if program == nil {
		var lines []string
		for _, problem := range problems {
			if !problem.Warning {
				lines = append(lines, fmt.Sprintf("%s:%d: %s", problem.File, problem.Line, problem.Message))
			}
		}
		return nil, &load.PlanError{Message: strings.Join(lines, "\n")}
	}
	code := make([]string, len(sources))
	for i := range sources {
		code[i] = guard.Code(sources[i].Text)
	}
	return &scripts{program: program, sources: sources, code: code}, nil
}

func (s *scripts) close() {
	if s != nil {
		s.program.Close()
	}
}

// at is the script at a path of the plan, within others, outer first; nil: there is none.
func (s *scripts) at(path string, within []scripted) *scripted {
	if s == nil {
		return nil
	}
	script := s.program.Script(path)
	if script == nil {
		return nil
	}
	own := &scripted{script: script}
	for i := range s.sources {
		if s.sources[i].Path == path {
			own.label = newScriptLabel(s.sources[i].File)
		}
	}
	for i := len(within) - 1; i >= 0; i-- {
		own.around = append(own.around, within[i].script)
	}
	return own
}

// outermost is the script of the plan, whose hooks hold everywhere.
func (s *scripts) outermost() []scripted {
	if own := s.at("script", nil); own != nil {
		return []scripted{*own}
	}
	return nil
}

// having is the first of these that may define one of the hooks.
func having(list []scripted, any ...scripting.Hook) *scripted {
	for i := range list {
		for _, h := range any {
			if list[i].script.Mentions(h) {
				return &list[i]
			}
		}
	}
	return nil
}

// mentionAnywhere says whether any script or library has word as a word, but in comments.
func (s *scripts) mentionAnywhere(word string) bool {
	return s != nil && slices.ContainsFunc(s.code, func(code string) bool { return guard.HasWord(code, word) })
}

// readRows says whether any reads rows by name: user.data.NAME.
func (s *scripts) readRows() bool { return s.mentionAnywhere("data") }

// mention says whether code that is run for a path of the plan has word as a word: the
// script there, those around it, or any library.
func (s *scripts) mention(word string, paths ...string) bool {
	if s == nil {
		return false
	}
	for i := range s.sources {
		source := &s.sources[i]
		if relevant := source.Library != "" || source.Path == "script" || slices.Contains(paths, source.Path); relevant && guard.HasWord(s.code[i], word) {
			return true
		}
	}
	return false
}
