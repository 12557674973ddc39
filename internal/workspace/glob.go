package workspace

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// Bounds of the search for what a glob matches.
const (
	maxDepth   = 64        // folders below one another
	maxVisited = 1_000_000 // names looked at, for one glob
	maxTold    = 10        // names that issues of one glob speak of
)

// globs finds what the globs of the plan match.
func (r *resolver) globs() {
	empty := 0
	for i, pattern := range r.prog.Plan.Files {
		at := fmt.Sprintf("files[%d]", i)
		if err := checkGlob(pattern); err != nil {
			r.issue(at, "globs are relative to the workspace, with /", "%v", err)
			continue
		}
		if !strings.ContainsAny(pattern, wildcards) {
			r.named(at, pattern, load.MaxBodyFile)
			r.matched[pattern] = true
			continue
		}
		s := search{r: r, at: at, pattern: pattern}
		if s.run() == 0 {
			empty++
		}
	}
	if n := len(r.prog.Plan.Files); n > 0 && empty == n && readsFiles(r.prog) && !r.failed() {
		r.issue("files", "", "bodies of the plan read files, but no glob matches any")
	}
}

// readsFiles says whether a body reads a file.
func readsFiles(p *plan.Program) bool {
	for _, steps := range [][]*plan.Step{p.Setup, p.UserStart, p.UserStop, p.Teardown} {
		if stepsReadFiles(steps) {
			return true
		}
	}
	return slices.ContainsFunc(p.Transactions, func(t *plan.Transaction) bool { return stepsReadFiles(t.Steps) })
}

func stepsReadFiles(steps []*plan.Step) bool {
	return slices.ContainsFunc(steps, func(s *plan.Step) bool {
		return s.Request != nil && slices.ContainsFunc(s.Request.Parts, func(p plan.Part) bool { return p.File }) ||
			stepsReadFiles(s.Steps) || stepsReadFiles(s.Else)
	})
}

// checkGlob says why pattern cannot be a glob of the workspace.
func checkGlob(pattern string) error {
	plain := strings.NewReplacer("*", "_", "?", "_", "[", "_").Replace(pattern)
	if err := sayable(plain); err != nil {
		var p *load.PathError
		if errors.As(err, &p) {
			return &load.PathError{Path: pattern, Problem: p.Problem}
		}
		return err
	}
	return load.CheckGlob(pattern)
}

// wildcards are the characters that make a path a glob.
const wildcards = "*?["

// search is the walk for one glob.
type search struct {
	r       *resolver
	at      string // in the plan
	pattern string
	parts   []string // of the pattern
	stars   int      // number of the first part that is **
	depth   int      // of the deepest names that can match, in folders
	dots    []string // parts of the pattern that begin with a dot: only they match hidden names
	matches int
	visited int
	told    int
}

// errEnough ends a walk that has said why.
var errEnough = errors.New("enough")

// run finds the files and says how many the glob matches.
func (s *search) run() int {
	parts := strings.Split(s.pattern, "/")
	fixed := slices.IndexFunc(parts, func(p string) bool { return strings.ContainsAny(p, wildcards) })
	start := "."
	if fixed > 0 {
		start = strings.Join(parts[:fixed], "/")
	}
	s.parts, s.depth, s.stars = parts, maxDepth, slices.Index(parts, "**")
	if s.stars < 0 {
		s.stars, s.depth = len(parts), min(len(parts), maxDepth)
	}
	for _, p := range parts[fixed:] {
		if strings.HasPrefix(p, ".") {
			s.dots = append(s.dots, p)
		}
	}
	err := s.folder(start, fixed, nil)
	switch {
	case errors.Is(err, errEnough):
	case errors.Is(err, fs.ErrNotExist):
		s.r.warn(s.at, s.r.near(start), "%s matches no file: there is no folder %s", s.pattern, start)
	case err != nil:
		s.refused(start, err)
	case s.matches == 0 && s.told == 0:
		s.r.warn(s.at, "", "%s matches no file", s.pattern)
	}
	if more := s.told - maxTold; more > 0 {
		s.r.warn(s.at, "", "and %d more", more)
	}
	return s.matches
}

