package plan

import (
	"strconv"
	"strings"
)

// kind is what a node of a plan's text is.
type kind uint8

const (
	scalarNode kind = iota
	mapNode
	listNode
)

// node is a piece of a plan's text with its place, whichever syntax (YAML or JSON) it
// was written in. Everything after parsing works on nodes only.
type node struct {
	kind   kind
	quoted bool   // a scalar in quotes or a block scalar: text, whatever it looks like
	line   int32  // from 1
	col    int32  // from 1, in characters
	text   string // of a scalar; escapes are resolved
	kids   []node // of a list: items; of a map: key, value, key, value …
}

// Bounds of a plan's text.
const (
	maxText  = 1 << 20 // bytes
	maxDepth = 64      // levels of nesting
	maxKey   = 1 << 10 // bytes of one key
)

// scalarType is how a scalar reads: only a plain one that is a JSON number, true,
// false or null has that type; everything else (010, yes, ~, 0x1F) is text.
type scalarType uint8

const (
	textScalar scalarType = iota
	numberScalar
	boolScalar
	nullScalar
)

func (n *node) scalar() scalarType {
	if n.quoted {
		return textScalar
	}
	switch n.text {
	case "true", "false":
		return boolScalar
	case "null", "":
		return nullScalar
	}
	if isJSONNumber(n.text) {
		return numberScalar
	}
	return textScalar
}

func (n *node) isNull() bool { return n.kind == scalarNode && n.scalar() == nullScalar }

// describe names what n is, for messages.
func (n *node) describe() string {
	switch n.kind {
	case mapNode:
		return "a map"
	case listNode:
		return "a list"
	}
	switch n.scalar() {
	case numberScalar:
		return "the number " + shorten(n.text)
	case boolScalar:
		return n.text
	case nullScalar:
		return "nothing"
	}
	return "the text " + strconv.Quote(shorten(n.text))
}

// shorten bounds a text that goes into a message.
func shorten(s string) string {
	const most = 60
	if r := []rune(s[:min(len(s), 4*most)]); len(r) > most || len(s) > 4*most {
		return string(r[:min(len(r), most)]) + "…"
	}
	return s
}

// isJSONNumber says whether s is a number by the grammar of RFC 8259.
func isJSONNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole := digits(s)
	if whole == 0 || whole > 1 && s[0] == '0' {
		return false
	}
	s = s[whole:]
	if strings.HasPrefix(s, ".") {
		n := digits(s[1:])
		if n == 0 {
			return false
		}
		s = s[1+n:]
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		return s != "" && digits(s) == len(s)
	}
	return s == ""
}

func digits(s string) int {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return i
		}
	}
	return len(s)
}

// get is the value of key in map n, nil when there is none.
func (n *node) get(key string) *node {
	if n.kind != mapNode {
		return nil
	}
	for i := 0; i+1 < len(n.kids); i += 2 {
		if n.kids[i].text == key {
			return &n.kids[i+1]
		}
	}
	return nil
}

// find is the place of path in n: of the deepest part of it that the text has, so
// that what is missing is shown at what lacks it. An entry of a map is shown at its
// key when its value is a map or list, which begins lines below.
func (n *node) find(path string) (line, col int) {
	at := n
	place := n
	for path != "" {
		key, value, rest := at.step(path)
		if value == nil {
			break
		}
		at, path, place = value, rest, value
		if key != nil && (value.kind != scalarNode || value.text == "") {
			place = key
		}
	}
	return int(place.line), int(place.col)
}

// step goes one step of path down from n. key is nil for an item of a list.
func (n *node) step(path string) (key, value *node, rest string) {
	if strings.HasPrefix(path, "[") {
		end := strings.IndexByte(path, ']')
		i, err := strconv.Atoi(path[1:max(end, 1)])
		if err != nil || i < 0 {
			return nil, nil, ""
		}
		key, value = n.nth(i)
		return key, value, path[end+1:]
	}
	path = strings.TrimPrefix(path, ".")
	switch n.kind {
	case mapNode:
		return n.longestKey(path)
	case listNode:
		return n.named(path)
	}
	return nil, nil, ""
}

// nth is the i-th item of a list or entry of a map: what is a list in the types
// (headers, variables) may be a map in the text.
func (n *node) nth(i int) (key, value *node) {
	switch {
	case n.kind == listNode && i < len(n.kids):
		return nil, &n.kids[i]
	case n.kind == mapNode && 2*i+1 < len(n.kids):
		return &n.kids[2*i], &n.kids[2*i+1]
	case i == 0 && n.kind == scalarNode:
		return nil, n // one value where a list may stand (status: 200)
	}
	return nil, nil
}

// longestKey is the entry of map n whose key begins path; keys may hold dots.
func (n *node) longestKey(path string) (key, value *node, rest string) {
	for i := 0; i+1 < len(n.kids); i += 2 {
		k := n.kids[i].text
		if !strings.HasPrefix(path, k) || key != nil && len(k) <= len(key.text) {
			continue
		}
		if r := path[len(k):]; r == "" || r[0] == '.' || r[0] == '[' {
			key, value, rest = &n.kids[i], &n.kids[i+1], r
		}
	}
	return key, value, rest
}

// named is the item of list n whose name begins path, or which is that name.
func (n *node) named(path string) (key, value *node, rest string) {
	for i := range n.kids {
		if n.kids[i].kind == scalarNode && n.kids[i].text == path {
			return nil, &n.kids[i], ""
		}
		name := n.kids[i].get("name")
		if name == nil || name.text == "" || !strings.HasPrefix(path, name.text) {
			continue
		}
		if r := path[len(name.text):]; r == "" || r[0] == '.' || r[0] == '[' {
			return nil, &n.kids[i], r
		}
	}
	return nil, nil, ""
}
