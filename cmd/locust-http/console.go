package main

import (
	"io"
	"os"

	"golang.org/x/term"

	"github.com/locust-http/locust-http/cmd/locust-http/internal/terminal"
)

// screen is where progress goes: standard error, so that the summary can be piped.
func (p *process) screen() *terminal.Screen {
	live := isTerminal(p.err) && showsEscapes(p.err)
	return &terminal.Screen{Out: p.err, Live: live, Width: func() int { return columnsOf(p.err) }, Style: p.style(p.err)}
}

// sheet is where a summary goes: standard output.
func (p *process) sheet() terminal.Sheet {
	s := terminal.Sheet{Out: p.out, Style: p.style(p.out)}
	if isTerminal(p.out) {
		s.Width = columnsOf(p.out)
	}
	return s
}

// style has colours on a terminal, unless NO_COLOR is set (https://no-color.org).
func (p *process) style(w io.Writer) terminal.Style {
	no, _ := p.lookupEnv("NO_COLOR")
	dumb, _ := p.lookupEnv("TERM")
	return terminal.Style{Colour: no == "" && dumb != "dumb" && isTerminal(w) && showsEscapes(w)}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// columnsOf is the width of the terminal behind w; 80 where it does not say.
func columnsOf(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return 80
}
