package archtest

import (
	"strings"
	"testing"
)

// TestHouse keeps the rules on every system that is built for: a file with a build
// tag must not be a back door.
func TestHouse(t *testing.T) {
	for _, goos := range []string{"linux", "darwin", "windows"} {
		t.Run(goos, func(t *testing.T) {
			t.Parallel()
			g, err := listPackages("../..", goos, "amd64")
			if err != nil {
				t.Fatal(err)
			}
			if len(g.own()) == 0 {
				t.Fatal("go list found no package of ours")
			}
			for _, b := range g.breaches(rules, owners) {
				t.Error(b)
			}
		})
	}
}

// Each case is a small house in which exactly the named breach must be found.
func TestBreaches(t *testing.T) {
	type imports map[string][]string
	const none = ""
	for name, c := range map[string]struct {
		house imports
		want  string // in the text of the only breach
	}{
		"clean": {imports{"load": {"time"}, "plan": {module + "/load", "github.com/goccy/go-yaml"}}, none},
		"load with a module": {
			imports{"load": {"github.com/oklog/ulid/v2"}}, "load must never reach github.com/oklog/ulid/v2"},
		"load with one of ours": {imports{"load": {module + "/plan"}, "plan": {"time"}}, "load must never reach " + module + "/plan"},
		"through others": {
			imports{"master/run": {module + "/a"}, "a": {module + "/b"}, "b": {module + "/proto"}},
			"path: " + module + "/master/run → " + module + "/a → " + module + "/b → " + module + "/proto\n\tbecause: it meets workers"},
		"worker with grpc":        {imports{"worker": {"google.golang.org/grpc/codes"}}, "worker must never reach google.golang.org/grpc/codes"},
		"worker among themselves": {imports{"worker": {module + "/worker/engine"}, "worker/engine": {"time"}}, none},
		"fasthttp at home":        {imports{"worker/send": {"github.com/valyala/fasthttp"}}, none},
		"fasthttp elsewhere":      {imports{"plan": {"github.com/valyala/fasthttp"}}, "only ./worker/send may"},
		"standard, with what is excepted": {
			imports{"internal/blobs": {module + "/load", "golang.org/x/sys/windows", "time"}, "load": {"time"}}, none},
		"standard, with what is not": {
			imports{"internal/blobs": {module + "/plan"}, "plan": {"time"}}, "internal/blobs must never reach " + module + "/plan"},
		"worker with the workspace": {
			imports{"worker": {module + "/internal/workspace"}, "internal/workspace": {module + "/plan"}, "plan": {"time"}},
			"worker must never reach " + module + "/internal/workspace"},
		"a name that only begins the same": {imports{"planner": {module + "/master"}, "master": nil}, none},
	} {
		t.Run(name, func(t *testing.T) {
			g := graph{"time": {ImportPath: "time", Standard: true}}
			for path, to := range c.house {
				g[module+"/"+path] = &pkg{ImportPath: module + "/" + path, Imports: to}
			}
			found := g.breaches(rules, owners)
			if c.want == none {
				if len(found) > 0 {
					t.Fatalf("found %v", found)
				}
				return
			}
			if len(found) != 1 || !strings.Contains(found[0].String(), c.want) {
				t.Fatalf("found %v, want exactly: %s", found, c.want)
			}
		})
	}
}
