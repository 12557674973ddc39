package plan

import (
	"fmt"
	"maps"
	"slices"

	"github.com/locust-http/locust-http/load"
)

// declare gives every name of the plan its slot before anything is compiled, so that
// a step may use what a later one sets.
func (c *compiler) declare() {
	for _, v := range c.plan.Variables {
		c.slot("variables."+v.Name, v.Name)
	}
	lists := c.stepLists()
	for _, path := range slices.Sorted(maps.Keys(lists)) {
		c.declareSteps(path, lists[path])
	}
}

func (c *compiler) stepLists() map[string][]load.Step {
	lists := map[string][]load.Step{
		"setup": c.plan.Setup, "user_start": c.plan.UserStart, "user_stop": c.plan.UserStop, "teardown": c.plan.Teardown,
	}
	for i := range c.plan.Transactions {
		lists[fmt.Sprintf("transactions[%d].steps", i)] = c.plan.Transactions[i].Steps
	}
	for _, b := range c.plan.Blocks {
		lists["blocks."+b.Name] = b.Steps
	}
	return lists
}

func (c *compiler) declareSteps(path string, steps []load.Step) {
	for i := range steps {
		at := fmt.Sprintf("%s[%d]", path, i)
		for _, v := range steps[i].Set {
			c.changes[c.slot(at+".set."+v.Name, v.Name)] = true
		}
		for k, x := range steps[i].Extract {
			c.changes[c.slot(fmt.Sprintf("%s.extract[%d].name", at, k), x.Name)] = true
		}
		if name := itemName(steps[i].Repeat); name != "" {
			c.changes[c.slot(at+".repeat.as", name)] = true
		}
		c.declareSteps(at+".steps", steps[i].Steps)
		c.declareSteps(at+".else", steps[i].Else)
	}
}

// itemName is the variable that a repeat sets in each round; empty: none.
func itemName(r *load.Repeat) string {
	switch {
	case r == nil:
		return ""
	case r.As == "" && r.Each != "":
		return load.DefaultAs
	}
	return r.As
}

func (c *compiler) slot(path, name string) int {
	if slot, ok := c.slots[name]; ok {
		return slot
	}
	if !isVariableName(name) {
		c.issue(path, "", "%q is no name for a variable: a letter, then letters, digits, _ and -", name)
	}
	slot := len(c.names)
	c.slots[name] = slot
	c.names, c.consts, c.changes = append(c.names, name), append(c.consts, load.Value{}), append(c.changes, false)
	return slot
}

// constants evaluates the plan's variables, in order: one may use those above it.
func (c *compiler) constants() {
	c.constant = true
	defer func() { c.constant = false }()
	for _, v := range c.plan.Variables {
		path := "variables." + v.Name
		before := len(c.issues)
		t := c.valueTemplate(path, v.Value)
		if t.constant.Kind == load.Unset && len(c.issues) == before {
			c.issue(path, perUser, "a variable of the plan is a constant, made of constants above it")
		}
		c.consts[c.slots[v.Name]] = t.constant
	}
}
