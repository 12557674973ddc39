package reference

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// Bounds of what is read off a library.
const (
	maxFunctions = 500
	maxDoc       = 2_000 // bytes
)

// Lines that define a function of a library. They begin at the margin: what is indented is
// within something else.
var (
	defined  = regexp.MustCompile(`^function\s+([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)*)([.:])([A-Za-z_]\w*)\s*\(([^()]*)\)`)
	assigned = regexp.MustCompile(`^([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)*)(\.)([A-Za-z_]\w*)\s*=\s*function\s*\(([^()]*)\)`)
	itself   = regexp.MustCompile(`^return\s+function\s*\(([^()]*)\)`)
	returned = regexp.MustCompile(`(?m)^return\s+([A-Za-z_]\w*)\s*;?\s*$`)
)

// Functions are those of a library, as far as its text says so at its margin: the functions
// of the table that it returns, and those with a comment of three dashes. name is the
// library's, as it is required. It reads any text, also one that is no Lua.
func Functions(name, text string) []Function {
	own := path.Base(strings.ReplaceAll(name, ".", "/"))
	table := ""
	if all := returned.FindAllStringSubmatch(text, -1); all != nil {
		table = all[len(all)-1][1]
	}
	out := []Function{}
	var comment []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(line, "--") {
			comment = append(comment, line)
			continue
		}
		public := len(comment) > 0 && strings.HasPrefix(comment[0], "---")
		if f, of := function(own, line); f.Name != "" && (public || of != "" && (of == table || table == "")) {
			f.document(comment)
			out = append(out, f)
		}
		comment = nil
		if len(out) == maxFunctions {
			break
		}
	}
	slices.SortFunc(out, func(a, b Function) int { return strings.Compare(a.Name, b.Name) })
	return slices.CompactFunc(out, func(a, b Function) bool { return a.Name == b.Name })
}

// function is what a line defines, without a name if it defines none, and the table that
// it belongs to.
func function(own, line string) (f Function, of string) {
	m := defined.FindStringSubmatch(line)
	if m == nil {
		m = assigned.FindStringSubmatch(line)
	}
	if m != nil {
		return newFunction(own+m[2]+m[3]+m[4]+"("+strings.TrimSpace(m[5])+")", ""), m[1]
	}
	if m := itself.FindStringSubmatch(line); m != nil {
		return newFunction(own+"("+strings.TrimSpace(m[1])+")", ""), ""
	}
	return Function{}, ""
}

// document takes the comment before a function: its first words may be a signature, as in
// "--- jwt.read(token): its claims and its header".
func (f *Function) document(comment []string) {
	var words []string
	for _, line := range comment {
		words = append(words, strings.Fields(strings.TrimLeft(line, "-"))...)
	}
	doc := strings.Join(words, " ")
	if signature, rest := said(doc, f.Name); signature != "" {
		f.Signature, doc = signature, rest
	}
	if len(doc) > maxDoc {
		doc = strings.ToValidUTF8(doc[:maxDoc], "") + "…"
	}
	f.Doc = doc
}

// said splits "signature: doc", where the signature is one of a function of that name.
func said(doc, name string) (signature, rest string) {
	last := name[strings.LastIndexAny(name, ".:")+1:]
	depth := 0
	for i, r := range doc {
		switch r {
		case '(', '{', '[':
			depth++
		case ')', '}', ']':
			depth--
		case ':':
			if depth != 0 || i+1 < len(doc) && doc[i+1] != ' ' {
				continue
			}
			if !strings.Contains(doc[:i], last+"(") && !strings.Contains(doc[:i], last+"{") {
				return "", doc
			}
			return doc[:i], strings.TrimSpace(doc[i+1:])
		}
	}
	return "", doc
}
