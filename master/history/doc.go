// Package history keeps the runs of a workspace in one SQLite file: what was run, second
// by second what came of it, and how it ended.
//
// What a run did is stored in entries. An entry is one second, or after Thin 5 or 60 that
// adjoin, and begins at a multiple of its length. It has three parts, so that a chart is
// read without the many histograms that it is made of:
//
//	seconds    the columns of a chart, of all step rows together, and the gauges of workers
//	latencies  the histogram of all step rows together
//	details    what every scenario and every row counted, with its histograms
//
// Thinning adds entries up: counts and histograms lose nothing, gauges keep their largest
// value, and of the seconds the one with the most requests is remembered.
package history
