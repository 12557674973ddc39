// Package load holds the nouns of load testing: the plan and its parts, the
// profile of a load over time, jobs and reports that travel between a master and
// its workers, and the three contracts (Worker, Session, Registry) that every
// transport and every test double implements.
//
// It imports the standard library only and knows no transport, no file format and
// no HTTP client: a noun that knew how it travels could not travel twice. Contracts
// live here, so half of the package is prose.
package load
