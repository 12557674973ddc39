package imprint

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

func TestOwn(t *testing.T) {
	if p := Own(); p.Protocol != load.Protocol || p.Version == "" || p.Commit == "" {
		t.Errorf("%+v; the mark must have load.Protocol, %d", p, load.Protocol)
	}
	before := build
	defer func() { build = before }()
	build = "<locust-http version v1.2-3-gabc-dirty commit abc>"
	if p := Own(); p.Version != "v1.2-3-gabc-dirty" || p.Commit != "abc" {
		t.Errorf("%+v", p)
	}
}

// The test program has the marks of any: what is read of its file is what it says itself.
func TestReadOfAProgram(t *testing.T) {
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(own)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if p, err := Read(f); err != nil || p.Protocol != load.Protocol {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestRead(t *testing.T) {
	const mark, number = "<locust-http version v9 commit c>", "<locust-http protocol 7>"
	whole := Program{Version: "v9", Commit: "c", Protocol: 7}
	for name, c := range map[string]struct {
		text string
		want Program
	}{
		"empty":            {"", Program{}},
		"no program":       {"#!/bin/sh\n", Program{}},
		"both":             {"x" + mark + "y" + number, whole},
		"across chunks":    {strings.Repeat("x", chunk+longest-10) + mark + strings.Repeat("y", chunk-longest) + number + "z", whole},
		"the first counts": {mark + number + "<locust-http protocol 8><locust-http version v8 commit d>", whole},
		"broken ones":      {"<locust-http protocol ><locust-http protocol 0><locust-http version \x00 commit c><locust-http <locust-http protocol 7", Program{}},
		"too long":         {"<locust-http version " + strings.Repeat("v", 1000) + " commit c>" + number, Program{Protocol: 7}},
	} {
		t.Run(name, func(t *testing.T) {
			if p, err := Read(strings.NewReader(c.text)); err != nil || p != c.want {
				t.Errorf("%+v, %v; want %+v", p, err, c.want)
			}
		})
	}
	for at := chunk - 200; at < chunk+longest+200; at += 7 {
		text := append(bytes.Repeat([]byte("x"), at), mark+number...)
		if p, err := Read(bytes.NewReader(text)); err != nil || p != whole {
			t.Fatalf("at %d: %+v, %v", at, p, err)
		}
	}
	if _, err := Read(broken{}); err == nil {
		t.Error("a file that cannot be read has been read")
	}
}

type broken struct{}

func (broken) ReadAt([]byte, int64) (int, error) { return 0, errors.New("disk") }

var _ io.ReaderAt = broken{}
