package record

import (
	"slices"
	"sync"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Bounds of samples, in bytes: of all that a run keeps on this worker, and of those
// in one report. Over the first, and where the last report has no room, a sample is
// kept without its exchange.
const (
	maxExchanges       = 16 << 20
	maxReportExchanges = 1 << 20
	maxStack           = 4 * load.MaxMessage // of one sample
)

// errorGroups counts failures by row, class and rule. Failures are the slow path:
// one short lock each.
type errorGroups struct {
	maxSamples int

	mu     sync.Mutex // guards everything below
	groups map[errorKey]*errorGroup
	order  []*errorGroup
	kept   int // bytes of exchanges ever kept
}

type errorKey struct {
	row   *Row
	class load.Class
	rule  string
}

type errorGroup struct {
	key         errorKey
	wanted      int // samples ever asked for
	samples     []load.Sample
	count       int64 // this and the following: since the last cut
	first, last time.Duration
	seconds     []load.SecondCount // as in load.ErrorDelta
}

// count counts one failure at a run time and says whether a sample of it is wanted.
func (g *errorGroups) count(row *Row, class load.Class, rule string, at time.Duration) (wanted bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.group(errorKey{row, class, rule})
	e.add(at)
	if e.wanted >= g.maxSamples {
		return false
	}
	e.wanted++
	return true
}

// add counts one failure. Users get here in about the order of their failures: one that
// was overtaken is looked for from the end.
func (e *errorGroup) add(at time.Duration) {
	if e.count == 0 {
		e.first, e.last = at, at
	}
	e.count++
	e.first, e.last = min(e.first, at), max(e.last, at)
	sec, i := int(at/time.Second), len(e.seconds)
	for i > 0 && e.seconds[i-1].At > sec {
		i--
	}
	if i > 0 && e.seconds[i-1].At == sec {
		e.seconds[i-1].Count++
		return
	}
	e.seconds = slices.Insert(e.seconds, i, load.SecondCount{At: sec, Count: 1})
	from := e.seconds[len(e.seconds)-1].At - load.TrendSeconds
	for e.seconds[0].At <= from {
		e.seconds = e.seconds[1:]
	}
}

func (g *errorGroups) keep(row *Row, class load.Class, rule string, s load.Sample) {
	s.Message, s.Stack = load.Clip(s.Message, load.MaxMessage), load.Clip(s.Stack, maxStack)
	size := sampleSize(&s)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.kept+size > maxExchanges {
		s, size = bare(s), 0
	}
	g.kept += size
	e := g.group(errorKey{row, class, rule})
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

// cut is what was counted since the cut before. Samples for which the report has no
// room wait for the next one; in the last one they lose their exchange.
func (g *errorGroups) cut(last bool) []load.ErrorDelta {
	g.mu.Lock()
	defer g.mu.Unlock()
	var out []load.ErrorDelta
	room := maxReportExchanges
	for _, e := range g.order {
		samples := e.take(&room, last)
		if e.count == 0 && len(samples) == 0 {
			continue
		}
		out = append(out, load.ErrorDelta{
			Row: e.key.row.index, Class: e.key.class, Rule: e.key.rule,
			Count: e.count, First: e.first, Last: e.last, Seconds: e.seconds, Samples: samples,
		})
		e.count, e.first, e.last, e.seconds = 0, 0, 0, nil
	}
	return out
}

// take is the samples that there is room for.
func (e *errorGroup) take(room *int, last bool) []load.Sample {
	n := 0
	for ; n < len(e.samples); n++ {
		size := sampleSize(&e.samples[n])
		if size > *room {
			if !last {
				break
			}
			e.samples[n], size = bare(e.samples[n]), 0
		}
		*room -= size
	}
	taken := e.samples[:n:n]
	e.samples = e.samples[n:]
	if len(e.samples) == 0 {
		e.samples = nil
	}
	return taken
}

// bare is s without what can be large.
func bare(s load.Sample) load.Sample {
	s.Request, s.Response, s.Vars, s.Stack = nil, nil, nil, ""
	return s
}

// sampleSize is how many bytes the exchange and the stack of s take, about.
func sampleSize(s *load.Sample) int {
	const line = 32
	n := len(s.Stack)
	headers := func(lines []load.Header) {
		for _, h := range lines {
			n += len(h.Name) + len(h.Value) + line
		}
	}
	if r := s.Request; r != nil {
		n += len(r.Method) + len(r.URL) + len(r.Body)
		headers(r.Header)
	}
	if r := s.Response; r != nil {
		n += len(r.Body)
		headers(r.Header)
	}
	for name, v := range s.Vars {
		n += len(name) + len(v.Text) + line
	}
	return n
}
