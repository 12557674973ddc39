package terminal

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/locust-http/locust-http/load"
)

// ExchangeOptions say how much of an exchange is printed.
type ExchangeOptions struct {
	Full  bool // bodies and values whole
	Brief bool // one line for each step, and in full only those that failed
}

// Bounds of what is printed of a body, and of a value.
const (
	shownBody  = 2_000 // bytes
	shownValue = 200
)

// Exchange prints what Send once has seen: each step with its attempts, extractions and
// checks, and the variables at the end.
func (s Sheet) Exchange(x *load.ExchangeResult, o ExchangeOptions) {
	p := exchangePrinter{s, o}
	for i := range x.Steps {
		p.step(&x.Steps[i])
	}
	if !o.Brief {
		p.variables("variables", x.Vars)
	}
	for _, l := range x.Log {
		p.line("log: %s: %s", l.Level, l.Message)
	}
	failed := 0
	for i := range x.Steps {
		if !x.Steps[i].OK {
			failed++
		}
	}
	verdict := s.Style.paint(green, "ok")
	if !x.OK {
		verdict = s.Style.paint(red, fmt.Sprintf("%d of %d steps failed", failed, len(x.Steps)))
	}
	fmt.Fprintf(s.Out, "%s in %s\n", verdict, milliseconds(x.Duration))
}

type exchangePrinter struct {
	Sheet
	o ExchangeOptions
}

// line prints text that may hold anything.
func (p *exchangePrinter) line(format string, args ...any) {
	fmt.Fprintln(p.Out, SafeLines(fmt.Sprintf(format, args...)))
}

func (p *exchangePrinter) step(s *load.StepExchangeResult) {
	mark := p.Style.paint(green, "✓")
	if !s.OK {
		mark = p.Style.paint(red, "✗")
	}
	status := "not sent"
	if n := len(s.Attempts); n > 0 {
		if last := s.Attempts[n-1].Response; last != nil {
			status = fmt.Sprint(last.Status)
		} else {
			status = "no response"
		}
	}
	fmt.Fprintf(p.Out, "%s %s  %s  %s\n", mark, p.Style.paint(bold, Safe(s.Transaction+" / "+s.Step)), status, milliseconds(s.Latency))
	if !s.OK {
		p.line("  %s", p.Style.paint(red, Safe(string(s.Class)+": "+s.Message)))
	}
	if p.o.Brief && s.OK {
		return
	}
	for i := range s.Attempts {
		p.attempt(&s.Attempts[i])
	}
	for _, e := range s.Extracts {
		if e.Found {
			p.line("  extract %s = %s", e.Name, p.value(e.Value))
		} else {
			p.line("  extract %s: nothing found", e.Name)
		}
	}
	for _, c := range s.Checks {
		p.check(c)
	}
	fmt.Fprintln(p.Out)
}

func (p *exchangePrinter) check(c load.CheckedResult) {
	switch {
	case c.OK:
		p.line("  check %s %s", "✓", c.Rule)
	case c.Warn:
		p.line("  check ! %s: %s (warns only)", c.Rule, c.Actual)
	default:
		p.line("  check ✗ %s: %s", c.Rule, c.Actual)
	}
}

func (p *exchangePrinter) attempt(a *load.AttemptResult) {
	p.line("  %s %s", a.Request.Method, a.Request.URL)
	p.headers(">", a.Request.Headers)
	p.body(a.Request.Body, a.Request.BodyBase64, a.Request.BodySize)
	if !a.Sent {
		p.line("  not sent: %s", a.Unsent)
	}
	if r := a.Response; r != nil {
		p.line("  %d", r.Status)
		p.headers("<", r.Headers)
		p.body(r.Body, r.BodyBase64, r.BodySize)
	}
	t := a.Timing
	fmt.Fprintln(p.Out, p.Style.paint(faint, fmt.Sprintf("  dns %s · connect %s · tls %s · first byte %s · total %s · %s out · %s in",
		milliseconds(t.DNS), milliseconds(t.Connect), milliseconds(t.TLS), milliseconds(t.FirstByte), milliseconds(t.Total),
		Bytes(a.BytesOut), Bytes(a.BytesIn))))
}

func (p *exchangePrinter) headers(mark string, lines []load.HeaderLine) {
	for _, h := range lines {
		fmt.Fprintln(p.Out, "  "+p.Style.paint(faint, mark)+" "+Safe(h.Name+": "+h.Value))
	}
}

// body prints a body line by line, or says how large it is when it is no text.
func (p *exchangePrinter) body(text, base64 string, size int64) {
	switch {
	case base64 != "":
		p.line("    (%s that are no text)", Bytes(size))
	case text != "":
		shown := text
		if !p.o.Full {
			shown = load.Clip(text, shownBody)
		}
		for line := range strings.Lines(shown) {
			fmt.Fprintln(p.Out, "    "+Safe(strings.TrimRight(line, "\r\n")))
		}
		if len(shown) < len(text) {
			p.line("    … %s in all; --full prints them", Bytes(max(size, int64(len(text)))))
		}
	}
}

func (p *exchangePrinter) value(v string) string {
	if p.o.Full || len(v) <= shownValue {
		return v
	}
	return load.Clip(v, shownValue) + "… (" + fmt.Sprint(utf8.RuneCountInString(v)) + " characters)"
}

func (p *exchangePrinter) variables(title string, vars map[string]string) {
	if len(vars) == 0 {
		return
	}
	fmt.Fprintln(p.Out, title)
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		p.line("  %s = %s", name, p.value(vars[name]))
	}
}
