package proto

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

// filler gives every field a value of its own, so that a field that is forgotten, or
// taken for another, shows.
type filler struct{ n int64 }

func (f *filler) next() int64 { f.n++; return f.n }

func (f *filler) fill(v reflect.Value) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Unix(1_700_000_000+f.next(), f.next()).UTC()))
		return
	case []load.Bucket: // in order of Index, and never 0
		v.Set(reflect.ValueOf([]load.Bucket{{Index: uint16(f.next()), Count: 1}, {Index: 13_000, Count: uint32(f.next()) + 1}}))
		return
	case load.Phase, load.Fate, load.Kind, load.RowKind:
		v.SetUint(uint64(f.next()%2) + 1)
		return
	case load.Reason:
		v.Set(reflect.ValueOf(load.Reason{
			Code: fmt.Sprint("code", f.next()), Text: fmt.Sprint("text", f.next()), Params: load.Params{"name": "x", "n": float64(f.next())},
			Of: []load.Reason{{Code: "of", Text: fmt.Sprint("text", f.next())}},
		}))
		return
	case load.RowRange:
		v.Set(reflect.ValueOf(load.RowRange{From: f.next(), To: f.next()}))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprint("text ", f.next()))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(f.next())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(f.next()))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(f.next()) + 0.5)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			f.fill(key)
			f.fill(elem)
			v.SetMapIndex(key, elem)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	default:
		panic("no value for " + v.Type().String())
	}
}

func filled[T any]() T {
	var v T
	(&filler{}).fill(reflect.ValueOf(&v).Elem())
	return v
}

// travel is m as the other side reads it.
func travel[M proto.Message](t *testing.T, m, empty M) M {
	t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := decode(b, empty); err != nil {
		t.Fatal(err)
	}
	return empty
}

func compare[T any](t *testing.T, got T, err error, want T) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestEveryFieldTravels(t *testing.T) {
	t.Run("Job", func(t *testing.T) {
		want := filled[load.Job]()
		compare(t, jobFromPB(travel(t, jobToPB(want), &pb.Job{})), nil, want)
	})
	t.Run("Change", func(t *testing.T) {
		want := filled[load.Change]()
		compare(t, changeFromPB(travel(t, changeToPB(want), &pb.Change{})), nil, want)
	})
	t.Run("Report", func(t *testing.T) {
		want := filled[load.Report]()
		for i := range want.Intervals {
			want.Intervals[i].Rows[0].Row, want.Intervals[i].Rows[1].Row = 1, 0
		}
		want.Errors[0].Row, want.Errors[1].Row = 1, 0
		got, err := reportFromPB(travel(t, reportToPB(want), &pb.Report{}))
		compare(t, got, err, want)
	})
	t.Run("Exchange", func(t *testing.T) {
		want := filled[load.Exchange]()
		got, err := exchangeFromPB(travel(t, exchangeToPB(&want), &pb.Exchange{}))
		compare(t, got, err, &want)
	})
	t.Run("Vars", func(t *testing.T) {
		want := filled[load.Vars]()
		got, err := varsFromPB(travel(t, varsToPB(want), &pb.Vars{}))
		compare(t, got, err, want)
	})
	t.Run("Node", func(t *testing.T) {
		want := filled[load.Node]()
		compare(t, nodeFromPB(travel(t, nodeToPB(want), &pb.Node{})), nil, want)
	})
	t.Run("Grant", func(t *testing.T) {
		want := filled[load.Grant]()
		got, err := grantFromPB(travel(t, grantToPB(want), &pb.Grant{}))
		compare(t, got, err, want)
	})
	t.Run("File", func(t *testing.T) {
		want := filled[load.File]()
		compare(t, fileFromPB(travel(t, fileToPB(want), &pb.File{})), nil, want)
	})
	t.Run("SendRequest", func(t *testing.T) {
		want := filled[load.SendRequest]()
		compare(t, sendRequestFromPB(travel(t, sendRequestToPB(want), &pb.SendOnceRequest{})), nil, want)
	})
}

