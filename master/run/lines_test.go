package run

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/locust-http/locust-http/load"
)

// What scripts say is bounded over all workers, and what is left out is counted; what
// locust-http itself says is not.
func TestLinesOfScriptsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		c := &conductor{feed: newFeed(make(chan struct{}, 1), &shape{}), Run: &Run{spec: Spec{ID: "r", Log: slog.New(slog.NewTextHandler(&out, nil))}}}
		m := &member{Member: Member{ID: "w1"}}
		said := func(text string) int {
			n := strings.Count(out.String(), text)
			out.Reset()
			return n
		}
		list := make([]load.LogLine, 250)
		for i := range list {
			list[i] = load.LogLine{Level: "info", Place: "plan.yaml:7", Message: "hello"}
		}
		c.say(m, list)
		if text := out.String(); !strings.Contains(text, `place=plan.yaml:7 message=hello`) || !strings.Contains(text, "50 more lines of scripts") {
			t.Errorf("the log is %.2000s", text)
		}
		if n := said("message=hello"); n != 200 {
			t.Errorf("%d lines at once, want 200", n)
		}
		c.say(m, list[:1])
		if n := said("message=hello"); n != 0 {
			t.Error("a line was said though there was no room")
		}
		for range 5 {
			time.Sleep(time.Second)
			c.say(m, list[:150])
			if n := said("message=hello"); n != 100 {
				t.Errorf("%d lines in a second, want 100", n)
			}
		}
		time.Sleep(time.Hour)
		c.say(m, list)
		if n := said("message=hello"); n != 200 {
			t.Errorf("%d lines after an hour of silence, want 200", n)
		}
		c.say(m, []load.LogLine{{Level: "warn", Message: "out of file descriptors"}})
		if n := said("out of file descriptors"); n != 1 {
			t.Error("a line of locust-http itself was left out")
		}
		c.say(m, []load.LogLine{{Message: strings.Repeat("x", 1<<20)}})
		if n := out.Len(); n > 8<<10 {
			t.Errorf("a line of %d bytes", n)
		}
	})
}
