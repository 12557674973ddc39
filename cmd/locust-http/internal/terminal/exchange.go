package terminal

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// ExchangeOptions say how much of an exchange is printed.
type ExchangeOptions struct {
	Full  bool // bodies and values whole
	Brief bool // one line for each step, and in full only those that failed
}

// Exchange prints what Send once has seen: each step with its attempts, extractions and
// checks, and the variables at the end. A request that a script has made is a step of its
// own, indented, with the line of the script. Everything in it may come from a target: it is
// shown, never obeyed, and nothing but a body takes more than one line.
func (s Sheet) Exchange(x *load.ExchangeResult, o ExchangeOptions) {
	p := exchangePrinter{s, o}
	for i := range x.Steps {
		p.step(&x.Steps[i])
	}
	if !o.Brief {
		p.variables(x.Vars)
	}
	p.log(x.Log)
	p.conclusion(x)
}

type exchangePrinter struct {
	Sheet
	o ExchangeOptions
}

// line prints one line, whatever the text holds.
func (p *exchangePrinter) line(tint, format string, args ...any) {
	fmt.Fprintln(p.Out, p.Style.paint(tint, Safe(fmt.Sprintf(format, args...))))
}

func (p *exchangePrinter) conclusion(x *load.ExchangeResult) {
	failed := 0
	for i := range x.Steps {
		if !x.Steps[i].OK {
			failed++
		}
	}
	text, tint := "ok", green
	switch {
	case !x.OK && failed == 0:
		text, tint = "failed", red
	case !x.OK:
		text, tint = fmt.Sprintf("%d of %s failed", failed, plural(int64(len(x.Steps)), "step", "steps")), red
	}
	text = p.Style.paint(tint, text) + " in " + milliseconds(x.Duration)
	if x.Worker != "" {
		text += ", sent by worker " + Safe(x.Worker)
	}
	fmt.Fprintln(p.Out, text)
}

func (p *exchangePrinter) step(s *load.StepExchangeResult) {
	if s.By != "" {
		inner := *p
		inner.Out = &indented{to: p.Out}
		p = &inner
	}
	p.heading(s)
	if !s.OK {
		p.failure(s)
	}
	if p.o.Brief && s.OK {
		return
	}
	for i := range s.Attempts {
		p.attempt(s, i)
	}
	p.found(s)
	for _, c := range s.Checks {
		p.check(c)
	}
	fmt.Fprintln(p.Out)
}

func (p *exchangePrinter) heading(s *load.StepExchangeResult) {
	mark := p.Style.paint(green, "✓")
	switch {
	case !s.OK:
		mark = p.Style.paint(red, "✗")
	case s.Skipped != "":
		mark = p.Style.paint(yellow, "-")
	}
	name, what := s.Transaction+" / "+s.Step, outcome(s)+"  "+milliseconds(s.Latency)
	switch {
	case s.Skipped != "":
		what = "skipped"
	case isScript(s):
		name, what = s.Transaction, "script"
	}
	fmt.Fprintf(p.Out, "%s %s  %s", mark, p.Style.paint(bold, Safe(name)), what)
	if s.By != "" {
		fmt.Fprint(p.Out, p.Style.paint(faint, "  by "+Safe(s.By)))
	}
	fmt.Fprintln(p.Out)
	if s.Skipped != "" && !p.o.Brief {
		p.line(yellow, "  skipped: %s", s.Skipped)
	}
}

// outcome is how the last attempt of a step came out.
func outcome(s *load.StepExchangeResult) string {
	n := len(s.Attempts)
	if n == 0 {
		return "not sent"
	}
	switch last := &s.Attempts[n-1]; {
	case last.Response != nil:
		return fmt.Sprint(last.Response.Status)
	case !last.Sent:
		return "not sent"
	}
	return "no response"
}

// found is what a step has extracted, and the variables that it set itself.
func (p *exchangePrinter) found(s *load.StepExchangeResult) {
	extracted := map[string]bool{}
	for _, e := range s.Extracts {
		extracted[e.Name] = true
		if e.Found {
			p.line("", "  extract %s = %s", e.Name, p.value(e.Value))
		} else {
			p.line(yellow, "  extract %s: nothing found", e.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Changed)) {
		if !extracted[name] {
			p.line("", "  set %s = %s", name, p.value(s.Changed[name]))
		}
	}
}

// attempt prints the i-th request of a step: those before the last were answered with a
// redirect.
func (p *exchangePrinter) attempt(s *load.StepExchangeResult, i int) {
	a, n, number := &s.Attempts[i], len(s.Attempts), ""
	if n > 1 {
		number = fmt.Sprintf("%d/%d ", i+1, n)
	}
	p.line(bold, "  %s%s %s", number, a.Request.Method, a.Request.URL)
	p.headers(">", a.Request.Headers)
	p.body(body{text: a.Request.Body, base64: a.Request.BodyBase64, size: a.Request.BodySize})
	if !a.Sent {
		p.line("", "  not sent: %s", notSent(a, s.Message))
	}
	if r := a.Response; r != nil {
		p.line(bold, "  < %s", strings.TrimSpace(fmt.Sprintf("%d %s", r.Status, http.StatusText(r.Status))))
		p.headers("<", r.Headers)
		p.body(body{text: r.Body, base64: r.BodyBase64, size: r.BodySize, cut: r.Truncated})
	}
	t := a.Timing
	p.line(faint, "  dns %s · connect %s · tls %s · first byte %s · total %s · %s out · %s in",
		milliseconds(t.DNS), milliseconds(t.Connect), milliseconds(t.TLS), milliseconds(t.FirstByte), milliseconds(t.Total),
		Bytes(a.BytesOut), Bytes(a.BytesIn))
}

// notSent is where a request came to an end before it was written, and why, unless that
// has been said.
func notSent(a *load.AttemptResult, said string) string {
	if a.Message == "" || a.Message == said {
		return a.Unsent
	}
	return a.Unsent + ": " + a.Message
}

func (p *exchangePrinter) headers(mark string, lines []load.HeaderLine) {
	for _, h := range lines {
		fmt.Fprintln(p.Out, "  "+p.Style.paint(faint, mark)+" "+Safe(h.Name+": "+h.Value))
	}
}

func (p *exchangePrinter) variables(vars map[string]string) {
	if len(vars) == 0 {
		return
	}
	p.line(bold, "variables at the end")
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		p.line("", "  %s = %s", name, p.value(vars[name]))
	}
	fmt.Fprintln(p.Out)
}
