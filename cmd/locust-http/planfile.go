package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// maxPlan bounds the bytes of a plan that are read; package plan refuses what is
// longer than its own limit of 1 MiB.
const maxPlan = 1<<20 + 1

// readPlan reads the text of a plan file. A plan that cannot be read is bad usage.
func readPlan(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, usage(planHint(err), "read plan %s: %w", path, errors.Unwrap(err))
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxPlan))
	if err != nil {
		hint := ""
		if errors.Is(err, syscall.EISDIR) {
			hint = "name the plans in it: " + filepath.Join(path, "*.yaml")
		}
		return nil, usage(hint, "read plan %s: %w", path, errors.Unwrap(err))
	}
	return text, nil
}

func planHint(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "a plan is a YAML file; see examples/shop.yaml"
	}
	return ""
}
