package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/scripting"
)

// review is one check: what texts say of themselves, put together.
type review struct {
	*Checker
	sources   []load.Source
	facts     []*facts
	byPath    map[string]int  // number of the source
	libraries map[string]bool // by the names with /
	used      map[string]bool // globals that any text reads
	withSteps map[string]bool // by path of the script: a transaction that has steps
	plan      *load.Plan
	problems  []scripting.Problem
}

func newReview(c *Checker, p *load.Plan, sources []load.Source, all []*facts) *review {
	r := &review{
		Checker: c, plan: p, sources: sources, facts: all,
		byPath: map[string]int{}, libraries: map[string]bool{}, used: map[string]bool{}, withSteps: map[string]bool{},
	}
	for i := range sources {
		if sources[i].Library != "" {
			r.libraries[sources[i].Library] = true
		} else {
			r.byPath[sources[i].Path] = i
		}
		for _, m := range all[i].reads {
			r.used[m.name] = true
		}
	}
	for i := range p.Transactions {
		r.withSteps[fmt.Sprintf("transactions[%d].script", i)] = len(p.Transactions[i].Steps) > 0
	}
	return r
}

// source says what is wrong with one text.
func (r *review) source(i int) {
	f := r.facts[i]
	if f.problem != nil {
		r.add(i, *f.problem)
		return
	}
	if r.sources[i].Library == "" {
		r.hooks(i)
		r.partsOfPlan(i)
	}
	r.requires(i)
	around := r.around(i)
	r.globals(i, around)
	r.parts(i, around)
}

// add notes a problem whose line is one of the text.
func (r *review) add(i int, p scripting.Problem) {
	if len(r.problems) >= MaxProblems {
		return
	}
	s := &r.sources[i]
	p.File, p.Path = s.File, s.Path
	if p.Line > 0 {
		p.Line += max(s.Line, 1) - 1
		if p.Column > 0 {
			p.Column += s.Indent
		}
	}
	r.problems = append(r.problems, p)
}

// at notes a problem with a name in a line of the text.
func (r *review) at(i int, m mention, warning bool, message, hint string) {
	if len(r.problems) >= MaxProblems {
		return
	}
	line, column := placeOf(r.sources[i].Text, m)
	r.add(i, scripting.Problem{Line: line, Column: column, Message: message, Hint: hint, Warning: warning})
}

// level is whose hooks a script can have.
type level uint8

const (
	planLevel level = iota
	transactionLevel
	stepLevel
)

func levelOf(path string) level {
	switch {
	case path == "script":
		return planLevel
	case strings.HasPrefix(path, "transactions[") && strings.Count(path, ".") == 1:
		return transactionLevel
	}
	return stepLevel
}

// home is where hooks run that do not run everywhere. It is never changed.
var home = map[string]level{
	"transaction": transactionLevel, "begin": transactionLevel, "finish": transactionLevel,
	"setup": planLevel, "teardown": planLevel, "user_start": planLevel, "user_stop": planLevel,
}

func (l level) String() string {
	return [...]string{"the script of the plan", "the script of a transaction", "the script of a step"}[l]
}

// hooks says which functions of a script never run.
func (r *review) hooks(i int) {
	f, path := r.facts[i], r.sources[i].Path
	here := levelOf(path)
	for _, name := range slices.Sorted(maps.Keys(f.hooks)) {
		where, special := home[name]
		if special && where != here && !r.used[name] {
			r.at(i, mention{name, f.hooks[name]}, false, fmt.Sprintf("%s never runs in %s", name, here), "it belongs into "+where.String())
		}
	}
	if here == transactionLevel {
		r.played(i)
	}
	for _, m := range f.funcs {
		if r.used[m.name] || len(r.problems) == MaxProblems {
			continue
		}
		if near := plan.Nearest(m.name, hookNames()); near != "" {
			r.at(i, m, true, fmt.Sprintf("nothing calls %s", m.name), "did you mean "+near+"?")
		}
	}
}

// played says that a transaction has two ways to run, or none.
func (r *review) played(i int) {
	f := r.facts[i]
	line, has := f.sets["transaction"]
	switch steps := r.withSteps[r.sources[i].Path]; {
	case has && steps && !r.used["transaction"]:
		r.at(i, mention{"transaction", line}, false, "transaction never runs in a transaction that has steps", "leave out one of them")
	case !has && !steps && !f.open:
		r.add(i, scripting.Problem{Line: 1, Column: 1, Message: "the transaction has no steps, and its script has no function transaction(user)", Hint: "add one of them"})
	}
}

func hookNames() []string { return slices.Sorted(maps.Keys(hookParameters)) }

