package testsite

import (
	"errors"
	"fmt"
	"strings"
)

// Bounds of a GraphQL document.
const (
	maxGraphQL      = 64 << 10 // bytes
	maxGraphQLDepth = 10       // levels of selections
)

// graphOperation is one operation of a document.
type graphOperation struct {
	name   string
	fields []graphField
}

// graphField is one selected field with its arguments: what a variable or a literal says,
// numbers as JSON numbers are decoded.
type graphField struct {
	name   string
	args   map[string]any
	fields []graphField
}

// graphParser reads a document of the GraphQL language, as far as the shop speaks it:
// operations with variables, fields with arguments. No aliases, fragments or directives.
type graphParser struct {
	tokens    []string
	variables map[string]any
}

// parseGraphQL reads the operations of a document; variables are put in their place.
func parseGraphQL(text string, variables map[string]any) ([]graphOperation, error) {
	if len(text) > maxGraphQL {
		return nil, errors.New("the document is too long")
	}
	tokens, err := graphTokens(text)
	if err != nil {
		return nil, err
	}
	p := &graphParser{tokens: tokens, variables: variables}
	var operations []graphOperation
	for p.peek() != "" {
		o := graphOperation{}
		if p.peek() != "{" {
			if kind := p.next(); kind != "query" && kind != "mutation" {
				return nil, errUnexpected(kind)
			}
			if isGraphName(p.peek()) {
				o.name = p.next()
			}
			p.skipDeclarations()
		}
		if o.fields, err = p.selection(0); err != nil {
			return nil, err
		}
		operations = append(operations, o)
	}
	if len(operations) == 0 {
		return nil, errUnexpected("")
	}
	return operations, nil
}

func errUnexpected(token string) error {
	if token == "" {
		token = "<EOF>"
	}
	return fmt.Errorf("syntax error: unexpected %s", token)
}

func (p *graphParser) peek() string {
	if len(p.tokens) == 0 {
		return ""
	}
	return p.tokens[0]
}

func (p *graphParser) next() string {
	token := p.peek()
	if token != "" {
		p.tokens = p.tokens[1:]
	}
	return token
}

func (p *graphParser) want(token string) error {
	if got := p.next(); got != token {
		return errUnexpected(got)
	}
	return nil
}

// skipDeclarations skips ($a: Int!, …): the shop sees from values what they are.
func (p *graphParser) skipDeclarations() {
	if p.peek() != "(" {
		return
	}
	for token := p.next(); token != ")" && token != ""; {
		token = p.next()
	}
}

func (p *graphParser) selection(depth int) ([]graphField, error) {
	if depth == maxGraphQLDepth {
		return nil, errors.New("the document is too deep")
	}
	if err := p.want("{"); err != nil {
		return nil, err
	}
	var fields []graphField
	for p.peek() != "}" {
		f := graphField{name: p.next()}
		if !isGraphName(f.name) {
			return nil, errUnexpected(f.name)
		}
		var err error
		if p.peek() == "(" {
			if f.args, err = p.arguments(); err != nil {
				return nil, err
			}
		}
		if p.peek() == "{" {
			if f.fields, err = p.selection(depth + 1); err != nil {
				return nil, err
			}
		}
		fields = append(fields, f)
	}
	if len(fields) == 0 {
		return nil, errUnexpected("}")
	}
	return fields, p.want("}")
}

func (p *graphParser) arguments() (map[string]any, error) {
	args := make(map[string]any)
	for p.next(); p.peek() != ")"; {
		name := p.next()
		if !isGraphName(name) {
			return nil, errUnexpected(name)
		}
		if err := p.want(":"); err != nil {
			return nil, err
		}
		value, err := p.value()
		if err != nil {
			return nil, err
		}
		args[name] = value
	}
	p.next()
	return args, nil
}

func (p *graphParser) value() (any, error) {
	switch token := p.next(); {
	case token == "$":
		name := p.next()
		value, ok := p.variables[name]
		if !ok {
			return nil, fmt.Errorf("variable $%s is not given", name)
		}
		return value, nil
	case strings.HasPrefix(token, `"`):
		return strings.Trim(token, `"`), nil
	default:
		var n float64
		if _, err := fmt.Sscan(token, &n); err != nil {
			return nil, errUnexpected(token)
		}
		return n, nil
	}
}

func isGraphName(token string) bool {
	return token != "" && strings.IndexByte(`{}()[]:!$="-0123456789`, token[0]) < 0
}

// graphTokens cuts a document; commas and comments are white space.
func graphTokens(text string) ([]string, error) {
	var tokens []string
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case strings.IndexByte(" \t\r\n,", c) >= 0:
			i++
		case c == '#':
			end := strings.IndexByte(text[i:], '\n')
			if end < 0 {
				return tokens, nil
			}
			i += end
		case c == '"':
			end := strings.IndexByte(text[i+1:], '"')
			if end < 0 {
				return nil, errors.New("syntax error: a string has no end")
			}
			tokens = append(tokens, text[i:i+end+2])
			i += end + 2
		case isGraphLetter(c):
			from := i
			for i < len(text) && isGraphLetter(text[i]) {
				i++
			}
			tokens = append(tokens, text[from:i])
		case strings.IndexByte("{}()[]:!$=", c) >= 0:
			tokens = append(tokens, text[i:i+1])
			i++
		default:
			return nil, errUnexpected(fmt.Sprintf("%q", c))
		}
	}
	return tokens, nil
}

func isGraphLetter(c byte) bool {
	return c == '_' || c == '-' || c == '.' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
