package terminal

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/locust-http/locust-http/load"
)

func TestSafe(t *testing.T) {
	for in, want := range map[string]string{
		"plain":               "plain",
		"购物 – café":           "购物 – café",
		"\x1b[2Jgone":         `\x1b[2Jgone`,
		"a\r\nb\tc":           `a\r\nb\tc`,
		"\x9b31m":             `\x9b31m`, // C1 as a byte: invalid UTF-8
		"\u009b31m":           `\x9b31m`, // C1 as a character
		"\u202egnp.exe\u2069": `\u202egnp.exe\u2069`,
		"\x7f\x00":            `\x7f\x00`,
		"\xff\xfe":            `\xff\xfe`,
		"\u2028\u2029":        `\u2028\u2029`,
	} {
		if got := Safe(in); got != want {
			t.Errorf("Safe(%q) = %q, want %q", in, got, want)
		}
	}
}

// What Safe lets through holds no control character, whatever came in.
func TestSafeAlways(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		for _, r := range Safe(in) {
			if !shown(r) {
				t.Fatalf("%q came through from %q", r, in)
			}
		}
	})
}

func TestTruncate(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  string
	}{
		{"short", 10, "short"},
		{"exactly ten", 11, "exactly ten"},
		{"GET /a/very/long/path/to/items", 12, "GET /a…items"},
		{"商品列表页面加载时间", 9, "商品…时间"}, // two columns each
		{"abc", 1, "…"},
		{"abc", 0, ""},
	} {
		if got := Truncate(c.in, c.width); got != c.want {
			t.Errorf("Truncate(%q, %d) = %q, want %q", c.in, c.width, got, c.want)
		}
	}
}

func TestTruncateAlwaysFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := Safe(rapid.String().Draw(t, "text"))
		width := rapid.IntRange(0, 30).Draw(t, "width")
		if got := Truncate(in, width); Width(got) > width {
			t.Fatalf("%q is %d wide, limit %d", got, Width(got), width)
		}
	})
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{milliseconds(0), "0"}, {milliseconds(0.25), "250µs"}, {milliseconds(1.234), "1.23ms"}, {milliseconds(45.67), "45.7ms"},
		{milliseconds(999.4), "999ms"}, {milliseconds(1234), "1.23s"}, {milliseconds(120_000), "120s"},
		{share(0, 10), "0%"}, {share(1, 100_000), "<0.01%"}, {share(99_999, 100_000), ">99.99%"}, {share(10, 10), "100%"},
		{share(1, 3), "33.3%"}, {share(1, 400), "0.25%"}, {share(5, 0), "0%"},
		{count(0), "0"}, {count(999), "999"}, {count(1234567), "1,234,567"}, {count(-1000), "-1,000"},
		{Bytes(1023), "1023 B"}, {Bytes(1536), "1.5 KiB"}, {Bytes(5 << 30), "5.0 GiB"},
		{clock(61 * time.Second), "1:01"}, {clock(3661 * time.Second), "1:01:01"}, {clock(-time.Second), "0:00"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func result() *load.Result {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	end := start.Add(20 * time.Second)
	l := load.Latency{P50: 1.5, P95: 12, P99: 150, Max: 1200}
	return &load.Result{
		Plan: "shop", State: load.StateCompleted, StartedAt: &start, EndedAt: &end, Result: load.Failed,
		Measurement: load.Measurement{Verdict: load.Suspect, Reasons: []string{"generator CPU 92 %"}},
		Load:        []load.LoadResult{{Model: load.UsersModel, PeakUsers: 50, Started: 1200, Late: 3, Dropped: 1}},
		Attempts:    2510, Sent: 2500, Redirects: 7, Unsent: load.UnsentResult{Connect: 10},
		Total: load.TotalResult{Requests: 2503, Failures: 12, RPS: 125.15, Latency: l, BytesIn: 1 << 20},
		Transactions: []load.TransactionResult{
			{Name: "browse", Count: 1000, RPS: 50, Latency: l},
			{Name: "商品を買う", Count: 200, Failures: 12, RPS: 10, Latency: l, LatencyScheduled: &l},
		},
		Steps: []load.StepResult{
			{Transaction: "browse", Name: "list items", Requests: 1000, Latency: l},
			{Transaction: "商品を買う", Name: "POST /a/very/long/path/that/goes/on/and/on/for/ever/{id}/checkout", Requests: 200, Failures: 12, Latency: l},
			{Transaction: load.UserStartName, Name: "login", Requests: 50, BytesIn: 512 << 10, Latency: l},
		},
		Errors: []load.ErrorResult{
			{Transaction: "商品を買う", Step: "pay", Class: load.ClassStatus, Rule: "status < 400", Message: "got 500 \x1b[31m", Count: 2},
			{Transaction: "商品を買う", Step: "pay", Class: load.ClassConnRefused, Message: "connection refused", Count: 10},
		},
		Thresholds: []load.ThresholdResult{
			{Rule: "failures < 1%", Value: 0.0048, Samples: 2503, Passed: true, Default: true},
			{Rule: "p95(buy) < 10ms", Value: 12, Samples: 200},
			{Rule: "p99(none) < 1s", Message: "no data"},
		},
	}
}

func summary(r *load.Result, width int, colour bool) string {
	var b strings.Builder
	Sheet{Out: &b, Width: width, Style: Style{colour}}.Summary(r)
	return b.String()
}

const wantSummary = `
transaction / step                             count   fail  per s     p50     p95    p99    max
browse                                         1,000     0%   50.0  1.50ms  12.0ms  150ms  1.20s
  list items                                   1,000     0%      0  1.50ms  12.0ms  150ms  1.20s
商品を買う                                       200     6%   10.0  1.50ms  12.0ms  150ms  1.20s
  (from the intended start)                                         1.50ms  12.0ms  150ms  1.20s
  POST /a/very/long/pa…for/ever/{id}/checkout    200     6%      0  1.50ms  12.0ms  150ms  1.20s
(user start) login                                50     0%      0  1.50ms  12.0ms  150ms  1.20s
all steps                                      2,503  0.48%  125.2  1.50ms  12.0ms  150ms  1.20s

failures
count  step              class         what
   10  商品を買う / pay  conn_refused  connection refused
    2  商品を買う / pay  status        status < 400: got 500 \x1b[31m

load: users, peak 50 users, 1,200 transactions started, 3 late, 1 dropped
requests: 2,500 sent, 10 not sent (connect 10), 7 of them redirects; 1.5 MiB in, 0 B out
thresholds
✓ failures < 1% (default)  0.48%
✗ p95(buy) < 10ms  12.0ms
✗ p99(none) < 1s  no data
measurement: suspect
  generator CPU 92 %
run completed after 20s: failed
`

func TestSummary(t *testing.T) {
	if got := summary(result(), 96, false); got != wantSummary {
		t.Errorf("got\n%s\nwant\n%s", got, wantSummary)
	}
}

func TestSummaryWidth(t *testing.T) {
	for _, line := range strings.Split(summary(result(), 80, false), "\n") {
		if strings.Contains(line, "ms") && Width(line) > 80 {
			t.Errorf("%d columns: %s", Width(line), line)
		}
	}
}

func TestSummaryColour(t *testing.T) {
	if s := summary(result(), 96, false); strings.Contains(s, "\x1b") {
		t.Error("an escape sequence where colours are off")
	}
	if s := summary(result(), 96, true); !strings.Contains(s, "\x1b[31m✗ p95(buy)") {
		t.Errorf("a failed threshold is not red:\n%q", s)
	}
}

func TestPlainProgress(t *testing.T) {
	var b strings.Builder
	s := Screen{Out: &b}
	s.Show(Progress{State: load.StatePreparing})
	for ms := 0; ms <= 11_000; ms += 500 {
		s.Show(Progress{State: load.StateRunning, Elapsed: time.Duration(ms) * time.Millisecond, Total: 20 * time.Second, Users: 5,
			RPS: 10, Requests: int64(ms / 100), Failures: 1, P50: 1, P95: 2, P99: 3})
	}
	s.Show(Progress{State: load.StateCompleted})
	want := `preparing
0:00/0:20  5 users  10.0 req/s  0 requests  1 failed (0%)  p50 1.00ms  p95 2.00ms  p99 3.00ms
0:05/0:20  5 users  10.0 req/s  50 requests  1 failed (2%)  p50 1.00ms  p95 2.00ms  p99 3.00ms
0:10/0:20  5 users  10.0 req/s  100 requests  1 failed (1%)  p50 1.00ms  p95 2.00ms  p99 3.00ms
completed
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

// What a run waits for, and that workers are gone, is said at once and once.
func TestPlainNews(t *testing.T) {
	var b strings.Builder
	s := Screen{Out: &b}
	for range 3 {
		s.Show(Progress{State: load.StateQueued, Reason: "waits for 2 workers"})
	}
	s.Show(Progress{State: load.StateQueued, Reason: "waits for 1 worker"})
	p := Progress{State: load.StateRunning, Total: 20 * time.Second}
	for ms := 0; ms <= 4000; ms += 500 {
		p.Elapsed = time.Duration(ms) * time.Millisecond
		if ms >= 1000 {
			p.Silent = 1
		}
		if ms >= 2500 {
			p.Silent, p.Lost = 0, 2
		}
		s.Show(p)
	}
	rest := "  0 req/s  0 requests  0 failed (0%)  p50 0  p95 0  p99 0\n"
	want := "queued: waits for 2 workers\nqueued: waits for 1 worker\n0:00/0:20  0 users" + rest +
		"0:01/0:20  0 users, 1 worker silent" + rest + "0:02/0:20  0 users, 2 workers lost" + rest
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestLiveProgress(t *testing.T) {
	p := Progress{State: load.StateRunning, Elapsed: 5 * time.Second, Total: 10 * time.Second, Users: 1, RPS: 12, Requests: 60, Failures: 1, P50: 1, P95: 2, P99: 30}
	for width, want := range map[int]string{
		140: "━━━━━───── 0:05/0:10  1 user  12.0 req/s  60 requests  1 failed (1.67%)  p50 1.00ms  p95 2.00ms  p99 30.0ms",
		100: "0:05/0:10  1 user  12.0 req/s  60 requests  1 failed (1.67%)  p50 1.00ms  p95 2.00ms  p99 30.0ms",
		80:  "0:05/0:10  1 user  12.0/s  1 failed  p50 1.00ms  p95 2.00ms  p99 30.0ms",
		40:  "0:05/0:10  1 user  12.0/s  1 failed  p…",
	} {
		var b strings.Builder
		s := Screen{Out: &b, Live: true, Width: func() int { return width }}
		s.Show(p)
		s.Note("stopping")
		if want = "\r\x1b[K" + want + "\r\x1b[Kstopping\n"; b.String() != want {
			t.Errorf("width %d: got %q, want %q", width, b.String(), want)
		}
	}
}

func TestSummaryOfTheWholeFormat(t *testing.T) {
	r := result()
	l := load.Latency{P50: 1, P95: 2, P99: 3, Max: 4}
	r.Load = []load.LoadResult{
		{Scenario: "base", Model: load.UsersModel, PeakUsers: 5, Started: 10},
		{Scenario: "spike", Model: load.ArrivalsModel, PeakUsers: 7, Started: 20, Waiting: 2},
	}
	r.Measured = load.Measured{From: 30_000, To: 120_000}
	r.Transactions = []load.TransactionResult{{Scenario: "base", Name: "browse", Count: 10, RPS: 1, Latency: l}}
	r.Groups = []load.GroupResult{{Scenario: "base", Transaction: "browse", Name: "assets\x1b[2J", Count: 9, Failures: 3, Latency: l}, {Scenario: "spike", Transaction: "browse", Name: "other"}}
	r.Steps = []load.StepResult{{Scenario: "base", Transaction: "browse", Name: "list", Requests: 11, Latency: l}}
	r.Stages = []load.StageResult{
		{Scenario: "spike", Name: "top", From: 15_000, To: 80_500, Requests: 100, RPS: 20, Latency: l, Transactions: make([]load.TransactionResult, 1)},
		{Scenario: "base", Name: "ramp", To: 4000, Requests: 8, Failures: 1, Latency: l, Transactions: []load.TransactionResult{{Name: "browse", Count: 6}, {Name: "buy", Count: 2, Failures: 1}}},
	}
	r.Data = []load.DataResult{{Name: "accounts", Rows: 1000, Given: 988, Left: 12, Rounds: 1}, {Name: "docs", Rows: 10, Given: 27, Lost: 2, Rounds: 3}}
	text := summary(r, 96, false)
	for _, want := range []string{
		"base: browse                10     0%   1.00  1.00ms  2.00ms  3.00ms  4.00ms\n  assets\\x1b[2J (group)      9  33.3%",
		"\n  list                      11     0%",
		"measured from 30s to 2m0s; counts are of the whole run\n",
		"stage       from       to  count   fail  per s     p50     p95     p99\nspike: top   15s  1m20.5s    100     0%   20.0",
		"\nbase: ramp    0s       4s      8  12.5%",
		"\n  browse                       6     0%",
		"load of base: users, peak 5 users, 10 transactions started, 0 late, 0 dropped\nload of spike: arrivals, peak 7 users, 20 transactions started, 0 late, 0 dropped, 2 retries of user_start\n",
		"data accounts: 988 of 1,000 rows given, 12 left\ndata docs: 10 rows, given 27 times in 3 rounds, 0 left, 2 with lost workers\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "\x1b") || strings.Contains(text, "other (group)") {
		t.Errorf("got\n%s", text)
	}
}

// Files on their way are shown, and in a log with a line for each tenth at most.
func TestSendingFiles(t *testing.T) {
	var b strings.Builder
	s := Screen{Out: &b}
	for sent := int64(0); sent <= 1<<20; sent += 1 << 10 {
		s.Show(Progress{State: load.StatePreparing, SentBytes: sent, MissingBytes: 1 << 20, Receiving: 3})
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != 11 || lines[0] != "preparing: sending files: 0 B of 1.0 MiB to 3 workers" || lines[10] != "preparing: sending files: 1.0 MiB of 1.0 MiB to 3 workers" {
		t.Errorf("%q", lines)
	}
}

// Work before a run: on a terminal a line that is written over and never wraps, in a log
// a line.
func TestWork(t *testing.T) {
	var b strings.Builder
	s := Screen{Out: &b, Live: true, Width: func() int { return 24 }}
	s.Work("reading files: 1 of 2\x1b[2J")
	s.Note("done")
	if want := "\r\x1b[Kreading files: 1 of 2\\…\r\x1b[Kdone\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
	b.Reset()
	s = Screen{Out: &b}
	s.Work("reading files: 1 of 2\x1b[2J")
	s.Clear()
	if want := "reading files: 1 of 2\\x1b[2J\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

// A run that ended before it sent anything has nothing but a verdict.
func TestSummaryOfNothing(t *testing.T) {
	if got := summary(&load.Result{State: load.StateStopped, Reason: "stopped while it waited", Measurement: load.Measurement{Verdict: load.Valid}}, 80, false); got != "\nrun stopped (stopped while it waited)\n" {
		t.Errorf("got %q", got)
	}
	broken := &load.Result{State: load.StateFailed, Reason: "setup", Attempts: 1, Steps: []load.StepResult{{Transaction: load.SetupName, Name: "admin", Requests: 1, Failures: 1}}}
	if got := summary(broken, 80, false); !strings.Contains(got, "(setup) admin") {
		t.Errorf("got %q", got)
	}
}

func TestLasted(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "1ms", 40 * time.Microsecond: "1ms", 12_400 * time.Microsecond: "12ms", 999 * time.Millisecond: "999ms",
		1049 * time.Millisecond: "1s", 61_260 * time.Millisecond: "1m1.3s",
	} {
		if got := lasted(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}