// requires says which libraries are not there.
func (r *review) requires(i int) {
	for _, m := range r.facts[i].requires {
		name := strings.ReplaceAll(m.name, ".", "/")
		if r.libraries[name] || slices.Contains(r.modules, name) || isBuiltIn(name) {
			continue
		}
		hint := "write " + load.ScriptsFolder + "/" + name + ".lua"
		known := slices.Concat(slices.Sorted(maps.Keys(r.libraries)), r.modules, r.shipped)
		switch near := plan.Nearest(name, known); {
		case near != "":
			hint = "did you mean " + near + "?"
		case strings.HasSuffix(name, "_test"):
			hint = "the tests of a library are none"
		case strings.ContainsAny(name, "\\: ") || strings.Contains(m.name, "..") || strings.HasSuffix(m.name, ".lua"):
			hint = "a library has the name of its file below " + load.ScriptsFolder + "/, without .lua"
		}
		r.at(i, mention{"require", m.line}, false, fmt.Sprintf("there is no library %q", load.Clip(m.name, 100)), hint)
	}
}

// isBuiltIn says that require finds a library of Lua by that name.
func isBuiltIn(name string) bool {
	return slices.Contains([]string{"string", "table", "math", "coroutine", "http", "log"}, name)
}

// outer is the scripts that script i lies in. The steps of a block lie in any transaction
// that may use it.
func (r *review) outer(i int) (out []int) {
	s := &r.sources[i]
	if s.Library != "" {
		return nil
	}
	add := func(path string) {
		if n, ok := r.byPath[path]; ok && n != i {
			out = append(out, n)
		}
	}
	add("script")
	if end := strings.IndexByte(s.Path, ']'); strings.HasPrefix(s.Path, "transactions[") && end > 0 {
		add(s.Path[:end+1] + ".script")
	}
	if strings.HasPrefix(s.Path, "blocks.") {
		for path := range r.withSteps {
			add(path)
		}
	}
	return out
}

// around is the scripts whose globals script i sees: its own, and those it lies in.
func (r *review) around(i int) []*facts {
	out := []*facts{r.facts[i]}
	for _, n := range r.outer(i) {
		out = append(out, r.facts[n])
	}
	return out
}

func sets(around []*facts, name string) bool {
	return slices.ContainsFunc(around, func(f *facts) bool { _, ok := f.sets[name]; return ok })
}

// globals warns of names that nothing gives a value.
func (r *review) globals(i int, around []*facts) {
	if slices.ContainsFunc(around, func(f *facts) bool { return f.open || f.problem != nil }) {
		return
	}
	for _, m := range r.facts[i].reads {
		if len(r.problems) == MaxProblems {
			return
		}
		if slices.Contains(r.Checker.globals, m.name) || sets(around, m.name) || r.isTest(i) && slices.Contains(r.tests, m.name) {
			continue
		}
		if _, hook := hookParameters[m.name]; hook {
			continue // asked for to see whether somebody has defined it
		}
		message := "nothing sets the global " + m.name
		if absent[m.name] != "" {
			message = "scripts have no " + m.name
		}
		r.at(i, m, true, message, r.globalHint(i, m, around))
	}
}

// isTest says whether source i is the tests of a library.
func (r *review) isTest(i int) bool { return strings.HasSuffix(r.sources[i].File, "_test.lua") }

// parts warns of what objects do not have.
func (r *review) parts(i int, around []*facts) {
	for _, w := range r.facts[i].wrong {
		if w.global != "" && sets(around, w.global) || w.module != "" && r.libraries[w.module] {
			continue
		}
		r.at(i, w.mention, true, w.message, w.hint)
	}
}

// partsOfPlan warns of blocks and data that the plan does not have.
func (r *review) partsOfPlan(i int) {
	var data []string
	for _, d := range r.plan.Data {
		data = append(data, d.Name)
	}
	var blocks []string
	for _, b := range r.plan.Blocks {
		blocks = append(blocks, b.Name)
	}
	for _, m := range r.facts[i].uses {
		if !slices.Contains(blocks, m.name) && !sets(r.around(i), "use") {
			r.at(i, mention{"use", m.line}, true, fmt.Sprintf("the plan has no block %q", load.Clip(m.name, 80)), didYouMean(m.name, blocks))
		}
	}
	for _, m := range r.facts[i].data {
		if !slices.Contains(data, m.name) {
			r.at(i, m, true, "the plan has no data "+m.name, didYouMean(m.name, data))
		}
	}
}

// placeOf is the line and column of a name: of where it stands in its line, or in one of
// the next, for an expression begins before its parts. Without it the line will do.
func placeOf(text string, m mention) (line, column int) {
	const near = 3 // lines
	for range m.line - 1 {
		_, text, _ = strings.Cut(text, "\n")
	}
	for i := range near {
		here, rest, _ := strings.Cut(text, "\n")
		if at := wordAt(here, m.name); at >= 0 {
			return m.line + i, len([]rune(here[:at])) + 1
		}
		text = rest
	}
	return m.line, 0
}

// wordAt is the offset of a word in a line; -1: it is not there.
func wordAt(line, word string) int {
	for from := 0; ; {
		i := strings.Index(line[from:], word)
		if i < 0 || word == "" {
			return -1
		}
		start, end := from+i, from+i+len(word)
		if (start == 0 || !isWord(line[start-1])) && (end == len(line) || !isWord(line[end])) {
			return start
		}
		from = end
	}
}
