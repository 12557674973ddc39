package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/locust-http/locust-http/cmd/locust-http/internal/terminal"
)

// Short work is not spoken of; long work now and then, more often on a terminal.
func TestByteNews(t *testing.T) {
	for name, c := range map[string]struct {
		live bool
		want int
	}{"log": {false, 3}, "terminal": {true, 51}} {
		synctest.Test(t, func(t *testing.T) {
			var b strings.Builder
			n := newByteNews(&terminal.Screen{Out: &b, Live: c.live}, "reading files")
			for ms := range int64(11_001) {
				n.tell(ms<<20, 11<<30)
				if ms == 999 && b.Len() > 0 {
					t.Errorf("%s: news after %d ms: %q", name, ms, b.String())
				}
				time.Sleep(time.Millisecond) // of the fake clock
			}
			if got := strings.Count(b.String(), "reading files: "); got != c.want {
				t.Errorf("%s: told %d times, want %d", name, got, c.want)
			}
			if !strings.Contains(b.String(), "reading files: 1000.0 MiB of 11.0 GiB") {
				t.Errorf("%s: %q", name, b.String())
			}
		})
	}
}
