// Package run conducts one run of a plan on a set of workers, from Prepare to the
// last acknowledged report, and keeps its statistics.
//
// One goroutine, that of Conduct, owns everything about a run: members, counts, the
// series, the outcome. Whatever blocks (a call to a worker, a stream of reports)
// has a goroutine of its own that posts what came of it to the owner's inbox; so do
// the methods that others call meanwhile. The owner itself never blocks on anything
// but its inbox, which is why Stop works in every state and a run always ends.
//
//	preparing → setup → running → stopping → completed | stopped | aborted | failed
//
// What the four ends mean:
//
//	completed  the load came to its own end
//	stopped    somebody asked for the end
//	aborted    a rule asked for it: a threshold with abort, on_failure: abort_run, a script
//	failed     it could not run or could not go on: refused, setup failed, all workers lost
//
// In every one of them the reason says why in words, teardown has run if setup was
// tried, and what the workers had counted has been merged as far as it could be had.
package run