// TestZeroTravels: what is empty stays empty, also times.
func TestZeroTravels(t *testing.T) {
	compare(t, jobFromPB(travel(t, jobToPB(load.Job{}), &pb.Job{})), nil, load.Job{})
	report, err := reportFromPB(travel(t, reportToPB(load.Report{}), &pb.Report{}))
	compare(t, report, err, load.Report{})
	vars, err := varsFromPB(travel(t, varsToPB(load.Vars{Cookies: []load.Cookie{{}}}), &pb.Vars{}))
	compare(t, vars, err, load.Vars{Cookies: []load.Cookie{{}}})
	far := load.Vars{Cookies: []load.Cookie{{Expires: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)}}}
	vars, err = varsFromPB(travel(t, varsToPB(far), &pb.Vars{}))
	compare(t, vars, err, far)
}

// TestTimesCanBeTold: JSON has no years before 0 and after 9999.
func TestTimesCanBeTold(t *testing.T) {
	for _, seconds := range []int64{math.MinInt64, -1 << 40, 0, 1 << 40, math.MaxInt64} {
		at := timeFromPB(&pb.Time{Seconds: seconds, Nanos: math.MaxInt32})
		if text, err := json.Marshal(at); err != nil {
			t.Errorf("%d s: %s, %v", seconds, text, err)
		}
	}
}

func TestDamagedReports(t *testing.T) {
	row := []*pb.RowKey{{Transaction: "a"}}
	delta := func(d *pb.RowDelta) *pb.Report {
		return &pb.Report{Rows: row, Intervals: []*pb.Interval{{Rows: []*pb.RowDelta{d}}}}
	}
	metric := func(m ...*pb.MetricDelta) *pb.Report {
		return &pb.Report{Intervals: []*pb.Interval{{Metrics: m}}}
	}
	for name, r := range map[string]*pb.Report{
		"phase":                      {Phase: 99},
		"kind of row":                {Rows: []*pb.RowKey{{Kind: 4}}},
		"row over the table":         delta(&pb.RowDelta{Row: 1}),
		"row far over the table":     delta(&pb.RowDelta{Row: 1 << 31}),
		"status":                     delta(&pb.RowDelta{Status: make([]int64, 7)}),
		"bucket over the end":        delta(&pb.RowDelta{Ok: &pb.Hist{Buckets: packBuckets([]load.Bucket{{Index: load.NumBuckets, Count: 1}})}}),
		"steps that add up too far":  delta(&pb.RowDelta{Ok: &pb.Hist{Buckets: []byte{0xfe, 0xff, 0x01, 0xfe, 0xff, 0x01}}}),
		"step of 0":                  delta(&pb.RowDelta{Failed: &pb.Hist{Buckets: []byte{0}}}),
		"count is missing":           delta(&pb.RowDelta{Scheduled: &pb.Hist{Buckets: []byte{3}}}),
		"count over 32 bits":         delta(&pb.RowDelta{Ok: &pb.Hist{Buckets: []byte{3, 0xff, 0xff, 0xff, 0xff, 0xff, 1}}}),
		"varint without end":         delta(&pb.RowDelta{Ok: &pb.Hist{Buckets: []byte{0xff, 0xff}}}),
		"metric without number":      metric(&pb.MetricDelta{Sum: math.NaN()}),
		"metric without lower end":   metric(&pb.MetricDelta{Min: math.Inf(-1)}),
		"metric without upper end":   metric(&pb.MetricDelta{Max: math.Inf(1)}),
		"bucket of no metric":        metric(&pb.MetricDelta{Buckets: packBuckets([]load.Bucket{{Index: load.NumTrendBuckets, Count: 1}})}),
		"51 metrics":                 metric(make([]*pb.MetricDelta, load.MaxMetrics+1)...),
		"fates":                      {Intervals: []*pb.Interval{{Counters: &pb.Counters{Unsent: make([]int64, load.NumFates+1)}}}},
		"row of an error":            {Errors: []*pb.ErrorDelta{{Row: 0}}},
		"data without a file's rows": {Data: []*pb.DataState{{Rows: -1}}},
		"rows left below 0":          {Data: []*pb.DataState{{Left: -1}}},
		"a round below 0":            {Data: []*pb.DataState{{Round: -1}}},
		"a round of another planet":  {Data: []*pb.DataState{{Round: 1 << 40}}},
		"a sample too long":          {Rows: row, Errors: []*pb.ErrorDelta{{Samples: []*pb.Sample{{Response: &pb.SampleResponse{Body: make([]byte, maxSample)}}}}}},
		"a sample's variable":        {Rows: row, Errors: []*pb.ErrorDelta{{Samples: []*pb.Sample{{Vars: map[string]*pb.Value{"a": {Kind: 99}}}}}}},
		"more deltas than rows":      {Rows: row, Intervals: []*pb.Interval{{Rows: []*pb.RowDelta{{}, {}}}}},
		"a table of a million rows?": {Rows: make([]*pb.RowKey, maxTable+1)},
	} {
		if got, err := reportFromPB(r); err == nil {
			t.Errorf("%s: no error; got %+v", name, got)
		}
	}
}

