// Package modules is the libraries in Go that scripts get with require: json, base64, hex,
// url, crypto, uuid, time, random, regex and html. The comment at the top of each file
// lists its functions as scripts call them. They check their arguments, and what they read
// and make is bounded. A wrong argument raises an error; data that is not what it should be
// (text that is no JSON, no base64) gives nil and what is wrong.
package modules

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

// MaxText bounds the texts that functions read, in bytes.
const MaxText = 8 << 20

// All is all libraries, sorted by name. They share bounded caches of what was compiled,
// and are safe for concurrent use by many states.
func All() []*sandbox.Library {
	return []*sandbox.Library{
		base64Library(), cryptoLibrary(), hexLibrary(), htmlLibrary(), jsonLibrary(),
		randomLibrary(), regexLibrary(), timeLibrary(), urlLibrary(), uuidLibrary(),
	}
}

// function is a function of a library.
type function func(a args) int

// library makes a library whose functions know their names.
func library(name string, functions map[string]function) *sandbox.Library {
	lib := &sandbox.Library{Name: name, Functions: map[string]lua.LGFunction{}}
	for key, f := range functions {
		full := name + "." + key
		lib.Functions[key] = func(L *lua.LState) int { return f(args{L, full}) }
	}
	return lib
}

// failed returns nil and what is wrong with the data.
func (a args) failed(message string) int {
	a.L.Push(lua.LNil)
	a.L.Push(lua.LString(strings.ToValidUTF8(message, "\uFFFD")))
	return 2
}

func (a args) text(s string) int {
	a.L.Push(lua.LString(s))
	return 1
}

func (a args) push(v lua.LValue) int {
	a.L.Push(v)
	return 1
}
