package engine

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// testRun is a run of one scenario that is played by hand.
func testRun(tb testing.TB, yaml string) *run {
	tb.Helper()
	p, problems := plan.Decode("test.yaml", []byte(yaml))
	if err := problems.Err(); err != nil {
		tb.Fatal(err)
	}
	program, issues := plan.Compile(p)
	for _, i := range issues {
		if !i.Warning {
			tb.Fatal(i)
		}
	}
	j := load.Job{Run: "r", Of: 1, Seed: 7, Worker: "w", Shares: []load.Share{{Profile: *p.Load}}}
	r, err := newRun(j, program)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(r.close)
	return r
}

func TestPaceCountsFromTheBeginThatWas(t *testing.T) {
	sc := &scene{profile: load.Profile{Model: load.UsersModel}}
	tr := &transaction{plan: &plan.Transaction{Pace: load.Range{Min: time.Second, Max: time.Second}}}
	for _, tt := range []struct {
		name         string
		ago, after   time.Duration // of the begin; asked for by the last step
		rest, begins time.Duration // from now
	}{
		{"in time", 300 * time.Millisecond, 0, 700 * time.Millisecond, 700 * time.Millisecond},
		{"thinks longer", 300 * time.Millisecond, 2 * time.Second, 2 * time.Second, 2 * time.Second},
		{"thinks less", 300 * time.Millisecond, 100 * time.Millisecond, 700 * time.Millisecond, 700 * time.Millisecond},
		{"cannot keep it", 3 * time.Second, 0, 0, 0},
	} {
		now := time.Now()
		u := &user{scene: sc, begins: now.Add(-tt.ago)}
		u.scope.Rand = rand.New(rand.NewPCG(1, 1))
		n := u.pause(tr, tt.after)
		near := func(d, want time.Duration) bool {
			return d > want-100*time.Millisecond && d < want+100*time.Millisecond
		}
		if !near(n.rest, tt.rest) || !near(u.begins.Sub(now), tt.begins) {
			t.Errorf("%s: rests %v and begins in %v, want %v and %v", tt.name, n.rest, u.begins.Sub(now), tt.rest, tt.begins)
		}
		if (n.kind == rest) != (tt.rest > 0) {
			t.Errorf("%s: next is %v", tt.name, n.kind)
		}
	}
}

func TestBackoffOfUserStart(t *testing.T) {
	r := testRun(t, `{version: 1, variables: {x: 1}, user_start: [{name: in, request: {url: "http://127.0.0.1:9/{{y}}"}, extract: [{name: y, json: $.y}]}],
  transactions: [{name: t, steps: [{request: {url: "http://127.0.0.1:9/"}}]}], load: {users: 1}}`)
	u := r.newUser(1, r.scenes[0])
	u.kit = newKit()
	var last time.Duration
	for i := range 12 {
		n := u.start()
		least := min(time.Second<<i, 20*time.Second)
		if n.kind != rest || n.rest < least || n.rest > min(least+least/2, 30*time.Second) {
			t.Errorf("try %d: pause of %v, want %v and up to a half more", i, n.rest, least)
		}
		last = n.rest
	}
	if iv := r.rec.Cut(0, 0, 0); iv.Loads[0].Waiting != 12 || u.started || last == 0 {
		t.Errorf("%d waits counted", iv.Loads[0].Waiting)
	}
}

func TestLogLinesAreBoundedText(t *testing.T) {
	var b logBook
	for i := range maxLogLines + 7 {
		b.add("info", "w", fmt.Sprint("a", strings.Repeat("é", 4*load.MaxMessage), i, "\xff"))
	}
	lines := b.take()
	if len(lines) != maxLogLines+1 || !strings.HasPrefix(lines[maxLogLines].Message, "7 more") {
		t.Errorf("%d lines, the last is %q", len(lines), lines[len(lines)-1].Message)
	}
	for _, l := range lines {
		if len(l.Message) > 4*load.MaxMessage || !utf8.ValidString(l.Message) {
			t.Fatalf("a line of %d bytes, as text: %v", len(l.Message), utf8.ValidString(l.Message))
		}
	}
}
