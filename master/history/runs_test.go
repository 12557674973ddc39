package history_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/history"
)

// A run comes back as it was started; texts that runs share are stored once.
func TestRecord(t *testing.T) {
	s, _ := open(t)
	want := history.Start{
		ID: "01J0000000000000000000000A", Plan: "商店", Revision: "abc", Name: "nightly", Note: "with cache", Owner: "li", Environment: "staging",
		Tags: map[string]string{"branch": "main", "x": "<&>"}, PlanText: []byte("# 注释\nname: shop\n"), PlanJSON: []byte(`{"name":"shop"}`),
		Scripts: []load.Source{
			{Path: "script", File: "plan.yaml", Line: 3, Indent: 2, Text: "return 1"},
			{Library: "sign", File: "scripts/sign.lua", Text: strings.Repeat("-- long\n", 1000)},
			{Library: "empty"},
		},
		Version: "v1", Created: time.Date(2026, 1, 2, 3, 4, 5, 678, time.UTC),
	}
	number, err := s.Begin(ctx, want)
	must(t, err)
	if number != 1 {
		t.Errorf("number %d", number)
	}
	for _, id := range []string{want.ID, "1"} {
		got, err := s.Record(ctx, id)
		must(t, err)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
	before, err := s.Ask("SELECT count(*) FROM contents")
	must(t, err)
	second := want
	second.ID, second.Order = "other", []byte(`{"plan":"shop"}`)
	_, err = s.Begin(ctx, second)
	must(t, err)
	after, err := s.Ask("SELECT count(*) FROM contents")
	must(t, err)
	if after != before+1 {
		t.Errorf("%d texts are stored, before %d", after, before)
	}
	if _, err := s.Begin(ctx, want); err == nil {
		t.Error("begun twice")
	}
	if _, err := s.Record(ctx, "3"); !errors.Is(err, history.ErrNotFound) {
		t.Errorf("error %v", err)
	}
}

func TestResult(t *testing.T) {
	s, _ := open(t)
	_, err := s.Begin(ctx, history.Start{ID: "run", Plan: "shop", Name: "first", Created: began})
	must(t, err)
	r, err := s.Result(ctx, "run")
	must(t, err)
	b, err := json.Marshal(r)
	must(t, err)
	for _, list := range []string{"workers", "errors", "steps", "transactions", "thresholds"} {
		if !strings.Contains(string(b), `"`+list+`":[]`) {
			t.Errorf("%s is no empty list in %s", list, b)
		}
	}
	if r.State != load.StateQueued || r.Name != "first" {
		t.Errorf("%+v", r)
	}

	want := result("run", load.StateCompleted)
	want.Name, want.Result, want.Measurement = "of the run", load.Passed, load.Measurement{Verdict: load.Suspect, Reasons: []string{"busy"}}
	want.Workers = []load.WorkerResult{{ID: "w-1"}, {ID: "w-2"}}
	want.Load = []load.LoadResult{{PeakUsers: 7}, {PeakUsers: 5}}
	want.Total = load.TotalResult{Requests: 100, Failures: 3, RPS: 12.5, Latency: load.Latency{P50: 1, P95: 2, P99: 3.5}}
	want.Errors = []load.ErrorResult{{Class: "http_status", Count: 3, FirstSeen: 4, LastSeen: 6000, Workers: []string{"w-2", "w-1"}, Samples: []load.SampleResult{{At: 5, Message: "坏", Request: &load.RequestResult{URL: "http://x/", Headers: []load.HeaderLine{}}}}}}
	must(t, s.Save(ctx, "run", want, began))
	name, note := "edited", "看看"
	must(t, s.Edit(ctx, "run", &name, &note, map[string]string{"k": "v"}))
	must(t, s.Save(ctx, "run", want, began)) // does not undo the edit
	got, err := s.Result(ctx, "run")
	must(t, err)
	want.Name, want.Note, want.Tags = name, note, map[string]string{"k": "v"}
	if g, w := jsonOf(t, got), jsonOf(t, want); g != w {
		t.Errorf("got  %s\nwant %s", g, w)
	}
	sum, err := s.Find(ctx, "run")
	must(t, err)
	if sum.Number != 1 || sum.State != load.StateCompleted || sum.Result != load.Passed || sum.Measurement != load.Suspect || sum.Workers != 2 || sum.PeakUsers != 7 ||
		sum.Requests != 100 || sum.Failures != 3 || sum.RPS != 12.5 || sum.P50 != 1 || sum.P95 != 2 || sum.P99 != 3.5 || sum.Name != name || sum.Note != note ||
		sum.StartedAt == nil || !sum.StartedAt.Equal(began) || sum.EndedAt == nil || !sum.Created.Equal(began) {
		t.Errorf("%+v", sum)
	}

	// Results were saved before groups of errors said when and where they were.
	older := result("run", load.StateCompleted)
	older.Errors = []load.ErrorResult{{Samples: []load.SampleResult{{At: 7, Worker: "w-2"}, {At: 5, Worker: "w-1"}, {At: 9, Worker: "w-2"}}}, {}}
	must(t, s.Save(ctx, "run", older, began))
	got, err = s.Result(ctx, "run")
	must(t, err)
	if g := got.Errors[0]; g.FirstSeen != 5 || g.LastSeen != 9 || !slices.Equal(g.Workers, []string{"w-2", "w-1"}) || got.Errors[1].Workers == nil {
		t.Errorf("%+v", got.Errors)
	}

	// A run whose start did not fit on the disk is known from its result on.
	must(t, s.Save(ctx, "late", result("late", load.StateRunning), began))
	if sum, err := s.Find(ctx, "late"); err != nil || sum.Number != 2 || !sum.Created.Equal(began) {
		t.Errorf("%+v, %v", sum, err)
	}
	if rec, err := s.Record(ctx, "late"); err != nil || rec.PlanText != nil {
		t.Errorf("%+v, %v", rec, err)
	}
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	must(t, err)
	return string(b)
}

func TestListOfRuns(t *testing.T) {
	s, _ := open(t)
	for i := 1; i <= 30; i++ {
		id := fmt.Sprintf("run %d", i)
		_, err := s.Begin(ctx, history.Start{ID: id, Plan: []string{"shop", "商店"}[i%2], Name: fmt.Sprintf("Nightly 100%%_%d", i), Tags: map[string]string{"Branch": fmt.Sprintf("B%d", i%3)}})
		must(t, err)
		if i%5 == 0 {
			must(t, s.Save(ctx, id, result(id, load.StateStopped), began))
		}
	}
	for _, c := range []struct {
		q            history.Query
		total, n     int
		first, after int64
	}{
		{history.Query{}, 30, 30, 30, 1},
		{history.Query{Limit: 4}, 30, 4, 30, 27},
		{history.Query{Limit: 4, Before: 27}, 30, 4, 26, 23},
		{history.Query{Plan: "商店", Limit: 2}, 15, 2, 29, 27},
		{history.Query{States: []load.State{load.StateStopped}}, 6, 6, 30, 5},
		{history.Query{States: []load.State{load.StateStopped, load.StateQueued}}, 30, 30, 30, 1},
		{history.Query{Search: "nightly BRANCH=b2"}, 10, 10, 29, 2},
		{history.Query{Search: "100%_7"}, 1, 1, 7, 7},
		{history.Query{Search: "%"}, 30, 30, 30, 1},
		{history.Query{Search: "0%%"}, 0, 0, 0, 0},
		{history.Query{Search: "#12"}, 1, 1, 12, 12},
		{history.Query{Search: "商店"}, 15, 15, 29, 1},
		{history.Query{Search: "' OR 1=1 --"}, 0, 0, 0, 0},
	} {
		list, total, err := s.Runs(ctx, c.q)
		must(t, err)
		if list == nil || total != c.total || len(list) != c.n || c.n > 0 && (list[0].Number != c.first || list[c.n-1].Number != c.after) {
			t.Errorf("%+v: %d of %d", c.q, len(list), total)
		}
	}
}

func TestTrend(t *testing.T) {
	for _, seconds := range []int{1, 29, 30, 31, 200, 3601} {
		s, _ := open(t)
		start(t, s, "run")
		f := &load.Feed{Rows: someRows[:1]}
		for at := range seconds {
			f.Seconds = append(f.Seconds, load.Second{At: at, Reports: 1, Rows: []load.RowSecond{{Requests: 10}}, Loads: []load.LoadSecond{{Users: at}}})
		}
		f.Seconds = append(f.Seconds, load.Second{At: 0, Again: true, Reports: 2, Rows: []load.RowSecond{{Requests: 1 << 20}}})
		_, err := s.Append(ctx, "run", f)
		must(t, err)
		sum, err := s.Find(ctx, "run")
		must(t, err)
		if n := len(sum.Trend); n > 30 || n < min(seconds, 15) || sum.Trend[0] < 1000 || seconds > 1 && sum.Trend[n-1] != 10 {
			t.Errorf("%d seconds: %v", seconds, sum.Trend)
		}
		if sum.PeakUsers != seconds-1 {
			t.Errorf("%d users at most, want %d", sum.PeakUsers, seconds-1)
		}
	}
}

func TestDelete(t *testing.T) {
	s, file := open(t)
	for i := range 3 {
		id := fmt.Sprintf("run %d", i)
		_, err := s.Begin(ctx, history.Start{ID: id, Plan: "shop", PlanText: []byte("shared"), PlanJSON: []byte(id), Scripts: []load.Source{{Text: "x"}}})
		must(t, err)
		_, err = s.Append(ctx, id, &load.Feed{Rows: someRows, Seconds: []load.Second{{At: 0, Reports: 1}}, Events: []load.Event{{Seq: 1}}, Logs: []load.LogLine{{}}})
		must(t, err)
		must(t, s.Save(ctx, id, result(id, load.StateCompleted), began))
	}
	now := time.Now()
	must(t, s.Delete(ctx, "run 2"))
	if _, err := s.Find(ctx, "3"); !errors.Is(err, history.ErrNotFound) {
		t.Errorf("found: %v", err)
	}
	if _, err := s.Series(ctx, "run 2", history.SeriesQuery{}); !errors.Is(err, history.ErrNotFound) {
		t.Errorf("series: %v", err)
	}
	if err := s.Delete(ctx, "run 2"); !errors.Is(err, history.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
	if _, total, err := s.Runs(ctx, history.Query{}); err != nil || total != 2 {
		t.Errorf("%d runs, %v", total, err)
	}
	must(t, s.Thin(ctx, now.Add(history.UndoFor-time.Second)))
	must(t, s.Restore(ctx, "3"))
	if _, err := s.Find(ctx, "run 2"); err != nil {
		t.Error(err)
	}

	must(t, s.Delete(ctx, "run 2"))
	must(t, s.Delete(ctx, "run 1"))
	must(t, s.Thin(ctx, time.Now().Add(history.UndoFor+time.Second)))
	if err := s.Restore(ctx, "run 2"); !errors.Is(err, history.ErrNotFound) {
		t.Errorf("restored: %v", err)
	}
	for _, table := range []string{"runs", "seconds", "latencies", "details", "results", "events", "logs", "scripts"} {
		if n, err := s.Ask("SELECT count(*) FROM " + table); err != nil || n != 1 {
			t.Errorf("%d left in %s, %v", n, table, err)
		}
	}
	if n, err := s.Ask("SELECT count(*) FROM contents"); err != nil || n != 3 { // plan, its JSON, script
		t.Errorf("%d texts, %v", n, err)
	}
	rec, err := s.Record(ctx, "run 0")
	must(t, err)
	if string(rec.PlanText) != "shared" {
		t.Errorf("%+v", rec)
	}

	// Numbers are not given again, here and after the next start.
	must(t, s.Close())
	s = reopen(t, file)
	if number := start(t, s, "next"); number != 4 {
		t.Errorf("number %d, want 4", number)
	}
}

// A deleted run that goes on is kept until it has ended.
func TestDeleteWhileRunning(t *testing.T) {
	s, _ := open(t)
	start(t, s, "run")
	must(t, s.Delete(ctx, "run"))
	must(t, s.Thin(ctx, time.Now().Add(time.Hour)))
	_, err := s.Append(ctx, "run", &load.Feed{Seconds: []load.Second{{At: 0, Reports: 1}}})
	must(t, err)
	must(t, s.Save(ctx, "run", result("run", load.StateStopped), began))
	if _, err := s.Find(ctx, "run"); !errors.Is(err, history.ErrNotFound) {
		t.Errorf("shown again: %v", err)
	}
	must(t, s.Restore(ctx, "run"))
}

// The file gets smaller when much is deleted.
func TestRoomIsGivenBack(t *testing.T) {
	s, _ := open(t)
	start(t, s, "run")
	for i := range 2000 {
		_, err := s.Append(ctx, "run", &load.Feed{Logs: []load.LogLine{{Message: strings.Repeat("x", 4000)}}, Seconds: []load.Second{{At: i}}})
		must(t, err)
	}
	must(t, s.Save(ctx, "run", result("run", load.StateCompleted), began))
	before, err := s.Ask("PRAGMA page_count")
	must(t, err)
	must(t, s.Delete(ctx, "run"))
	must(t, s.Thin(ctx, time.Now().Add(time.Hour)))
	after, err := s.Ask("PRAGMA page_count")
	must(t, err)
	if before < 2000 || after > 300 {
		t.Errorf("%d pages, before %d", after, before)
	}
}

func TestEvents(t *testing.T) {
	s, _ := open(t)
	start(t, s, "run")
	list := []load.Event{
		{Seq: 1, At: began, Second: -1.5, Kind: load.EventState, Name: "running", By: "li"},
		{Seq: 2, At: began, Kind: load.EventLoad, Worker: "w", From: 1, To: 2.5, Text: "更多", Why: &load.Reason{
			Code: load.WhyWorkersLost, Text: "更多", Of: []load.Reason{{Code: load.WhyNoReport, Params: load.Params{"seconds": 10.0, "worker": "w"}}},
		}},
	}
	for range 2 { // given twice they are there once
		_, err := s.Append(ctx, "run", &load.Feed{Events: append(list, load.Event{Seq: 0}, load.Event{Seq: load.MaxEvents + 1})})
		must(t, err)
	}
	must(t, s.Note(ctx, "run", load.Event{Kind: load.EventNote, Text: strings.Repeat("长", load.MaxNote), To: math.NaN()}))
	got, err := s.Events(ctx, "run", 0)
	must(t, err)
	if len(got) != 3 || !reflect.DeepEqual(got[:2], list) || got[2].Seq != 3 || len(got[2].Text) > load.MaxNote || got[2].To != 0 {
		t.Errorf("%+v", got)
	}
	if got, err = s.Events(ctx, "run", 2); err != nil || len(got) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	must(t, s.Do("UPDATE events SET seq = 11000 WHERE seq = 3"))
	if err := s.Note(ctx, "run", load.Event{}); !errors.Is(err, history.ErrFull) {
		t.Errorf("error %v", err)
	}
}

// Of a log the last lines are kept, and a line says how many had no room.
func TestLogs(t *testing.T) {
	s, _ := open(t)
	start(t, s, "run")
	line := func(i int) load.LogLine {
		return load.LogLine{At: began, Level: []string{"info", "warn", "error"}[i%3], Worker: "w-1", Message: fmt.Sprintf("Line %d", i), Place: "plan.yaml:1"}
	}
	f := &load.Feed{LogsLost: 12}
	for i := range 300 {
		f.Logs = append(f.Logs, line(i))
	}
	_, err := s.Append(ctx, "run", f)
	must(t, err)
	for _, c := range []struct {
		q           history.LogQuery
		n           int
		first, last int64
	}{
		{history.LogQuery{}, 301, 1, 301},
		{history.LogQuery{Limit: 10}, 10, 1, 10},
		{history.LogQuery{After: 250, Limit: 10}, 10, 251, 260},
		{history.LogQuery{Level: "warn"}, 201, 2, 301},
		{history.LogQuery{Level: "error"}, 100, 3, 300},
		{history.LogQuery{Search: "line 29", Limit: 3}, 3, 30, 292},
		{history.LogQuery{Search: "12 more lines"}, 1, 301, 301},
		{history.LogQuery{After: 301}, 0, 0, 0},
	} {
		got, err := s.Logs(ctx, "run", c.q)
		must(t, err)
		if got == nil || len(got) != c.n || c.n > 0 && (got[0].Seq != c.first || got[c.n-1].Seq != c.last) {
			t.Errorf("%+v: %d lines", c.q, len(got))
		}
	}
	got, err := s.Logs(ctx, "run", history.LogQuery{Limit: 1})
	must(t, err)
	if b := jsonOf(t, got); b != `[{"seq":1,"at":"2026-03-01T12:00:00Z","level":"info","worker":"w-1","message":"Line 0","place":"plan.yaml:1"}]` {
		t.Error(b)
	}

	f = &load.Feed{}
	for i := range load.MaxLogLines + 5 {
		f.Logs = append(f.Logs, line(i))
	}
	_, err = s.Append(ctx, "run", f)
	must(t, err)
	_, err = s.Append(ctx, "run", &load.Feed{Logs: []load.LogLine{{Message: strings.Repeat("長", 100_000)}}})
	must(t, err)
	got, err = s.Logs(ctx, "run", history.LogQuery{Limit: 1 << 30})
	must(t, err)
	if n := len(got); n != load.MaxLogLines || got[n-1].Seq != 301+load.MaxLogLines+6 || got[0].Message != "Line 6" || len(got[n-1].Message) > 5000 {
		t.Errorf("%d lines, from %+v", n, got[0])
	}
}
