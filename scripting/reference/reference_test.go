package reference_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting"
	"github.com/locust-http/locust-http/scripting/libtest"
	"github.com/locust-http/locust-http/scripting/lint"
	"github.com/locust-http/locust-http/scripting/reference"
	"github.com/locust-http/locust-http/scripts"
)

// listing is Lua that says the name of every function.
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
`

// callable is the names of all functions, as a script finds them.
func callable(t *testing.T) (names []string) {
	t.Helper()
	quoted := func(names []string) string { return `"` + strings.Join(names, `", "`) + `"` }
	text := strings.NewReplacer("GLOBALS", quoted(scripting.Globals()), "MODULES", quoted(scripting.Modules())).Replace(listing)
	program, problems := scripting.Compile([]load.Source{{Path: "script", File: "list", Text: text}}, scripting.Config{Timeout: scripting.MaxTimeout})
	if program == nil {
		t.Fatal(problems)
	}
	defer program.Close()
	host := new(libtest.Host)
	host.Reset()
	if f := program.NewState(host, [2]uint64{1, 2}).Do(program.Script("script"), nil, func(*lua.LState) {}); f != nil {
		t.Fatal(f)
	}
	for _, line := range host.Logged {
		if at := strings.Index(line, "function "); at >= 0 {
			names = append(names, strings.TrimSpace(line[at+len("function "):]))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestComplete: what editors are told and what a script finds is the same.
func TestComplete(t *testing.T) {
	a := reference.Read()
	known := map[string]reference.Function{}
	all := slices.Concat(a.Functions, a.Hooks)
	var modules []string
	for _, m := range a.Modules {
		modules = append(modules, m.Name)
		all = append(all, m.Functions...)
	}
	for _, f := range all {
		if known[f.Name].Name != "" {
			t.Errorf("%s stands there twice", f.Name)
		}
		if f.Doc == "" || !strings.HasSuffix(f.Doc, ".") {
			t.Errorf("%s has no sentence about it: %q", f.Name, f.Doc)
		}
		known[f.Name] = f
	}
	if !slices.Equal(modules, scripting.Modules()) {
		t.Errorf("modules %v, want %v", modules, scripting.Modules())
	}
	found := callable(t)
	for _, name := range found {
		if known[name].Kind != reference.KindFunction {
			t.Errorf("%s is missing: %+v", name, known[name])
		}
	}
	for _, f := range all {
		object, _, _ := strings.Cut(f.Name, ".")
		if f.Kind == reference.KindFunction && object != "run" && !slices.Contains(found, f.Name) {
			t.Errorf("scripts do not find %s", f.Name)
		}
	}
	for object, parts := range lint.Parts() {
		for _, part := range parts {
			if known[object+"."+part].Name == "" && known[object+":"+part].Name == "" {
				t.Errorf("%s of %s is missing", part, object)
			}
		}
		for _, f := range all {
			if rest, ok := strings.CutPrefix(f.Name, object); ok && (rest[0] == '.' || rest[0] == ':') && !slices.Contains(parts, strings.Trim(rest, ".:")) && f.Name != "res.headers:all" {
				t.Errorf("there is no %s", f.Name)
			}
		}
	}
	for h := scripting.Before; h <= scripting.UserStop; h++ {
		if known[h.String()].Kind != reference.KindHook {
			t.Errorf("the hook %s is missing", h)
		}
	}
	var tests []string
	for _, f := range a.Tests {
		tests = append(tests, f.Name)
	}
	slices.Sort(tests)
	if !slices.Equal(tests, libtest.Globals()) {
		t.Errorf("%v, want %v", tests, libtest.Globals())
	}
	if f := known["string.find"]; !slices.Equal(f.Params, []string{"text", "pattern", "init", "plain"}) {
		t.Errorf("%+v", f)
	}
}

// TestShipped: every function of a shipped library is found, with what its comment says.
func TestShipped(t *testing.T) {
	for library, want := range map[string]string{
		"jwt":    "jwt.make jwt.read jwt.verify",
		"expect": "expect expect:body_contains expect:body_matches expect:cookie expect:count expect:css expect:header expect:holds expect:json expect:latency_below expect:ok expect:size_below expect:status expect:xpath",
		"totp":   "totp.at totp.base32 totp.hotp totp.now totp.remaining",
		"sign":   "sign.aws sign.aws_url sign.hmac",
	} {
		text, err := scripts.Files.ReadFile(library + ".lua")
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range reference.Functions(library, string(text)) {
			names = append(names, f.Name)
			if f.Doc == "" || f.Signature == "" {
				t.Errorf("%+v", f)
			}
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s has %s, want %s", library, got, want)
		}
	}
}

func TestFunctionsOfALibrary(t *testing.T) {
	got := reference.Functions("shop.cart", `-- The cart.
local M = {}
local other = {}

-- add puts an item into the cart.
-- It may be there already.
function M.add(item, n)
  function M.inner() end
end

--- cart.clear([all]): empties it.
M.clear = function(all) end
function M:size() end
function other.hidden() end
local function secret() end

return M
`)
	want := []reference.Function{
		{Name: "cart.add", Signature: "cart.add(item, n)", Doc: "add puts an item into the cart. It may be there already.", Kind: reference.KindFunction, Params: []string{"item", "n"}},
		{Name: "cart.clear", Signature: "cart.clear([all])", Doc: "empties it.", Kind: reference.KindFunction, Params: []string{"all"}},
		{Name: "cart:size", Signature: "cart:size()", Kind: reference.KindMethod, Params: []string{}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	for _, text := range []string{"", "function", "\xff\x00", strings.Repeat("--- (", 1000), strings.Repeat("function a.b()\n", 10_000)} {
		if n := len(reference.Functions("x", text)); n > 500 {
			t.Errorf("%d", n)
		}
	}
}
