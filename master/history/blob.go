package history

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"

	"github.com/locust-http/locust-http/load"
)

// What is stored of an entry are lists of numbers, each as a varint. A byte at the front
// says how they are laid out, so that a later layout can be told from this one. The first
// one had no starts, and nothing of failures apart.
const (
	firstLayout = 1
	layout      = 2
)

// errBlob: the file has something else where a list of numbers should be.
var errBlob = errors.New("what is stored of a second cannot be read")

// scanner reads numbers from what is stored. It trusts nothing: after the first number
// that cannot be, all are 0 and failed is set, and a list is never longer than what is
// left to read.
type scanner struct {
	blob   []byte
	at     int  // next byte
	old    bool // firstLayout
	failed bool
}

func (s *scanner) number() int64 {
	if s.at < len(s.blob) && s.blob[s.at] < 0x80 { // most are
		s.at++
		return int64(s.blob[s.at-1])
	}
	v, n := binary.Uvarint(s.blob[s.at:])
	if n <= 0 || v > math.MaxInt64 {
		s.fail()
		return 0
	}
	s.at += n
	return int64(v)
}

func (s *scanner) left() int { return len(s.blob) - s.at }

func (s *scanner) fail() { s.at, s.failed = len(s.blob), true }

// below is a number that is less than limit.
func (s *scanner) below(limit int64) int {
	n := s.number()
	if n >= limit {
		s.fail()
		return 0
	}
	return int(n)
}

// length is how many items follow, of which each takes at least size bytes.
func (s *scanner) length(size int) int {
	n := s.number()
	if n > int64(s.left()/size) {
		s.fail()
		return 0
	}
	return int(n)
}

// after is a number above last, stored as how far above; less than limit.
func (s *scanner) after(last int, limit int64) int {
	gap := s.number()
	if gap >= limit || int64(last)+1+gap >= limit {
		s.fail()
		return 0
	}
	return last + 1 + int(gap)
}

func (s *scanner) bytes(n int) []byte {
	if n > s.left() {
		s.fail()
		return nil
	}
	s.at += n
	return s.blob[s.at-n : s.at]
}

func (s *scanner) numbers(to ...*int64) {
	for _, p := range to {
		*p = s.number()
	}
}

// open checks the layout.
func (s *scanner) open(blob []byte) {
	s.blob = blob
	switch s.below(layout + 1) {
	case layout:
	case firstLayout:
		s.old = true
	default:
		s.fail()
	}
}

// end says whether all could be read, and nothing is left.
func (s *scanner) end(what string, at int) error {
	if s.failed || s.left() > 0 {
		return fmt.Errorf("%w: the %s at %d s", errBlob, what, at)
	}
	return nil
}

// put appends numbers. A negative one, which no count or gauge is, is stored as 0.
func put(b []byte, numbers ...int64) []byte {
	for _, n := range numbers {
		b = binary.AppendUvarint(b, uint64(max(n, 0)))
	}
	return b
}

func putBuckets(b []byte, list []load.Bucket) []byte {
	b = put(b, int64(len(list)))
	last := -1
	for _, x := range list {
		b = put(b, int64(int(x.Index)-last-1), int64(x.Count))
		last = int(x.Index)
	}
	return b
}

// buckets appends a histogram to list, which may be nil.
func (s *scanner) buckets(list []load.Bucket) []load.Bucket {
	n := s.length(2)
	if list == nil && n > 0 {
		list = make([]load.Bucket, 0, n)
	}
	last := -1
	for range n {
		last = s.after(last, load.NumBuckets)
		count := s.number()
		if s.failed || count > math.MaxUint32 {
			s.fail()
			return nil
		}
		list = append(list, load.Bucket{Index: uint16(last), Count: uint32(count)})
	}
	return list
}

func (p *point) encode() []byte {
	b := put(make([]byte, 0, 160), layout, int64(p.covered), p.reports, p.users, p.target,
		p.requests, p.failures, p.bytesIn, p.bytesOut)
	b = put(b, p.status[:]...)
	b = put(b, p.cpu, p.peak)
	b = p.latency.encode(b)
	b = p.heat.encode(b)
	old := int64(0)
	if p.old {
		old = 1
	}
	b = put(b, old, p.starts.begun, p.starts.late, p.starts.dropped, p.starts.due)
	b = p.failedHeat.encode(b)
	if p.ok.count == p.latency.count { // they are the same
		return put(b, 1)
	}
	return p.ok.encode(put(b, 0))
}

func (l *spread) encode(b []byte) []byte {
	b = put(b, l.count)
	if l.count == 0 {
		return b
	}
	b = put(b, l.at[:]...)
	b = put(b, l.max)
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(l.mean))
}

func (l *spread) decode(s *scanner) {
	l.count = s.number()
	if l.count == 0 {
		return
	}
	for i := range l.at {
		l.at[i] = s.number()
	}
	l.max = s.number()
	if b := s.bytes(8); b != nil {
		l.mean = math.Float64frombits(binary.LittleEndian.Uint64(b))
	}
	if !(l.mean >= 0 && l.mean <= load.MaxLatency) {
		s.fail()
	}
}

func (h *heat) encode(b []byte) []byte {
	pairs := h.pairs()
	return put(put(b, int64(len(pairs)/2)), pairs...)
}

func (h *heat) decode(s *scanner) {
	for range s.length(2) {
		row := s.below(load.HeatRows)
		h[row] = s.number()
	}
}

