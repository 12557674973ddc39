package scripting

import (
	"fmt"
	"math"
	"strconv"
	"unsafe"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
	"github.com/locust-http/locust-http/scripting/stdlib"
)

// concatFunction is what every chain of `..` in a text calls. Lua's own instruction makes
// strings of any size, and the watch acts only between instructions: fifty operands of one
// MiB, doubled, are gigabytes before it can. It is also slow where numbers are among them.
var concatFunction = function(concat)

// shortText is up to how many bytes a text is put together on the stack.
const shortText = 128

// concat joins its arguments, at least two, from the right to the left as `..` does.
func concat(L *lua.LState) int {
	from, to := 1, L.GetTop()
	right := L.Get(to)
	for to--; to >= from; {
		left := L.Get(to)
		if !isText(left) || !isText(right) {
			right = concatMeta(L, left, right)
			to--
			continue
		}
		first := to
		for first > from && isText(L.Get(first-1)) {
			first--
		}
		right = join(L, first, to, right)
		to = first - 1
	}
	L.Push(right)
	return 1
}

// isText says whether v is joined as it is.
func isText(v lua.LValue) bool {
	switch v.(type) {
	case lua.LString, lua.LNumber:
		return true
	}
	return false
}

// join is the arguments from first to last, and what is on the right of them, as one text.
func join(L *lua.LState, first, last int, right lua.LValue) lua.LString {
	size := textSize(right)
	for i := first; i <= last; i++ {
		size += textSize(L.Get(i))
	}
	if size > shortText {
		return joinLong(L, first, last, right, size)
	}
	var short [shortText]byte
	out := short[:0]
	for i := first; i <= last; i++ {
		out = appendText(out, L.Get(i))
	}
	return lua.LString(appendText(out, right))
}

// joinLong is join for a text of size bytes, or a few less where numbers are among them.
func joinLong(L *lua.LState, first, last int, right lua.LValue, size int) lua.LString {
	if size > stdlib.MaxText+maxNumberSize*(last-first+2) {
		concatLimit(L)
	}
	out := make([]byte, 0, size)
	for i := first; i <= last; i++ {
		out = appendText(out, L.Get(i))
	}
	out = appendText(out, right)
	if len(out) > stdlib.MaxText {
		concatLimit(L)
	}
	return lua.LString(unsafe.String(unsafe.SliceData(out), len(out))) // nothing else has out
}

func concatLimit(L *lua.LState) {
	sandbox.Limit(L, fmt.Sprintf("a concatenation makes at most %d bytes", stdlib.MaxText))
}

// maxNumberSize is how many bytes a number has as text, at most.
const maxNumberSize = 24

func textSize(v lua.LValue) int {
	if s, ok := v.(lua.LString); ok {
		return len(s)
	}
	return maxNumberSize
}

func appendText(out []byte, v lua.LValue) []byte {
	switch v := v.(type) {
	case lua.LString:
		return append(out, v...)
	case lua.LNumber:
		return appendNumber(out, float64(v))
	}
	return out
}

// appendNumber writes n as lua.LNumber.String does.
func appendNumber(out []byte, n float64) []byte {
	if whole := int64(n); float64(whole) == n {
		return strconv.AppendInt(out, whole, 10)
	}
	switch {
	case math.IsInf(n, 1):
		return append(out, "+Inf"...)
	case math.IsNaN(n):
		return append(out, "NaN"...)
	}
	return strconv.AppendFloat(out, n, 'g', -1, 64)
}

// concatMeta joins two values of which one at least is neither a string nor a number.
func concatMeta(L *lua.LState, left, right lua.LValue) lua.LValue {
	join := L.GetMetaField(left, "__concat")
	if join == lua.LNil {
		join = L.GetMetaField(right, "__concat")
	}
	if join == lua.LNil {
		wrong := left
		if isText(left) {
			wrong = right
		}
		L.RaiseError("attempt to concatenate a %s value", wrong.Type())
	}
	L.Push(join)
	L.Push(left)
	L.Push(right)
	L.Call(2, 1)
	made := L.Get(-1)
	L.Pop(1)
	return made
}
