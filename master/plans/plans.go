// Package plans keeps the plan files of a workspace: plans/*.yaml, made for git and
// for editors, so nothing here rewrites what somebody typed.
package plans

import (
	"crypto/rand"
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

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// Bounds of a workspace.
const (
	MaxSize  = 1 << 20 // bytes of one plan
	MaxName  = 100     // bytes of a name
	MaxPlans = 5_000   // listed; a folder with more is listed in part
	folder   = "plans"
	ending   = ".yaml"
)

// Errors of a store. Test with errors.Is.
var (
	ErrNotFound = errors.New("no such plan")
	ErrConflict = errors.New("the plan has been changed by somebody else")
	ErrName     = errors.New("not a name for a plan")
	ErrTooLarge = fmt.Errorf("a plan may have %d bytes", MaxSize)
)

// Store is the plans of one workspace. Its methods may be called from any goroutine;
// other processes (an editor, git) may change files at any time.
type Store struct {
	root *os.Root   // of the plans folder: no path, link or not, leads out of it
	mu   sync.Mutex // one writer at a time, so that a revision checked is a revision replaced
}

// Info is a plan in a list. One that cannot be read as a plan is listed with its
// problems.
type Info struct {
	Name         string
	Revision     string
	Modified     time.Time
	Size         int64
	Description  string
	Transactions []string
	Problems     plan.Problems
}

// File is a plan's text.
type File struct {
	Name     string
	Text     []byte
	Revision string
}

// Revision is the SHA-256 of a plan's text, in hex.
func Revision(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Open opens the plans of a workspace; the folder is made if it is missing.
func Open(workspace string) (*Store, error) {
	dir := filepath.Join(workspace, folder)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make folder of plans: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open folder of plans: %w", err)
	}
	return &Store{root: root}, nil
}

// Close closes the folder.
func (s *Store) Close() error { return s.root.Close() }

// CheckName says why name cannot be the name of a plan: it becomes a file name on
// every system, and part of a URL.
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
	case !filepath.IsLocal(name + ending):
		return fmt.Errorf("%w: %q means something else on this system", ErrName, name)
	}
	return nil
}

// Read is one plan.
func (s *Store) Read(name string) (File, error) {
	if err := CheckName(name); err != nil {
		return File{}, err
	}
	text, _, err := s.read(name)
	if err != nil {
		return File{}, err
	}
	return File{name, text, Revision(text)}, nil
}

func (s *Store) read(name string) ([]byte, fs.FileInfo, error) {
	// A pipe or a device by that name would block or never end.
	if info, err := s.root.Stat(name + ending); err == nil && !info.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("%w: %s is not a file", ErrNotFound, name)
	}
	f, err := s.root.Open(name + ending)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("%w: %s", ErrNotFound, name)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("open plan: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, fmt.Errorf("read plan: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read plan: %w", err)
	}
	if len(text) > MaxSize {
		return nil, nil, fmt.Errorf("%s: %w", name, ErrTooLarge)
	}
	return text, info, nil
}

// List is all plans by name.
func (s *Store) List() ([]Info, error) {
	entries, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return nil, fmt.Errorf("list plans: %w", err)
	}
	list := []Info{}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ending)
		if !ok || CheckName(name) != nil || e.IsDir() || len(list) >= MaxPlans {
			continue
		}
		list = append(list, s.info(name))
	}
	slices.SortFunc(list, func(a, b Info) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

func (s *Store) info(name string) Info {
	i := Info{Name: name}
	text, file, err := s.read(name)
	if err != nil {
		i.Problems = plan.Problems{{File: name + ending, Message: err.Error()}}
		return i
	}
	i.Revision, i.Modified, i.Size = Revision(text), file.ModTime(), file.Size()
	p, problems := plan.Decode(name+ending, text)
	i.Problems = problems
	if p != nil {
		i.Description = p.Description
		for _, t := range p.Transactions {
			i.Transactions = append(i.Transactions, t.Name)
		}
	}
	return i
}

// Write sets the text of a plan, and returns its new revision. was is the revision
// that the writer has seen; empty: the plan must be new; "*": whatever there is. A plan
// with problems can be saved: half-done work is not lost.
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
	if err := s.replace(name+ending, text); err != nil {
		return "", fmt.Errorf("write plan: %w", err)
	}
	return Revision(text), nil
}

// Delete takes a plan away, if it still is the revision was ("*": any).
func (s *Store) Delete(name, was string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.root.Lstat(name + ending); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s", ErrNotFound, name)
	}
	if err := s.expect(name, was); err != nil {
		return err
	}
	if err := s.root.Remove(name + ending); err != nil {
		return fmt.Errorf("delete plan: %w", err)
	}
	return nil
}

// expect is ErrConflict unless the plan has the revision was.
func (s *Store) expect(name, was string) error {
	if was == "*" {
		return nil
	}
	text, _, err := s.read(name)
	switch {
	case errors.Is(err, ErrNotFound) && was == "":
		return nil
	case errors.Is(err, ErrNotFound):
		return fmt.Errorf("%w: it has been deleted", ErrConflict)
	case err != nil && !errors.Is(err, ErrTooLarge):
		return err
	case err != nil || Revision(text) != was:
		return fmt.Errorf("%w: it is now revision %.12s", ErrConflict, Revision(text))
	}
	return nil
}

// replace writes a file so that every reader finds the old text or the new one, also
// after a power cut.
func (s *Store) replace(file string, text []byte) (err error) {
	temp := "." + rand.Text() + ".tmp"
	f, err := s.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.root.Remove(temp))
		}
	}()
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err = s.root.Rename(temp, file); err != nil {
		return err
	}
	return syncFolder(s.root)
}

// Decode reads a text as a plan with overrides applied. It is nil when a problem keeps
// it from running.
func Decode(file string, text []byte, o load.Overrides) (*load.Plan, plan.Problems) {
	p, problems := plan.DecodeWith(file, text, o)
	if problems.Err() != nil {
		return nil, problems
	}
	return p, problems
}
