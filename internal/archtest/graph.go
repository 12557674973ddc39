package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// pkg is what `go list -json` says of a package.
type pkg struct {
	ImportPath string
	Standard   bool
	Imports    []string
}

// graph is every package that this module needs, by import path.
type graph map[string]*pkg

// listPackages asks the Go tool for all packages of the module in dir with all that
// they need, for one platform: files with build tags count where they are built.
func listPackages(dir, goos, goarch string) (graph, error) {
	cmd := exec.Command("go", "list", "-e", "-deps", "-json=ImportPath,Standard,Imports", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, stderr.Bytes())
	}
	return readPackages(bytes.NewReader(out))
}

func readPackages(r io.Reader) (graph, error) {
	g := graph{}
	for d := json.NewDecoder(r); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return g, nil
		} else if err != nil {
			return nil, fmt.Errorf("read go list: %w", err)
		}
		g[p.ImportPath] = &p
	}
}

// breach is one forbidden door that stands open.
type breach struct {
	path    []string // imports, from the package that must not reach to what it reaches
	because string
}

func (b breach) String() string {
	return fmt.Sprintf("%s must never reach %s\n\tpath: %s\n\tbecause: %s",
		b.path[0], b.path[len(b.path)-1], strings.Join(b.path, " → "), b.because)
}

// breaches checks all rules and owners. It names, for each package and rule, the
// nearest forbidden package of every different door.
func (g graph) breaches(rules []rule, owners []owner) []breach {
	var found []breach
	for _, path := range g.own() {
		for i := range rules {
			if matches(rules[i].room+"/...", path) {
				found = append(found, g.reach(path, &rules[i])...)
			}
		}
		for _, o := range owners {
			found = append(found, g.trespass(path, o)...)
		}
	}
	return found
}

// own is the packages of this module, in order.
func (g graph) own() []string {
	var paths []string
	for path := range g {
		if matches("./...", path) || path == module {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// reach walks from a package breadth first, so that the path shown is the shortest,
// and does not look behind a door that is already shut.
func (g graph) reach(from string, r *rule) []breach {
	var found []breach
	came := map[string]string{from: ""}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		p := g[queue[0]]
		if p == nil {
			continue
		}
		for _, next := range p.Imports {
			if _, seen := came[next]; seen {
				continue
			}
			came[next] = p.ImportPath
			if inside := matches(r.room+"/...", next); !inside && r.forbids(next, g.standard(next)) {
				found = append(found, breach{pathTo(came, next), r.because})
				continue
			}
			queue = append(queue, next)
		}
	}
	return found
}

// standard says whether path is of the standard library, or unknown.
func (g graph) standard(path string) bool {
	p := g[path]
	return p == nil && !strings.Contains(path, ".") || p != nil && p.Standard
}

func pathTo(came map[string]string, to string) []string {
	var path []string
	for at := to; at != ""; at = came[at] {
		path = append(path, at)
	}
	slices.Reverse(path)
	return path
}

func (g graph) trespass(path string, o owner) []breach {
	if matchesAny(o.only, path) {
		return nil
	}
	var found []breach
	for _, imported := range g[path].Imports {
		if matchesAny(o.imports, imported) {
			found = append(found, breach{[]string{path, imported}, "only " + strings.Join(o.only, " or ") + " may: " + o.because})
		}
	}
	return found
}
