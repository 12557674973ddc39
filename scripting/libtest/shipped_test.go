package libtest_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/scripting/libtest"
	"github.com/locust-http/locust-http/scripts"
)

// The shipped libraries hold to their tests, and none is without.
func TestShipped(t *testing.T) {
	var out strings.Builder
	sum, err := libtest.Run(t.Context(), libtest.Options{Files: scripts.Files, Folder: "scripts", Out: &out})
	if err != nil || sum.Failed > 0 || sum.Passed < 45 {
		t.Errorf("%+v, %v\n%s", sum, err, out.String())
	}
	names, err := fs.Glob(scripts.Files, "*.lua")
	if err != nil || len(names) < 14 {
		t.Fatalf("%v, %v", names, err)
	}
	for _, name := range names {
		library, isTest := strings.CutSuffix(name, "_test.lua")
		if _, err := fs.Stat(scripts.Files, strings.TrimSuffix(library, ".lua")+"_test.lua"); err != nil && !isTest {
			t.Errorf("%s has no tests", name)
		}
		if text, _ := fs.ReadFile(scripts.Files, name); !isTest && !strings.Contains(string(text), "\n--- ") {
			t.Errorf("%s has no comment on its functions", name)
		}
	}
}
