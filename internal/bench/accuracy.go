package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
)

const accuracyPlan = `version: 1
name: accuracy
transactions:
  - name: ask
    steps:
      - name: ask
        request: {url: "URL/"}
load: {users: 40, iterations: REQUESTS}
thresholds: []
`

// ownTime is what the client's side may add to what the target saw: the way there and
// back, and being scheduled.
const ownTime = 500 * time.Microsecond

// measureAccuracy sets the result's percentiles beside those of the target's own log,
// by the same rank rule.
func measureAccuracy(ctx context.Context, b *bench) error {
	requests := 20_000
	if b.short {
		requests = 5000
	}
	site, err := testsite.Start(ctx, testsite.NewLatency(7), testsite.Options{KeepLog: true})
	if err != nil {
		return err
	}
	defer site.Close()
	plan := strings.NewReplacer("URL", site.URL, "REQUESTS", fmt.Sprint(requests)).Replace(accuracyPlan)
	r, _, err := b.plays(ctx, plan, time.Minute, false)
	if err != nil {
		return err
	}
	logged := site.Log.Latencies()
	b.line("requests", fmt.Sprint(r.Total.Requests), fmt.Sprintf("the target answered %d", len(logged)))
	for _, q := range []struct {
		name string
		q    float64
		got  float64
	}{{"p50", 0.5, r.Total.Latency.P50}, {"p99", 0.99, r.Total.Latency.P99},
		{"p999", 0.999, r.Total.Latency.P999}, {"max", 1, r.Total.Latency.Max}} {
		truth, got := testsite.Quantile(logged, q.q), ms(q.got)
		off := got - truth
		b.judge(q.name, fmt.Sprintf("%.3f ms", q.got), off.Abs() <= truth/100+ownTime, "within 1 % + 0.5 ms",
			fmt.Sprintf("(target %.3f ms, %+.3f ms, %+.2f %%)", truth.Seconds()*1000, off.Seconds()*1000, 100*off.Seconds()/truth.Seconds()))
	}
	return nil
}
