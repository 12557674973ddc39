package workersuite

import (
	"fmt"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// rowTests are the contract of load.Dealer.
func rowTests() []test {
	return []test{
		{"rows that are yielded are gone, each once", yieldRows},
		{"an unknown source yields an error", yieldUnknown},
	}
}

const dataPlanText = `version: 1
name: suite
base_url: %s
data:
  accounts: {file: data/accounts.csv, pick: unique, per: iteration, at_end: stop}
transactions:
  - name: visit
    think: 5ms
    steps:
      - {name: page, request: {url: "/page?user={{accounts.name}}"}}
load: {users: 3, duration: 1h}
`

// dataJob is a job of one worker with so many unique rows, all its own.
func (b *bench) dataJob(rows int) load.Job {
	b.Helper()
	var csv strings.Builder
	csv.WriteString("name\n")
	for i := range rows {
		fmt.Fprintf(&csv, "user-%d\n", i)
	}
	job := b.job("r-1", 1, 0)
	job.Plan = b.o.Plan(b.T, fmt.Sprintf(dataPlanText, b.target.URL))
	job.Files = []load.File{b.store("data/accounts.csv", csv.String())}
	return job
}

func (b *bench) dealer(s load.Session) load.Dealer {
	b.Helper()
	d, ok := s.(load.Dealer)
	if !ok {
		b.Fatalf("%T is no load.Dealer", s)
	}
	return d
}

func yieldRows(b *bench) {
	const rows = 2_500
	s := b.prepare(b.dataJob(rows))
	d := b.dealer(s)
	seen := make([]bool, rows)
	take := func(n, want int64) {
		b.Helper()
		ranges, err := d.Yield(b.ctx, "accounts", n)
		if err != nil {
			b.Fatalf("Yield: %v", err)
		}
		var got int64
		for _, r := range ranges {
			got += r.Len()
			for row := r.From; row < r.To; row++ {
				if row < 0 || row >= rows || seen[row] {
					b.Fatalf("row %d of %v is not there, or was yielded before", row, r)
				}
				seen[row] = true
			}
		}
		if got > n || got != want {
			b.Fatalf("%d rows were yielded, want %d", got, want)
		}
	}
	take(100, 100)
	take(400, 400)
	var t tally
	r := b.until(s, &t, "the rows that are left", func(r load.Report) bool { return len(r.Data) == 1 && r.Data[0].Left == rows-500 })
	if state := r.Data[0]; state.Source != "accounts" || state.Rows != rows || state.Given != 0 {
		b.Errorf("the report says %+v", state)
	}
	take(1<<40, rows-500)
	take(1, 0)
	s.Ack(r.Seq)
	b.finish(s, &t)
}

func yieldUnknown(b *bench) {
	d := b.dealer(b.prepare(b.dataJob(10)))
	if ranges, err := d.Yield(b.ctx, "nobody", 1); err == nil {
		b.Errorf("an unknown source has yielded %v", ranges)
	}
	if ranges, err := d.Yield(b.ctx, "accounts", 1); err != nil || len(ranges) != 1 {
		b.Errorf("after it: %v, %v", ranges, err)
	}
}
