package workspace

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// Lua is what finding the scripts of a plan has to know about the language. All of its
// functions may be called from any goroutine.
type Lua struct {
	// Shipped holds the libraries of the program, as NAME.lua; nil: none.
	Shipped fs.FS
	// Requires is the names that a text requires, and whether it requires others, by
	// names that are made when it runs. It reads any text in time that grows with it.
	Requires func(text string) (names []string, dynamic bool)
	// Secrets is the names of the secrets that a text asks for, as far as it names them; nil:
	// none. It reads any text in time that grows with it.
	Secrets func(text string) []string
	// Check is what is wrong with all texts together, with lines of their files; nil:
	// nothing is looked at.
	Check func(p *load.Plan, sources []load.Source) plan.Problems
}

// Works says that l can be used: its zero value finds nothing.
func (l Lua) Works() bool { return l.Requires != nil }

// SecretsOf is the names of all secrets that sources ask for, in any order.
func (l Lua) SecretsOf(sources []load.Source) (names []string) {
	if l.Secrets == nil {
		return nil
	}
	for i := range sources {
		names = append(names, l.Secrets(sources[i].Text)...)
	}
	return names
}

// Bounds of the scripts that a plan has from files, beside those of load.
const (
	maxScriptFiles = 64      // each counted once
	maxScriptBytes = 4 << 20 // of all scripts of a plan; a file counts wherever it is used
	maxRequires    = 4_096   // different names in all texts
)

// shippedFile is what errors call a library of the program.
const shippedFile = "(shipped) "

// Scripts finds the Lua of a plan that was read from text: its scripts, and every library
// that they can require. Problems have their places, in the plan (file) or in a library,
// and say of everything what is wrong; when one is not just a warning the sources are not
// for a run.
//
// A library is scripts/NAME.lua of the workspace, else one of the program.
func (w *Workspace) Scripts(file string, text []byte, p *plan.Program, lua Lua) ([]load.Source, plan.Problems) {
	return findScripts(w, file, text, p, lua)
}

// BroughtScripts is Scripts for a plan whose files its caller has brought, by their paths
// in the caller's workspace; nothing is looked for anywhere else.
func BroughtScripts(files map[string]string, file string, text []byte, p *plan.Program, lua Lua) ([]load.Source, plan.Problems) {
	return findScripts(broughtFiles(files), file, text, p, lua)
}

// ScriptFiles is what of sources are files of the workspace: what BroughtScripts needs to
// find the same.
func ScriptFiles(p *load.Plan, sources []load.Source) map[string]string {
	named := map[string]bool{}
	plan.EachScript(p, func(at string, s *load.Script) { named[at] = s.File != "" })
	files := map[string]string{}
	for i := range sources {
		s := &sources[i]
		if s.Library != "" && !strings.HasPrefix(s.File, shippedFile) || s.Library == "" && named[s.Path] {
			files[s.File] = s.Text
		}
	}
	return files
}

// scriptFinder is one call of Scripts.
type scriptFinder struct {
	files   luaFiles
	lua     Lua
	sources []load.Source
	asked   []string // of each source, the script of the plan because of which it is there
	issues  []load.Issue
	texts   map[string]string // of files that were read, by path
	known   map[string]bool   // names that were required before
	all     bool              // every library is asked for
	count   int               // of libraries
	bytes   int               // of the plan's scripts
	reads   int               // script files
}