// folder walks through a folder, which lies level folders below the workspace. above are
// the folders on the way to it: a link back to one of them is not followed.
func (s *search) folder(dir string, level int, above []fs.FileInfo) error {
	f, info, err := s.r.w.openFolder(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	if slices.ContainsFunc(above, func(a fs.FileInfo) bool { return os.SameFile(a, info) }) {
		return nil
	}
	above = append(slices.Clip(above), info)
	for {
		if s.r.ctx.Err() != nil {
			return errEnough // failed says so
		}
		entries, err := f.ReadDir(256)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := s.entry(path.Join(dir, e.Name()), level, e, above); err != nil {
				return err
			}
		}
	}
}

// entry looks at one name of a folder.
func (s *search) entry(name string, level int, e fs.DirEntry, above []fs.FileInfo) error {
	if s.visited++; s.visited > maxVisited {
		s.r.issue(s.at, "begin the glob with a folder that has only the files", "%s looks at over %d names", s.pattern, maxVisited)
		return errEnough
	}
	if s.hidden(e.Name()) || s.r.w.keeps(name) {
		return nil
	}
	matches := load.MatchGlob(s.pattern, name)
	deeper := s.deeper(level, e.Name())
	if !matches && !deeper {
		return nil
	}
	mode := e.Type()
	var info fs.FileInfo
	if matches || mode&fs.ModeSymlink != 0 {
		var err error
		if info, err = s.r.w.root.Stat(name); err != nil {
			s.broken(name, matches, err)
			return nil
		}
		mode = info.Mode().Type()
	}
	switch {
	case mode.IsDir() && deeper:
		return s.below(name, level+1, above)
	case mode.IsDir() && level+1 == maxDepth:
		s.warn(name, fmt.Sprintf("lies %d folders deep: what is in it is left out", maxDepth))
	case matches && mode.IsRegular():
		return s.file(name, info)
	case matches && !mode.IsDir():
		s.warn(name, "is not a file but "+kind(mode)+": left out")
	}
	return nil
}

// deeper says whether names below that one can match, should it be a folder.
func (s *search) deeper(level int, base string) bool {
	return level+1 < s.depth && (level >= s.stars || load.MatchGlob(s.parts[level], base))
}

// below walks through a folder within another. One that cannot be read is an issue, and
// the walk goes on.
func (s *search) below(name string, level int, above []fs.FileInfo) error {
	err := s.folder(name, level, above)
	if err != nil && !errors.Is(err, errEnough) && !errors.Is(err, fs.ErrNotExist) {
		s.refused(name, err)
		return nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil // removed meanwhile
	}
	return err
}

// file notes a file that the glob matches.
func (s *search) file(name string, info fs.FileInfo) error {
	if sayable(name) != nil {
		s.warn(name, "cannot be written in a plan: left out")
		return nil
	}
	s.matches++
	s.r.matched[name] = true
	s.r.add(s.at, name, info, load.MaxBodyFile)
	if len(s.r.found) > load.MaxFiles {
		return errEnough // bounds says so
	}
	return nil
}

// hidden says whether wildcards pass a name over: it begins with a dot, and no part of
// the pattern that begins with one means it.
func (s *search) hidden(base string) bool {
	if !strings.HasPrefix(base, ".") {
		return false
	}
	return !slices.ContainsFunc(s.dots, func(p string) bool { return load.MatchGlob(p, base) })
}

// broken tells of a link that leads nowhere, or out. One that the glob does not match
// would have been followed only if it were a folder.
func (s *search) broken(name string, matches bool, err error) {
	switch {
	case !matches && leadsOut(err):
		s.warn(name, "is a link that leads out of the workspace: left out")
	case matches:
		s.refused(name, err)
	}
}

// refused is an issue about a name that cannot be read.
func (s *search) refused(name string, err error) {
	if s.told++; s.told > maxTold {
		return
	}
	switch {
	case leadsOut(err):
		s.r.issue(s.at, "only files of the workspace can be used: copy it there", "%q is a link that leads out of the workspace", load.Clip(name, 200))
	case errors.Is(err, fs.ErrNotExist):
		s.r.issue(s.at, "", "%q is a link to a file that is not there", load.Clip(name, 200))
	default:
		s.r.issue(s.at, "", "%q cannot be read: %v", load.Clip(name, 200), withoutPath(err))
	}
}

// warn tells of a name that is left out.
func (s *search) warn(name, what string) {
	if s.told++; s.told <= maxTold {
		s.r.warn(s.at, "", "%q %s", load.Clip(name, 200), what)
	}
}
