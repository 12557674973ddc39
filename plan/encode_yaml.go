package plan

import (
	"fmt"
	"reflect"

	"github.com/locust-http/locust-http/load"
)

// EncodeYAML is p as a person would write it: YAML in the order and the style of the
// documentation, with the short form of everything that loses nothing by it. Decode
// reads it back to an equal plan.
//
// The error is a plan that no text can say, as for Encode, or one that is too large for
// the bounds of YAML; JSON, which is YAML too, has none of those but 1 MiB.
func EncodeYAML(p *load.Plan) ([]byte, error) {
	return encodeYAML(planFile(), reflect.ValueOf(p).Elem())
}

// EncodeEnvironmentYAML is EncodeYAML of an environment.
func EncodeEnvironmentYAML(e *load.Environment) ([]byte, error) {
	return encodeYAML(environmentFile(), reflect.ValueOf(e).Elem())
}

func encodeYAML(what fileKind, v reflect.Value) ([]byte, error) {
	short := &encoder{short: true}
	short.value(v)
	if short.err != nil {
		return nil, fmt.Errorf("encode %s: %w", what.noun, short.err)
	}
	root, problems := parseJSON(&source{what: what, text: short.out.String()})
	if root == nil {
		return nil, fmt.Errorf("encode %s: %w", what.noun, problems)
	}
	var why error
	// Quotes around everything are ugly and beyond any doubt.
	for _, quoted := range []bool{false, true} {
		w := &yamlWriter{quoted: quoted}
		w.document(root)
		if why = sameYAML(what, w.out.Bytes(), root); why == nil {
			return w.out.Bytes(), nil
		}
	}
	return nil, fmt.Errorf("encode %s as YAML: %w", what.noun, why)
}

// sameYAML says why text does not read as want: what was written is read before it is
// given to anybody, since a plan that changes by being saved is the worst of mistakes.
func sameYAML(what fileKind, text []byte, want *node) error {
	s, problems := newSource("", text, what)
	if problems != nil {
		return problems
	}
	got, problems := parseYAML(s)
	if got == nil {
		return problems
	}
	return sameNode(got, want, "")
}

func sameNode(a, b *node, path string) error {
	// An empty map or list in a file reads as what it is, and so must all scalars: as
	// the same text and as the same type.
	if a.kind != b.kind || len(a.kids) != len(b.kids) || a.kind == scalarNode && (a.text != b.text || a.scalar() != b.scalar()) {
		return fmt.Errorf("%s reads as %s, not %s", path, a.describe(), b.describe())
	}
	for i := range a.kids {
		if err := sameNode(&a.kids[i], &b.kids[i], at(path, i)); err != nil {
			return err
		}
	}
	return nil
}
