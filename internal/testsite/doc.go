// Package testsite is what locust-http is tried on: a small shop, a target with
// known latencies, one that freezes, and servers that misbehave in every way that a
// load tester must survive. The demo, the tests and the benchmarks use it.
//
// Every server listens on loopback, keeps an exact account of what it has seen (Log),
// and its Close waits until all that it started has ended. State is in memory and
// bounded; ids are counters, so the same requests in the same order give the same
// answers.
package testsite
