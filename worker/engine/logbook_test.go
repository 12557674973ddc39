package engine

import (
	"testing"
	"testing/synctest"
	"time"
)

// Scripts say so many lines in a second, however often reports take them; what is too much
// is counted, and the engine's own lines have their own room.
func TestLinesOfScriptsPerSecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const most = 10
		var b logBook
		kept := func() (n int) {
			for range 1000 {
				b.script("info", "w", "p:1", "x", most)
			}
			b.add("warn", "w", "of the engine")
			for _, l := range b.take() {
				if l.Place != "" {
					n++
				}
			}
			return n
		}
		for i, step := range []struct {
			after time.Duration
			want  int
		}{{0, most}, {0, 0}, {100 * time.Millisecond, 0}, {100 * time.Millisecond, 1}, {500 * time.Millisecond, 1}, {time.Second, 5}, {time.Hour, 10}, {time.Minute, 10}} {
			time.Sleep(step.after)
			if got := kept(); got != step.want {
				t.Errorf("%d: %d lines kept, want %d", i, got, step.want)
			}
		}
		for range maxLogLines + 5 {
			b.add("warn", "w", "of the engine")
		}
		b.script("info", "w", "p:1", "x", most)
		lines := b.take()
		if n := len(lines); n != maxLogLines+2 || lines[n-1].Message != "5 more lines were not kept" {
			t.Errorf("%d lines, the last %+v", n, lines[n-1])
		}
	})
}