func findScripts(files luaFiles, file string, text []byte, p *plan.Program, lua Lua) ([]load.Source, plan.Problems) {
	f := &scriptFinder{files: files, lua: lua, texts: map[string]string{}, known: map[string]bool{}}
	var places map[string]plan.ScriptPlace
	plan.EachScript(p.Plan, func(at string, s *load.Script) {
		if places == nil {
			places = plan.ScriptPlaces(file, text)
		}
		f.script(file, at, s, places)
	})
	if places == nil {
		return nil, nil // there are no scripts
	}
	for i := 0; i < len(f.sources); i++ { // it grows by what they require
		f.follow(f.asked[i], f.sources[i].Text)
	}
	var problems plan.Problems
	if len(f.issues) == 0 {
		f.unset(p)
	}
	if len(f.issues) > 0 {
		problems = plan.Place(file, text, f.issues)
	}
	if problems.Err() == nil && lua.Check != nil {
		problems = append(problems, placed(lua.Check(p.Plan, f.sources), file, text, f.sources, places)...)
	}
	return f.sources, problems
}

func (f *scriptFinder) issue(at, hint, format string, args ...any) {
	f.issues = append(f.issues, load.Issue{Path: at, Message: fmt.Sprintf(format, args...), Hint: hint})
}

// script adds a script of the plan.
func (f *scriptFinder) script(file, at string, s *load.Script, places map[string]plan.ScriptPlace) {
	source := load.Source{Path: at, File: at, Line: 1, Text: s.Source}
	if s.File != "" {
		text, ok := f.file(at, s.File)
		if !ok {
			return
		}
		source.File, source.Text = s.File, text
	} else if place := places[at]; place.Exact {
		source.File, source.Line, source.Indent = file, place.First, place.Indent
	}
	before := f.bytes
	f.bytes += len(source.Text)
	switch {
	case f.bytes <= maxScriptBytes:
		f.add(at, source)
	case before <= maxScriptBytes:
		f.issue(at, "move what they share into a library, and require it", "the scripts of the plan have over %d MiB", maxScriptBytes>>20)
	}
}

func (f *scriptFinder) add(asked string, s load.Source) {
	f.sources = append(f.sources, s)
	f.asked = append(f.asked, asked)
}

// file reads a script file that the plan names.
func (f *scriptFinder) file(at, name string) (string, bool) {
	at += ".file"
	if text, known := f.texts[name]; known {
		return text, true
	}
	if f.reads++; f.reads > maxScriptFiles {
		if f.reads == maxScriptFiles+1 {
			f.issue(at, "", "the plan has over %d script files", maxScriptFiles)
		}
		return "", false
	}
	if err := sayable(name); err != nil {
		f.issue(at, "paths are relative to the workspace, with /", "%v", err)
		return "", false
	}
	text, err := f.files.lua(name)
	if err != nil {
		f.unread(at, name, err)
		return "", false
	}
	f.texts[name] = text
	return text, true
}

// unread says why a file that should be there cannot be had.
func (f *scriptFinder) unread(at, name string, err error) {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.issue(at, f.files.nearLua(name), "there is no file %s in the workspace", name)
	case leadsOut(err):
		f.issue(at, "only files of the workspace can be used: copy it there", "%s leads out of the workspace", name)
	default:
		f.issue(at, "", "%s cannot be read: %v", name, withoutPath(err))
	}
}

// follow adds the libraries that a text requires. at is the script of the plan that has
// brought it.
func (f *scriptFinder) follow(at, text string) {
	names, dynamic := f.lua.Requires(text)
	for _, name := range names {
		f.library(at, name)
	}
	if dynamic && !f.all {
		f.all = true
		f.everything(at)
	}
}

// everything adds all libraries there are, for names that nobody knows before they are
// made.
func (f *scriptFinder) everything(at string) {
	files, err := f.files.libraries()
	if err != nil {
		f.issue(at, "", "the folder %s cannot be read: %v", load.ScriptsFolder, withoutPath(err))
	}
	shipped, _ := fs.Glob(f.lua.shipped(), "*.lua") // the pattern is not malformed
	for _, file := range slices.Concat(files, shipped) {
		name := strings.TrimSuffix(strings.TrimPrefix(file, load.ScriptsFolder+"/"), ".lua")
		if libraryFile(name) == load.ScriptsFolder+"/"+name+".lua" { // not a script of data/, nor a test
			f.library(at, name)
		}
	}
}

