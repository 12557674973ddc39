// Package texts keeps the YAML files of one folder of a workspace: plans/*.yaml,
// environments/*.yaml. They are made for git and for editors, so nothing here rewrites
// what somebody typed.
package texts

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// Bounds of a folder.
const (
	MaxSize  = 1 << 20 // bytes of one file
	MaxName  = 100     // bytes of a name
	MaxFiles = 5_000   // listed; a folder with more is listed in part
	ending   = ".yaml"
)

// Errors of a store. Test with errors.Is.
var (
	ErrNotFound = errors.New("there is nothing by that name")
	ErrConflict = errors.New("somebody else has changed it")
	ErrName     = errors.New("not a name for a file")
	ErrTooLarge = fmt.Errorf("it may have %d bytes", MaxSize)
	ErrLink     = errors.New("a link that leads out of its folder, which is not followed")
	ErrExists   = errors.New("there is something by that name already")
)

// Store is the files of one folder. Its methods may be called from any goroutine; other
// processes (an editor, git) may change files, and the folder itself, at any time: it is
// opened anew for each call.
type Store struct {
	dir string
	mu  sync.Mutex // one writer at a time, so that a revision checked is a revision replaced
}

// File is one file with its text.
type File struct {
	Name     string // without .yaml
	Text     []byte
	Revision string
	Modified time.Time
}

// FileName is how a file is called on disk and in messages.
func FileName(name string) string { return name + ending }

