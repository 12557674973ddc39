//go:build unix

package workspace

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Libraries and scripts are files of the workspace, whatever link leads elsewhere.
func TestScriptsBehindLinks(t *testing.T) {
	h := newHouse(t)
	h.writeTo(h.at("scripts/step.lua"), "token")
	h.writeTo(h.at("lua/inside.lua"), "inside")
	h.writeTo(h.at(".private/x.lua"), marker)
	h.writeTo(filepath.Join(h.outside, "out.lua"), marker)
	for name, target := range map[string]string{
		"inside": "../lua/inside.lua", "out": "../../outside/out.lua", "absolute": filepath.Join(h.outside, "out.lua"), "private": "../.private/x.lua", "circle": "circle.lua",
	} {
		h.link(target, "scripts/"+name+".lua")
	}
	h.link("../../outside", "scripts/folder")
	h.link("../.private", "scripts/mine")
	if err := syscall.Mkfifo(h.at("scripts/pipe.lua"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, refused := range map[string]bool{
		"inside": false, "out": true, "absolute": true, "private": true, "circle": true, "folder/out": true, "mine/x": true, "pipe": true, "nothing": false,
	} {
		sources, problems := h.scripts(`require "`+name+`"`, lua())
		if (problems.Err() != nil) != refused {
			t.Errorf("%s: %v", name, problems)
		}
		for _, s := range sources {
			if strings.Contains(s.Text, marker) {
				t.Errorf("%s was read", name)
			}
		}
		p := mustPlan(t, "x")
		p.Plan.Transactions[0].Steps[0].Script.File = "scripts/" + name + ".lua"
		sources, problems = h.w.Scripts("p.yaml", []byte(scriptedPlan), p, lua())
		if (problems.Err() != nil) != (name != "inside") || len(sources) > 1 && strings.Contains(sources[1].Text, marker) {
			t.Errorf("script file %s: %v", name, problems)
		}
	}
}
