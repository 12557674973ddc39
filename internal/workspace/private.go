package workspace

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// errPrivate is a name of what no plan may read, however it is reached.
var errPrivate = errors.New("it belongs to the program: no plan may read it")

// maxLinks is how many links one name may go through.
const maxLinks = 40

// allow refuses what lies in a private folder, also when links lead there. A folder can
// have several names (small letters and capital ones, 8.3 names), so it is not the name
// that counts.
func (w *Workspace) allow(name string) error {
	if len(w.private) == 0 {
		return nil
	}
	real, err := w.real(name)
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(real, "/")
	if first == "" {
		return nil
	}
	folder, err := w.root.Lstat(first)
	if err != nil {
		return err
	}
	for _, pattern := range w.private {
		names, err := fs.Glob(w.root.FS(), pattern) // without a * it looks for the one name
		if err != nil {
			return err
		}
		for _, p := range names {
			if info, err := w.root.Lstat(p); err == nil && os.SameFile(info, folder) {
				return &fs.PathError{Op: "open", Path: name, Err: errPrivate}
			}
		}
	}
	return nil
}

// keeps says whether a name is that of a file of the program among the files of the
// workspace: wildcards pass it over like what is hidden. One that says it is refused.
func (w *Workspace) keeps(name string) bool {
	return !strings.HasPrefix(name, ".") && slices.ContainsFunc(w.private, func(pattern string) bool {
		match, err := path.Match(pattern, name)
		return err == nil && match
	})
}

// real is the name of the same file without links. Links that lead out are an error, as
// they are for the root.
func (w *Workspace) real(name string) (string, error) {
	var done []string
	todo := strings.Split(name, "/")
	for links := 0; len(todo) > 0; {
		part := todo[0]
		todo = todo[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			if len(done) == 0 {
				return "", &fs.PathError{Op: "open", Path: name, Err: errLeadsOut}
			}
			done = done[:len(done)-1]
			continue
		}
		at := path.Join(append(done, part)...)
		info, err := w.root.Lstat(at)
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			done = append(done, part)
			continue
		}
		target, err := w.root.Readlink(at)
		if err != nil {
			return "", err
		}
		if path.IsAbs(target) {
			return "", &fs.PathError{Op: "open", Path: name, Err: errLeadsOut}
		}
		if links++; links > maxLinks {
			return "", &fs.PathError{Op: "open", Path: name, Err: errors.New("too many links")}
		}
		todo = append(strings.Split(strings.ReplaceAll(target, `\`, "/"), "/"), todo...)
	}
	return path.Join(done...), nil
}
