package plan

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/scanner"
	"github.com/goccy/go-yaml/token"
)

// parseYAML reads s as one YAML document. go-yaml only parses; what it says about
// types is not used.
func parseYAML(s *source) (*node, Problems) {
	tokens, problem := scanYAML(s)
	if problem != nil {
		return nil, Problems{*problem}
	}
	file, err := parseTokens(tokens)
	if err != nil {
		return nil, Problems{s.syntaxError(err)}
	}
	c := &yamlConverter{source: s}
	root := c.document(file)
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	return root, nil
}

// parseTokens turns a panic of the parser, which fuzzing finds from time to time,
// into an error: a plan may come from anybody.
func parseTokens(tokens token.Tokens) (file *ast.File, err error) {
	defer func() {
		if e := recover(); e != nil {
			err = fmt.Errorf("this is not YAML (%v)", e)
		}
	}()
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

func (s *source) syntaxError(err error) Problem {
	var syntax *yaml.SyntaxError
	if errors.As(err, &syntax) && syntax.Token != nil && syntax.Token.Position != nil {
		p := syntax.Token.Position
		message := strings.ReplaceAll(syntax.Message, "\t", `\t`)
		return s.problem(p.Line, p.Column, message, syntaxHint(s.text, p.Line, message))
	}
	return s.problem(1, 1, err.Error(), "")
}

const quoteTemplate = `a text that begins with {{ needs quotes: "{{name}}"`

// syntaxHint names the two mistakes that most syntax errors come from.
func syntaxHint(text string, line int, message string) string {
	for range line - 1 {
		_, text, _ = strings.Cut(text, "\n")
	}
	text, _, _ = strings.Cut(text, "\n")
	switch {
	case strings.Contains(message, `\t`):
		return "indent with spaces"
	case strings.Contains(text, ": {{"):
		return quoteTemplate
	}
	return ""
}

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

// yamlConverter turns go-yaml's tree into ours.
type yamlConverter struct {
	source   *source
	problems Problems
}

func (c *yamlConverter) document(file *ast.File) *node {
	var root *node
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if doc.Body.Type() == ast.CommentType || doc.Body.Type() == ast.CommentGroupType {
			continue
		}
		n := c.convert(doc.Body)
		if root != nil {
			p := c.source.problem(int(n.line), int(n.col), "a second document", "a file holds one plan")
			c.problems = append(c.problems, p)
			return root
		}
		root = &n
	}
	if root == nil {
		c.problems = append(c.problems, c.source.problem(1, 1, "the plan is empty", "begin with \"version: 1\""))
	}
	return root
}

func (c *yamlConverter) fail(t *token.Token, message, hint string) {
	line, col := 1, 1
	if t != nil && t.Position != nil {
		line, col = t.Position.Line, t.Position.Column
	}
	if len(c.problems) < maxProblems {
		c.problems = append(c.problems, c.source.problem(line, col, message, hint))
	}
}

func (c *yamlConverter) convert(n ast.Node) node {
	out := placed(n.GetToken())
	switch n := n.(type) {
	case *ast.MappingNode:
		out.kind = mapNode
		out.kids = make([]node, 0, 2*len(n.Values))
		for _, v := range n.Values {
			out.kids = c.entry(out.kids, v)
		}
		if !n.IsFlowStyle && len(out.kids) > 0 {
			out.line, out.col = out.kids[0].line, out.kids[0].col
		}
	case *ast.MappingValueNode:
		out.kind = mapNode
		out.kids = c.entry(nil, n)
		out.line, out.col = out.kids[0].line, out.kids[0].col
	case *ast.SequenceNode:
		out.kind = listNode
		out.kids = make([]node, 0, len(n.Values))
		for _, v := range n.Values {
			out.kids = append(out.kids, c.convert(v))
		}
	case *ast.LiteralNode:
		out.quoted = true
		out.text = n.Value.Value
	case *ast.NullNode, *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode, *ast.StringNode:
		t := n.GetToken()
		out.quoted = t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType
		if t.Type != token.ImplicitNullType {
			out.text = t.Value
			if !out.quoted {
				out.col = plainColumn(t)
			}
		} else if out.col > 1 {
			out.col-- // of the dash or colon that nothing follows
		}
	default:
		c.fail(n.GetToken(), "this part of YAML is not read here", "")
	}
	return out
}

func placed(t *token.Token) node {
	if t == nil || t.Position == nil {
		return node{line: 1, col: 1}
	}
	return node{line: int32(t.Position.Line), col: int32(t.Position.Column)}
}

// plainColumn is the column of a plain scalar. The scanner counts from the end of the
// line and is off by the spaces there, so it is counted from the token before.
func plainColumn(t *token.Token) int32 {
	lead := len(t.Origin) - len(strings.TrimLeft(t.Origin, " \t\n"))
	if i := strings.LastIndexByte(t.Origin[:lead], '\n'); i >= 0 {
		return int32(lead - i)
	}
	before := t.Prev
	if before == nil || before.Position == nil || before.Position.Line != t.Position.Line {
		return int32(t.Position.Column)
	}
	switch before.Type {
	case token.MappingValueType, token.SequenceEntryType, token.SequenceStartType, token.MappingStartType, token.CollectEntryType:
		return int32(before.Position.Column + 1 + lead)
	}
	return int32(t.Position.Column)
}

func (c *yamlConverter) entry(kids []node, v *ast.MappingValueNode) []node {
	key := c.convert(v.Key)
	if key.kind != scalarNode {
		c.fail(v.Key.GetToken(), "a key must be one word", quoteTemplate)
	}
	// A key is text whatever it looks like: {404: x} has the key "404".
	key.quoted = true
	value := node{line: key.line, col: key.col}
	if v.Value != nil {
		value = c.convert(v.Value)
	}
	return append(kids, key, value)
}