// What a script has written need not be text. It arrives nevertheless, and what came
// with it.
func TestTextsOfScriptsTravel(t *testing.T) {
	const raw, read = "caf\xe9", "caf\uFFFD"
	key := load.RowKey{Transaction: "t", Step: raw}
	r, err := reportFromPB(travel(t, reportToPB(load.Report{
		Rows:   []load.RowKey{key},
		Errors: []load.ErrorDelta{{Rule: raw, Samples: []load.Sample{{Place: raw, Stack: raw}}}},
		Logs:   []load.LogLine{{Place: raw}},
	}), &pb.Report{}))
	if err != nil {
		t.Fatal(err)
	}
	s := r.Errors[0].Samples[0]
	for i, got := range []string{r.Rows[0].Step, r.Errors[0].Rule, s.Place, s.Stack, r.Logs[0].Place} {
		if got != read {
			t.Errorf("text %d arrived as %q", i, got)
		}
	}
	step := load.StepExchange{Step: raw, Place: raw, Stack: raw, By: raw, Skipped: raw,
		Attempts: []load.Attempt{{Method: raw}}, Checks: []load.CheckResult{{Rule: raw, Place: raw}}}
	x, err := exchangeFromPB(travel(t, exchangeToPB(&load.Exchange{Steps: []load.StepExchange{step}}), &pb.Exchange{}))
	if err != nil {
		t.Fatal(err)
	}
	e := x.Steps[0]
	for i, got := range []string{e.Step, e.Place, e.Stack, e.By, e.Skipped, e.Attempts[0].Method, e.Checks[0].Rule, e.Checks[0].Place} {
		if got != read {
			t.Errorf("text %d of the exchange arrived as %q", i, got)
		}
	}
}

// The largest Lua that a run may have, with a plan as large as its own bound.
func TestTheLargestScriptsTravel(t *testing.T) {
	var r recorder
	c := journeys(t, ServerOptions{})["tcp and pipe"](&r)
	want := load.Job{Run: "r", Epoch: 1, Plan: make([]byte, 16<<20)}
	for i := range load.MaxLibraries + 1 {
		want.Scripts = append(want.Scripts, load.Source{Library: fmt.Sprint("l", i), File: "scripts/l.lua", Text: strings.Repeat("-", load.MaxSource)})
	}
	want.Scripts[load.MaxLibraries].Text = "not UTF-8: \xff" // where it is compiled it is refused, with its place
	if _, err := c.Prepare(bounded(t), want); err == nil || err.Error() != errRecorded.Error() {
		t.Fatalf("Prepare: %v", err)
	}
	if len(r.job.Plan) != len(want.Plan) || !slices.Equal(r.job.Scripts, want.Scripts) {
		t.Errorf("%d bytes of plan and %d scripts arrived, or other ones", len(r.job.Plan), len(r.job.Scripts))
	}
}

