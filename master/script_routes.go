package master

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/texts"
	"github.com/locust-http/locust-http/plan"
)

// ScriptTools are what needs the Lua language. All functions may be called from any
// goroutine.
type ScriptTools struct {
	// API is what every script finds, and the host modules.
	API func() LuaAPI
	// Functions are those of a library, as its text shows them. It reads any text.
	Functions func(library, text string) []LuaFunction
	// Test runs one test file of a folder of libraries, in another process, and is bounded
	// in time, memory and words. An error is that it could not be done at all.
	Test func(ctx context.Context, folder, file string) (ScriptTest, error)
}

// LuaFunction is one thing that scripts can name.
type LuaFunction struct {
	Name      string   `json:"name"`
	Signature string   `json:"signature"`
	Doc       string   `json:"doc"`
	Kind      string   `json:"kind"` // function, method, value, hook
	Params    []string `json:"params"`
}

// LuaLibrary is what require returns.
type LuaLibrary struct {
	Name      string        `json:"name"`
	Source    string        `json:"source"` // workspace, shipped, host
	Functions []LuaFunction `json:"functions"`
}

// LuaAPI is the answer of GET /lua-api.
type LuaAPI struct {
	Functions []LuaFunction `json:"functions"`
	Hooks     []LuaFunction `json:"hooks"`
	Tests     []LuaFunction `json:"tests"` // what tests of libraries find beside them
	Libraries []LuaLibrary  `json:"libraries"`
}

// ScriptTest is the answer of POST /scripts-test.
type ScriptTest struct {
	OK     bool         `json:"ok"`
	Tests  []TestResult `json:"tests"`
	Output string       `json:"output"` // as the command script test prints it
}

// TestResult is one test; without a name it is the file, which cannot be loaded.
type TestResult struct {
	Name    string `json:"name"`
	OK      bool   `json:"ok"`
	Message string `json:"message"`
	Place   string `json:"place"` // file:line
}

// Where libraries come from.
const (
	fromWorkspace = "workspace"
	fromShipped   = "shipped"
)

// ScriptInfo is a Lua file in a list. The path of one of the workspace is that of its file,
// that of a shipped one is its name.
type ScriptInfo struct {
	Path     string     `json:"path"`
	Source   string     `json:"source"`
	Size     int64      `json:"size"`
	Revision string     `json:"revision"`
	Modified *time.Time `json:"modified,omitempty"`
	Problems int        `json:"problems"`
	// Replaced: the workspace has a library of that name, which scripts get instead.
	Replaced bool `json:"replaced,omitempty"`
}

// StoredScript is a library with its text.
type StoredScript struct {
	StoredText
	Source string `json:"source"`
}

// CheckScript is the body of POST /scripts-check.
type CheckScript struct {
	Path string `json:"path"`
	Text string `json:"text"`
}

// TestScript is the body of POST /scripts-test: a library, or its tests.
type TestScript struct {
	Path string `json:"path"`
}

// Bounds of what is done with libraries.
const (
	maxReadScripts = 500 // that one call reads; of others only name and size are told
	maxScriptTests = 2   // at once
)

// scriptFile is the file below scripts/ that a path means: with .lua a file, else a name as
// in require.
func scriptFile(path string) (file string, isName bool) {
	path = below(load.ScriptsFolder, path)
	if strings.HasSuffix(path, ".lua") {
		return path, false
	}
	return strings.ReplaceAll(path, ".", "/") + ".lua", true
}

// shipped is the text of a library of the program.
func (m *Master) shipped(name string) (string, bool) {
	if m.config.Lua.Shipped == nil || texts.CheckName(name) != nil || strings.HasSuffix(name, "_test") {
		return "", false
	}
	text, err := fs.ReadFile(m.config.Lua.Shipped, name+".lua")
	return string(text), err == nil
}

