package docs_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/locust-http/locust-http/scripting/libtest"
	"github.com/locust-http/locust-http/scripts"
)

// The tests of libraries on the page pass as script test runs them.
func TestLuaLibraryTests(t *testing.T) {
	t.Parallel()
	files, tests := fstest.MapFS{}, 0
	for _, b := range blocksOf(t, luaPage, "lua") {
		// As many lines before it as on the page, so that failures name its lines.
		text := []byte(strings.Repeat("\n", b.line-1) + b.text)
		if name := b.value("library"); name != "" {
			files[name+".lua"] = &fstest.MapFile{Data: text}
		}
		if name := b.value("test"); name != "" {
			files[name+"_test.lua"] = &fstest.MapFile{Data: text}
			tests++
		}
	}
	var out strings.Builder
	sum, err := libtest.Run(t.Context(), libtest.Options{Files: files, Shipped: scripts.Files, Out: &out})
	if err != nil || tests == 0 || sum.Failed > 0 || sum.Passed < tests {
		t.Errorf("%d files, %+v, %v\n%s", tests, sum, err, out.String())
	}
}
