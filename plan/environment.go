package plan

import (
	"reflect"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// DecodeEnvironment reads an environment from YAML or JSON, as strictly and within the
// same bounds as a plan. file is for messages and gives the environment its name. Texts
// may hold {{placeholders}} as in a plan; whether a plan knows their names shows when
// both come together (DecodeWith).
//
// The environment is nil unless Problems.Err is nil.
func DecodeEnvironment(file string, text []byte) (*load.Environment, Problems) {
	e := &load.Environment{}
	problems := read(file, text, environmentFile(), func(d *decoder) { d.environment(e) })
	if problems.Err() != nil {
		return nil, problems
	}
	return e, problems
}

func (d *decoder) environment(e *load.Environment) {
	d.structure(d.root, reflect.ValueOf(e).Elem(), "")
	if d.root.kind != mapNode {
		return
	}
	e.Name = nameOf(d.source.file)
	d.issues(e.Validate())
	d.issues(d.own(environmentSyntax(e), false))
}

// environmentSyntax checks the placeholders of e as far as they can be without a plan:
// every name that is not known here may be one of the plan's.
func environmentSyntax(e *load.Environment) []load.Issue {
	p := &load.Plan{BaseURL: e.BaseURL, Variables: e.Variables, Transactions: []load.Transaction{{
		Name: "any", Steps: []load.Step{{Request: &load.Request{URL: "http://any/"}}}, // something that has headers
	}}}
	for _, h := range e.Headers {
		if !h.Drop {
			p.Defaults.Headers = append(p.Defaults.Headers, h)
		}
	}
	_, issues := Compile(p)
	var own []load.Issue
	for _, i := range issues {
		if i.Echo || i.Warning || strings.HasPrefix(i.Path, "transactions") {
			continue
		}
		i.Path = strings.TrimPrefix(i.Path, "defaults.")
		own = append(own, i)
	}
	return own
}

// EncodeEnvironment is the canonical JSON of e: DecodeEnvironment reads it back to an
// equal environment but for its name, which is that of its file.
func EncodeEnvironment(e *load.Environment) ([]byte, error) {
	return encode("environment", reflect.ValueOf(e).Elem())
}
