// Package imprint says of which version of locust-http a program is: of the one that runs,
// and of a file that is read and never run. Two marks are in the program for that, and what
// the Go toolchain notes in every program.
package imprint

import (
	"bytes"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io"
	"regexp"
	"runtime/debug"
	"strconv"
)

// Program is what is known of one.
type Program struct {
	Version  string // empty: not known
	Commit   string // empty: not known
	Protocol int    // of master and worker; 0: not known
}

// The marks. Own reads them, so that the linker leaves them in.
var (
	// protocol has the number of load.Protocol.
	protocol = "<locust-http protocol 3>"
	// build is set by the linker (make build): <locust-http version V commit C>
	build string
)

const (
	longest = 400     // bytes of a mark
	chunk   = 1 << 20 // bytes that are read at once
	maxRead = 1 << 30 // bytes of a file; no program is larger
)

var (
	begin        = []byte("<locust-http ")
	protocolMark = regexp.MustCompile(`^<locust-http protocol ([1-9][0-9]{0,5})>`)
	buildMark    = regexp.MustCompile(`^<locust-http version ([!-~]{1,200}) commit ([!-~]{1,100})>`)
)

// Own is the program that runs.
func Own() Program {
	p := Program{}
	p.take([]byte(protocol))
	p.take([]byte(build))
	if info, ok := debug.ReadBuildInfo(); ok {
		p.note(info)
	}
	if p.Version == "" {
		p.Version = "(devel)"
	}
	if p.Commit == "" {
		p.Commit = "unknown"
	}
	return p
}

// Read looks into a program. What is none has nothing that is known; an error is one of
// reading.
func Read(file io.ReaderAt) (Program, error) {
	p := Program{}
	text := make([]byte, 0, chunk+longest)
	source := io.NewSectionReader(file, 0, maxRead)
	for {
		n, err := io.ReadFull(source, text[len(text):cap(text)])
		text = text[:len(text)+n]
		p.search(text)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), err == nil && p.Protocol > 0 && p.Version != "":
			if info, err := buildinfo.Read(file); err == nil { // what is no program of Go has none
				p.note(info)
			}
			return p, nil
		case err != nil:
			return Program{}, fmt.Errorf("look into a program: %w", err)
		}
		// A mark may lie across two chunks.
		text = text[:copy(text, text[len(text)-longest:])]
	}
}

// search takes all marks in text.
func (p *Program) search(text []byte) {
	for {
		at := bytes.Index(text, begin)
		if at < 0 {
			return
		}
		p.take(text[at:])
		text = text[at+len(begin):]
	}
}

// take takes the mark that text begins with, if it is one. The first of a kind counts.
func (p *Program) take(text []byte) {
	if m := protocolMark.FindSubmatch(text); m != nil && p.Protocol == 0 {
		p.Protocol, _ = strconv.Atoi(string(m[1])) // six digits fit
	}
	if m := buildMark.FindSubmatch(text); m != nil && p.Version == "" {
		p.Version, p.Commit = string(m[1]), string(m[2])
	}
}

// note takes from the toolchain's note what no mark has said.
func (p *Program) note(info *debug.BuildInfo) {
	if p.Version == "" {
		p.Version = info.Main.Version
	}
	if p.Commit != "" {
		return
	}
	modified := ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			p.Commit = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = " (modified)"
		}
	}
	if p.Commit != "" {
		p.Commit += modified
	}
}
