package load

import "strings"

// maxScenarios bounds the loads of one plan: each has its own pool of users on every
// worker, and its own rows.
const maxScenarios = 20

// scenarios checks each scenario and which transactions they play.
func (v *validator) scenarios() {
	p := v.plan
	if len(p.Scenarios) > maxScenarios {
		v.fail("scenarios", "%d scenarios: at most %d go into one plan", len(p.Scenarios), maxScenarios)
		return
	}
	names := make(map[string]*Transaction, len(p.Transactions))
	for i := range p.Transactions {
		names[p.Transactions[i].Name] = &p.Transactions[i]
	}
	seen, played, all := map[string]bool{}, map[string]bool{}, len(p.Scenarios) == 0
	for i := range p.Scenarios {
		s := &p.Scenarios[i]
		path := item("scenarios", i)
		if s.Name != "" && seen[s.Name] {
			v.fail(path+".name", "there are two scenarios named %q", clip(s.Name))
		}
		seen[s.Name] = true
		v.scenario(path, s)
		v.weights(path, s, names)
		for _, w := range s.Transactions {
			played[w.Transaction] = true
		}
		all = all || s.Transactions == nil
	}
	if all {
		return
	}
	for i := range p.Transactions {
		t := &p.Transactions[i]
		if t.Name != "" && !played[t.Name] && !t.Off && (t.Weight == nil || *t.Weight > 0) {
			v.warn(item("transactions", i), "no scenario plays transaction %q", clip(t.Name))
		}
	}
}

func (v *validator) scenario(path string, s *Scenario) {
	switch {
	case s.Name == "":
		v.fail(path, "a scenario without a name")
	case strings.HasPrefix(s.Name, "("):
		v.fail(path+".name", "%q: names in parentheses are those of the program", clip(s.Name))
	}
	v.name(path+".name", s.Name)
	if s.StartAt > maxStageTime {
		v.fail(path+".start_at", "a scenario begins within %v", maxStageTime)
	}
	if s.Load == nil {
		v.failHint(path, "for example load: {users: 10, duration: 1m}", "scenario %q has no load", clip(s.Name))
		return
	}
	v.profile(path+".load", s.Load)
}

// weights checks the transactions of a scenario, by name.
func (v *validator) weights(path string, s *Scenario, names map[string]*Transaction) {
	if s.Transactions != nil && len(s.Transactions) == 0 {
		v.failHint(path+".transactions", "leave the key out to play all of the plan", "scenario %q plays no transactions", clip(s.Name))
		return
	}
	seen := map[string]bool{}
	chosen := s.Transactions == nil
	for i, w := range s.Transactions {
		at := path + ".transactions." + w.Transaction
		t := names[w.Transaction]
		switch {
		case t == nil && names[""] != nil:
			// It may be the one whose name could not be read, which is said there.
		case t == nil:
			v.fail(at, "there is no transaction %q", clip(w.Transaction))
		case seen[w.Transaction]:
			v.fail(item(path+".transactions", i), "transaction %q is there twice", clip(w.Transaction))
		case w.Weight < 1 || w.Weight > maxWeight:
			v.failHint(at, "leave it out to switch it off", "weight must be from 1 to %d", maxWeight)
		}
		seen[w.Transaction] = true
		chosen = chosen || t == nil || !t.Off
	}
	if !chosen {
		v.fail(path+".transactions", "every transaction of scenario %q is switched off", clip(s.Name))
	}
}
