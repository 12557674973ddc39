package modules

import (
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

func TestJSON(t *testing.T) {
	run(t, []vector{
		{`json.encode({id = 7, tags = {"a"}})`, `{"id":7,"tags":["a"]}`},
		{`json.encode({b = 1, a = {true, false, 1.5, "x\n\"\\\1é\255"}})`, `{"a":[true,false,1.5,"x\n\"\\\u0001é` + "\uFFFD" + `"],"b":1}`},
		{`json.encode({})`, "{}"},
		{`json.encode(json.array({}))`, "[]"},
		{`json.encode(json.object({[5] = "five", x = {}}))`, `{"5":"five","x":{}}`},
		{`json.encode(json.object({"a", "b"}))`, `{"1":"a","2":"b"}`},
		{`json.encode(nil)`, "null"},
		{`json.encode(json.null)`, "null"},
		{`json.encode({next = json.null})`, `{"next":null}`},
		{`json.encode("x")`, `"x"`},
		{`json.encode({1, {a = {}}, json.array({})}, {pretty = true})`, "[\n  1,\n  {\n    \"a\": {}\n  },\n  []\n]"},
		{`json.encode({id = json.number("9007199254740993")})`, `{"id":9007199254740993}`},
		{`"id " .. json.number("12") .. "3", json.number("12") == json.number("12"), tostring(json.number("1.50"))`, "id 123 | true | 1.50"},
		{`json.decode('{"id":7}').id`, "7"},
		{`json.decode(' [1, [], {}, null, "\\u00e9\\ud83d\\ude00\\/\\ud83d"] ')[5]`, "é😀/\uFFFD"},
		{`json.encode(json.decode('{"b":[],"a":{},"n":null,"l":[null]}'))`, `{"a":{},"b":[],"l":[null],"n":null}`},
		{`json.decode('[null]')[1] == json.null, json.decode("null") == json.null, not json.null, tostring(json.null)`, "true | true | false | null"},
		{`json.decode('{"a":1,"a":2}').a`, "2"},
		{`json.decode('[9007199254740993, 1.10, 1e2]')[1], type(json.decode('[9007199254740993]')[1])`, "9007199254740993 | string"},
		{`json.decode('[1.10]', {numbers = "text"})[1]`, "1.10"},
		{`json.decode('{"a":}')`, `nil | not JSON: '}' where a value belongs at byte 5`},
		{`json.decode('')`, `nil | not JSON: the text ends where a value belongs at byte 0`},
		{`json.decode('[1,]')`, `nil | not JSON: ']' where a value belongs at byte 3`},
		{`json.decode('[01]')`, `nil | not JSON: '1' where a comma or "]" belongs at byte 2`},
		{`json.decode('{} x')`, `nil | not JSON: 'x' where the end belongs at byte 3`},
		{`json.decode('"a\nb"')`, `nil | not JSON: '\n' where an escape for a control character belongs at byte 2`},
		{`json.decode('"\\x"')`, `nil | not JSON: '\\' where a valid escape belongs at byte 1`},
		{`json.decode('<html>')`, `nil | not JSON: '<' where a value belongs at byte 0`},
		{`json.decode('{"a" 1}')`, `nil | not JSON: '1' where a colon belongs at byte 5`},
		{`json.decode('{a:1}')`, `nil | not JSON: 'a' where a name in quotes belongs at byte 1`},
		{`getmetatable(json.null), getmetatable(json.array({})), pcall(setmetatable, json.array({}), {})`, "null | array | false | <string>:1: cannot change a protected metatable"},
		{`#json.decode("[" .. ("1,"):rep(60000) .. "1]")`, "60001"},
	})
	refuse(t, []vector{
		{`json.encode()`, "json.encode: argument 1 (value) is missing"},
		{`json.encode({items = {1, print}})`, "json.encode: items[2] is a function"},
		{`json.encode({0/0})`, "json.encode: the value[1] is NaN"},
		{`json.encode({}, {prety = true})`, `json.encode: argument 2 (options) has "prety", and there are only: pretty`},
		{`json.encode({}, {pretty = 1})`, `json.encode: pretty is a number, not true or false`},
		{`json.decode()`, "json.decode: argument 1 (text) is nil, not a string"},
		{`json.decode("1", {numbers = "big"})`, `json.decode: numbers is "big", not one of: number, text`},
		{`json.decode(("["):rep(101))`, "!json.decode: nested deeper than 100"},
		{`json.decode("[" .. ("1,"):rep(70000) .. "1]")`, "!json.decode: an array of more than 65535 values"},
		{`json.decode("[" .. ("[" .. ('{"":1},'):rep(20000) .. "1],"):rep(6) .. "1]")`, "!json.decode: the text takes more than 64 MiB as tables"},
		{`json.decode((" "):rep(9000000))`, "!json.decode: argument 1 (text) is longer than 8388608 bytes"},
		{`json.encode(("x"):rep(8388607))`, "!makes more than 8388608 bytes"},
		{`json.array(1)`, "json.array: argument 1 (table) is a number, not a table"},
		{`json.array(setmetatable({}, {}))`, "json.array: argument 1 (table) has a metatable of its own"},
		{`json.number("1x")`, "json.number: argument 1 (text) is not a number as JSON writes it"},
		{`json.null.x`, "attempt to index"},
	})
}

// A document becomes the same text again.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5,{"b":null}],"c":""}`, `[[],{},"\u0000\ud800",-0,1e5,12345678901234567890]`, `{"":{"":[]}}`, "[\xff]", `"`, `[1`, "{\"\xff\":1}"} {
		f.Add(seed)
	}
	L, _ := newState(f)
	f.Fuzz(func(t *testing.T, text string) {
		L.SetGlobal("text", lua.LString(text))
		got, err := results(L, `(function()
			local v, err = json.decode(text)
			if v == nil then return "not JSON" end
			local once = json.encode(v)
			local again = json.encode(json.decode(once))
			return once == again and "same" or once .. " then " .. again
		end)()`)
		if err != nil && !strings.Contains(err.Error(), "more than") && !strings.Contains(err.Error(), "deeper") || err == nil && got != "same" && got != "not JSON" {
			t.Errorf("%q: %s, %v", text, got, err)
		}
	})
}
