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
	mu       sync.Mutex // guards all
	lines    []load.LogLine
	lost     int
	scripted int // lines of scripts among them
}

func (b *logBook) add(level, worker, message string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.lines)-b.scripted >= maxLogLines {
		b.lost++
		return
	}
	b.put(load.LogLine{Level: level, Worker: worker, Message: message})
}

// script adds a line that a script says at a place, of at most this many.
func (b *logBook) script(level, worker, place, message string, most int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.scripted >= most {
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
	b.lines, b.lost, b.scripted = nil, 0, 0
	return lines
}
