package history

import "math"

// maxTrend is how many points the small picture of a run in a list has.
const maxTrend = 30

// trend is the requests of a run over its time in a few stretches of equal length, which
// doubles whenever there are too many of them.
type trend struct {
	Step int     `json:"step"` // seconds of a stretch; 0: nothing yet
	Sums []int64 `json:"sums"`
	Last int     `json:"last"` // seconds so far
}

// add counts requests of the second at. A stretch that nobody reported stays 0.
func (t *trend) add(at int, requests int64) {
	t.Step = max(t.Step, 1)
	for at/t.Step >= maxTrend {
		half := t.Sums[:0]
		for i := 0; i < len(t.Sums); i += 2 {
			sum := t.Sums[i]
			if i+1 < len(t.Sums) {
				sum += t.Sums[i+1]
			}
			half = append(half, sum)
		}
		t.Sums, t.Step = half, 2*t.Step
	}
	for len(t.Sums) <= at/t.Step {
		t.Sums = append(t.Sums, 0)
	}
	t.Sums[at/t.Step] += requests
	t.Last = max(t.Last, at+1)
}

// rates are requests per second.
func (t *trend) rates() []float64 {
	list := make([]float64, 0, min(len(t.Sums), maxTrend))
	for i, sum := range t.Sums[:min(len(t.Sums), maxTrend)] {
		seconds := min(t.Step, t.Last-i*t.Step)
		list = append(list, math.Round(float64(sum)/float64(max(seconds, 1))*10)/10)
	}
	return list
}
