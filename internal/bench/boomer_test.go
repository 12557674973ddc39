package main

import (
	"slices"
	"testing"
	"time"

	"github.com/myzhan/boomer"
)

// BenchmarkBoomerLimiter shows when boomer's own limiter lets 5,000 starts a second
// go: 50 goroutines ask it for two seconds, and the metrics are the share of starts in
// the busiest and in the median hundredth of a second (evenly spaced: 1 % each).
func BenchmarkBoomerLimiter(b *testing.B) {
	for b.Loop() {
		var counts [100]int64
		total := int64(0)
		for _, at := range boomerStarts(5000, 50, 2*time.Second) {
			counts[at%time.Second/(10*time.Millisecond)]++
			total++
		}
		b.ReportMetric(100*float64(slices.Max(counts[:]))/float64(total), "%-in-the-busiest-10ms")
		b.ReportMetric(100*float64(median(counts[:]))/float64(total), "%-in-the-median-10ms")
	}
}

// boomerStarts is the instants, since the beginning, at which the limiter let a start
// go.
func boomerStarts(rate int64, users int, long time.Duration) []time.Duration {
	limiter := boomer.NewStableRateLimiter(rate, time.Second)
	limiter.Start()
	began := time.Now()
	each := make(chan []time.Duration)
	for range users {
		go func() {
			var mine []time.Duration
			for time.Since(began) < long {
				if !limiter.Acquire() {
					mine = append(mine, time.Since(began))
				}
			}
			each <- mine
		}()
	}
	var all []time.Duration
	for range users {
		all = append(all, <-each...)
	}
	limiter.Stop()
	return all
}