// library adds the library of a name that is required. A name that nothing has is not
// said here: the check knows its place.
func (f *scriptFinder) library(at, name string) {
	file := libraryFile(name)
	if file == "" || sayable(file) != nil || len(f.known) == maxRequires {
		return
	}
	name = strings.TrimSuffix(strings.TrimPrefix(file, load.ScriptsFolder+"/"), ".lua")
	if f.known[name] {
		return
	}
	f.known[name] = true
	text, err := f.files.lua(file)
	if errors.Is(err, fs.ErrNotExist) {
		file = shippedFile + name + ".lua"
		text, err = f.lua.library(name)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return
	case err != nil:
		f.unread(at, file, err)
		return
	}
	f.count++
	switch {
	case f.count <= load.MaxLibraries:
		f.add(at, load.Source{Library: name, File: file, Line: 1, Text: text})
	case f.count == load.MaxLibraries+1:
		f.issue(at, `require "name", with the name as it is, brings that one; any other form of it brings all there are`,
			"the plan requires over %d libraries", load.MaxLibraries)
	}
}

// libraryFile is the file of a library: a.b and a/b are scripts/a/b.lua. It is empty for
// what is no name of a library; tests are none.
func libraryFile(name string) string {
	const most = 200
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '.' || r == '/' })
	clean := strings.Join(parts, "/")
	if len(name) > most || len(clean) != len(name) || clean == "" || strings.HasSuffix(clean, "_test") {
		return ""
	}
	for _, r := range []byte(clean) {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
		if !letter && r != '_' && r != '-' && r != '/' {
			return ""
		}
	}
	return load.ScriptsFolder + "/" + clean + ".lua"
}

func (l Lua) shipped() fs.FS {
	if l.Shipped == nil {
		return noFiles{}
	}
	return l.Shipped
}

// noFiles has none.
type noFiles struct{}

func (noFiles) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// library is a library of the program.
func (l Lua) library(name string) (string, error) {
	text, err := fs.ReadFile(l.shipped(), name+".lua")
	return string(text), err
}

// unset warns of variables that only scripts can set, and that none of them mentions.
func (f *scriptFinder) unset(p *plan.Program) {
	const most = 20 // to look for many would take long, and nobody reads on
	for _, v := range p.Scripted[:min(len(p.Scripted), most)] {
		if !slices.ContainsFunc(f.sources, func(s load.Source) bool { return strings.Contains(s.Text, v.Name) }) {
			f.issue(v.Path, "", "nothing in the plan sets variable %s, and no script mentions it", v.Name)
			f.issues[len(f.issues)-1].Warning = true
		}
	}
}

// placed gives problems of scripts their places in the files, with excerpts.
func placed(problems plan.Problems, file string, text []byte, sources []load.Source, places map[string]plan.ScriptPlace) plan.Problems {
	texts := map[string]string{}
	for i := range sources {
		if sources[i].File != file {
			texts[sources[i].File] = sources[i].Text
		}
	}
	byFile := map[string]plan.Problems{}
	for _, p := range problems {
		if place, inline := places[p.File]; inline { // called by its path: its lines are not those of the plan
			p.Message = fmt.Sprintf("line %d of the script: %s", max(p.Line, 1), p.Message)
			p.File, p.Line, p.Col = file, place.Line, place.Col
		}
		p.Line, p.Col = max(p.Line, 1), max(p.Col, 1)
		byFile[p.File] = append(byFile[p.File], p)
	}
	var out plan.Problems
	order := slices.SortedFunc(maps.Keys(byFile), func(a, b string) int {
		return cmp.Or(-cmp.Compare(boolInt(a == file), boolInt(b == file)), cmp.Compare(a, b))
	})
	for _, name := range order {
		in := texts[name]
		if name == file {
			in = string(text)
		}
		out = append(out, plan.Excerpts([]byte(in), byFile[name])...)
	}
	return out
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