// shippedNames are the names of the libraries of the program, in order.
func (m *Master) shippedNames() (names []string) {
	if m.config.Lua.Shipped == nil {
		return nil
	}
	files, _ := fs.Glob(m.config.Lua.Shipped, "*.lua") // the pattern is not malformed
	for _, file := range files {
		if name := strings.TrimSuffix(file, ".lua"); !strings.HasSuffix(name, "_test") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (m *Master) checkScript(file, text string) plan.Problems {
	return m.workspace.CheckLibrary(load.ScriptsFolder+"/"+file, text, m.config.Lua)
}

func (m *Master) getScripts(w http.ResponseWriter, r *http.Request) {
	list, _, err := m.editing.scripts.List()
	if err != nil {
		m.refuseTree("script", err).write(w)
		return
	}
	out := make([]ScriptInfo, 0, len(list))
	own := map[string]bool{}
	for i, e := range list {
		if r.Context().Err() != nil {
			return
		}
		own[e.Path] = true
		modified := e.Modified
		info := ScriptInfo{Path: load.ScriptsFolder + "/" + e.Path, Source: fromWorkspace, Size: e.Size, Modified: &modified}
		if i < maxReadScripts {
			f, err := m.editing.scripts.Read(e.Path)
			if err != nil {
				info.Problems = 1
			} else {
				info.Revision, info.Problems = f.Revision, len(m.checkScript(e.Path, string(f.Text)))
			}
		}
		out = append(out, info)
	}
	for _, name := range m.shippedNames() {
		text, _ := m.shipped(name)
		out = append(out, ScriptInfo{
			Path: name, Source: fromShipped, Size: int64(len(text)), Revision: texts.Revision([]byte(text)), Replaced: own[name+".lua"],
		})
	}
	answer(w, http.StatusOK, out)
}

func (m *Master) getScript(w http.ResponseWriter, r *http.Request) {
	file, isName := scriptFile(r.PathValue("path"))
	name := strings.TrimSuffix(file, ".lua")
	f, err := m.editing.scripts.Read(file)
	if err == nil && !(isName && r.URL.Query().Get("source") == fromShipped) {
		m.answerScript(w, file, f.Revision, string(f.Text))
		return
	}
	if text, ok := m.shipped(name); ok && isName && (err == nil || errors.Is(err, texts.ErrNotFound)) {
		revision := texts.Revision([]byte(text))
		w.Header().Set("ETag", `"`+revision+`"`)
		answer(w, http.StatusOK, StoredScript{StoredText{name, revision, text, []Problem{}}, fromShipped})
		return
	}
	if err == nil {
		fail(w, http.StatusNotFound, "no_script", "no library "+load.Clip(name, 200)+" is shipped", "")
		return
	}
	m.refuseTree("script", err).write(w)
}

func (m *Master) answerScript(w http.ResponseWriter, file, revision, text string) {
	w.Header().Set("ETag", `"`+revision+`"`)
	problems := problemsOf(m.checkScript(file, text))
	answer(w, http.StatusOK, StoredScript{StoredText{load.ScriptsFolder + "/" + file, revision, text, problems}, fromWorkspace})
}

// onlyShipped answers, and is true, when a path is the name of a library that the workspace
// does not have.
func (m *Master) onlyShipped(w http.ResponseWriter, file string, isName bool) bool {
	name := strings.TrimSuffix(file, ".lua")
	if _, ok := m.shipped(name); !ok || !isName {
		return false
	}
	if _, err := m.editing.scripts.Read(file); !errors.Is(err, texts.ErrNotFound) {
		return false
	}
	fail(w, http.StatusConflict, "shipped", "the library "+name+" is shipped with the program, and cannot be changed", "PUT scripts/"+name+".lua: scripts then get that one")
	return true
}

func (m *Master) putScript(w http.ResponseWriter, r *http.Request) {
	var body SaveText
	if !read(w, r, &body) {
		return
	}
	if body.Text == nil {
		fail(w, http.StatusBadRequest, "bad_request", "the body has no text", `send {"text": "<the script>"}`)
		return
	}
	file, isName := scriptFile(r.PathValue("path"))
	if m.onlyShipped(w, file, isName) {
		return
	}
	revision, err := m.editing.scripts.Write(file, []byte(*body.Text), matched(r))
	if err != nil {
		m.refuseTree("script", err).write(w)
		return
	}
	m.editing.touch()
	m.answerScript(w, file, revision, *body.Text)
}

func (m *Master) deleteScript(w http.ResponseWriter, r *http.Request) {
	was := matched(r)
	if was == "" {
		fail(w, http.StatusPreconditionRequired, "no_revision", "say which revision is to be deleted", `send If-Match: "<revision>", or *`)
		return
	}
	file, isName := scriptFile(r.PathValue("path"))
	if m.onlyShipped(w, file, isName) {
		return
	}
	if err := m.editing.scripts.Delete(file, was); err != nil {
		m.refuseTree("script", err).write(w)
		return
	}
	m.editing.touch()
	w.WriteHeader(http.StatusNoContent)
}

func (m *Master) postScriptCheck(w http.ResponseWriter, r *http.Request) {
	var body CheckScript
	if !read(w, r, &body) {
		return
	}
	file, _ := scriptFile(body.Path)
	if err := m.editing.scripts.Check(file); err != nil {
		m.refuseTree("script", err).write(w)
		return
	}
	problems := m.checkScript(file, body.Text)
	answer(w, http.StatusOK, map[string]any{"ok": problems.Err() == nil, "problems": problemsOf(problems)})
}

func (m *Master) postScriptTest(w http.ResponseWriter, r *http.Request) {
	var body TestScript
	if !read(w, r, &body) {
		return
	}
	if m.config.Scripts.Test == nil {
		fail(w, http.StatusNotImplemented, "no_lua", "this master cannot run tests of scripts", "")
		return
	}
	file, isName := scriptFile(body.Path)
	if m.onlyShipped(w, file, isName) {
		return
	}
	if !strings.HasSuffix(file, "_test.lua") {
		file = strings.TrimSuffix(file, ".lua") + "_test.lua"
	}
	f, _, err := m.editing.scripts.Open(file)
	if err != nil {
		m.refuseTree("script", err).write(w)
		return
	}
	f.Close() // it was only looked for
	if !acquire(r.Context(), m.editing.testing) {
		return // the client has gone
	}
	defer release(m.editing.testing)
	result, err := m.config.Scripts.Test(r.Context(), filepath.Join(m.config.Workspace, load.ScriptsFolder), file)
	switch {
	case r.Context().Err() != nil:
	case err != nil:
		m.log.Error("test scripts", "error", err)
		fail(w, http.StatusInternalServerError, "script_test", err.Error(), "")
	default:
		result.Tests = append([]TestResult{}, result.Tests...)
		answer(w, http.StatusOK, result)
	}
}

func (m *Master) getLuaAPI(w http.ResponseWriter, r *http.Request) {
	tools := m.config.Scripts
	if tools.API == nil || tools.Functions == nil {
		fail(w, http.StatusNotImplemented, "no_lua", "this master does not know the language", "")
		return
	}
	list, _, err := m.editing.scripts.List()
	if err != nil {
		m.refuseTree("script", err).write(w)
		return
	}
	api := tools.API()
	own := map[string]bool{}
	for _, e := range list {
		if len(own) == maxReadScripts || r.Context().Err() != nil {
			break
		}
		name := strings.ReplaceAll(strings.TrimSuffix(e.Path, ".lua"), "/", ".")
		f, err := m.editing.scripts.Read(e.Path)
		if err != nil || strings.HasSuffix(name, "_test") {
			continue
		}
		own[name] = true
		api.Libraries = append(api.Libraries, LuaLibrary{name, fromWorkspace, tools.Functions(name, string(f.Text))})
	}
	for _, name := range m.shippedNames() {
		if text, ok := m.shipped(name); ok && !own[name] {
			api.Libraries = append(api.Libraries, LuaLibrary{name, fromShipped, tools.Functions(name, text)})
		}
	}
	slices.SortFunc(api.Libraries, func(a, b LuaLibrary) int { return strings.Compare(a.Name, b.Name) })
	answer(w, http.StatusOK, api)
}