// Revision is the SHA-256 of a text, in hex.
func Revision(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Open opens a folder of a workspace; it is made if it is missing, also later.
func Open(workspace, folder string) (*Store, error) {
	dir, err := filepath.Abs(filepath.Join(workspace, folder))
	if err != nil {
		return nil, fmt.Errorf("open folder %s: %w", folder, err)
	}
	s := &Store{dir: dir}
	return s, s.in(true, func(opened) error { return nil })
}

// in calls f with the folder as it is now; it is made for one who writes, and empty for one
// who reads and finds none.
func (s *Store) in(writes bool, f func(o opened) error) error {
	if writes {
		if err := os.MkdirAll(s.dir, 0o755); err != nil {
			return fmt.Errorf("make folder %s: %w", filepath.Base(s.dir), err)
		}
	}
	root, err := os.OpenRoot(s.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: there is no folder %s", ErrNotFound, filepath.Base(s.dir))
	case err != nil:
		return fmt.Errorf("open folder %s: %w", filepath.Base(s.dir), err)
	}
	defer root.Close()
	return f(opened{root})
}

// opened is the folder for the time of one call: no path, link or not, leads out of it.
type opened struct{ root *os.Root }

// CheckName says why name cannot be a name here: it becomes a file name on every
// system, and part of a URL.
func CheckName(name string) error {
	switch {
	case name == "":
		return fmt.Errorf("%w: it is empty", ErrName)
	case len(name) > MaxName:
		return fmt.Errorf("%w: it has over %d bytes", ErrName, MaxName)
	case !utf8.ValidString(name) || strings.ContainsAny(name, `/\:*?"<>|`) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Errorf("%w: %q has a character that file names cannot have everywhere", ErrName, name)
	case strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.TrimSpace(name) != name:
		return fmt.Errorf("%w: %q begins or ends with a dot or a space", ErrName, name)
	case isDevice(name):
		return fmt.Errorf("%w: %q is a device on Windows, where the workspace could not be used", ErrName, name)
	case !filepath.IsLocal(FileName(name)):
		return fmt.Errorf("%w: %q means something else on this system", ErrName, name)
	}
	return nil
}

// isDevice says whether Windows takes a name for that of a device, which it does with any
// ending, and whatever letters are capital:
// https://learn.microsoft.com/windows/win32/fileio/naming-a-file
func isDevice(name string) bool {
	stem, _, _ := strings.Cut(name, ".")
	stem = strings.ToUpper(strings.TrimRight(stem, " "))
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	port, numbered := strings.CutPrefix(stem, "COM")
	if !numbered {
		port, numbered = strings.CutPrefix(stem, "LPT")
	}
	return numbered && slices.Contains([]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³"}, port)
}

// Names are the names of all files, in order.
func (s *Store) Names() (names []string, err error) {
	err = s.in(false, func(o opened) error {
		names, err = o.names()
		return err
	})
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return names, err
}

func (o opened) names() ([]string, error) {
	entries, err := fs.ReadDir(o.root.FS(), ".")
	if err != nil {
		return nil, fmt.Errorf("list files: %w", err)
	}
	var names []string
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ending)
		if ok && CheckName(name) == nil && !e.IsDir() && len(names) < MaxFiles {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// Each visits all files by name; err says why one cannot be read, of which only the name
// is known then.
func (s *Store) Each(visit func(f File, err error)) error {
	err := s.in(false, func(o opened) error {
		names, err := o.names()
		if err != nil {
			return err
		}
		for _, name := range names {
			f, err := o.read(name)
			f.Name = name
			visit(f, err)
		}
		return nil
	})
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// Read is one file.
func (s *Store) Read(name string) (file File, err error) {
	if err := CheckName(name); err != nil {
		return File{}, err
	}
	err = s.in(false, func(o opened) error {
		file, err = o.read(name)
		return err
	})
	return file, err
}

func (o opened) read(name string) (File, error) {
	f, err := o.open(name)
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return File{}, fmt.Errorf("read %s: %w", name, err)
	}
	text, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return File{}, fmt.Errorf("read %s: %w", name, err)
	}
	if len(text) > MaxSize {
		return File{}, fmt.Errorf("%s: %w", name, ErrTooLarge)
	}
	return File{name, text, Revision(text), info.ModTime()}, nil
}

func (o opened) open(name string) (*os.File, error) {
	// A pipe or a device by that name would block or never end.
	if info, err := o.root.Stat(FileName(name)); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s is not a file", ErrNotFound, name)
	}
	f, err := o.root.Open(FileName(name))
	switch {
	case err == nil:
		return f, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: %s", ErrNotFound, name)
	case o.isLink(name):
		return nil, fmt.Errorf("%s is %w", name, ErrLink)
	}
	return nil, fmt.Errorf("open %s: %w", name, err)
}

func (o opened) isLink(name string) bool {
	info, err := o.root.Lstat(FileName(name))
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}

// Write sets the text of a file, and returns its new revision. was is the revision that
// the writer has seen; empty: the file must be new; "*": whatever there is.
func (s *Store) Write(name string, text []byte, was string) (string, error) {
	if err := CheckName(name); err != nil {
		return "", err
	}
	if len(text) > MaxSize {
		return "", ErrTooLarge
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.in(true, func(o opened) error {
		if err := o.expect(name, was); err != nil {
			return err
		}
		if err := Replace(o.root, FileName(name), text, 0o644); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return Revision(text), nil
}

// Delete takes a file away, if it still is the revision was ("*": any).
func (s *Store) Delete(name, was string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.in(false, func(o opened) error {
		if _, err := o.root.Lstat(FileName(name)); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: %s", ErrNotFound, name)
		}
		if err := o.expect(name, was); err != nil {
			return err
		}
		if err := o.root.Remove(FileName(name)); err != nil {
			return fmt.Errorf("delete %s: %w", name, err)
		}
		return nil
	})
}

// Rename gives a file that still is the revision was ("*": any) another name, which nothing
// may have.
func (s *Store) Rename(name, to, was string) error {
	if err := errors.Join(CheckName(name), CheckName(to)); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.in(false, func(o opened) error {
		from, err := o.root.Lstat(FileName(name))
		if err != nil {
			return fmt.Errorf("%w: %s", ErrNotFound, name)
		}
		if err := o.expect(name, was); err != nil {
			return err
		}
		// Where names of small and capital letters are the same, the file itself has the new one.
		if there, err := o.root.Lstat(FileName(to)); err == nil && (name == to || !os.SameFile(from, there)) {
			return fmt.Errorf("%w: %s", ErrExists, to)
		}
		if err := o.root.Rename(FileName(name), FileName(to)); err != nil {
			return fmt.Errorf("rename %s to %s: %w", name, to, err)
		}
		return syncFolder(o.root)
	})
}

// expect is ErrConflict unless the file has the revision was.
func (o opened) expect(name, was string) error {
	if was == "*" {
		return nil
	}
	f, err := o.read(name)
	switch {
	case errors.Is(err, ErrNotFound) && was == "":
		return nil
	case errors.Is(err, ErrNotFound):
		return fmt.Errorf("%w: it has been deleted", ErrConflict)
	case errors.Is(err, ErrTooLarge):
		return fmt.Errorf("%w: it has over %d bytes now", ErrConflict, MaxSize)
	case err != nil:
		return err
	case f.Revision != was:
		return fmt.Errorf("%w: it is now revision %.12s", ErrConflict, f.Revision)
	}
	return nil
}
