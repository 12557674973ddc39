package master

import (
	"fmt"
	"net/http"

	"github.com/locust-http/locust-http/internal/workspace"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// Bounds of the Lua files that a caller brings along, beside those of each.
const (
	maxBroughtScripts = 2 * load.MaxLibraries
	maxBroughtLua     = load.MaxLibraries*load.MaxSource + 4<<20 // bytes of all
)

// scriptsOf finds the Lua of an order's plan as it is now: among what its caller has
// brought, else in the workspace. What is wrong with it is added to the draft's problems.
func (m *Master) scriptsOf(o *Order, d *draft) *refusal {
	if o.Scripts == nil {
		var problems plan.Problems
		d.scripts, problems = m.findScripts(d.file, d.text, d.program)
		d.problems = append(d.problems, problems...)
		return nil
	}
	if no := refuseScripts(o.Scripts); no != nil {
		return no
	}
	if !m.config.Lua.Works() {
		return nil
	}
	sources, problems := workspace.BroughtScripts(o.Scripts, d.file, d.text, d.program, m.config.Lua)
	d.scripts, d.problems = sources, append(d.problems, problems...)
	return nil
}

// findScripts finds the Lua of a plan in the workspace, and what is wrong with it.
func (m *Master) findScripts(file string, text []byte, p *plan.Program) ([]load.Source, plan.Problems) {
	if !m.config.Lua.Works() {
		return nil, nil
	}
	return m.workspace.Scripts(file, text, p, m.config.Lua)
}

// refuseScripts says what cannot be among the scripts of an order.
func refuseScripts(files map[string]string) *refusal {
	size := 0
	for name, text := range files {
		if clean, err := load.CleanPath(name); err != nil || clean != name {
			return refuse(http.StatusBadRequest, "bad_scripts", "a path of the workspace: scripts/sign.lua", "%q is no path of a script", load.Clip(name, 200))
		}
		size += len(text)
	}
	if len(files) > maxBroughtScripts || size > maxBroughtLua {
		return refuse(http.StatusBadRequest, "bad_scripts", "", "at most %d scripts with %d MiB in all go with a plan", maxBroughtScripts, maxBroughtLua>>20)
	}
	return nil
}

// checkPlan is everything that is wrong with the text of a plan of this workspace, in one
// of its environments ("": none).
func (m *Master) checkPlan(file string, text []byte, environment string) plan.Problems {
	env, no := m.checkedWith(file, environment)
	p, problems := plan.DecodeWith(file, text, load.Overrides{Environment: env})
	problems = append(problems, no...)
	if p == nil {
		return problems
	}
	program, _ := plan.Compile(p)
	if program == nil {
		return problems
	}
	_, more := m.findScripts(file, text, program)
	return append(problems, more...)
}

// checkedWith is the environment that a plan is checked with: without its limits, since
// what load is asked for only a start says. One that cannot be had is a warning; the plan
// is then checked without it.
func (m *Master) checkedWith(file, name string) (*load.Environment, plan.Problems) {
	if name == "" {
		return nil, nil
	}
	env, no := m.environment(&Order{Environment: name})
	if no != nil {
		message := fmt.Sprintf("checked without the environment %s: %s", load.Clip(name, 200), no.Message)
		return nil, plan.Problems{{File: file, Message: message, Warning: true}}
	}
	env.Limits = load.Limits{}
	return env, nil
}