func TestTooManyParts(t *testing.T) {
	// Two bytes each: a megabyte that would become a hundred.
	var b []byte
	for range maxParts + 1 {
		b = append(b, 0x22, 0x00) // Report.intervals, empty
	}
	var r pb.Report
	if err := decode(b, &r); err == nil || len(r.Intervals) != 0 {
		t.Errorf("got %d intervals, error %v", len(r.Intervals), err)
	}
	packed := protowire.AppendBytes([]byte{0x1a}, make([]byte, maxParts+1)) // Counters.unsent
	if err := decode(packed, &pb.Counters{}); err == nil {
		t.Error("too many packed numbers were taken")
	}
}

// fifty is a report with 50 samples in one row.
func fifty() load.Report {
	var h load.Hist
	for k := range int64(50) {
		h.Record(4_000 + k*k*3)
	}
	s := load.SparseHist{Sum: h.Sum, Min: h.Min, Max: h.Max}
	h.Each(func(i int, n int64) { s.Buckets = append(s.Buckets, load.Bucket{Index: uint16(i), Count: uint32(n)}) })
	d := load.RowDelta{Requests: 50, BytesIn: 50 * 612, BytesOut: 50 * 140, OK: s}
	d.Status[2] = 50
	return load.Report{
		Seq: 17, Phase: load.Running, Rows: []load.RowKey{{Transaction: "browse", Step: "list items"}},
		Intervals: []load.Interval{{From: 16 * time.Second, To: 17 * time.Second, Rows: []load.RowDelta{d},
			Counters: load.Counters{Attempts: 50}, CPU: 0.25, Memory: 80 << 20}},
	}
}

func TestReportIsCompact(t *testing.T) {
	r := fifty()
	b, _ := proto.Marshal(reportToPB(r))
	buckets := packBuckets(r.Intervals[0].Rows[0].OK.Buckets)
	t.Logf("50 samples: %d bytes of buckets, %d bytes of report", len(buckets), len(b))
	if len(buckets) > 115 || len(b) > 230 {
		t.Errorf("50 samples are %d bytes of buckets in a report of %d bytes; the budget is 115 in 230", len(buckets), len(b))
	}
}

func BenchmarkDecodeReport(b *testing.B) {
	wire, _ := proto.Marshal(reportToPB(fifty()))
	b.ReportAllocs()
	for b.Loop() {
		var m pb.Report
		if err := decode(wire, &m); err != nil {
			b.Fatal(err)
		}
		if _, err := reportFromPB(&m); err != nil {
			b.Fatal(err)
		}
	}
}

// inOrder fails unless buckets are as whoever merges them relies on.
func inOrder(t *testing.T, buckets []load.Bucket, limit int) {
	t.Helper()
	last := -1
	for _, k := range buckets {
		if int(k.Index) <= last || int(k.Index) >= limit || k.Count == 0 {
			t.Fatalf("bucket %+v after %d", k, last)
		}
		last = int(k.Index)
	}
}

