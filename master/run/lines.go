package run

import (
	"fmt"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Bounds of what scripts may say in a run's log. Workers keep to their part of them; this
// is for all of them together, whatever they send. Lines of locust-http itself are not
// counted: they are few, and matter more.
const (
	linesPerSecond = 100
	maxLines       = 2 * linesPerSecond // at once: reports of two seconds may come together
	maxLine        = 4 * load.MaxMessage
)

// lines is how many lines scripts may still log.
type lines struct {
	left int
	at   time.Time // up to when left is counted; zero: nothing was said yet
}

// take says whether there is room for one more.
func (l *lines) take(now time.Time) bool {
	if l.at.IsZero() {
		l.left, l.at = maxLines, now
	}
	if n := int(now.Sub(l.at) * linesPerSecond / time.Second); n > 0 {
		l.left, l.at = min(l.left+n, maxLines), l.at.Add(time.Duration(n)*time.Second/linesPerSecond)
	}
	if l.left == 0 {
		return false
	}
	l.left--
	return true
}

// say writes the lines of a report to the run's log.
func (c *conductor) say(m *member, list []load.LogLine) {
	tell := func(l load.LogLine) {
		c.spec.Log.Info("worker log", "run", c.spec.ID, "worker", m.ID, "level", l.Level,
			"place", load.Clip(l.Place, load.MaxMessage), "message", load.Clip(l.Message, maxLine))
		c.feed.log(load.LogLine{At: l.At, Level: l.Level, Worker: m.ID, Message: load.Clip(l.Message, maxLine), Place: load.Clip(l.Place, load.MaxMessage)})
	}
	lost := 0
	for _, l := range list {
		if l.Place != "" && !c.lines.take(time.Now()) {
			lost++
			continue
		}
		tell(l)
	}
	if lost > 0 {
		tell(load.LogLine{Level: "warn", Message: fmt.Sprintf("%d more lines of scripts, over %d a second, are left out", lost, linesPerSecond)})
	}
}
