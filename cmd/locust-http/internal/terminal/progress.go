package terminal

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Progress is a run at one moment.
type Progress struct {
	State    load.State
	Elapsed  time.Duration // of the load
	Total    time.Duration // of the load; 0: it has no end of its own
	Users    int
	RPS      float64 // of the last second
	Requests int64   // so far
	Failures int64   // so far
	P50      float64 // ms, of the last second
	P95      float64
	P99      float64
	Reason   string // why it waits, while it is queued
	Silent   int    // workers that have not been heard of for a while
	Lost     int    // workers that are out of the run
	// SentBytes is how far files have got to the workers that did not have them, in bytes of
	// all workers together; MissingBytes 0: there is nothing to send.
	SentBytes, MissingBytes int64
	Receiving               int // workers that did not have all files
}

// Every is how often a plain line of progress is written where there is no terminal.
const Every = 5 * time.Second

// Screen shows progress: on a terminal one line that is written over, elsewhere a
// plain line every 5 s of run time and whenever its state or its workers change. Its
// methods may be
// called from any goroutine, so that logs can be written between two drawings.
type Screen struct {
	Out   io.Writer
	Live  bool // Out is a terminal
	Width func() int
	Style Style

	mu    sync.Mutex // guards Out and what follows
	drawn bool
	last  string        // what the newest plain line said beside its numbers
	next  time.Duration // elapsed time of the next plain line
}

// Show draws p.
func (s *Screen) Show(p Progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Live {
		s.draw(p)
		return
	}
	news := string(p.State) + waiting(p) + sending(p, true) + workers(p)
	changed := news != s.last
	s.last = news
	if !changed && (p.Elapsed < s.next || !moving(p.State)) {
		return
	}
	s.next = p.Elapsed.Truncate(Every) + Every
	fmt.Fprintln(s.Out, line(p))
}

// Work shows what is done before there is a run: on a terminal a line that is written
// over, elsewhere a line of its own.
func (s *Screen) Work(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.Live {
		fmt.Fprintln(s.Out, Safe(text))
		return
	}
	s.over(s.fit(Safe(text)), "")
}

// Note writes a message of its own line above the progress.
func (s *Screen) Note(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	fmt.Fprintln(s.Out, SafeLines(text))
}

// Write writes lines that are safe already above the progress: it makes the screen a
// place for logs.
func (s *Screen) Write(lines []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	return s.Out.Write(lines)
}

// Clear takes the live line off the terminal; call it before anything else is
// written there.
func (s *Screen) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
}

func (s *Screen) clear() {
	if s.drawn {
		io.WriteString(s.Out, "\r\x1b[K")
		s.drawn = false
	}
}

func (s *Screen) draw(p Progress) {
	tint := ""
	if p.Failures > 0 || p.Lost > 0 {
		tint = yellow
	}
	s.over(fitting(p, s.width()), tint)
}

// width is how long a line may be. One column is left free: a full line would wrap on
// some terminals.
func (s *Screen) width() int {
	width := 80
	if s.Width != nil {
		width = max(s.Width(), 20)
	}
	return width - 1
}

func (s *Screen) fit(text string) string { return columns.Truncate(text, s.width(), "…") }

// over writes a line over the last one.
func (s *Screen) over(text, tint string) {
	io.WriteString(s.Out, "\r\x1b[K"+s.Style.paint(tint, text))
	s.drawn = true
}

func moving(state load.State) bool {
	return state == load.StateRunning || state == load.StateStopping
}

// line is p in full.
func line(p Progress) string {
	if !moving(p.State) {
		return Safe(string(p.State) + waiting(p) + sending(p, false))
	}
	return fmt.Sprintf("%s  %s req/s  %s  %s failed (%s)  %s", when(p), rate(p.RPS),
		plural(p.Requests, "request", "requests"), count(p.Failures), share(p.Failures, p.Requests), percentiles(p))
}

// waiting is what a queued run waits for.
func waiting(p Progress) string {
	if p.State != load.StateQueued || p.Reason == "" {
		return ""
	}
	return ": " + p.Reason
}

// sending is how far files have got; coarse: so that it changes ten times at most, for
// where each change is a line.
func sending(p Progress, coarse bool) string {
	if p.State != load.StatePreparing || p.MissingBytes <= 0 {
		return ""
	}
	if coarse {
		return fmt.Sprint(": files", p.SentBytes*10/p.MissingBytes)
	}
	text := fmt.Sprintf(": sending files: %s of %s", Bytes(p.SentBytes), Bytes(p.MissingBytes))
	if p.Receiving > 0 {
		text += " to " + plural(int64(p.Receiving), "worker", "workers")
	}
	return text
}

// workers is what is wrong with the workers of a run.
func workers(p Progress) string {
	text := ""
	if p.Silent > 0 {
		text += ", " + plural(int64(p.Silent), "worker", "workers") + " silent"
	}
	if p.Lost > 0 {
		text += ", " + plural(int64(p.Lost), "worker", "workers") + " lost"
	}
	return text
}

// fitting is as much of p as fits into width columns, the least important left out
// first.
func fitting(p Progress, width int) string {
	text := line(p)
	if p.Total > 0 && moving(p.State) && barWidth+1+Width(text) <= width {
		return bar(p.Elapsed, p.Total) + " " + text
	}
	if Width(text) <= width || !moving(p.State) {
		return columns.Truncate(text, width, "…")
	}
	text = fmt.Sprintf("%s  %s/s  %s failed  %s", when(p), rate(p.RPS), count(p.Failures), percentiles(p))
	return columns.Truncate(text, width, "…")
}

func when(p Progress) string {
	at := clock(p.Elapsed)
	if p.Total > 0 {
		at += "/" + clock(p.Total)
	}
	if p.State == load.StateStopping {
		at += " stopping"
	}
	return at + "  " + plural(int64(p.Users), "user", "users") + workers(p)
}

func percentiles(p Progress) string {
	return fmt.Sprintf("p50 %s  p95 %s  p99 %s", milliseconds(p.P50), milliseconds(p.P95), milliseconds(p.P99))
}

const barWidth = 10

func bar(done, total time.Duration) string {
	n := min(int(float64(done)/float64(total)*barWidth), barWidth)
	return strings.Repeat("━", n) + strings.Repeat("─", barWidth-n)
}
