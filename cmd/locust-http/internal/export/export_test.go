package export

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

func result() *load.Result {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	end := start.Add(1500 * time.Millisecond)
	return &load.Result{
		Schema: 1, Plan: "shop & <co>\x00", State: load.StateCompleted, StartedAt: &start, EndedAt: &end, Result: load.Failed,
		Measurement:  load.Measurement{Verdict: load.Valid},
		Total:        load.TotalResult{Requests: 3, Failures: 1, RPS: 2, BytesIn: 10, BytesOut: 20, Latency: load.Latency{Min: 0.5, P999: 1.5, Max: 2}},
		Transactions: []load.TransactionResult{{Name: "buy, now", Count: 3}},
		Steps: []load.StepResult{
			{Transaction: "buy, now", Name: "=cmd()", Requests: 3, Failures: 1},
			{Transaction: load.UserStartName, Name: "login", Requests: 1},
		},
		Groups: []load.GroupResult{{Scenario: "base", Transaction: "buy, now", Name: "+assets", Count: 2, Failures: 1}},
		Stages: []load.StageResult{{Scenario: "base", Name: "peak", From: 1000, To: 2000, Requests: 2, RPS: 2, Latency: load.Latency{P95: 7},
			Transactions: []load.TransactionResult{{Scenario: "base", Name: "buy, now", Count: 1, Interrupted: 1}}}},
		Metrics: []load.MetricResult{{Name: "=cart", Count: 5, Min: -1, Mean: 2.5, P50: 2, P95: 9, Max: 9.5}},
		Data:    []load.DataResult{{Name: "accounts", Rows: 10, Given: 7, Left: 2, Lost: 1, Rounds: 1}},
		Thresholds: []load.ThresholdResult{
			{Rule: "failures < 1%", Value: 1.0 / 3}, {Rule: "p95 < 1s", Value: 2, Passed: true}, {Rule: "p95(x) < 1s", Message: "no data"},
		},
	}
}

func write(t *testing.T, name string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := Check(path); err != nil {
		t.Fatal(err)
	}
	if err := File(path, result()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".locust*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	return text
}

func TestJSON(t *testing.T) {
	var got load.Result
	if err := json.Unmarshal(write(t, "r.json"), &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(&got, result()) {
		t.Errorf("got %+v, want %+v", got, *result())
	}
}

func TestCSV(t *testing.T) {
	lines, err := csv.NewReader(strings.NewReader(string(write(t, "r.CSV")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var begins []string
	for _, l := range lines {
		begins = append(begins, strings.Join(l[:6], "|"))
	}
	want := []string{
		"kind|scenario|transaction|step|count|failures",
		"transaction||buy, now||3|0",
		"group|base|buy, now|'+assets|2|1",
		"step||buy, now|'=cmd()|3|1",
		"lifecycle||(user start)|login|1|0",
		"total||||3|1",
		"metric|||'=cart|5|",
		"stage|base||peak|2|0",
		"stage|base|buy, now|peak|1|0",
	}
	if !reflect.DeepEqual(begins, want) {
		t.Errorf("got %q, want %q", begins, want)
	}
	if got := strings.Join(lines[5][6:], "|"); got != "0|2|10|20|0.5|0|0|0|0|0|1.5|2" {
		t.Errorf("the rest of the total is %q", got)
	}
	if got := strings.Join(lines[6][6:], "|"); got != "||||-1|2.5|2||9|||9.5" {
		t.Errorf("the rest of the metric is %q", got)
	}
}

func TestJUnit(t *testing.T) {
	text := write(t, "r.xml")
	var got suites
	if err := xml.Unmarshal(text, &got); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	s := got.Suite
	if s.Name != "locust-http shop & <co>\ufffd" || s.Tests != 4 || s.Failures != 2 || s.Errors != 0 || s.Time != "1.500" || s.Stamp != "2026-01-02T03:04:05" {
		t.Errorf("suite %+v", s)
	}
	if f := s.Cases[3].Failure; s.Cases[3].Name != "p95(x) < 1s" || f == nil || f.Message != "p95(x) < 1s: no data" {
		t.Errorf("case %+v", s.Cases[3])
	}
	if s.Cases[2].Failure != nil {
		t.Errorf("a threshold that held is a failure: %+v", s.Cases[2])
	}
}

func TestJUnitBrokenRun(t *testing.T) {
	for _, r := range []*load.Result{
		{State: load.StateFailed, Reason: "setup: no"},
		{State: load.StateCompleted, Measurement: load.Measurement{Verdict: load.Invalid, Reasons: []string{"no"}}},
	} {
		var b strings.Builder
		if err := JUnit(&b, r); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), `errors="1"`) || !strings.Contains(b.String(), `no"></error>`) {
			t.Errorf("no error in\n%s", b.String())
		}
	}
}

func TestCheck(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		filepath.Join(dir, "r.html"):       "not supported yet",
		filepath.Join(dir, "r.txt"):        `unknown ending ".txt"`,
		filepath.Join(dir, "no", "r.json"): "there is no folder",
		filepath.Join(dir, "folder.json"):  "it is a folder",
	} {
		if strings.Contains(path, "folder") {
			if err := os.Mkdir(path, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := Check(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Check(%s) = %v, want %q", path, err, want)
		}
	}
}