func FuzzDecodeReport(f *testing.F) {
	b, _ := proto.Marshal(reportToPB(fifty()))
	f.Add(b)
	b, _ = proto.Marshal(&pb.Report{Intervals: []*pb.Interval{{Metrics: each(filled[[]load.MetricDelta](), metricToPB)}}})
	f.Add(b)
	b, _ = proto.Marshal(&pb.Report{Rows: make([]*pb.RowKey, 3)})
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		var m pb.Report
		if decode(b, &m) != nil {
			return
		}
		r, err := reportFromPB(&m)
		if err != nil {
			return
		}
		for _, i := range r.Intervals {
			for _, d := range i.Rows {
				_ = r.Rows[d.Row]
				inOrder(t, d.OK.Buckets, load.NumBuckets)
			}
			for _, m := range i.Metrics {
				inOrder(t, m.Buckets, load.NumTrendBuckets)
				if sum := m.Sum + m.Min + m.Max; math.IsNaN(sum) || len(i.Metrics) > load.MaxMetrics {
					t.Fatalf("%d metrics, one of %+v", len(i.Metrics), m)
				}
			}
		}
		for _, e := range r.Errors {
			_ = r.Rows[e.Row]
		}
		again, err := reportFromPB(travel(t, reportToPB(r), &pb.Report{}))
		if err != nil || !reflect.DeepEqual(reportToPB(again).String(), reportToPB(r).String()) {
			t.Fatalf("not the same after another journey: %v", err)
		}
	})
}

func FuzzDecodeJob(f *testing.F) {
	b, _ := proto.Marshal(jobToPB(filled[load.Job]()))
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		var m pb.Job
		if decode(b, &m) != nil {
			return
		}
		j := jobFromPB(&m)
		again := jobFromPB(jobToPB(j))
		if len(again.Shares) != len(j.Shares) {
			t.Fatalf("%d shares became %d", len(j.Shares), len(again.Shares))
		}
		if !slices.Equal(again.Scripts, j.Scripts) {
			t.Fatalf("scripts %+v became %+v", j.Scripts, again.Scripts)
		}
		for _, s := range j.Scripts {
			if s.Line < 0 || s.Indent < 0 {
				t.Fatalf("a script that begins at line %d, %d characters in", s.Line, s.Indent)
			}
		}
	})
}

func FuzzDecodeEvent(f *testing.F) {
	b, _ := proto.Marshal(&pb.Event{Body: &pb.Event_Answer{Answer: &pb.Answer{Id: 3, Outcome: &pb.Answer_Vars{Vars: varsToPB(filled[load.Vars]())}}}})
	f.Add(b)
	x := filled[load.Exchange]()
	b, _ = proto.Marshal(exchangeToPB(&x))
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		var ev pb.Event
		if decode(b, &ev) == nil {
			_, _ = varsFromPB(ev.GetAnswer().GetVars())
			_ = faultFromPB(ev.GetFault())
		}
		var x pb.Exchange
		if decode(b, &x) == nil {
			_, _ = exchangeFromPB(&x)
		}
	})
}

// What a worker says of an abort goes into JSON and to people.
func TestHostileAborts(t *testing.T) {
	long := strings.Repeat("x", 10*load.MaxMessage)
	deep := &pb.Reason{Text: long, Code: long, Params: map[string]*pb.Param{"n": {Value: &pb.Param_Number{Number: math.NaN()}}, "none": {}}}
	for i := range 50 {
		wide := &pb.Reason{Text: "x", Params: map[string]*pb.Param{}}
		for j := range 20 {
			wide.Of = append(wide.Of, deep)
			wide.Params[fmt.Sprint(i, j)] = &pb.Param{Value: &pb.Param_Number{Number: math.Inf(1)}}
		}
		deep = wide
	}
	for name, r := range map[string]*pb.Report{"deep and wide": {Abort: "x", Why: deep}, "text alone": {Abort: long}, "a reason without words": {Abort: "x", Why: &pb.Reason{Code: "threshold"}}} {
		why := abortFromPB(r)
		text, err := json.Marshal(why)
		if err != nil || len(text) > 1<<20 {
			t.Errorf("%s: %d bytes, %v", name, len(text), err)
		}
		if why == nil || why.String() == "" {
			t.Errorf("%s: it says nothing", name)
		}
	}
	if why := abortFromPB(&pb.Report{Why: &pb.Reason{Text: "x"}}); why != nil {
		t.Errorf("an abort out of nothing: %v", why)
	}
}
