package fleet

import (
	"slices"
)

// Reachable is a worker that answers, whether a run has it or not.
type Reachable struct {
	ID         string
	Free       bool // no run has it
	Connection Connection
}

// Reachable are the workers that w could use and that answer, those without a run
// first. Nothing is taken: it is for what goes beside runs, as Send once has an engine
// of its own, and a question about files takes nobody's place.
func (f *Fleet) Reachable(w Want) []Reachable {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []Reachable
	for _, n := range f.fitting(w) {
		if n.state == Ready && n.conn != nil {
			out = append(out, Reachable{n.ID, n.free(), n.conn})
		}
	}
	slices.SortStableFunc(out, func(a, b Reachable) int {
		switch {
		case a.Free == b.Free:
			return 0
		case a.Free:
			return -1
		}
		return 1
	})
	return out
}

// Taken are those of the reachable workers that a run with this want would take if it
// began now; fewer than it needs when it would have to wait.
func (w Want) Taken(all []Reachable) []Reachable {
	n := 0
	for n < len(all) && all[n].Free {
		n++
	}
	if w.Count > 0 {
		n = min(n, w.Count)
	}
	return all[:n]
}
