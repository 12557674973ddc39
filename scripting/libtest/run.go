package libtest

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting"
	"github.com/locust-http/locust-http/scripting/sandbox"
)

// Timeout is how much Lua time loading a file, and each of its tests, may take.
const Timeout = time.Second

// suffix is how the name of a test file ends.
const suffix = "_test.lua"

// scriptPath is where a plan would have the script that a test file is.
const scriptPath = "script"

// maxStack bounds the lines of a stack that are printed.
const maxStack = 20

// Options are what is tested.
type Options struct {
	Files   fs.FS     // the libraries and their tests, in any folder
	Folder  string    // how errors call the folder of Files; empty: they name files as Files does
	Shipped fs.FS     // libraries that are found where Files has none of the name; nil: none
	Out     io.Writer // where failures and counts are printed

	Only      string       // the one test file that is run, as Files names it; empty: all
	HeapLimit int64        // see scripting.Config
	Report    func(Result) // nil; else it is told each test, in order
}

// Result is one test, or a file that cannot be loaded.
type Result struct {
	File    string // as errors call it
	Name    string // empty: the file as a whole
	OK      bool
	Message string
	Place   string // file:line of a failure
}

// Summary counts tests.
type Summary struct {
	Files  int
	Passed int
	Failed int // also one for each file that cannot be loaded or has no test
}

// Run runs the tests of all test files, and prints what failed and how many did not. An
// error says that a file cannot be read, that there is no test file, or that ctx has ended.
func Run(ctx context.Context, o Options) (Summary, error) {
	var sum Summary
	libraries, tests, err := o.collect()
	if err != nil {
		return sum, err
	}
	if len(tests) == 0 {
		return sum, fmt.Errorf("no test files (NAME%s)", suffix)
	}
	width := len("total")
	for _, file := range tests {
		width = max(width, len(file))
	}
	for _, file := range tests {
		if err := ctx.Err(); err != nil {
			return sum, err
		}
		text, err := readSource(o.Files, file)
		if err != nil {
			return sum, err
		}
		r := runner{Options: &o, file: path.Join(o.Folder, file)}
		r.run(ctx, sourcesOf(libraries, r.file, text))
		sum.Files++
		sum.Passed += r.passed
		sum.Failed += r.failed
		fmt.Fprintln(o.Out, count(width, file, r.passed, r.failed))
	}
	fmt.Fprintln(o.Out, count(width, "total", sum.Passed, sum.Failed))
	return sum, ctx.Err()
}

func count(width int, what string, passed, failed int) string {
	line := fmt.Sprintf("%-*s  %d passed", width, what, passed)
	if failed > 0 {
		line += fmt.Sprintf(", %d failed", failed)
	}
	return line
}

// collect reads the libraries, and finds the test files, in order.
func (o *Options) collect() (libraries map[string]load.Source, tests []string, err error) {
	libraries = make(map[string]load.Source)
	if o.Shipped != nil {
		if _, err := gather(o.Shipped, load.ScriptsFolder, libraries); err != nil {
			return nil, nil, err
		}
	}
	tests, err = gather(o.Files, o.Folder, libraries)
	if o.Only != "" {
		tests = slices.DeleteFunc(tests, func(file string) bool { return file != o.Only })
	}
	return libraries, tests, err
}

func gather(files fs.FS, folder string, libraries map[string]load.Source) (tests []string, err error) {
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("find libraries: %w", err)
		case d.IsDir() || path.Ext(name) != ".lua":
			return nil
		case strings.HasSuffix(name, suffix):
			tests = append(tests, name)
			return nil
		}
		text, err := readSource(files, name)
		if err != nil {
			return err
		}
		library := strings.ReplaceAll(strings.TrimSuffix(name, ".lua"), "/", ".")
		libraries[library] = load.Source{Library: library, File: path.Join(folder, name), Text: text}
		return nil
	})
	slices.Sort(tests)
	return tests, err
}

