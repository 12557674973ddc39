package engine

import (
	"fmt"
	"sync"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting"
	"github.com/locust-http/locust-http/worker/record"
)

// scripted is a script of the plan with the scripts around it, innermost first.
type scripted struct {
	script *scripting.Script
	around []*scripting.Script
	label  scriptLabel
}

// hooks are the functions that a request passes through, in the order in which they run.
type hooks struct {
	before []scripted
	after  []scripted
}

// realm is where users play: a transaction of a scenario, or a part of the lifecycle. It
// says what scripts in it can reach, and where what they do is counted.
type realm struct {
	key      load.RowKey
	row      *record.Row // of the transaction; nil in the lifecycle
	scripts  []scripted  // whose before and after hold for all requests here, outer first
	reaction load.Reaction
	binder   *binder
	blocks   sync.Map // steps of blocks that scripts have used here, by name
	hooks    *hooks   // of http calls
	self     *step    // stands for the realm where its own script fails
}

// newRealm is a realm whose own script is innermost of scripts.
func (b *binder) newRealm(name string, key load.RowKey, row *record.Row, scripts []scripted, reaction load.Reaction) *realm {
	r := &realm{key: key, row: row, scripts: scripts, reaction: reaction, binder: b}
	r.hooks = r.through(nil)
	r.self = b.selfStep(r, name)
	return r
}

// through is the hooks of a request in r, with a script of its own or nil.
func (r *realm) through(own *scripted) *hooks {
	all := r.scripts
	if own != nil {
		all = append(all[:len(all):len(all)], *own)
	}
	h := new(hooks)
	for i := range all {
		if all[i].script.Mentions(scripting.Before) {
			h.before = append(h.before, all[i])
		}
		if inner := &all[len(all)-1-i]; inner.script.Mentions(scripting.After) {
			h.after = append(h.after, *inner)
		}
	}
	if len(h.before)+len(h.after) == 0 {
		return nil
	}
	return h
}

// block is the steps of a block of the plan, bound here at its first use.
func (r *realm) block(name string) ([]*step, error) {
	if known, ok := r.blocks.Load(name); ok {
		return known.([]*step), nil
	}
	compiled, ok := r.binder.program.Blocks[name]
	if !ok {
		return nil, fmt.Errorf("the plan has no block %q", load.Clip(name, 80))
	}
	r.binder.late.Lock()
	defer r.binder.late.Unlock()
	if known, ok := r.blocks.Load(name); ok {
		return known.([]*step), nil
	}
	bound, err := r.binder.steps(compiled, r, r.row)
	if err != nil {
		return nil, fmt.Errorf("block %s: %w", name, err)
	}
	r.blocks.Store(name, bound)
	return bound, nil
}
