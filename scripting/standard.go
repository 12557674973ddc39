package scripting

import (
	"github.com/locust-http/locust-http/scripting/modules"
	"github.com/locust-http/locust-http/scripting/sandbox"
	"github.com/locust-http/locust-http/scripting/stdlib"
)

// standardLibraries are those of Lua that scripts have, in their bounded forms.
func standardLibraries() []*sandbox.Library {
	return []*sandbox.Library{stdlib.String(), stdlib.Table(), stdlib.Math(), stdlib.Coroutine()}
}

// hostModules are the libraries that require finds beside those of the run.
func hostModules() []*sandbox.Library { return modules.All() }
