// Package tree keeps the files of one folder of a workspace and of the folders in it:
// scripts/**/*.lua, data/**. Paths are relative to that folder, with /; neither a path nor
// a link leads out of it.
package tree

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/locust-http/locust-http/master/texts"
)

// Bounds of a tree.
const (
	MaxFiles   = 5_000 // listed; a folder with more is listed in part
	MaxPath    = 500   // bytes of a path
	MaxDepth   = 10    // names of a path
	maxVisited = 4 * MaxFiles
	batch      = 500 // entries of a folder that are read at once
)

// Tree is the files of one folder. Its methods may be called from any goroutine; other
// processes (an editor, git) may change files, and the folder itself, at any time: it is
// opened anew for each call.
type Tree struct {
	root   *os.Root // of the workspace
	folder string
	ending string // that every file has; empty: any

	mu sync.Mutex // one writer at a time, so that a revision checked is a revision replaced
}

// Entry is one file in a list.
type Entry struct {
	Path     string
	Size     int64
	Modified time.Time
}

// File is one file with its text.
type File struct {
	Entry
	Text     []byte
	Revision string
}

// Open opens a folder of a workspace, which need not be there. Only files whose names have
// the ending belong to it.
func Open(workspace, folder, ending string) (*Tree, error) {
	root, err := os.OpenRoot(workspace)
	if err != nil {
		return nil, fmt.Errorf("open folder %s: %w", folder, err)
	}
	return &Tree{root: root, folder: folder, ending: ending}, nil
}

// Close closes the tree.
func (t *Tree) Close() error { return t.root.Close() }

// Check says why p cannot be the path of a file here: each of its parts becomes the name of
// a file on every system, and part of a URL.
func (t *Tree) Check(p string) error {
	parts := strings.Split(p, "/")
	if len(p) > MaxPath || len(parts) > MaxDepth {
		return fmt.Errorf("%w: a path has at most %d bytes and %d names", texts.ErrName, MaxPath, MaxDepth)
	}
	for _, part := range parts {
		if err := texts.CheckName(part); err != nil {
			return err
		}
	}
	if t.ending != "" && !strings.HasSuffix(p, t.ending) {
		return fmt.Errorf("%w: %q does not end in %s", texts.ErrName, p, t.ending)
	}
	return nil
}

// Folder opens the folder itself. Where there is none the error is fs.ErrNotExist. A link in
// its place is not followed: it could lead to what the master keeps in the workspace.
func (t *Tree) Folder() (*os.Root, error) {
	own, err := t.root.Lstat(t.folder)
	switch {
	case err != nil:
		return nil, fmt.Errorf("open folder %s: %w", t.folder, err)
	case !own.IsDir() && own.Mode()&(fs.ModeSymlink|fs.ModeIrregular) != 0: // a junction is irregular
		return nil, folderLink(t.folder)
	}
	sub, err := t.root.OpenRoot(t.folder)
	if err != nil {
		return nil, fmt.Errorf("open folder %s: %w", t.folder, err)
	}
	opened, err := sub.Stat(".")
	if err != nil || !os.SameFile(own, opened) { // it was exchanged meanwhile
		return nil, errors.Join(folderLink(t.folder), err, sub.Close())
	}
	return sub, nil
}

// folderLink is texts.ErrLink of a folder itself.
type folderLink string

func (f folderLink) Error() string {
	return "in " + string(f) + ": the folder is a link, which is not followed"
}
func (folderLink) Is(target error) bool { return target == texts.ErrLink }

