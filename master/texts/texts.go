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
	ErrLink     = errors.New("a link that leads out of the workspace, which is not followed")
	ErrExists   = errors.New("there is something by that name already")
)

// Store is the files of one folder. Its methods may be called from any goroutine; other
// processes (an editor, git) may change files at any time.
type Store struct {
	root *os.Root   // no path, link or not, leads out of it
	mu   sync.Mutex // one writer at a time, so that a revision checked is a revision replaced
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

// Open opens a folder of a workspace; it is made if it is missing.
func Open(workspace, folder string) (*Store, error) {
	dir := filepath.Join(workspace, folder)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make folder %s: %w", folder, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open folder %s: %w", folder, err)
	}
	return &Store{root: root}, nil
}

// Close closes the folder.
func (s *Store) Close() error { return s.root.Close() }

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
	case !filepath.IsLocal(FileName(name)):
		return fmt.Errorf("%w: %q means something else on this system", ErrName, name)
	}
	return nil
}

// Names are the names of all files, in order.
func (s *Store) Names() ([]string, error) {
	entries, err := fs.ReadDir(s.root.FS(), ".")
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
	names, err := s.Names()
	if err != nil {
		return err
	}
	for _, name := range names {
		f, err := s.Read(name)
		f.Name = name
		visit(f, err)
	}
	return nil
}

// Read is one file.
func (s *Store) Read(name string) (File, error) {
	if err := CheckName(name); err != nil {
		return File{}, err
	}
	f, err := s.open(name)
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

func (s *Store) open(name string) (*os.File, error) {
	// A pipe or a device by that name would block or never end.
	if info, err := s.root.Stat(FileName(name)); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s is not a file", ErrNotFound, name)
	}
	f, err := s.root.Open(FileName(name))
	switch {
	case err == nil:
		return f, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: %s", ErrNotFound, name)
	case s.isLink(name):
		return nil, fmt.Errorf("%s is %w", name, ErrLink)
	}
	return nil, fmt.Errorf("open %s: %w", name, err)
}

func (s *Store) isLink(name string) bool {
	info, err := s.root.Lstat(FileName(name))
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
	if err := s.expect(name, was); err != nil {
		return "", err
	}
	if err := Replace(s.root, FileName(name), text, 0o644); err != nil {
		return "", fmt.Errorf("write %s: %w", name, err)
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
	if _, err := s.root.Lstat(FileName(name)); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s", ErrNotFound, name)
	}
	if err := s.expect(name, was); err != nil {
		return err
	}
	if err := s.root.Remove(FileName(name)); err != nil {
		return fmt.Errorf("delete %s: %w", name, err)
	}
	return nil
}

// Rename gives a file that still is the revision was ("*": any) another name, which nothing
// may have.
func (s *Store) Rename(name, to, was string) error {
	if err := errors.Join(CheckName(name), CheckName(to)); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	from, err := s.root.Lstat(FileName(name))
	if err != nil {
		return fmt.Errorf("%w: %s", ErrNotFound, name)
	}
	if err := s.expect(name, was); err != nil {
		return err
	}
	// Where names of small and capital letters are the same, the file itself has the new one.
	if there, err := s.root.Lstat(FileName(to)); err == nil && (name == to || !os.SameFile(from, there)) {
		return fmt.Errorf("%w: %s", ErrExists, to)
	}
	if err := s.root.Rename(FileName(name), FileName(to)); err != nil {
		return fmt.Errorf("rename %s to %s: %w", name, to, err)
	}
	return syncFolder(s.root)
}

// expect is ErrConflict unless the file has the revision was.
func (s *Store) expect(name, was string) error {
	if was == "*" {
		return nil
	}
	f, err := s.Read(name)
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
