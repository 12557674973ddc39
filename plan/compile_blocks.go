package plan

import (
	"slices"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// Bounds of a plan once the steps of blocks stand in the places where they are used:
// nested use can grow without end in a small file.
const (
	maxSteps   = 10_000
	maxNesting = 64
)

// use notes which block s stands for.
func (c *compiler) use(path, name string, s *Step) {
	s.nameIt("use " + name)
	s.block = name
	if !c.isBlock[name] {
		c.unknown(path, c.closest(name, c.blockNames), "unknown block %s", name)
	}
}

// blocks compiles every block once, also those that nothing uses: their mistakes are
// shown where they stand, however often they are used.
func (c *compiler) blocks() map[string][]*Step {
	out := make(map[string][]*Step, len(c.plan.Blocks))
	for i := range c.plan.Blocks {
		b := &c.plan.Blocks[i]
		path := "blocks." + b.Name
		if _, twice := out[b.Name]; twice {
			c.issue(path, "", "there are two blocks named %q", b.Name)
		}
		out[b.Name] = c.steps(path, b.Steps)
		switch {
		case len(b.Steps) == 0:
			c.issue(path, "", "block %q has no steps", b.Name)
		case len(out[b.Name]) == 0:
			c.issue(path, "", "every step of block %q is switched off", b.Name)
		}
	}
	c.cycles()
	return out
}

// cycles refuses blocks that use themselves, through whatever others.
func (c *compiler) cycles() {
	s := cycleSearch{c: c, blocks: map[string]*load.Block{}, done: map[string]bool{}, place: map[string]int{}}
	for i := range c.plan.Blocks {
		s.blocks[c.plan.Blocks[i].Name] = &c.plan.Blocks[i]
	}
	for i := range c.plan.Blocks {
		s.block(c.plan.Blocks[i].Name)
	}
}

// cycleSearch goes through the blocks, each once, along their uses.
type cycleSearch struct {
	c      *compiler
	blocks map[string]*load.Block
	done   map[string]bool
	chain  []string       // from the block where the search began to the one being looked at
	place  map[string]int // of each block in chain
}

func (s *cycleSearch) block(name string) {
	b, known := s.blocks[name]
	if !known || s.done[name] {
		return
	}
	s.place[name] = len(s.chain)
	s.chain = append(s.chain, name)
	s.steps("blocks."+name, b.Steps)
	s.chain = s.chain[:len(s.chain)-1]
	delete(s.place, name)
	s.done[name] = true
}

func (s *cycleSearch) steps(path string, steps []load.Step) {
	for i := range steps {
		path := at(path, i)
		if name := steps[i].Use; name != "" {
			if from, cycle := s.place[name]; cycle {
				s.c.issue(path+".use", "", "block %s uses itself: %s", name, chainText(s.chain[from:], name))
			} else {
				s.block(name)
			}
		}
		s.steps(path+".steps", steps[i].Steps)
		s.steps(path+".else", steps[i].Else)
	}
}

// chainText shows a chain of blocks, the middle of a long one left out.
func chainText(chain []string, end string) string {
	const most = 10
	if len(chain) > most {
		chain = slices.Concat(chain[:most/2], []string{"…"}, chain[len(chain)-most/2:])
	}
	return strings.Join(chain, " → ") + " → " + end
}

// expand gives every step what it inherits from those around it, and every use the
// steps of its block: each place has steps of its own, which share what is compiled.
// It does nothing for a plan that has mistakes, whose blocks may have no end.
func (c *compiler) expand(p *Program, blocks map[string][]*Step) {
	if c.failed() {
		return
	}
	x := expander{c: c, blocks: blocks, named: map[FileUse]bool{}}
	whole := reaction(c.plan.OnFailure)
	for _, list := range []*[]*Step{&p.Setup, &p.UserStart, &p.UserStop, &p.Teardown} {
		*list = x.steps(*list, whole, 1)
	}
	for _, t := range p.Transactions {
		t.Steps = x.steps(t.Steps, t.OnFailure, 1)
	}
	if c.scripts.any {
		x.count = 0 // what scripts may play is not played where it stands
		p.Blocks = make(map[string][]*Step, len(blocks))
		for i := range c.plan.Blocks {
			name := c.plan.Blocks[i].Name
			p.Blocks[name] = x.steps(blocks[name], whole, 1)
		}
	}
	p.Files = x.files
}

type expander struct {
	c      *compiler
	blocks map[string][]*Step
	count  int
	over   bool // a bound was reached and reported
	files  []FileUse
	named  map[FileUse]bool // without Path: the first use of each is enough
}

func (x *expander) steps(steps []*Step, around load.Reaction, depth int) []*Step {
	if len(steps) == 0 || x.full(steps[0].Path, len(steps), depth) {
		return nil
	}
	out := make([]*Step, len(steps))
	for i, s := range steps {
		own := *s
		own.OnFailure = reaction(s.OnFailure, around)
		x.note(s.Request)
		inner := s.Steps
		if s.block != "" {
			inner = x.blocks[s.block]
		}
		own.Steps = x.steps(inner, own.OnFailure, depth+1)
		own.Else = x.steps(s.Else, own.OnFailure, depth+1)
		out[i] = &own
	}
	return out
}

// note collects the files that a request names.
func (x *expander) note(r *Request) {
	if r == nil {
		return
	}
	for _, f := range r.files {
		key := FileUse{Name: f.Name, Body: f.Body}
		if !x.named[key] {
			x.named[key] = true
			x.files = append(x.files, f)
		}
	}
}

// full says, and reports once, that n more steps at this depth are too many.
func (x *expander) full(path string, n, depth int) bool {
	x.count += n
	if x.over {
		return true
	}
	switch {
	case x.count > maxSteps:
		x.c.issue(path, "use fewer steps, or repeat", "the plan has over %d steps, with those of a block counted wherever it is used", maxSteps)
	case depth > maxNesting:
		x.c.issue(path, "", "steps are nested over %d levels, with those of blocks that use others", maxNesting)
	default:
		return false
	}
	x.over = true
	return true
}
