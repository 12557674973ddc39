package workspace

import (
	"fmt"
	"strings"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// CheckLibrary is what is wrong with the text of a library or of its tests, whose path in
// the workspace is file, together with all that it can require. The file itself need not
// be there.
func (w *Workspace) CheckLibrary(file, text string, lua Lua) plan.Problems {
	whole := func(format string, args ...any) plan.Problems {
		return plan.Problems{{File: file, Line: 1, Col: 1, Message: fmt.Sprintf(format, args...)}}
	}
	if len(text) > load.MaxSource {
		return whole("%s", errLongScript)
	}
	text, err := luaText(file, text)
	if err != nil {
		return whole("%v", withoutPath(err))
	}
	if !lua.Works() {
		return nil
	}
	name := strings.TrimSuffix(strings.TrimPrefix(file, load.ScriptsFolder+"/"), ".lua")
	f := &scriptFinder{files: edited{w, file, text}, lua: lua, texts: map[string]string{}, known: map[string]bool{name: true}}
	f.add("", load.Source{Library: name, File: file, Line: 1, Text: text})
	for i := 0; i < len(f.sources); i++ { // it grows by what they require
		f.follow("", f.sources[i].Text)
	}
	for _, i := range f.issues {
		return whole("%s", strings.TrimSpace(i.Message+" "+i.Hint))
	}
	if lua.Check == nil {
		return nil
	}
	var own plan.Problems
	for _, p := range lua.Check(&load.Plan{}, f.sources) {
		if p.File == file {
			own = append(own, p)
		}
	}
	return placed(own, file, []byte(text), f.sources, nil)
}

// edited is the files of a workspace with one of them as an editor has it.
type edited struct {
	*Workspace
	file, text string
}

func (e edited) lua(name string) (string, error) {
	if name == e.file {
		return e.text, nil
	}
	return e.Workspace.lua(name)
}
