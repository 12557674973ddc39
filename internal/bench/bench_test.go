package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/plan"
)

func TestMedian(t *testing.T) {
	for want, of := range map[int64][]int64{0: nil, 5: {5}, 3: {9, 3, 1}, 4: {9, 3, 1, 5}} {
		if got := median(of); got != want {
			t.Errorf("median of %v is %d, want %d", of, got, want)
		}
	}
}

func TestChoose(t *testing.T) {
	for only, want := range map[string]string{"": "abcdefgh", "f, a": "fa", "a,x": "", "a,": ""} {
		var keys string
		chosen, err := choose(only)
		for _, f := range chosen {
			keys += f.key
		}
		if keys != want || (err == nil) != (want != "") {
			t.Errorf("--only %q: %q, %v; want %q", only, keys, err, want)
		}
	}
}

// A steady stream that stumbles once: ten requests 1 ms apart, the fifth 3 ms late.
func TestLatenessAndTenths(t *testing.T) {
	var entries []testsite.Entry
	for i := range 10 {
		at := 70*time.Millisecond + time.Duration(i)*time.Millisecond
		if i == 4 {
			at += 900 * time.Microsecond
		}
		entries = append(entries, testsite.Entry{Read: at})
	}
	late := lateness(entries, 1000)
	if late[8] != 0 || late[9] != 900*time.Microsecond {
		t.Errorf("lateness %v", late)
	}
	entries = append(entries, testsite.Entry{Read: 70*time.Millisecond + 1950*time.Millisecond})
	if got := tenths(entries); !strings.HasPrefix(got, "91% 0%") || !strings.HasSuffix(got, " 9%") {
		t.Errorf("tenths %s", got)
	}
}

func TestFullSeconds(t *testing.T) {
	counts := []int64{1, 2, 3, 4, 5}
	for _, c := range []struct {
		from, to time.Duration
		want     string
	}{
		{0, 5 * time.Second, "[1 2 3 4]"},
		{2 * time.Second, 4 * time.Second, "[3]"},
		{2 * time.Second, 99 * time.Second, "[3 4 5]"},
		{9 * time.Second, 99 * time.Second, "[]"},
	} {
		if got := fmt.Sprint(full(counts, c.from, c.to)); got != c.want {
			t.Errorf("from %v to %v: %s, want %s", c.from, c.to, got, c.want)
		}
	}
}

func TestPerSecondIsJudgedWithinOnePercent(t *testing.T) {
	for _, c := range []struct {
		counts []int64
		mark   string
	}{
		{[]int64{1000, 990, 1010}, "✓"}, {[]int64{1000, 989}, "✗"}, {[]int64{1011}, "✗"}, {nil, "✗"},
	} {
		var out bytes.Buffer
		(&bench{out: &out}).perSecond(c.counts, 1000, "")
		if !strings.Contains(out.String(), c.mark) {
			t.Errorf("%v: %s, want %s", c.counts, out.String(), c.mark)
		}
	}
}

func TestRatioIsOfTheSameRound(t *testing.T) {
	spend := func(us ...time.Duration) (all []spent) {
		for _, u := range us {
			all = append(all, spent{requests: 1000, cpu: u * time.Millisecond})
		}
		return all
	}
	c := cpuRounds{rounds: map[string][]spent{"wrk": spend(10, 20, 10), plainName: spend(15, 30, 40)}}
	if got := c.ratio(plainName, wrkName); got != 1.5 {
		t.Errorf("ratio %v, want 1.5: the median of 1.5, 1.5 and 4", got)
	}
	if got := c.more(plainName, wrkName); got != 10 {
		t.Errorf("%v µs more, want 10: the median of 5, 10 and 30", got)
	}
	if got := c.perRequest(plainName); got != 30 {
		t.Errorf("%v µs per request, want 30", got)
	}
}

func TestEngineIsTheLargestChild(t *testing.T) {
	engine, words := engineOf([]memory{{"locust-http run plan.yaml", 900 * mib}, {"locust-http engine", 200 * mib}, {"locust-http etcd", 50 * mib}})
	if engine.peak != 200*mib || !strings.Contains(words, "engine 200 MB") {
		t.Errorf("%+v %s", engine, words)
	}
}

func TestPeakMemory(t *testing.T) {
	if got, ok := peakOf("Name:\tx\nVmHWM:\t  1234 kB\nVmRSS:\t 1 kB\n"); !ok || got != 1234<<10 {
		t.Errorf("%d, %v", got, ok)
	}
	if _, ok := peakOf("Name:\tx\n"); ok {
		t.Error("a peak was read where there is none")
	}
	if runtime.GOOS == "linux" {
		if m, ok := memoryOf(os.Getpid()); !ok || m.peak < mib {
			t.Errorf("of this process: %+v, %v", m, ok)
		}
	}
}

// What a child and its own children used is counted, its exit code kept, and a child
// that cannot be started is an error.
func TestRuns(t *testing.T) {
	u, err := runs(context.Background(), 0, true, os.Args[0], "-test.run=^TestMedian$", "-test.v")
	if err != nil || u.code != 0 || u.cpu <= 0 || !bytes.Contains(u.out, []byte("TestMedian")) {
		t.Errorf("%+v, %v", u, err)
	}
	if u, err = runs(context.Background(), 0, false, os.Args[0], "-no-such-flag"); err != nil || u.code != 2 {
		t.Errorf("%+v, %v", u, err)
	}
	if _, err = runs(context.Background(), 0, false, "no-such-program"); err == nil {
		t.Error("a program that does not exist was started")
	}
}

// The plans of the benchmark are plans.
func TestPlansDecode(t *testing.T) {
	for name, text := range map[string]string{"plain": plainPlan, "rich": richPlan, "crowd": crowdPlan,
		"arrivals": arrivalsPlan, "accuracy": accuracyPlan, "unhooked": unhookedPlan, "hooked": hookedPlan, "hooked crowd": hookedCrowdPlan} {
		text = strings.NewReplacer("URL", "http://127.0.0.1:1", "LONG", "1s", "USERS", "100", "RATE", "10",
			"READY", "10", "REQUESTS", "100").Replace(text)
		if _, problems := plan.Decode(name, []byte(text)); len(problems) > 0 {
			t.Errorf("%s: %+v", name, problems)
		}
	}
}

// The state that is measured is one whose script has run.
func TestMakeStates(t *testing.T) {
	var out bytes.Buffer
	err := (&bench{out: &out}).measureStates()
	_, size, _ := strings.Cut(out.String(), "a state with json and expect")
	var kb float64
	if _, scan := fmt.Sscan(size, &kb); err != nil || scan != nil || kb < 1 || kb > 100 {
		t.Errorf("%s%v %v: %v KB", out.String(), err, scan, kb)
	}
}

func TestK6Summary(t *testing.T) {
	n, err := k6Requests([]byte(`{"metrics":{"http_reqs":{"count":1234,"rate":617.1},"checks":{"passes":1234,"fails":0}}}`))
	if n != 1234 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := k6Requests([]byte("{")); err == nil {
		t.Error("half a summary was read")
	}
}
