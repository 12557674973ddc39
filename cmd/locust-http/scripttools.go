package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/locust-http/locust-http/master"
	"github.com/locust-http/locust-http/scripting/reference"
)

// Bounds of the tests of scripts that a master runs for a page.
const (
	scriptTestLimit  = 30 * time.Second
	scriptTestAnswer = 8 << 20 // bytes that the process may answer
)

// newScriptTools is what a master needs of the language beside newLua. log takes what the
// processes that it starts have to say.
func newScriptTools(log io.Writer) master.ScriptTools {
	return master.ScriptTools{
		API: luaAPI,
		Functions: func(library, text string) []master.LuaFunction {
			return luaFunctions(reference.Functions(library, text))
		},
		Test: func(ctx context.Context, folder, file string) (master.ScriptTest, error) {
			return testScript(ctx, folder, file, log)
		},
	}
}

func luaAPI() master.LuaAPI {
	a := reference.Read()
	out := master.LuaAPI{Functions: luaFunctions(a.Functions), Hooks: luaFunctions(a.Hooks), Tests: luaFunctions(a.Tests), Libraries: []master.LuaLibrary{}}
	for _, l := range a.Modules {
		out.Libraries = append(out.Libraries, master.LuaLibrary{Name: l.Name, Source: "host", Functions: luaFunctions(l.Functions)})
	}
	return out
}

func luaFunctions(list []reference.Function) []master.LuaFunction {
	out := make([]master.LuaFunction, len(list))
	for i, f := range list {
		out[i] = master.LuaFunction{Name: f.Name, Signature: f.Signature, Doc: f.Doc, Kind: string(f.Kind), Params: f.Params}
	}
	return out
}

// testScript runs one test file in a process of its own: Lua of users never runs in the
// master's.
func testScript(ctx context.Context, folder, file string, log io.Writer) (master.ScriptTest, error) {
	var result master.ScriptTest
	ctx, cancel := context.WithTimeout(ctx, scriptTestLimit)
	defer cancel()
	cmd, err := self("script-tests", "--folder", folder, "--file", file)
	if err != nil {
		return result, err
	}
	answer := &bounded{limit: scriptTestAnswer}
	cmd.Stdout = answer
	c, err := startChild("script tests", cmd, log)
	if err != nil {
		return result, err
	}
	defer c.end()
	select {
	case <-c.done:
	case <-ctx.Done():
		c.kill()
		<-c.done
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return master.ScriptTest{Output: fmt.Sprintf("the tests took over %v, and were ended", scriptTestLimit)}, nil
		}
		return result, ctx.Err()
	}
	if c.err != nil {
		return master.ScriptTest{Output: "the process of the tests has ended: " + c.err.Error()}, nil
	}
	if err := json.Unmarshal(answer.Bytes(), &result); err != nil {
		return result, fmt.Errorf("read what the tests of %s have said: %w", file, err)
	}
	return result, nil
}

// bounded is a buffer that refuses more than limit bytes.
type bounded struct {
	bytes.Buffer
	limit int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > b.limit {
		return 0, fmt.Errorf("over %d bytes", b.limit)
	}
	return b.Buffer.Write(p)
}
