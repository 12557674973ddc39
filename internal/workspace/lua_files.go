package workspace

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/locust-http/locust-http/load"
)

// luaFiles is where the Lua files of a plan are.
type luaFiles interface {
	// lua reads a file. Its error is fs.ErrNotExist where there is none.
	lua(name string) (string, error)
	// libraries are the paths of files that can be libraries; more than a run can have are
	// not all.
	libraries() ([]string, error)
	// nearLua is a hint for a file that is not there.
	nearLua(name string) string
}

// lua reads a Lua file of the workspace.
func (w *Workspace) lua(name string) (string, error) {
	f, info, err := w.open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if info.Size() > load.MaxSource {
		return "", &fs.PathError{Op: "read", Path: name, Err: errLongScript}
	}
	text, err := readAtMost(f, load.MaxSource)
	if err != nil {
		return "", err
	}
	return luaText(name, text)
}

var errLongScript = fmt.Errorf("it has over %d KiB", load.MaxSource>>10)

// broughtFiles are the Lua files of an order.
type broughtFiles map[string]string

func (b broughtFiles) lua(name string) (string, error) {
	text, ok := b[name]
	switch {
	case !ok:
		return "", &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	case len(text) > load.MaxSource:
		return "", &fs.PathError{Op: "read", Path: name, Err: errLongScript}
	}
	return luaText(name, text)
}

func (b broughtFiles) libraries() ([]string, error) {
	return slices.Sorted(maps.Keys(b)), nil
}

func (b broughtFiles) nearLua(string) string { return "bring it along with the plan" }

func (w *Workspace) nearLua(name string) string { return (&resolver{w: w}).near(name) }

// libraries is the names of all files below the folder of libraries that can be one.
func (w *Workspace) libraries() ([]string, error) {
	const most = 4 * load.MaxLibraries // files
	var out []string
	folders := []string{load.ScriptsFolder}
	for len(folders) > 0 && len(out) < most {
		dir := folders[0]
		folders = folders[1:]
		names, err := w.names(dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return out, err
		}
		slices.Sort(names)
		for _, n := range names {
			at := path.Join(dir, n)
			switch info, err := w.root.Lstat(at); {
			case err != nil || strings.HasPrefix(n, "."):
			case info.IsDir() && len(folders) < most:
				folders = append(folders, at)
			case strings.HasSuffix(n, ".lua") && !strings.HasSuffix(n, "_test.lua"):
				out = append(out, at)
			}
		}
	}
	return out, nil
}

// readAtMost reads a file that may have grown since its size was looked at.
func readAtMost(r io.Reader, most int64) (string, error) {
	text, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(text)) > most {
		err = errLongScript
	}
	return string(text), err
}

// luaText is the text of a Lua file as it is read: lines end with \n, and the mark that
// some editors put before a text is not part of it.
func luaText(name, text string) (string, error) {
	if !utf8.ValidString(text) {
		return "", &fs.PathError{Op: "read", Path: name, Err: errors.New("it is not UTF-8")}
	}
	text = strings.TrimPrefix(text, "\ufeff")
	if strings.Contains(text, "\r\n") {
		text = strings.ReplaceAll(text, "\r\n", "\n")
	}
	return text, nil
}
