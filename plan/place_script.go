package plan

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// ScriptPlace is where the text of a script stands in the file of its plan.
type ScriptPlace struct {
	// Line and Col are where the value begins: the | of a block, the quote, the first
	// letter. For messages about the script as a whole.
	Line, Col int
	// Exact: line n of the script is line First+n-1 of the file, behind Indent characters.
	// It is not for texts with escapes or folded lines, as in plans that are JSON.
	Exact  bool
	First  int
	Indent int
}

// ScriptPlaces are the places of the scripts that stand in a plan's text, by their paths:
// "script", "transactions[0].steps[2].script". A text that is no plan has as many as can be
// found in it.
func ScriptPlaces(file string, text []byte) map[string]ScriptPlace {
	p := &scriptPlacer{out: map[string]ScriptPlace{}}
	read(file, text, planFile(), func(d *decoder) {
		p.lines = strings.Split(d.source.text, "\n")
		p.plan(d.root)
	})
	return p.out
}

type scriptPlacer struct {
	lines []string
	out   map[string]ScriptPlace
}

func (p *scriptPlacer) plan(root *node) {
	p.script("script", root.get("script"))
	for _, key := range []string{"setup", "user_start", "user_stop", "teardown"} {
		p.steps(key, root.get(key))
	}
	if blocks := root.get("blocks"); blocks != nil && blocks.kind == mapNode {
		for i := 0; i+1 < len(blocks.kids); i += 2 {
			p.steps("blocks."+blocks.kids[i].text, &blocks.kids[i+1])
		}
	}
	if list := root.get("transactions"); list != nil && list.kind == listNode {
		for i := range list.kids {
			path := transactionPath(i)
			p.script(path+".script", list.kids[i].get("script"))
			p.steps(path+".steps", list.kids[i].get("steps"))
		}
	}
}

func (p *scriptPlacer) steps(path string, list *node) {
	if list == nil || list.kind != listNode {
		return
	}
	for i := range list.kids {
		path := at(path, i)
		p.script(path+".script", list.kids[i].get("script"))
		p.steps(path+".steps", list.kids[i].get("steps"))
		p.steps(path+".else", list.kids[i].get("else"))
	}
}

func (p *scriptPlacer) script(path string, n *node) {
	if n == nil || n.kind != scalarNode || n.line < 1 || int(n.line) > len(p.lines) {
		return
	}
	place := ScriptPlace{Line: int(n.line), Col: int(n.col)}
	place.First, place.Indent, place.Exact = p.exact(n)
	p.out[path] = place
}

// exact finds the lines of n in the file as they are.
func (p *scriptPlacer) exact(n *node) (first, indent int, ok bool) {
	text := strings.Split(strings.TrimRight(n.text, "\n"), "\n")
	here := p.lines[n.line-1]
	at := byteOf(here, int(n.col))
	if at < len(here) && here[at] == '|' {
		first = int(n.line) + 1
		indent, ok = indented(p.lines[min(first-1, len(p.lines)):], text)
		return first, indent, ok
	}
	if len(text) != 1 {
		return 0, 0, false
	}
	if at < len(here) && (here[at] == '"' || here[at] == '\'') {
		at++
	}
	return int(n.line), utf8.RuneCountInString(here[:at]), strings.HasPrefix(here[at:], text[0])
}

// indented says how many spaces stand before each line of text in lines.
func indented(lines, text []string) (indent int, ok bool) {
	if len(lines) < len(text) {
		return 0, false
	}
	begin := slices.IndexFunc(text, func(l string) bool { return l != "" })
	if begin < 0 {
		return 0, true
	}
	indent = len(lines[begin]) - len(text[begin])
	for i, l := range text {
		in := lines[i]
		if l == "" && strings.Trim(in, " ") == "" {
			continue
		}
		if indent < 0 || len(in) < indent || strings.Trim(in[:indent], " ") != "" || in[indent:] != l {
			return 0, false
		}
	}
	return indent, true
}

// byteOf is the offset of a column, from 1, in a line.
func byteOf(line string, col int) int {
	for i := range line {
		if col--; col == 0 {
			return i
		}
	}
	return len(line)
}