// readSource reads one text, and no more of it than a text can have.
func readSource(files fs.FS, name string) (string, error) {
	// To open a pipe waits for whoever writes into it.
	if info, err := fs.Stat(files, name); err != nil || !info.Mode().IsRegular() {
		return "", fmt.Errorf("read %s: it is no file", name)
	}
	f, err := files.Open(name)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, load.MaxSource+1))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	return string(text), nil
}

// sourcesOf are a test file and the libraries that it, or one of them, may require: those
// whose name stands in quotes. So a library that is broken breaks only the tests that need
// it.
func sourcesOf(libraries map[string]load.Source, file, text string) []load.Source {
	sources := []load.Source{{Path: scriptPath, File: file, Text: text}}
	taken := make(map[string]bool)
	for i := 0; i < len(sources); i++ {
		for name, library := range libraries {
			if !taken[name] && mentions(sources[i].Text, name) {
				taken[name] = true
				sources = append(sources, library)
			}
		}
	}
	return sources
}

func mentions(text, name string) bool {
	for _, form := range []string{name, strings.ReplaceAll(name, ".", "/")} {
		if strings.Contains(text, `"`+form+`"`) || strings.Contains(text, "'"+form+"'") || strings.Contains(text, "[["+form+"]]") {
			return true
		}
	}
	return false
}

// runner runs one file.
type runner struct {
	*Options
	file           string
	passed, failed int
}

// report prints a failure. place is file:line, test the name of a test or empty.
func (r *runner) report(place, test, message, stack string) {
	r.failed++
	if place == "" {
		place = r.file
	}
	r.tell(Result{File: r.file, Name: test, Message: message, Place: place})
	if test != "" {
		message = test + ": " + message
	}
	fmt.Fprintf(r.Out, "%s: %s\n", place, message)
	for i, line := range strings.Split(stack, "\n") {
		if line != "" && i < maxStack {
			fmt.Fprintln(r.Out, "    "+strings.TrimSpace(line))
		}
	}
}

func (r *runner) tell(result Result) {
	if r.Report != nil {
		r.Report(result)
	}
}

func (r *runner) run(ctx context.Context, sources []load.Source) {
	s := &session{host: new(Host)}
	config := scripting.Config{Timeout: Timeout, HeapLimit: r.HeapLimit, Now: s.host.Now, Extra: []*sandbox.Library{s.library()}}
	program, problems := scripting.Compile(sources, config)
	for _, p := range problems {
		if !p.Warning {
			r.report(placeOf(p), "", p.Message, "")
		}
	}
	if program == nil {
		return
	}
	defer program.Close()
	if !r.load(s, program) {
		return
	}
	if len(s.tests) == 0 {
		r.report("", "", "there is no test in it", "")
	}
	for i := 0; i < len(s.tests) && ctx.Err() == nil; i++ {
		if r.test(s, s.tests[i]); s.spent && !r.load(s, program) {
			return
		}
	}
}

func placeOf(p scripting.Problem) string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// load runs the file in a new state, which collects its tests.
func (r *runner) load(s *session, program *scripting.Program) bool {
	s.host.Reset()
	s.tests, s.running, s.spent = nil, false, false
	s.state, s.script = program.NewState(s.host, [2]uint64{1, 2}), program.Script(scriptPath)
	f := s.state.Do(s.script, nil, func(*lua.LState) {})
	if f != nil {
		message, stack := s.ended(f)
		r.report(f.Place, "", message, stack)
	}
	return f == nil
}

func (r *runner) test(s *session, t testCase) {
	s.begin()
	f := s.state.Do(s.script, nil, func(L *lua.LState) {
		L.Push(t.run)
		L.Call(0, 0)
	})
	if f == nil {
		r.passed++
		r.tell(Result{File: r.file, Name: t.name, OK: true})
		return
	}
	s.spent = s.spent || f.Spent
	message, stack := s.ended(f)
	r.report(f.Place, t.name, message, stack)
}