func decodePoint(blob []byte, at int) (p point, err error) {
	var s scanner
	s.open(blob)
	p.covered = uint64(s.number())
	p.seconds = int64(bits.OnesCount64(p.covered))
	s.numbers(&p.reports, &p.users, &p.target, &p.requests, &p.failures, &p.bytesIn, &p.bytesOut)
	for i := range p.status {
		p.status[i] = s.number()
	}
	s.numbers(&p.cpu, &p.peak)
	p.latency.decode(&s)
	p.heat.decode(&s)
	if s.old {
		p.old = true
		return p, s.end("columns", at)
	}
	p.old = s.below(2) == 1
	s.numbers(&p.starts.begun, &p.starts.late, &p.starts.dropped, &p.starts.due)
	p.failedHeat.decode(&s)
	if s.below(2) == 1 {
		p.ok = p.latency
	} else {
		p.ok.decode(&s)
	}
	return p, s.end("columns", at)
}

func encodeWorkers(list []workerEntry) []byte {
	b := put(make([]byte, 0, 2+20*len(list)), layout, int64(len(list)))
	for i := range list {
		w := &list[i]
		b = put(b, int64(w.name), w.users, w.requests, w.failures, w.cpu, w.memory, w.lag)
	}
	return b
}

// decodeWorkers appends to list. names is how many there are.
func decodeWorkers(list []workerEntry, blob []byte, names, at int) ([]workerEntry, error) {
	var s scanner
	s.open(blob)
	for range s.length(7) {
		w := workerEntry{name: s.below(int64(names))}
		s.numbers(&w.users, &w.requests, &w.failures, &w.cpu, &w.memory, &w.lag)
		list = append(list, w)
	}
	return list, s.end("workers", at)
}

func encodeLatencies(l *latencies) []byte {
	all, failed := l.all.buckets(), l.failed.buckets()
	return putBuckets(putBuckets(put(make([]byte, 0, 3+3*len(all)+3*len(failed)), layout), all), failed)
}

// decode adds what is stored of an entry. list is scratch, and what it has become.
func (l *latencies) decode(list []load.Bucket, blob []byte, at int) ([]load.Bucket, error) {
	var s scanner
	s.open(blob)
	list = s.buckets(list[:0])
	all := len(list)
	if !s.old {
		list = s.buckets(list)
	}
	err := s.end("latencies", at)
	if err == nil {
		l.all.add(list[:all])
		l.failed.add(list[all:])
	}
	return list, err
}

func encodeDetails(e *entry) []byte {
	b := put(make([]byte, 0, 4<<10), layout, int64(len(e.loads)))
	for i := range e.loads {
		l := &e.loads[i]
		b = put(b, int64(l.name), l.users, l.target, l.started, l.late, l.dropped, l.waiting, l.due)
	}
	b = put(b, int64(len(e.rows)))
	last := -1
	var body []byte
	for i := range e.rows {
		r := &e.rows[i]
		body = r.encode(body[:0])
		// The length lets a reader of one row jump over the others.
		b = append(put(b, int64(r.Row-last-1), int64(len(body))), body...)
		last = r.Row
	}
	return b
}

// counts are the numbers of a row, in the order in which they are stored.
func (r *rowEntry) counts() [13]*int64 {
	s := &r.Status
	return [13]*int64{
		&r.Requests, &r.Failures, &r.Interrupted, &r.Warnings, &r.BytesIn, &r.BytesOut,
		&s[0], &s[1], &s[2], &s[3], &s[4], &s[5], &r.peak,
	}
}

// encode appends which counts are not 0, these, and the histograms.
func (r *rowEntry) encode(b []byte) []byte {
	var some int64
	for i, n := range r.counts() {
		if *n > 0 {
			some |= 1 << i
		}
	}
	b = put(b, some)
	for _, n := range r.counts() {
		if *n > 0 {
			b = put(b, *n)
		}
	}
	return putBuckets(putBuckets(b, r.OK), r.Failed)
}

func (r *rowEntry) decode(s *scanner) {
	some := s.number()
	for i, n := range r.counts() {
		if some&(1<<i) != 0 {
			*n = s.number()
		}
	}
	r.OK = s.buckets(r.OK)
	r.Failed = s.buckets(r.Failed)
}

// readDetails calls load for every scenario and row for every row that wanted says yes to,
// or all where it is nil. Both may be nil. The row is the callee's until it returns.
func readDetails(blob []byte, names, at int, perLoad func(loadEntry), wanted func(row int) bool, perRow func(*rowEntry)) error {
	var s scanner
	s.open(blob)
	for range s.length(7) {
		l := loadEntry{name: s.below(int64(names))}
		s.numbers(&l.users, &l.target, &l.started, &l.late, &l.dropped, &l.waiting)
		if !s.old {
			l.due = s.number()
		}
		if perLoad != nil && !s.failed {
			perLoad(l)
		}
	}
	last := -1
	var r rowEntry
	for range s.length(2) {
		last = s.after(last, maxRows)
		body := s.bytes(s.length(1))
		if s.failed {
			break
		}
		if perRow == nil || wanted != nil && !wanted(last) {
			continue
		}
		r = rowEntry{RowSecond: load.RowSecond{Row: last, OK: r.OK[:0], Failed: r.Failed[:0]}}
		of := scanner{blob: body}
		r.decode(&of)
		if err := of.end("row", at); err != nil {
			return err
		}
		perRow(&r)
	}
	return s.end("rows", at)
}