// List is all files by path; more: there are others that it leaves out.
func (t *Tree) List() (list []Entry, more bool, err error) {
	sub, err := t.Folder()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	defer sub.Close()
	visited := 0
	folders := []string{"."}
	for len(folders) > 0 {
		dir := folders[0]
		folders = folders[1:]
		err := each(sub, dir, func(in *os.Root, e fs.DirEntry) bool {
			visited++
			if visited > maxVisited || len(list) >= MaxFiles {
				more = true
				return false
			}
			at := path.Join(dir, e.Name())
			switch {
			case texts.CheckName(e.Name()) != nil || strings.Count(at, "/") >= MaxDepth:
			case e.IsDir():
				folders = append(folders, at)
			case t.Check(at) == nil:
				look := func() (fs.FileInfo, error) { return in.Lstat(e.Name()) } // from its folder it is near
				if e.Type()&fs.ModeSymlink != 0 {
					look = func() (fs.FileInfo, error) { return sub.Stat(at) }
				}
				if info, err := look(); err == nil && info.Mode().IsRegular() {
					list = append(list, Entry{at, info.Size(), info.ModTime()})
				}
			}
			return true
		})
		if err != nil && dir == "." {
			return nil, false, fmt.Errorf("list folder %s: %w", t.folder, err)
		}
	}
	slices.SortFunc(list, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	return list, more, nil
}

// each visits the entries of a folder, in any order, until visit is false.
func each(root *os.Root, dir string, visit func(in *os.Root, e fs.DirEntry) bool) error {
	in, err := root.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer in.Close()
	f, err := in.Open(".")
	if err != nil {
		return err
	}
	defer f.Close()
	for {
		entries, err := f.ReadDir(batch)
		for _, e := range entries {
			if !visit(in, e) {
				return nil
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// Open opens one file for reading.
func (t *Tree) Open(p string) (*os.File, Entry, error) {
	if err := t.Check(p); err != nil {
		return nil, Entry{}, err
	}
	sub, err := t.Folder()
	if err != nil {
		return nil, Entry{}, missing(p, err)
	}
	defer sub.Close()
	return open(sub, p)
}

func open(sub *os.Root, p string) (*os.File, Entry, error) {
	// A pipe or a device by that name would block or never end.
	info, err := sub.Stat(p)
	if err != nil {
		if isLink(sub, p) {
			return nil, Entry{}, fmt.Errorf("%s is %w", p, texts.ErrLink)
		}
		return nil, Entry{}, missing(p, err)
	}
	if !info.Mode().IsRegular() {
		return nil, Entry{}, fmt.Errorf("%w: %s is not a file", texts.ErrNotFound, p)
	}
	f, err := sub.Open(p)
	if err != nil {
		return nil, Entry{}, missing(p, err)
	}
	return f, Entry{p, info.Size(), info.ModTime()}, nil
}

// missing is texts.ErrNotFound where nothing is there.
func missing(p string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s", texts.ErrNotFound, p)
	}
	return fmt.Errorf("open %s: %w", p, err)
}

// isLink says whether p, or a folder on the way to it, is a link.
func isLink(sub *os.Root, p string) bool {
	for ; p != "."; p = path.Dir(p) {
		if info, err := sub.Lstat(p); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return true
		}
	}
	return false
}

// ErrNotText is a file whose content is no UTF-8: to show it as text and to save that would
// change it.
var ErrNotText = errors.New("it is not text in UTF-8")

// Read is one file as text.
func (t *Tree) Read(p string) (File, error) {
	f, e, err := t.Open(p)
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, texts.MaxSize+1))
	switch {
	case err != nil:
		return File{}, fmt.Errorf("read %s: %w", p, err)
	case len(text) > texts.MaxSize:
		return File{}, fmt.Errorf("%s: %w", p, texts.ErrTooLarge)
	case !utf8.Valid(text):
		return File{}, fmt.Errorf("read %s: %w", p, ErrNotText)
	}
	e.Size = int64(len(text))
	return File{e, text, texts.Revision(text)}, nil
}

// Write sets the text of a file, and returns its new revision. was is the revision that
// the writer has seen; empty: the file must be new; "*": whatever there is.
func (t *Tree) Write(p string, text []byte, was string) (string, error) {
	if len(text) > texts.MaxSize {
		return "", texts.ErrTooLarge
	}
	err := t.within(p, func(dir *os.Root, name string) error {
		t.mu.Lock()
		defer t.mu.Unlock()
		if err := t.expect(p, was); err != nil {
			return err
		}
		return texts.Replace(dir, name, text, 0o644)
	})
	return texts.Revision(text), err
}

// Put sets the content of a file to what from gives, of which more than limit bytes are
// texts.ErrTooLarge. new: texts.ErrExists where there is something already.
func (t *Tree) Put(p string, from io.Reader, limit int64, isNew bool) error {
	return t.within(p, func(dir *os.Root, name string) error {
		free := func() error {
			if _, err := dir.Lstat(name); isNew && err == nil {
				return fmt.Errorf("%w: %s", texts.ErrExists, p)
			}
			return nil
		}
		if err := free(); err != nil {
			return err // before anything is read
		}
		unlock := func() {}
		defer func() { unlock() }()
		return texts.ReplaceWith(dir, name, 0o644, func(f *os.File) error {
			n, err := io.Copy(f, io.LimitReader(from, limit+1))
			if err == nil && n > limit {
				err = errTooLong
			}
			if err != nil {
				return err
			}
			t.mu.Lock() // until the file has its name
			unlock = t.mu.Unlock
			return free()
		})
	})
}

// errTooLong is texts.ErrTooLarge without the bound of a text.
var errTooLong = tooLong{}

type tooLong struct{}

func (tooLong) Error() string        { return "it has too many bytes" }
func (tooLong) Is(target error) bool { return target == texts.ErrTooLarge }

// Delete takes a file away, if it still is the revision was ("*": any), and the folders
// that are empty then.
func (t *Tree) Delete(p, was string) error {
	if err := t.Check(p); err != nil {
		return err
	}
	sub, err := t.Folder()
	if err != nil {
		return missing(p, err)
	}
	defer sub.Close()
	t.mu.Lock()
	defer t.mu.Unlock()
	switch info, err := sub.Lstat(p); {
	case err != nil && isLink(sub, path.Dir(p)):
		return fmt.Errorf("%s is %w", p, texts.ErrLink)
	case err != nil:
		return missing(p, err)
	case info.IsDir():
		return fmt.Errorf("%w: %s is not a file", texts.ErrNotFound, p)
	}
	if err := t.expect(p, was); err != nil {
		return err
	}
	if err := sub.Remove(p); err != nil {
		return fmt.Errorf("delete %s: %w", p, err)
	}
	for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
		if sub.Remove(dir) != nil {
			break // it is not empty
		}
	}
	return nil
}

