package plan

import (
	"errors"
	"fmt"
	"io"

	"github.com/goccy/go-yaml/scanner"
	"github.com/goccy/go-yaml/token"
)

// Bounds of what reaches the parser. It costs about 600 bytes a token, moves all
// tokens at each value that is left out, gives every node its path as text, and reads
// a map's entries recursively, copying all that follow: n keys cost 4·n² bytes.
const (
	maxIndicators = 250_000
	maxTokens     = 200_000
	maxEmpty      = 1_000
	maxPathBytes  = 32 << 20
	maxSquares    = 8_000_000 // sum of the squares of the numbers of keys of all maps
)

// guard looks at the scanner's tokens as they come and says when they must go no
// further. It judges the very tokens that the parser would get, so no trick with
// quotes or comments can show the two different things.
type guard struct {
	source    *source
	tokens    token.Tokens
	levels    []level
	pathBytes int
	empty     int // values that are left out
	squares   int
	keyColumn int // of the last key
}

// level is one level of nesting.
type level struct {
	flow bool // within [] or {}
	list bool // within [], or entered by "-"
	col  int  // of a block level
	key  int  // bytes of the key
	keys int  // of a map, so far
}

// countIndicators is how many characters of text could be tokens of their own.
func countIndicators(text string) int {
	n := 0
	for i := range len(text) {
		switch text[i] {
		case '[', ']', '{', '}', ',', ':', '-', '?', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`', '#':
			n++
		}
	}
	return n
}

// scanYAML is the tokens of s, or why they must not be parsed.
func scanYAML(s *source) (token.Tokens, *Problem) {
	// The scanner may read everything before it hands out the first token.
	if countIndicators(s.text) > maxIndicators {
		p := s.problem(1, 1, fmt.Sprintf("more than %d brackets, commas, quotes and other signs", maxIndicators), "give the plan as JSON")
		return nil, &p
	}
	var sc scanner.Scanner
	sc.Init(s.text)
	g := &guard{source: s}
	for {
		// An invalid token ends in an error with a better text from the parser.
		tokens, err := sc.Scan()
		for _, t := range tokens {
			if t.Type == token.CommentType {
				continue // the parser skips them too, but would copy them for each value
			}
			g.tokens.Add(t)
			if problem := g.look(t); problem != nil {
				return nil, problem
			}
		}
		if errors.Is(err, io.EOF) {
			return g.tokens, nil
		}
	}
}

func (g *guard) look(t *token.Token) *Problem {
	if t.Position == nil {
		return nil
	}
	if message, hint := refused(t); message != "" {
		return g.refuse(t, message, hint)
	}
	g.countEmpty(t)
	g.nest(t)
	for _, l := range g.levels {
		g.pathBytes += l.key + 1
	}
	switch {
	case len(g.levels) > maxDepth:
		return g.refuse(t, fmt.Sprintf("nested deeper than %d levels", maxDepth), "")
	case len(g.tokens) > maxTokens:
		return g.refuse(t, fmt.Sprintf("more than %d words", maxTokens), "split the plan, or give it as JSON")
	case g.empty > maxEmpty:
		return g.refuse(t, fmt.Sprintf("more than %d values are left out", maxEmpty), "write null")
	case g.squares > maxSquares:
		return g.refuse(t, "too many keys in one map", "give the plan as JSON, which has no such bound")
	case g.pathBytes > maxPathBytes:
		return g.refuse(t, "too many long keys within each other", "")
	case t.Type == token.MappingValueType && t.Prev != nil && len(t.Prev.Value) > maxKey:
		return g.refuse(t.Prev, fmt.Sprintf("a key of %d bytes, over the limit of %d", len(t.Prev.Value), maxKey), "")
	}
	return nil
}

func (g *guard) refuse(t *token.Token, message, hint string) *Problem {
	p := g.source.problem(t.Position.Line, t.Position.Column, message, hint)
	return &p
}

// refused says why a plan may not use a feature of YAML.
func refused(t *token.Token) (message, hint string) {
	switch t.Type {
	case token.AnchorType, token.AliasType, token.MergeKeyType:
		return "anchors, aliases and merge keys are not read", "put what is common into defaults or variables; quote a text that begins with & or *"
	case token.TagType:
		return "tags are not read", "quote a text that begins with !"
	case token.DirectiveType:
		return "directives are not read", "quote a text that begins with %"
	case token.MappingKeyType:
		return "keys after a question mark are not read", `write "key: value"; quote a text that begins with ?`
	}
	return "", ""
}

// nest follows the nesting of blocks (by column) and of brackets.
func (g *guard) nest(t *token.Token) {
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		g.levels = append(g.levels, level{flow: true, list: t.Type == token.SequenceStartType})
	case token.SequenceEndType, token.MappingEndType:
		if n := len(g.levels); n > 0 && g.levels[n-1].flow {
			g.levels = g.levels[:n-1]
		}
	case token.SequenceEntryType:
		if g.inFlow() {
			return
		}
		// The list of a key may stand in the key's own column.
		g.leave(func(l level) bool { return l.col > t.Position.Column || l.list && l.col == t.Position.Column })
		g.levels = append(g.levels, level{list: true, col: t.Position.Column, key: 8})
	case token.MappingValueType:
		if t.Prev != nil && t.Prev.Position != nil {
			g.enterKey(t.Prev)
		}
	}
}

func (g *guard) enterKey(key *token.Token) {
	if g.inFlow() {
		g.levels[len(g.levels)-1].key = len(key.Value)
		return
	}
	g.keyColumn = key.Position.Column
	g.leave(func(l level) bool { return l.col > g.keyColumn || l.list && l.col == g.keyColumn })
	if !g.inMap(g.keyColumn) {
		g.levels = append(g.levels, level{col: g.keyColumn})
	}
	l := &g.levels[len(g.levels)-1]
	l.key = len(key.Value)
	l.keys++
	g.squares += 2*l.keys - 1
}

// inMap says that the innermost level is a map of keys in that column.
func (g *guard) inMap(col int) bool {
	n := len(g.levels)
	return n > 0 && !g.levels[n-1].flow && !g.levels[n-1].list && g.levels[n-1].col == col
}

// countEmpty counts keys and dashes that the next token leaves without a value.
func (g *guard) countEmpty(t *token.Token) {
	before := t.Prev
	if before == nil || before.Position == nil {
		return
	}
	if g.inFlow() {
		g.countFlowEmpty(t, before)
		return
	}
	if before.Position.Line == t.Position.Line {
		return
	}
	col := t.Position.Column
	switch before.Type {
	case token.SequenceEntryType:
		if col <= before.Position.Column {
			g.empty++
		}
	case token.MappingValueType:
		if col < g.keyColumn || col == g.keyColumn && t.Type != token.SequenceEntryType {
			g.empty++
		}
	}
}

func (g *guard) inFlow() bool { return len(g.levels) > 0 && g.levels[len(g.levels)-1].flow }

// leave ends the innermost block levels for which done holds.
func (g *guard) leave(done func(level) bool) {
	n := len(g.levels)
	for n > 0 && !g.levels[n-1].flow && done(g.levels[n-1]) {
		n--
	}
	g.levels = g.levels[:n]
}

// countFlowEmpty counts {a: , b} in brackets: keys without a value.
func (g *guard) countFlowEmpty(t, before *token.Token) {
	if t.Type != token.CollectEntryType && t.Type != token.MappingEndType && t.Type != token.SequenceEndType {
		return
	}
	inMap := !g.levels[len(g.levels)-1].list
	word := before.Prev != nil && (before.Prev.Type == token.CollectEntryType || before.Prev.Type == token.MappingStartType)
	if before.Type == token.MappingValueType || inMap && word {
		g.empty++
	}
}
