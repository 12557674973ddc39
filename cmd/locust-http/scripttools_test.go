package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
)

// runScriptTests runs the tests of a file in this process, as the child does.
func runScriptTests(t *testing.T, files map[string]string, file string) master.ScriptTest {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	in, alive := io.Pipe()
	defer alive.Close()
	var out strings.Builder
	p := &process{in: in, out: &out, err: io.Discard}
	c := &scriptTestsCommand{process: p, Folder: dir, File: file}
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	var result master.ScriptTest
	if err := json.Unmarshal([]byte(out.String()), &result); err != nil {
		t.Fatal(err)
	}
	return result
}

func TestScriptTestsAnswer(t *testing.T) {
	const cart = "local cart = {}\nfunction cart.size() return 2 end\nreturn cart\n"
	files := map[string]string{
		"cart.lua":        cart,
		"cart_test.lua":   "test('right', function() equal(require('cart').size(), 2) end)\ntest('wrong', function() equal(1, 2) end)\n",
		"broken_test.lua": "test(\n",
		"loud_test.lua":   "test('loud', function() error(('x'):rep(100000)) end)\n" + strings.Repeat("-- more\n", 10),
		"many_test.lua":   "for i = 1, 5000 do test('t' .. i, function() equal(('y'):rep(300), i) end) end\n",
	}
	r := runScriptTests(t, files, "cart_test.lua")
	if r.OK || len(r.Tests) != 2 || !r.Tests[0].OK || r.Tests[1].OK || r.Tests[1].Place != "scripts/cart_test.lua:2" || !strings.Contains(r.Output, "1 passed, 1 failed") || strings.Contains(r.Output, "broken") {
		t.Errorf("%+v", r)
	}
	if r := runScriptTests(t, files, "broken_test.lua"); r.OK || len(r.Tests) != 1 || r.Tests[0].Name != "" || r.Tests[0].Place == "" {
		t.Errorf("%+v", r)
	}
	if r := runScriptTests(t, files, "nothing_test.lua"); r.OK || r.Tests == nil || r.Output == "" {
		t.Errorf("%+v", r)
	}
	if r := runScriptTests(t, files, "loud_test.lua"); r.OK || len(r.Tests[0].Message) > maxTestMessage {
		t.Errorf("%d bytes", len(r.Tests[0].Message))
	}
	if r := runScriptTests(t, files, "many_test.lua"); r.OK || len(r.Tests) != maxTestResults || len(r.Output) > maxTestOutput+100 {
		t.Errorf("%d results, %d bytes", len(r.Tests), len(r.Output))
	}
}

// What editors are told of the language has no list that is null.
func TestLuaAPIHasNoNull(t *testing.T) {
	text, err := json.Marshal(luaAPI())
	if err != nil || strings.Contains(string(text), "null,") || strings.Contains(string(text), ":null") {
		t.Errorf("%s, %v", load.Clip(string(text), 500), err)
	}
}

func TestTestsEndWithTheirCaller(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := testScript(ctx, t.TempDir(), "x_test.lua", io.Discard); err == nil {
		t.Error("tests of a caller that has gone have an answer")
	}
}
