// Package export writes the result of a run to files: JSON (everything), CSV (the
// rows of the statistics), and JUnit XML (one test case per threshold, for CI).
package export

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// Check says whether a result can be written to path: by its ending, and because its
// folder exists. It is asked before the run, so that no run ends with its result lost.
func Check(path string) error {
	if _, err := writerFor(path); err != nil {
		return err
	}
	return checkPlace(path)
}

// checkPlace says whether a file can be made at path.
func checkPlace(path string) error {
	if info, err := os.Stat(filepath.Dir(path)); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("write %s: there is no folder %s", path, filepath.Dir(path))
	} else if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	} else if !info.IsDir() {
		return fmt.Errorf("write %s: %s is not a folder", path, filepath.Dir(path))
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("write %s: it is a folder", path)
	}
	return nil
}

// File writes r to path, whole or not at all: a reader never sees half a result.
func File(path string, r *load.Result) error {
	write, err := writerFor(path)
	if err != nil {
		return err
	}
	return replace(path, func(w io.Writer) error { return write(w, r) })
}

// replace makes the file at path what write writes, whole or not at all.
func replace(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".locust-http-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("write %s: %w", path, errors.Join(err, os.Remove(f.Name())))
		}
	}()
	// A temporary file is only its owner's; a result is as readable as any other file.
	if err := errors.Join(write(f), f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func writerFor(path string) (func(io.Writer, *load.Result) error, error) {
	switch ending := strings.ToLower(filepath.Ext(path)); ending {
	case ".json":
		return JSON, nil
	case ".csv":
		return CSV, nil
	case ".xml":
		return JUnit, nil
	case ".html":
		return nil, fmt.Errorf("write %s: HTML reports are not supported yet; use .json, .csv or .xml", path)
	default:
		return nil, fmt.Errorf("write %s: unknown ending %q; use .json, .csv or .xml", path, ending)
	}
}

// JSON writes r as documented at load.Result.
func JSON(w io.Writer, r *load.Result) error { return writeJSON(w, r) }

// writeJSON writes v for people to read too.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
