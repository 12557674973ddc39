package docs_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting"
)

// Every function that a script can call has an example on the page. What there is, is what
// a script finds: globals, and what is in the libraries.
func TestLuaPageIsComplete(t *testing.T) {
	t.Parallel()
	blocks := blocksOf(t, luaPage, "lua")
	var examples strings.Builder
	for _, b := range blocks {
		examples.WriteString(b.text)
	}
	names := callable(t, libraries(t, nil))
	if len(names) < 150 {
		t.Fatalf("only %d functions were found: %v", len(names), names)
	}
	names = append(names, strings.Fields(fields)...)
	names = append(names, "test", "equal", "raises", "clock", "fake", "calls", "checks") // of tests of libraries
	for _, name := range names {
		if !called(name).MatchString(examples.String()) {
			t.Errorf("%s has no example on the page", name)
		}
	}
}

// fields are those of the objects, which a script cannot list.
const fields = `
req.method req.url req.path req.name req.body req.json req.headers req.query req.form req.cookies
res.status res.ok res.reason res.body res.size res.latency res.ttfb res.error res.headers res.cookies res.request
user.id user.iteration user.worker user.scenario user.vars user.data
run.id run.scenario run.stage run.elapsed run.environment run.stop
secret.API_KEY vars.size json.null math.pi math.huge`

// called finds a use of a function: by its name, or as a method.
func called(name string) *regexp.Regexp {
	library, function, inside := strings.Cut(name, ".")
	switch {
	case !inside:
		return regexp.MustCompile(`(^|[^.:\w])` + name + `\b`)
	case library == "string" || library == "expect":
		return regexp.MustCompile(`\b` + library + `\.` + function + `\b|:` + function + `\(`)
	}
	return regexp.MustCompile(`\b` + library + `\.` + function + `\b`)
}

// callable is the names of all functions, as a script finds them.
func callable(t *testing.T, shipped []load.Source) []string {
	t.Helper()
	var modules []string
	for i := range shipped {
		modules = append(modules, shipped[i].Library)
	}
	modules = append(modules, scripting.Modules()...)
	script := strings.NewReplacer("GLOBALS", quoted(scripting.Globals()), "MODULES", quoted(modules)).Replace(listing)
	site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
	b := &block{page: "docs/" + luaPage, line: 1, info: []string{"lua", ""}, text: script}
	o := newExample(t, examplePlan(t, site.URL), b, shipped, nil).send(t)
	for _, f := range o.failed {
		t.Fatalf("list what there is: %s: %s", f.class, f.text)
	}
	var names []string
	for _, l := range o.logs {
		if name, ok := strings.CutPrefix(l.Message, "function "); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func quoted(names []string) string { return `"` + strings.Join(names, `", "`) + `"` }

// listing is Lua that says the name of every function. expect is one; its words are those
// of what it returns.
const listing = `
local function list(name, value)
  if type(value) == "function" then log.info("function " .. name) end
  if type(value) ~= "table" then return end
  for key, v in pairs(value) do
    if type(v) == "function" and string.sub(key, 1, 2) ~= "__" then log.info("function " .. name .. "." .. key) end
  end
end
for _, name in ipairs({GLOBALS}) do
  if name ~= "_G" then list(name, _G[name]) end
end
for _, name in ipairs({MODULES}) do list(name, require(name)) end
list("expect", getmetatable(require("expect")(http.get{url = "/ok"})))
`
