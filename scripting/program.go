package scripting

import (
	"github.com/locust-http/locust-http/load"
)

// Program is the scripts of a run, compiled once. It is safe for concurrent use; Close ends
// what watches over its hooks.
type Program struct{}

// Script is one script of the plan.
type Script struct{}

// Compile compiles all texts. The program is nil when a problem is not just a warning.
func Compile(sources []load.Source, c Config) (*Program, []Problem) { panic("not built yet") }

// Script is the script at a path of the plan; nil: there is none.
func (p *Program) Script(path string) *Script { panic("not built yet") }

// Close ends the program. No hook may run.
func (p *Program) Close() { panic("not built yet") }

// Mentions says whether the text of s has h's name as a word: only then can it define the
// hook, and only then is a state worth making.
func (s *Script) Mentions(h Hook) bool { panic("not built yet") }

// Words says whether the text of s, or of a library, has word as a word: what the plan
// names that scripts may use (data sources, blocks).
func (p *Program) Words(word string) bool { panic("not built yet") }

// State is the Lua of one user: its globals, the scripts it has loaded. One goroutine uses
// it at a time. It needs no closing.
type State struct{}

// NewState is a state in which nothing has run yet. outer links a script to those around
// it: globals that a step's script lacks are looked up in its transaction's, then in the
// plan's.
func (p *Program) NewState(h Host, seed [2]uint64) *State { panic("not built yet") }

// Call runs hook h of script s, loading s first if this state has not run it yet. around
// are the scripts around s, innermost first (transaction, plan). ok is for Finish. A hook
// that s does not define is no failure: ran is false. Calls nest: a hook that sends makes
// the Host run further hooks on this state.
func (s *State) Call(h Hook, script *Script, around []*Script, ok bool) (ran bool, failure *Failure) {
	panic("not built yet")
}