// within calls write with the folder of p, which is made if it is missing, and p's name in
// it.
func (t *Tree) within(p string, write func(dir *os.Root, name string) error) error {
	if err := t.Check(p); err != nil {
		return err
	}
	if err := t.root.MkdirAll(t.folder, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make folder %s: %w", t.folder, err)
	}
	sub, err := t.Folder()
	if err != nil {
		return err
	}
	defer sub.Close()
	if isLink(sub, p) {
		// A link is not written through: it may lead anywhere, and to replace it is not what
		// was asked for.
		return fmt.Errorf("%s is %w", p, texts.ErrLink)
	}
	if info, err := sub.Stat(p); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%w: %s is not a file", texts.ErrExists, p)
	}
	if err := sub.MkdirAll(path.Dir(p), 0o755); err != nil {
		return fmt.Errorf("make the folder of %s: %w", p, err)
	}
	dir, err := sub.OpenRoot(path.Dir(p))
	if err != nil {
		return fmt.Errorf("open the folder of %s: %w", p, err)
	}
	defer dir.Close()
	if err := write(dir, path.Base(p)); err != nil {
		return fmt.Errorf("write %s: %w", p, err)
	}
	return nil
}

// expect is texts.ErrConflict unless the file has the revision was.
func (t *Tree) expect(p, was string) error {
	if was == "*" {
		return nil
	}
	f, err := t.Read(p)
	switch {
	case errors.Is(err, texts.ErrNotFound) && was == "":
		return nil
	case errors.Is(err, texts.ErrNotFound):
		return fmt.Errorf("%w: it has been deleted", texts.ErrConflict)
	case errors.Is(err, texts.ErrTooLarge) || errors.Is(err, ErrNotText):
		return fmt.Errorf("%w: it is no text of at most %d bytes now", texts.ErrConflict, texts.MaxSize)
	case err != nil:
		return err
	case f.Revision != was:
		return fmt.Errorf("%w: it is now revision %.12s", texts.ErrConflict, f.Revision)
	}
	return nil
}
