package plan

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/locust-http/locust-http/load"
)

// StepName is the name of a request that has none: its method and path, with numbers
// and UUIDs as {id}, so that one row of the statistics holds all of them.
func StepName(method, url string) string { return defaultName(method, url) }

// script checks what can be said of a script without reading Lua.
func (c *compiler) script(at string, s *load.Script) *load.Script {
	switch {
	case s == nil:
		return nil
	case s.File != "":
		if _, err := load.CleanPath(s.File); err != nil {
			c.issue(at+".file", "", "script file %v", err)
		} else if path.Ext(s.File) != ".lua" {
			c.issue(at+".file", "its name ends in .lua", "script file %q is no Lua", shorten(s.File))
		}
	case strings.TrimSpace(s.Source) == "":
		c.issue(at, "leave it out, or write functions such as before(req, user)", "the script is empty")
	case len(s.Source) > load.MaxSource:
		c.issue(at, "move functions into libraries, and require them", "the script has %d bytes, over the limit of %d KiB", len(s.Source), load.MaxSource>>10)
	}
	return s
}

// scriptWords is what the scripts of a plan may mean for its variables, as far as their
// text says it.
type scriptWords struct {
	any bool // there are scripts
	// open: they may set any variable. Their text is not here (files, libraries), or
	// they reach variables by names that are made when they run.
	open  bool
	words map[string]bool
}

// reads takes note of all scripts of the plan.
func (w *scriptWords) reads(p *load.Plan, lists map[string][]load.Step) {
	w.read(p.Script)
	for i := range p.Transactions {
		w.read(p.Transactions[i].Script)
	}
	for _, steps := range lists {
		w.readSteps(steps)
	}
}

func (w *scriptWords) readSteps(steps []load.Step) {
	for i := range steps {
		w.read(steps[i].Script)
		w.readSteps(steps[i].Steps)
		w.readSteps(steps[i].Else)
	}
}

func (w *scriptWords) read(s *load.Script) {
	if s == nil {
		return
	}
	w.any = true
	if s.File != "" {
		w.open = true
		return
	}
	if w.words == nil {
		w.words = map[string]bool{}
	}
	eachWord(s.Source, func(word string, end int) {
		w.words[word] = true
		switch word {
		case "require":
			w.open = true
		case "vars":
			w.open = w.open || !isParameter(s.Source[:end]) && !namesOne(s.Source[end:])
		}
	})
}

// may says whether a script may set the variable.
func (w *scriptWords) may(name string) bool { return w.open || w.words[name] }

// eachWord visits the words of a text, and what is longer because names of variables may
// have a - in them: of page-size, that and both its words. end is the offset behind it.
func eachWord(text string, visit func(word string, end int)) {
	for i := 0; i < len(text); {
		if !inWord(text[i]) {
			i++
			continue
		}
		start, whole := i, i
		for ; whole < len(text) && (inWord(text[whole]) || text[whole] == '-'); whole++ {
			if text[whole] == '-' {
				if start < whole {
					visit(text[start:whole], whole)
				}
				start = whole + 1
			}
		}
		if start < whole {
			visit(text[start:whole], whole)
		}
		if start > i {
			visit(strings.TrimRight(text[i:whole], "-"), whole)
		}
		i = whole
	}
}

func inWord(b byte) bool {
	return b == '_' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || b >= utf8.RuneSelf
}

// isParameter says that a text ends in the parameter of setup or teardown.
func isParameter(text string) bool {
	return strings.HasSuffix(text, "function setup(vars") || strings.HasSuffix(text, "function teardown(vars")
}

// namesOne says that what stands behind the word vars names one variable: .name, ["name"]
// or ['name'].
func namesOne(rest string) bool {
	rest = strings.TrimLeft(rest, " \t\n")
	if strings.HasPrefix(rest, ".") {
		rest = strings.TrimLeft(rest[1:], " \t\n")
		return rest != "" && inWord(rest[0])
	}
	rest, found := strings.CutPrefix(rest, "[")
	rest = strings.TrimLeft(rest, " \t\n")
	if !found || rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return false
	}
	name, rest, closed := strings.Cut(rest[1:], rest[:1])
	return closed && !strings.Contains(name, `\`) && strings.HasPrefix(strings.TrimLeft(rest, " \t\n"), "]")
}

// scriptSlot is the slot of a variable that only scripts may set, when they may.
func (c *compiler) scriptSlot(path, name string) (slot int, ok bool) {
	if !c.scripts.any || !c.scripts.may(name) || !isVariableName(name) {
		return 0, false
	}
	slot = c.slot(path, name)
	c.changes[slot] = true
	c.scripted = append(c.scripted, ScriptVariable{name, path})
	return slot, true
}

// ScriptVariable is a variable that templates use and that only scripts can set.
type ScriptVariable struct {
	Name string
	Path string // of its first use, for messages
}

func transactionPath(i int) string { return fmt.Sprintf("transactions[%d]", i) }
