package plan

import "github.com/locust-http/locust-http/load"

// EachScript visits every script of p with its path, in the order of the file: "script",
// "transactions[0].steps[2].script", "blocks.refresh[0].script".
func EachScript(p *load.Plan, visit func(path string, s *load.Script)) {
	v := scriptVisitor{visit}
	v.script("script", p.Script)
	for i := range p.Blocks {
		v.steps("blocks."+p.Blocks[i].Name, p.Blocks[i].Steps)
	}
	v.steps("setup", p.Setup)
	v.steps("user_start", p.UserStart)
	v.steps("user_stop", p.UserStop)
	v.steps("teardown", p.Teardown)
	for i := range p.Transactions {
		path := transactionPath(i)
		v.script(path+".script", p.Transactions[i].Script)
		v.steps(path+".steps", p.Transactions[i].Steps)
	}
}

type scriptVisitor struct{ visit func(string, *load.Script) }

func (v scriptVisitor) script(path string, s *load.Script) {
	if s != nil {
		v.visit(path, s)
	}
}

func (v scriptVisitor) steps(path string, steps []load.Step) {
	for i := range steps {
		s := &steps[i]
		path := at(path, i)
		v.script(path+".script", s.Script)
		v.steps(path+".steps", s.Steps)
		v.steps(path+".else", s.Else)
	}
}

// Sources is the Lua of p as a run needs it: what was resolved where the run was started,
// and scripts that stand in the plan and are not among that. Those have no place in a
// file: errors call them by their path.
func Sources(p *load.Plan, resolved []load.Source) []load.Source {
	known := make(map[string]bool, len(resolved))
	for i := range resolved {
		known[resolved[i].Path] = true
	}
	out := resolved[:len(resolved):len(resolved)]
	EachScript(p, func(path string, s *load.Script) {
		if !known[path] && s.File == "" {
			out = append(out, load.Source{Path: path, File: path, Line: 1, Text: s.Source})
		}
	})
	return out
}
