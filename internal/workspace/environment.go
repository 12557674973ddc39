package workspace

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// Environments of a workspace are files of one folder.
const (
	environments       = "environments"
	environmentEnding  = ".yaml"
	maxEnvironment     = 1 << 20 // bytes
	environmentsListed = 1_000
)

// ErrNoEnvironment is a name that no environment has. Test with errors.Is.
var ErrNoEnvironment = errors.New("no such environment")

// Environment reads environments/NAME.yaml. Problems are those of its text, at their
// place; it is nil when one of them is not just a warning, or with an error. A name that
// is not there is ErrNoEnvironment, whose text names those that are.
func (w *Workspace) Environment(name string) (*load.Environment, plan.Problems, error) {
	file := path.Join(environments, name+environmentEnding)
	if !environmentName(name) {
		return nil, nil, w.noEnvironment(name)
	}
	f, info, err := w.open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, w.noEnvironment(name)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read environment %s: %w", name, err)
	}
	defer f.Close()
	if info.Size() > maxEnvironment {
		return nil, nil, fmt.Errorf("read environment %s: %d bytes, over the limit of 1 MiB", name, info.Size())
	}
	text, err := io.ReadAll(io.LimitReader(f, maxEnvironment))
	if err != nil {
		return nil, nil, fmt.Errorf("read environment %s: %w", name, err)
	}
	e, problems := plan.DecodeEnvironment(file, text)
	return e, problems, nil
}

// noEnvironment is the error for a name that is not there.
func (w *Workspace) noEnvironment(name string) error {
	err := fmt.Errorf("%w: %q", ErrNoEnvironment, load.Clip(name, 200))
	names, listed := w.Environments()
	switch nearest := plan.Nearest(name, names); {
	case listed != nil:
		return errors.Join(err, listed)
	case len(names) == 0:
		return fmt.Errorf("%w: the workspace has none: write %s/NAME%s", err, environments, environmentEnding)
	case nearest != "":
		return fmt.Errorf("%w: did you mean %q?", err, nearest)
	}
	const shown = 20
	if more := len(names) - shown; more > 0 {
		names = append(names[:shown], fmt.Sprintf("%d more", more))
	}
	return fmt.Errorf("%w: there are %s", err, strings.Join(names, ", "))
}

// Environments is the names of all environments, in order.
func (w *Workspace) Environments() ([]string, error) {
	f, _, err := w.openFolder(environments)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list environments: %w", err)
	}
	defer f.Close()
	files, err := f.Readdirnames(environmentsListed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("list environments: %w", err)
	}
	var names []string
	for _, file := range files {
		if name, ok := strings.CutSuffix(file, environmentEnding); ok && environmentName(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// environmentName says whether name can be that of an environment: of a file in the one
// folder, not hidden.
func environmentName(name string) bool {
	return name != "" && !strings.Contains(name, "/") && !strings.HasPrefix(name, ".") && sayable(name+environmentEnding) == nil
}
