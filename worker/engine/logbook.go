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
	lost  int
}

func (b *logBook) add(level, worker, message string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.lines) >= maxLogLines {
		b.lost++
		return
	}
	message = load.Clip(message, 4*load.MaxMessage)
	b.lines = append(b.lines, load.LogLine{At: time.Now(), Level: level, Worker: worker, Message: message})
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
	b.lines, b.lost = nil, 0
	return lines
}
