package modules

// json.encode(value [, {pretty=true}]) → text: value as JSON; names are sorted, lists are
//   the tables with the keys 1 to n, and an empty table is an object
//   json.encode({id = 7, tags = {"a"}})  --> {"id":7,"tags":["a"]}
// json.decode(text [, {numbers="text"}]) → value, or nil and what is wrong: the Lua value of
//   a JSON text. null is json.null. Whole numbers beyond 2^53, which Lua numbers cannot
//   hold, become strings of their digits; with numbers="text" all numbers are strings as
//   written
//   json.decode('{"id":7}').id  --> 7
// json.null: JSON's null. It is true in a condition; compare with == json.null
//   json.encode({next = json.null})  --> {"next":null}
// json.array(table) → table: makes it a JSON array, also when it is empty
//   json.encode({items = json.array({})})  --> {"items":[]}
// json.object(table) → table: makes it a JSON object; numbers become names
//   json.encode(json.object({[5] = "five"}))  --> {"5":"five"}
// json.number(text) → value: a number with all its digits, for json.encode; tostring and ..
//   give its text
//   json.encode({id = json.number("9007199254740993")})  --> {"id":9007199254740993}

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
	"github.com/locust-http/locust-http/scripting/value"
)

func jsonLibrary() *sandbox.Library {
	lib := library("json", map[string]function{
		"encode": jsonEncode,
		"decode": jsonDecode,
		"array":  func(a args) int { return jsonMark(a, value.MarkArray) },
		"object": func(a args) int { return jsonMark(a, value.MarkObject) },
		"number": jsonNumber,
	})
	lib.Constants = map[string]lua.LValue{"null": value.Null}
	return lib
}

func jsonEncode(a args) int {
	if a.L.GetTop() == 0 {
		a.bad(1, "value", "is missing")
	}
	encode := value.AppendJSON
	if a.flag(a.options(2, "pretty"), "pretty") {
		encode = value.AppendPrettyJSON
	}
	var small [256]byte
	text, err := encode(a.L, small[:0], a.L.Get(1))
	if err != nil {
		value.Raise(a.L, a.function, err)
	}
	return a.text(string(text))
}

func jsonDecode(a args) int {
	text := a.string(1, "text")
	decode := value.DecodeJSON
	if a.word(a.options(2, "numbers"), "numbers", "number", "text") == "text" {
		decode = value.DecodeJSONText
	}
	v, err := decode(a.L, text)
	if err != nil {
		if value.IsLimit(err) {
			value.Raise(a.L, a.function, err)
		}
		return a.failed(err.Error())
	}
	return a.push(v)
}

func jsonMark(a args, mark func(*lua.LTable) bool) int {
	t := a.table(1, "table")
	if !mark(t) {
		a.bad(1, "table", "has a metatable of its own")
	}
	return a.push(t)
}

func jsonNumber(a args) int {
	v, ok := value.NewNumber(a.string(1, "text"))
	if !ok {
		a.bad(1, "text", "is not a number as JSON writes it")
	}
	return a.push(v)
}
