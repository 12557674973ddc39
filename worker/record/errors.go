package record

import (
	"sync"

	"github.com/locust-http/locust-http/load"
)

// errorGroups counts failures by row, class and rule. Failures are the slow path:
// one short lock each.
type errorGroups struct {
	maxSamples int

	mu     sync.Mutex // guards groups and everything in them
	groups map[errorKey]*errorGroup
	order  []*errorGroup
}

type errorKey struct {
	row   *Row
	class load.Class
	rule  string
}

type errorGroup struct {
	key     errorKey
	count   int64 // since the last cut
	kept    int   // samples ever kept
	samples []load.Sample
}

func (g *errorGroups) add(row *Row, class load.Class, rule string, s load.Sample) {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.group(errorKey{row, class, rule})
	e.count++
	if e.kept >= g.maxSamples {
		return
	}
	e.kept++
	s.Message = load.Clip(s.Message, load.MaxMessage)
	e.samples = append(e.samples, s)
}

// group is the group of k. Over the bound a new rule is counted under OtherName, one
// group per row and class; both are bounded lists, so the table is bounded too.
func (g *errorGroups) group(k errorKey) *errorGroup {
	if e, ok := g.groups[k]; ok {
		return e
	}
	if len(g.groups) >= load.MaxErrorGroups && k.rule != load.OtherName {
		k.rule = load.OtherName
		if e, ok := g.groups[k]; ok {
			return e
		}
	}
	e := &errorGroup{key: k}
	g.groups[k] = e
	g.order = append(g.order, e)
	return e
}

func (g *errorGroups) cut() []load.ErrorDelta {
	g.mu.Lock()
	defer g.mu.Unlock()
	var out []load.ErrorDelta
	for _, e := range g.order {
		if e.count == 0 {
			continue
		}
		out = append(out, load.ErrorDelta{
			Row: e.key.row.index, Class: e.key.class, Rule: e.key.rule,
			Count: e.count, Samples: e.samples,
		})
		e.count, e.samples = 0, nil
	}
	return out
}
