// Package testsite is what locust-http is tried on: a small shop, a target with
// known latencies, one that freezes, and servers that misbehave in every way that a
// load tester must survive. The demo, the tests and the benchmarks use it.
//
// The shop has what tests are about: logins by form, JSON and OAuth2, tokens in pages,
// carts and orders, uploads that it knows again by their SHA-256, jobs that take their
// time, pages that need a client certificate.
//
// Every server listens on loopback, keeps an exact account of what it has seen (Log),
// and its Close waits until all that it started has ended. State is in memory and
// bounded; ids are counters, so the same requests in the same order give the same
// answers.
package testsite
