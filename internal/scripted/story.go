// Package scripted plays a run that never was: the same one every time, with a ramp, a
// change of the load, a burst of errors, and a worker that is lost and comes back. It
// sends nothing. It is for people who look around, and for tests of the web page.
package scripted

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/locust-http/locust-http/load"
)

// What happens when, in seconds of run time. A run that is longer has a burst again every
// Period.
const (
	ChangeAt  = 20 // users are doubled
	NoteAt    = 25
	BurstFrom = 35
	BurstTo   = 45
	LostFrom  = 50 // worker 3 falls silent
	LostTo    = 75
	Period    = 180
)

// Story is what happens in every second. It is made of nothing but a plan's names and the
// number of the second, so every play of it is the same. Immutable.
type Story struct {
	rows         []load.RowKey
	transactions []transaction
}

type transaction struct {
	row   int
	share float64 // of all transactions
	steps []step
}

type step struct {
	row    int
	median float64 // of its latency, in ms
	status int     // of its failures
}

// NewStory tells of a plan's transactions and their requests.
func NewStory(p *load.Plan) *Story {
	s := new(Story)
	weights := 0.0
	for i := range p.Transactions {
		weights += weight(&p.Transactions[i])
	}
	for i := range p.Transactions {
		t := &p.Transactions[i]
		x := transaction{row: s.row(load.RowKey{Kind: load.TransactionRow, Transaction: t.Name}), share: weight(t) / weights}
		for j, st := range t.Steps {
			if st.Request == nil {
				continue
			}
			x.steps = append(x.steps, step{
				row:    s.row(load.RowKey{Kind: load.StepRow, Transaction: t.Name, Step: st.Name}),
				median: 9 + 14*float64(i) + 6*float64(j), status: 503,
			})
		}
		s.transactions = append(s.transactions, x)
	}
	return s
}

func weight(t *load.Transaction) float64 {
	if t.Weight == nil {
		return 1
	}
	return float64(*t.Weight)
}

func (s *Story) row(k load.RowKey) int {
	s.rows = append(s.rows, k)
	return len(s.rows) - 1
}

// Rows are all rows of the story.
func (s *Story) Rows() []load.RowKey { return s.rows }

// failure is what every failure of a story says.
const failure = "status 503, expected below 400"

// perUser is how many transactions a user begins in a second.
const perUser = 1.4

// Burst says whether errors are frequent in a second.
func Burst(second int) bool {
	at := second % Period
	return at >= BurstFrom && at < BurstTo
}

// Count adds one worker's second.
func (s *Story) Count(iv *load.Interval, r *load.Report, job *load.Job, users int) (started int64) {
	second := int(iv.From / time.Second)
	part := (iv.To - iv.From).Seconds()
	rng := rand.New(rand.NewPCG(uint64(second), uint64(job.Index)+1))
	wave := 1 + 0.08*math.Sin(float64(second)/17) + 0.04*(rng.Float64()-0.5)
	slow := 1 + float64(users*job.Of)/500
	if Burst(second) {
		slow *= 2.6
	}
	iv.CPU = min(0.97, 0.06+float64(users)/400*wave+0.02*float64(job.Index))
	iv.Memory = 60<<20 + int64(users)*90<<10
	iv.Lag = time.Duration(rng.IntN(3000)) * time.Microsecond
	for i := range s.transactions {
		t := &s.transactions[i]
		n := int64(math.Round(float64(users) * perUser * wave * t.share * part))
		if n == 0 {
			continue
		}
		started += n
		own := load.RowDelta{Row: t.row, Requests: n}
		whole := make([]int64, n) // latency of each transaction so far, µs
		failing := make([]bool, n)
		for _, st := range t.steps {
			s.countStep(iv, r, st, rng, slow, second, whole, failing)
		}
		var ok, failed []int64
		for k, us := range whole {
			if failing[k] {
				failed = append(failed, us)
				continue
			}
			ok = append(ok, us)
		}
		own.Failures = int64(len(failed))
		own.OK, own.Failed = sparse(ok), sparse(failed)
		iv.Rows = append(iv.Rows, own)
	}
	return started
}

// countStep plays one step of each transaction that has not failed yet.
func (s *Story) countStep(iv *load.Interval, r *load.Report, st step, rng *rand.Rand, slow float64, second int, whole []int64, failing []bool) {
	d := load.RowDelta{Row: st.row}
	chance := 0.0008
	if Burst(second) {
		chance = 0.12
	}
	var ok, failed []int64
	for k := range whole {
		if failing[k] {
			continue
		}
		us := int64(1000 * st.median * slow * math.Exp(0.38*rng.NormFloat64()))
		if rng.Float64() < 0.004 {
			us *= 6
		}
		whole[k] += us
		d.Requests++
		if rng.Float64() < chance {
			failing[k] = true
			failed = append(failed, us)
			continue
		}
		ok = append(ok, us)
	}
	d.Failures = int64(len(failed))
	d.BytesIn, d.BytesOut = 1350*d.Requests, 210*d.Requests
	d.Status[2], d.Status[5] = int64(len(ok)), int64(len(failed))
	d.OK, d.Failed = sparse(ok), sparse(failed)
	iv.Rows = append(iv.Rows, d)
	iv.Counters.Attempts += d.Requests
	if d.Failures > 0 {
		r.Errors = append(r.Errors, load.ErrorDelta{
			Row: st.row, Class: load.ClassStatus, Rule: "503", Count: d.Failures, First: iv.From, Last: iv.To - 1,
			Seconds: []load.SecondCount{{At: int(iv.From / time.Second), Count: d.Failures}},
			Samples: []load.Sample{s.sample(st, iv, failed[0])},
		})
	}
}

func (s *Story) sample(st step, iv *load.Interval, us int64) load.Sample {
	body := []byte(`{"error": "no room for another order, try again"}`)
	json := []load.Header{{Name: "Content-Type", Value: "application/json"}}
	return load.Sample{
		At: iv.From + time.Duration(us)*time.Microsecond, User: 17, Iteration: 4, Status: st.status,
		Message: failure,
		Request: &load.SampleRequest{
			Method: "GET", URL: "http://shop.test/" + s.rows[st.row].Step,
			Header: []load.Header{{Name: "Accept", Value: "application/json"}, {Name: "Authorization", Value: load.Masked}},
		},
		Response: &load.SampleResponse{Status: st.status, Header: json, Body: body, BodySize: int64(len(body))},
		Vars:     map[string]load.Value{"item": load.StringValue("417")},
	}
}

// sparse is the histogram of latencies in µs; values are sorted.
func sparse(values []int64) load.SparseHist {
	if len(values) == 0 {
		return load.SparseHist{}
	}
	slices.Sort(values)
	out := load.SparseHist{Min: values[0], Max: values[len(values)-1]}
	for _, us := range values {
		out.Sum += us
		index := uint16(load.BucketOf(us))
		if n := len(out.Buckets); n > 0 && out.Buckets[n-1].Index == index {
			out.Buckets[n-1].Count++
			continue
		}
		out.Buckets = append(out.Buckets, load.Bucket{Index: index, Count: 1})
	}
	return out
}
