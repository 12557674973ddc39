package proto

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

// maxTable bounds the tables of one report, well above what a worker keeps
// (load.MaxRows and load.MaxErrorGroups, with the rows that stand for the rest).
const maxTable = 8 * load.MaxRows

func reportToPB(r load.Report) *pb.Report {
	out := &pb.Report{
		Seq: r.Seq, Phase: uint32(r.Phase), Rows: each(r.Rows, rowKeyToPB), Intervals: each(r.Intervals, intervalToPB),
		Errors: each(r.Errors, errorDeltaToPB), Logs: each(r.Logs, logLineToPB), Ended: r.Ended, Reason: spoken(r.Reason),
		Final: r.Final, Data: each(r.Data, dataStateToPB),
	}
	if why := r.Abort; why != nil {
		out.Abort, out.Why = spoken(why.String()), reasonToPB(*why)
	}
	return out
}

func reportFromPB(r *pb.Report) (load.Report, error) {
	var zero load.Report
	if r.GetPhase() > uint32(load.Ended) {
		return zero, fmt.Errorf("report %d: unknown phase %d", r.GetSeq(), r.GetPhase())
	}
	rows := len(r.GetRows())
	if rows > maxTable || len(r.GetErrors()) > maxTable || len(r.GetData()) > maxTable {
		return zero, fmt.Errorf("report %d: tables of %d rows, %d errors and %d data files; at most %d", r.GetSeq(), rows, len(r.GetErrors()), len(r.GetData()), maxTable)
	}
	keys, err := eachChecked(r.GetRows(), "rows", rowKeyFromPB)
	if err != nil {
		return zero, fmt.Errorf("report %d: %w", r.GetSeq(), err)
	}
	intervals, err := eachChecked(r.GetIntervals(), "intervals", func(i *pb.Interval) (load.Interval, error) { return intervalFromPB(i, rows) })
	if err != nil {
		return zero, fmt.Errorf("report %d: %w", r.GetSeq(), err)
	}
	failures, err := eachChecked(r.GetErrors(), "errors", func(e *pb.ErrorDelta) (load.ErrorDelta, error) { return errorDeltaFromPB(e, rows) })
	if err != nil {
		return zero, fmt.Errorf("report %d: %w", r.GetSeq(), err)
	}
	data, err := eachChecked(r.GetData(), "data", dataStateFromPB)
	if err != nil {
		return zero, fmt.Errorf("report %d: %w", r.GetSeq(), err)
	}
	return load.Report{
		Seq: r.GetSeq(), Phase: load.Phase(r.GetPhase()), Rows: keys, Intervals: intervals,
		Errors: failures, Logs: each(r.GetLogs(), logLineFromPB), Ended: r.GetEnded(), Reason: r.GetReason(),
		Abort: abortFromPB(r), Final: r.GetFinal(), Data: data,
	}, nil
}

func rowKeyToPB(k load.RowKey) *pb.RowKey {
	return &pb.RowKey{Kind: uint32(k.Kind), Scenario: k.Scenario, Transaction: k.Transaction, Step: spoken(k.Step)} // a script may have named it
}

func rowKeyFromPB(k *pb.RowKey) (load.RowKey, error) {
	if k.GetKind() > uint32(load.GroupRow) {
		return load.RowKey{}, fmt.Errorf("unknown kind of row %d", k.GetKind())
	}
	return load.RowKey{Kind: load.RowKind(k.GetKind()), Scenario: k.GetScenario(), Transaction: k.GetTransaction(), Step: k.GetStep()}, nil
}

func intervalToPB(i load.Interval) *pb.Interval {
	return &pb.Interval{
		From: int64(i.From), To: int64(i.To), Rows: each(i.Rows, rowDeltaToPB), Loads: each(i.Loads, loadDeltaToPB),
		Counters: countersToPB(i.Counters), Cpu: i.CPU, Memory: i.Memory, Lag: int64(i.Lag),
		Metrics: each(i.Metrics, metricToPB),
	}
}

