package plan

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
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
			p := c.source.problem(int(n.line), int(n.col), "a second document", "a file holds one "+c.source.what.noun)
			c.problems = append(c.problems, p)
			return root
		}
		root = &n
	}
	if root == nil {
		c.problems = append(c.problems, c.source.empty())
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
