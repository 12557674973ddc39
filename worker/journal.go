package worker

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/locust-http/locust-http/load"
)

// Bounds of a journal; the oldest lines go first.
const (
	maxJournal      = 1000      // lines
	maxJournalBytes = 512 << 10 // of their texts
	maxJournalLine  = 4 << 10   // longer ones are cut
)

// Journal keeps the last lines of a daemon's log, for people who are not on its machine.
// While a run is there nothing of its secrets gets into it. Its methods may be called from
// any goroutine.
type Journal struct {
	mu    sync.Mutex
	lines []load.NumberedLine // oldest first
	size  int
	last  int64
	masks []*func(string) string
}

// hide masks all that is written until end is called, which may be done twice. A nil
// journal or mask hides nothing.
func (j *Journal) hide(mask func(string) string) (end func()) {
	if j == nil || mask == nil {
		return func() {}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	entry := &mask
	j.masks = append(j.masks, entry)
	return func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.masks = slices.DeleteFunc(j.masks, func(m *func(string) string) bool { return m == entry })
	}
}

// add writes a line of parts, each of which is masked by itself: once two are joined a
// secret may be quoted, and not be known any more.
func (j *Journal) add(at time.Time, level slog.Level, parts func(masked func(string) string) string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	text := parts(func(s string) string {
		for _, mask := range j.masks {
			s = (*mask)(s)
		}
		return s
	})
	j.last++
	l := load.NumberedLine{Number: j.last, LogLine: load.LogLine{At: at, Level: strings.ToLower(level.String()), Message: load.Clip(text, maxJournalLine)}}
	j.lines = append(j.lines, l)
	j.size += len(l.Message)
	drop := 0
	for len(j.lines)-drop > maxJournal || j.size > maxJournalBytes {
		j.size -= len(j.lines[drop].Message)
		drop++
	}
	j.lines = slices.Delete(j.lines, 0, drop)
}

// read gives the newest lines that q asks for, the oldest first, and the number of the last
// line of all.
func (j *Journal) read(q load.LogQuery) (lines []load.NumberedLine, last int64) {
	if j == nil {
		return nil, 0
	}
	least := slog.LevelDebug
	if q.Level != "" {
		_ = least.UnmarshalText([]byte(q.Level)) // an unknown level is none
	}
	limit := load.MaxDaemonLines
	if q.Limit > 0 {
		limit = min(q.Limit, limit)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, l := range slices.Backward(j.lines) {
		if l.Number <= q.After || len(lines) == limit {
			break
		}
		if levelOf(l.Level) >= least {
			lines = append(lines, l)
		}
	}
	slices.Reverse(lines)
	return lines, j.last
}

func levelOf(text string) slog.Level {
	var l slog.Level
	_ = l.UnmarshalText([]byte(text)) // info, if it is none
	return l
}

// Handler writes to the journal what next is given: from the level of info on also where
// next wants less.
func (j *Journal) Handler(next slog.Handler) slog.Handler { return &journalHandler{j: j, next: next} }

type journalHandler struct {
	j      *Journal
	next   slog.Handler
	attrs  []slog.Attr // with the names of their groups
	prefix string      // of names to come
}

func (h *journalHandler) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelInfo || h.next.Enabled(ctx, l)
}

func (h *journalHandler) Handle(ctx context.Context, r slog.Record) error {
	h.j.add(r.Time, r.Level, func(masked func(string) string) string {
		var b strings.Builder
		b.WriteString(masked(r.Message))
		for _, a := range h.attrs {
			write(&b, "", a, masked)
		}
		r.Attrs(func(a slog.Attr) bool {
			write(&b, h.prefix, a, masked)
			return true
		})
		return b.String()
	})
	if !h.next.Enabled(ctx, r.Level) {
		return nil
	}
	return h.next.Handle(ctx, r)
}

func write(b *strings.Builder, prefix string, a slog.Attr, masked func(string) string) {
	value := a.Value.Resolve()
	if value.Kind() == slog.KindGroup {
		for _, inner := range value.Group() {
			write(b, prefix+a.Key+".", inner, masked)
		}
		return
	}
	text := masked(value.String())
	if text == "" || strings.ContainsAny(text, " =\"\n\t") {
		text = strconv.Quote(text)
	}
	b.WriteString(" " + prefix + a.Key + "=" + text)
}

func (h *journalHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *h
	with.next, with.attrs = h.next.WithAttrs(attrs), slices.Clone(h.attrs)
	for _, a := range attrs {
		with.attrs = append(with.attrs, slog.Attr{Key: h.prefix + a.Key, Value: a.Value})
	}
	return &with
}

func (h *journalHandler) WithGroup(name string) slog.Handler {
	with := *h
	with.next, with.prefix = h.next.WithGroup(name), h.prefix+name+"."
	return &with
}

// Writer passes on to next what a child writes, and keeps each line.
func (j *Journal) Writer(next io.Writer) io.Writer { return &journalWriter{j, next} }

type journalWriter struct {
	j    *Journal
	next io.Writer
}

// Write takes whole lines, as those who write for children do.
func (w *journalWriter) Write(b []byte) (int, error) {
	for line := range bytes.Lines(b) {
		text := string(bytes.TrimRight(line, "\r\n"))
		if text == "" {
			continue
		}
		w.j.add(time.Now(), levelIn(text), func(masked func(string) string) string { return masked(text) })
	}
	return w.next.Write(b)
}

// levelIn is the level of a line that another process has logged.
func levelIn(line string) slog.Level {
	_, rest, ok := strings.Cut(line, "level=")
	if !ok {
		return slog.LevelWarn // what dies says so without a level
	}
	level, _, _ := strings.Cut(rest, " ")
	return levelOf(level)
}
