package main

import (
	"cmp"
	"fmt"
	"slices"
)

// line prints one measurement: what, its value, and whatever explains it.
func (b *bench) line(what, value string, note ...any) {
	fmt.Fprintf(b.out, "   %-34s %16s", what, value)
	for _, n := range note {
		fmt.Fprintf(b.out, "   %v", n)
	}
	fmt.Fprintln(b.out)
}

// judge prints a measurement with the figure to reach.
func (b *bench) judge(what, value string, ok bool, figure string, note ...any) {
	mark := "✗"
	if ok {
		mark = "✓"
	}
	b.line(what, value, append([]any{mark + " " + figure}, note...)...)
}

// median is the middle of values, or the mean of the two in the middle; 0 of none.
func median[T ~int64 | ~float64](values []T) T {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.SortedFunc(slices.Values(values), cmp.Compare)
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