func intervalFromPB(i *pb.Interval, rows int) (load.Interval, error) {
	if len(i.GetRows()) > rows || len(i.GetLoads()) > maxTable {
		return load.Interval{}, fmt.Errorf("%d rows and %d loads; at most %d and %d", len(i.GetRows()), len(i.GetLoads()), rows, maxTable)
	}
	deltas, err := eachChecked(i.GetRows(), "rows", func(d *pb.RowDelta) (load.RowDelta, error) { return rowDeltaFromPB(d, rows) })
	if err != nil {
		return load.Interval{}, err
	}
	metrics, err := metricsFromPB(i.GetMetrics())
	if err != nil {
		return load.Interval{}, err
	}
	counters, err := countersFromPB(i.GetCounters())
	return load.Interval{
		From: time.Duration(i.GetFrom()), To: time.Duration(i.GetTo()), Rows: deltas, Loads: each(i.GetLoads(), loadDeltaFromPB),
		Counters: counters, CPU: i.GetCpu(), Memory: i.GetMemory(), Lag: time.Duration(i.GetLag()),
		Metrics: metrics,
	}, err
}

func rowDeltaToPB(d load.RowDelta) *pb.RowDelta {
	return &pb.RowDelta{
		Row: uint32(d.Row), Requests: d.Requests, Failures: d.Failures, Interrupted: d.Interrupted, Warnings: d.Warnings,
		BytesIn: d.BytesIn, BytesOut: d.BytesOut, Ok: histToPB(d.OK), Failed: histToPB(d.Failed), Scheduled: histToPB(d.Scheduled),
		Status: trimZeros(d.Status[:]),
	}
}

func rowDeltaFromPB(d *pb.RowDelta, rows int) (load.RowDelta, error) {
	out := load.RowDelta{
		Row: int(d.GetRow()), Requests: d.GetRequests(), Failures: d.GetFailures(), Interrupted: d.GetInterrupted(), Warnings: d.GetWarnings(),
		BytesIn: d.GetBytesIn(), BytesOut: d.GetBytesOut(),
	}
	var err error
	if err = rowWithin(d.GetRow(), rows); err != nil {
		return out, err
	}
	if out.OK, err = histFromPB(d.GetOk()); err != nil {
		return out, err
	}
	if out.Failed, err = histFromPB(d.GetFailed()); err != nil {
		return out, err
	}
	if out.Scheduled, err = histFromPB(d.GetScheduled()); err != nil {
		return out, err
	}
	return out, fill(out.Status[:], d.GetStatus(), "status")
}

func rowWithin(row uint32, rows int) error {
	if uint64(row) >= uint64(rows) {
		return fmt.Errorf("row %d of %d", row, rows)
	}
	return nil
}

// trimZeros is v without the zeros at its end.
func trimZeros(v []int64) []int64 {
	for len(v) > 0 && v[len(v)-1] == 0 {
		v = v[:len(v)-1]
	}
	return v
}

func fill(dst, src []int64, what string) error {
	if len(src) > len(dst) {
		return fmt.Errorf("%s has %d entries; at most %d", what, len(src), len(dst))
	}
	copy(dst, src)
	return nil
}

func histToPB(h load.SparseHist) *pb.Hist {
	if h.Sum == 0 && h.Min == 0 && h.Max == 0 && len(h.Buckets) == 0 {
		return nil
	}
	return &pb.Hist{Sum: h.Sum, Min: h.Min, Max: h.Max, Buckets: packBuckets(h.Buckets)}
}

func histFromPB(h *pb.Hist) (load.SparseHist, error) {
	if h == nil {
		return load.SparseHist{}, nil
	}
	buckets, err := unpackBuckets(h.Buckets, load.NumBuckets)
	return load.SparseHist{Sum: h.Sum, Min: h.Min, Max: h.Max, Buckets: buckets}, err
}

// packBuckets writes buckets, which are in order of Index, as Hist.buckets says. A
// bucket with count 0 says nothing and is left out.
func packBuckets(buckets []load.Bucket) []byte {
	if len(buckets) == 0 {
		return nil
	}
	out := make([]byte, 0, len(buckets)+len(buckets)/2+8)
	last := -1
	for _, b := range buckets {
		step := uint64(int(b.Index) - last)
		switch b.Count {
		case 0:
			continue
		case 1:
			out = binary.AppendUvarint(out, step<<1)
		default:
			out = binary.AppendUvarint(out, step<<1|1)
			out = binary.AppendUvarint(out, uint64(b.Count))
		}
		last = int(b.Index)
	}
	return out
}

var errBuckets = errors.New("damaged histogram")

