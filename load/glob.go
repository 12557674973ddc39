package load

import (
	"path"
	"strings"
)

// MatchGlob says whether a glob of Plan.Files means a file. Both are relative to the
// workspace, with /. In one name * is any text, ? one character, [a-z] one of some;
// ** as a whole name is any number of folders, and at the end everything that is in a
// folder. A glob that CheckGlob refuses matches nothing.
//
// It allocates nothing, and takes at most as many steps as pattern and file have bytes
// multiplied.
func MatchGlob(pattern, file string) bool {
	// Only the last ** needs to be tried again, one folder on: whatever the ones before
	// it took, it can make up for.
	var afterStars, retry string
	stars := false
	for file != "" {
		want, wantRest := cutName(pattern)
		if want == "**" {
			if wantRest == "" {
				return true
			}
			stars, afterStars, retry = true, wantRest, file
			pattern = wantRest
			continue
		}
		name, rest := cutName(file)
		if ok, err := path.Match(want, name); ok && err == nil {
			pattern, file = wantRest, rest
			continue
		}
		if !stars {
			return false
		}
		_, retry = cutName(retry)
		pattern, file = afterStars, retry
		if retry == "" {
			return false
		}
	}
	return pattern == ""
}

// CheckGlob says what keeps pattern from being a glob; nil when nothing does.
func CheckGlob(pattern string) error {
	for rest := pattern; rest != ""; {
		var name string
		name, rest = cutName(rest)
		if _, err := path.Match(name, ""); err != nil {
			return &PathError{pattern, "is no glob: a [ is not closed, or nothing follows a \\"}
		}
	}
	return nil
}

// cutName takes the first name off a path.
func cutName(s string) (name, rest string) {
	name, rest, _ = strings.Cut(s, "/")
	return name, rest
}

// Bounds of a path in the workspace, in bytes.
const (
	MaxPath     = 1024
	MaxPathName = 255 // of one name in it
)

// PathError is a path that names no file of the workspace.
type PathError struct {
	Path    string
	Problem string
}

func (e *PathError) Error() string { return `"` + clip(e.Path) + `" ` + e.Problem }

// CleanPath is the shortest form of the path of a file in the workspace: relative,
// with /. One that leads out of it, or is none on some system, is a *PathError. What a
// path really names is judged where it is opened: it may be a link. A path that is
// clean already costs no allocation.
func CleanPath(name string) (string, error) {
	if problem := pathProblem(name); problem != "" {
		return "", &PathError{name, problem}
	}
	clean := path.Clean(name)
	if problem := pathProblem(clean); problem != "" { // ./c:
		return "", &PathError{name, problem}
	}
	if clean == ".." || strings.HasPrefix(clean, "../") {
		return "", &PathError{name, "leads out of the workspace"}
	}
	if last := name[strings.LastIndexByte(name, '/')+1:]; last == "" || last == "." || last == ".." {
		return "", &PathError{name, "is a folder"}
	}
	return clean, nil
}

func pathProblem(name string) string {
	switch {
	case name == "":
		return "names no file"
	case len(name) > MaxPath:
		return "is longer than 1024 bytes"
	case name[0] == '/':
		return "is not relative to the workspace"
	case len(name) > 1 && name[1] == ':':
		return "has a drive in it"
	}
	run := 0 // bytes since the last slash
	for i := range len(name) {
		switch c := name[i]; {
		case c == '\\':
			return `has a \ in it: folders are separated by /`
		case c < ' ' || c == 0x7f:
			return "has a control character in it"
		case c == '/':
			run = -1
		}
		if run++; run > MaxPathName {
			return "has a name of more than 255 bytes in it"
		}
	}
	return ""
}
