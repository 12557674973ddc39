package engine

import (
	"fmt"
	"sync"
	"time"

	"github.com/locust-http/locust-http/load"
)

// maxLogLines is how many lines of a run's log wait for a report; more are counted.
const maxLogLines = 200

// logBook is a run's log until the next report takes it.
type logBook struct {
	mu    sync.Mutex // guards all
	lines []load.LogLine
	own   int // lines of the engine among them
	lost  int

	// Lines of scripts: how many of those of the last second have been used up, and how many
	// there are in a second. since is when the last report took lines, or the first was said.
	scripted, most int
	since          time.Time
}

func (b *logBook) add(level, worker, message string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.own >= maxLogLines {
		b.lost++
		return
	}
	b.own++
	b.put(load.LogLine{Level: level, Worker: worker, Message: message})
}

// script adds a line that a script says at a place, of at most this many in a second.
func (b *logBook) script(level, worker, place, message string, most int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.since.IsZero() {
		b.since = time.Now()
	}
	if b.most = most; b.scripted >= most {
		b.lost++
		return
	}
	b.scripted++
	b.put(load.LogLine{Level: level, Worker: worker, Message: message, Place: place})
}

// put adds a line. The caller holds mu.
func (b *logBook) put(l load.LogLine) {
	l.At, l.Message = time.Now(), load.Clip(l.Message, 4*load.MaxMessage)
	b.lines = append(b.lines, l)
}

func (b *logBook) take() []load.LogLine {
	b.mu.Lock()
	defer b.mu.Unlock()
	lines := b.lines
	if b.lost > 0 {
		lines = append(lines, load.LogLine{
			At: time.Now(), Level: "warn",
			Message: fmt.Sprintf("%d more lines were not kept", b.lost),
		})
	}
	b.lines, b.lost, b.own = nil, 0, 0
	// Reports may come more often than once a second: each gives back the lines of its time.
	now := time.Now()
	if past := now.Sub(b.since); past < time.Second {
		b.scripted = max(0, b.scripted-int(past*time.Duration(b.most)/time.Second))
	} else {
		b.scripted = 0
	}
	b.since = now
	return lines
}
