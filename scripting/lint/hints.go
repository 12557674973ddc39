package lint

import (
	"fmt"
	"maps"
	"slices"

	"github.com/locust-http/locust-http/plan"
)

// absent is what Lua has and scripts have not, with what there is instead. It is never
// changed.
var absent = map[string]string{
	"os": `local time = require "time"`, "io": "scripts have no files: name data in the plan", "debug": "log.info shows values",
	"package": "require finds libraries below scripts/", "load": "write a library, and require it", "loadstring": "write a library, and require it",
	"null": "nothing is nil; in JSON it is json.null", "None": "nothing is nil; in JSON it is json.null", "undefined": "nothing is nil",
	"loadfile": "write a library, and require it", "dofile": "write a library, and require it", "collectgarbage": "memory is looked after",
	"setfenv": "give functions what they need", "getfenv": "give functions what they need", "newproxy": "tables have metatables",
}

// globalHint is what was probably meant by a global that nothing sets.
func (r *review) globalHint(i int, m mention, around []*facts) string {
	switch {
	case absent[m.name] != "":
		return absent[m.name]
	case r.isLibrary(m.name):
		return fmt.Sprintf("local %s = require %q", m.name, m.name)
	case m.name == "user" || m.name == "req" || m.name == "res":
		return "it is what a hook is given: function before(req, user), function after(res, user)"
	}
	if hint := r.localHint(i, m.name); hint != "" {
		return hint
	}
	near := r.nearestName(i, m.name, around)
	switch {
	case near == "":
		return ""
	case r.isLibrary(near) && r.facts[i].locals[near].line == 0:
		return fmt.Sprintf("local %s = require %q", near, near)
	}
	return "did you mean " + near + "?"
}

// localHint says that there is a local variable of that name which is not seen where it is
// asked for: one of a script around this one, or of another part of this one.
func (r *review) localHint(i int, name string) string {
	for _, n := range r.outer(i) {
		if l := r.facts[n].locals[name]; l.top {
			s := &r.sources[n]
			return fmt.Sprintf("%s:%d has a local %s, which no other script sees: leave out local there", s.File, l.line+max(s.Line, 1)-1, name)
		}
	}
	l, ok := r.facts[i].locals[name]
	if !ok {
		return ""
	}
	return fmt.Sprintf("the local %s of line %d is not known here", name, l.line+max(r.sources[i].Line, 1)-1)
}

func (r *review) isLibrary(name string) bool {
	return slices.Contains(r.modules, name) || r.libraries[name] || slices.Contains(r.shipped, name)
}

// nearestName is what was probably meant by a name: a local variable, a global or a
// library. It is looked for a few times, and not among many: it takes time.
func (r *review) nearestName(i int, name string, around []*facts) string {
	const hints, candidates = 30, 500
	if len(r.problems) >= hints {
		return ""
	}
	var known []string
	if own := r.facts[i].locals; len(own) < candidates {
		known = slices.Sorted(maps.Keys(own))
	}
	known = append(known, r.Checker.globals...)
	for _, f := range around {
		if len(f.sets) < candidates {
			known = append(known, slices.Sorted(maps.Keys(f.sets))...)
		}
	}
	known = slices.Concat(known, r.modules, r.shipped)
	return plan.Nearest(name, known)
}