// unpackBuckets reads what packBuckets wrote. What it returns is in order, without
// doubles, and below limit.
func unpackBuckets(b []byte, limit int) ([]load.Bucket, error) {
	if len(b) == 0 {
		return nil, nil
	}
	if len(b) > limit*8 {
		return nil, errBuckets
	}
	out := make([]load.Bucket, 0, min(len(b), limit))
	last := int64(-1)
	for len(b) > 0 {
		v, n := binary.Uvarint(b)
		if n <= 0 || v>>1 == 0 || v>>1 > uint64(limit) {
			return nil, errBuckets
		}
		b = b[n:]
		last += int64(v >> 1)
		if last >= int64(limit) {
			return nil, errBuckets
		}
		count := uint64(1)
		if v&1 == 1 {
			if count, n = binary.Uvarint(b); n <= 0 || count < 2 || count > math.MaxUint32 {
				return nil, errBuckets
			}
			b = b[n:]
		}
		out = append(out, load.Bucket{Index: uint16(last), Count: uint32(count)})
	}
	return out, nil
}

func loadDeltaToPB(l load.LoadDelta) *pb.LoadDelta {
	return &pb.LoadDelta{
		Scenario: l.Scenario, Users: int64(l.Users), Target: int64(l.Target), Started: l.Started, Late: l.Late,
		Dropped: l.Dropped, Waiting: l.Waiting, Left: l.Left, Peak: int64(l.Peak),
	}
}

func loadDeltaFromPB(l *pb.LoadDelta) load.LoadDelta {
	return load.LoadDelta{
		Scenario: l.GetScenario(), Users: int(l.GetUsers()), Target: int(l.GetTarget()), Started: l.GetStarted(), Late: l.GetLate(),
		Dropped: l.GetDropped(), Waiting: l.GetWaiting(), Left: l.GetLeft(), Peak: int(l.GetPeak()),
	}
}

func countersToPB(c load.Counters) *pb.Counters {
	return &pb.Counters{
		Attempts: c.Attempts, Redirects: c.Redirects, Unsent: trimZeros(c.Unsent[:]),
		Skipped: c.Skipped, Reconnects: c.Reconnects,
	}
}

func countersFromPB(c *pb.Counters) (load.Counters, error) {
	out := load.Counters{Attempts: c.GetAttempts(), Redirects: c.GetRedirects(), Skipped: c.GetSkipped(), Reconnects: c.GetReconnects()}
	return out, fill(out.Unsent[:], c.GetUnsent(), "unsent")
}

func errorDeltaToPB(e load.ErrorDelta) *pb.ErrorDelta {
	return &pb.ErrorDelta{
		Row: uint32(e.Row), Class: string(e.Class), Rule: spoken(e.Rule), Count: e.Count, Samples: each(e.Samples, sampleToPB),
		First: int64(e.First), Last: int64(e.Last), Seconds: each(e.Seconds, secondCountToPB),
	}
}

func errorDeltaFromPB(e *pb.ErrorDelta, rows int) (load.ErrorDelta, error) {
	samples, err := eachChecked(e.GetSamples(), "samples", sampleFromPB)
	if err != nil {
		return load.ErrorDelta{}, err
	}
	if len(e.GetSeconds()) > load.TrendSeconds {
		return load.ErrorDelta{}, fmt.Errorf("%d seconds; at most %d", len(e.GetSeconds()), load.TrendSeconds)
	}
	return load.ErrorDelta{
		Row: int(e.GetRow()), Class: load.Class(e.GetClass()), Rule: e.GetRule(), Count: e.GetCount(), Samples: samples,
		First: time.Duration(e.GetFirst()), Last: time.Duration(e.GetLast()), Seconds: each(e.GetSeconds(), secondCountFromPB),
	}, rowWithin(e.GetRow(), rows)
}

func secondCountToPB(s load.SecondCount) *pb.SecondCount {
	return &pb.SecondCount{At: uint32(s.At), Count: s.Count}
}

func secondCountFromPB(s *pb.SecondCount) load.SecondCount {
	return load.SecondCount{At: int(s.GetAt()), Count: s.GetCount()}
}

func logLineToPB(l load.LogLine) *pb.LogLine {
	return &pb.LogLine{At: timeToPB(l.At), Level: l.Level, Worker: l.Worker, Message: spoken(l.Message), Place: spoken(l.Place)}
}

func logLineFromPB(l *pb.LogLine) load.LogLine {
	return load.LogLine{At: timeFromPB(l.GetAt()), Level: l.GetLevel(), Worker: l.GetWorker(), Message: l.GetMessage(), Place: l.GetPlace()}
}
