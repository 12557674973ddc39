package history

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// sample is an entry with something everywhere.
func sample() *entry {
	e := &entry{at: 60, step: 60, loads: []loadEntry{{name: 1, users: 5, target: 6, started: 7, late: 8, dropped: 9, waiting: 10, due: 11}},
		workers: []workerEntry{{users: 1, requests: 1 << 40, failures: 3, cpu: 9_999, memory: 1 << 33, lag: 5}, {name: 2}}}
	e.point = point{covered: 1<<60 - 1, seconds: 60, reports: 3, users: 5, target: 6, requests: 1000, failures: 10, bytesIn: 1 << 50, bytesOut: 1,
		status: [6]int64{1, 2, 3, 4, 5, 6}, cpu: 10_000, peak: 30, starts: starts{begun: 7, late: 8, dropped: 9, due: 11}}
	r := rowEntry{peak: 7, RowSecond: load.RowSecond{Row: 3, Requests: 100, Failures: 1, Interrupted: 2, Warnings: 3, BytesIn: 4, BytesOut: 5,
		Status: [6]int64{0, 0, 98, 0, 1, 1}, OK: []load.Bucket{{Index: 0, Count: 1}, {Index: 1, Count: 1}, {Index: load.NumBuckets - 1, Count: 1<<32 - 1}},
		Failed: []load.Bucket{{Index: 5000, Count: 1}}}}
	e.rows = []rowEntry{{}, r, {RowSecond: load.RowSecond{Row: maxRows - 1, Requests: 1}}}
	var t latencies
	t.addRow(&r.RowSecond)
	t.describe(&e.point)
	e.point.heat, e.point.failedHeat = t.all.heat(), t.failed.heat()
	return e
}

func decodeEntry(e *entry, columns, workers, counts []byte) (out entry, err error) {
	out = entry{at: e.at, step: e.step}
	if out.point, err = decodePoint(columns, e.at); err != nil {
		return out, err
	}
	if out.workers, err = decodeWorkers(nil, workers, 3, e.at); err != nil {
		return out, err
	}
	err = readDetails(counts, 3, e.at, func(l loadEntry) { out.loads = append(out.loads, l) }, nil, func(r *rowEntry) {
		out.rows = append(out.rows, *r)
		r.OK, r.Failed = nil, nil
	})
	return out, err
}

func TestBlobs(t *testing.T) {
	e := sample()
	got, err := decodeEntry(e, e.point.encode(), encodeWorkers(e.workers), encodeDetails(e))
	if err != nil || !reflect.DeepEqual(&got, e) {
		t.Errorf("%v\n got %+v\nwant %+v", err, got, *e)
	}
}

// What was stored before starts were, and failures apart, is read as far as it goes.
func TestFirstLayout(t *testing.T) {
	e := sample()
	cut := func(b, tail []byte) []byte { return append([]byte{firstLayout}, b[1:len(b)-len(tail)]...) }
	tail := put(nil, 0, 7, 8, 9, 11)
	tail = e.point.ok.encode(put(e.point.failedHeat.encode(tail), 0))
	got, err := decodePoint(cut(e.point.encode(), tail), 0)
	if err != nil || got.latency != e.point.latency || got.heat != e.point.heat || !got.old {
		t.Errorf("%v: %+v", err, got)
	}
	c := got.columns()
	if math.IsNaN(float64(c.P99)) || !math.IsNaN(float64(c.Iterations)) || !math.IsNaN(float64(c.OKP99)) {
		t.Errorf("%+v", c)
	}
	again, err := decodePoint(got.encode(), 0) // joined with others, or given again
	if err != nil || again != got {
		t.Errorf("%v: %+v, want %+v", err, again, got)
	}
	var l, was latencies
	was.addRow(&e.rows[1].RowSecond)
	failed := putBuckets(nil, was.failed.buckets())
	if _, err := l.decode(nil, cut(encodeLatencies(&was), failed), 0); err != nil || l.all.spread() != was.all.spread() || l.failed.count != 0 {
		t.Errorf("%v: %+v", err, l.all.spread())
	}
}

// A single wrong byte, or one that is missing, is an error or another number; it never
// is a panic.
func TestBadBlobs(t *testing.T) {
	e := sample()
	list := [][]byte{e.point.encode(), encodeWorkers(e.workers), encodeDetails(e)}
	try := func(list [][]byte, mustFail bool) {
		_, err := decodeEntry(e, list[0], list[1], list[2])
		if err == nil && mustFail || err != nil && !errors.Is(err, errBlob) {
			t.Errorf("%x: %v", list, err)
		}
	}
	r := rand.New(rand.NewPCG(1, 1))
	for i, b := range list {
		changed := append([][]byte{}, list...)
		for n := range b {
			changed[i] = b[:n]
			try(changed, true)
			for range 8 {
				changed[i] = bytes.Clone(b)
				changed[i][n] = byte(r.Uint32())
				try(changed, n == 0 && changed[i][0] != layout)
			}
		}
		changed[i] = append(bytes.Clone(b), 0)
		try(changed, true)
	}
}

// Whatever is in the file, what is made of it is no larger than it, and numbers that are
// used as an index are in their range.
func FuzzBlobs(f *testing.F) {
	e := sample()
	f.Add(e.point.encode())
	f.Add(encodeWorkers(e.workers))
	f.Add(encodeDetails(e))
	var some latencies
	some.addRow(&e.rows[1].RowSecond)
	f.Add(encodeLatencies(&some))
	f.Add([]byte{layout, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f})
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := decodePoint(b, 0); err == nil {
			p.columns()
		}
		if list, err := decodeWorkers(nil, b, 3, 0); err == nil {
			for _, w := range list {
				if w.name < 0 || w.name >= 3 || len(list) > len(b) {
					t.Fatalf("%+v", list)
				}
			}
		}
		var sum latencies
		list, err := sum.decode(nil, b, 0)
		if err == nil {
			sum.describe(new(point))
			sum.all.heat()
		}
		if cap(list) > len(b) {
			t.Fatalf("room for %d buckets from %d bytes", cap(list), len(b))
		}
		err = readDetails(b, 3, 0, func(l loadEntry) {
			if l.name < 0 || l.name >= 3 {
				t.Fatalf("%+v", l)
			}
		}, nil, func(r *rowEntry) {
			if r.Row < 0 || r.Row >= maxRows || cap(r.OK)+cap(r.Failed) > 2*len(b) {
				t.Fatalf("%+v", r)
			}
		})
		if err != nil && !errors.Is(err, errBlob) {
			t.Fatal(err)
		}
	})
}

// The quantiles of a tally are those of load.Hist.
func TestTally(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	var sum tally
	for n := range 300 {
		var h load.Hist
		sum.reset()
		for range n {
			us := r.Int64N(1 << r.IntN(34))
			h.Add(&load.SparseHist{Min: us, Max: load.BucketHigh(load.BucketOf(us)), Buckets: []load.Bucket{{Index: uint16(load.BucketOf(us)), Count: 1 + uint32(r.IntN(3))}}})
		}
		h.Each(func(i int, n int64) { sum.add([]load.Bucket{{Index: uint16(i), Count: uint32(n)}}) })
		s := sum.spread()
		for i, q := range quantiles {
			if s.at[i] != h.Quantile(q) {
				t.Fatalf("%d values: quantile %v is %d, want %d", n, q, s.at[i], h.Quantile(q))
			}
		}
		if s.count != h.Count || s.max != h.Max {
			t.Fatalf("%d values: %+v", n, s)
		}
	}
}
