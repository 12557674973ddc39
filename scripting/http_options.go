package scripting

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting/sandbox"
	"github.com/locust-http/locust-http/scripting/value"
)

// options reads the table of an http call. All keys are checked: one that is misspelt
// would be left out of the request without a word.
type options struct {
	L    *lua.LState
	name string // of the function
	call Call
	made int    // bytes of what the request is made of
	body string // the key that made the body
	kind string // its Content-Type
}

var optionKeys = []string{"url", "name", "method", "headers", "query", "json", "form", "text", "body", "multipart", "timeout", "status", "follow_redirects"}

func (o *options) read() {
	L := o.L
	table := L.Get(1)
	if url, ok := table.(lua.LString); ok {
		o.call.URL = string(url)
		table = L.Get(2)
	}
	switch table := table.(type) {
	case *lua.LTable:
		if table.RawGetString("request").Type() == lua.LTFunction {
			L.RaiseError(`call it with a dot: %s{…}`, o.name)
		}
		o.table(table)
	case *lua.LNilType:
	default:
		L.RaiseError(`%s takes a table, or a URL and a table: %s{url = "/items"}`, o.name, o.name)
	}
	if o.call.URL == "" {
		L.RaiseError(`%s: url is missing: %s{url = "/items"}`, o.name, o.name)
	}
	if o.call.Method == "" {
		L.RaiseError(`%s: method is missing: %s{method = "PUT", url = "/items"}`, o.name, o.name)
	}
	if o.kind != "" && !o.hasHeader("Content-Type") {
		o.call.Headers = append(o.call.Headers, load.Header{Name: "Content-Type", Value: o.kind})
	}
}

func (o *options) hasHeader(name string) bool {
	for _, h := range o.call.Headers {
		if strings.EqualFold(h.Name, name) {
			return true
		}
	}
	return false
}

func (o *options) table(t *lua.LTable) {
	var query lua.LValue = lua.LNil
	for key, v := t.Next(lua.LNil); key != lua.LNil; key, v = t.Next(key) {
		name, ok := key.(lua.LString)
		if n, isNumber := key.(lua.LNumber); isNumber && n == 1 && v.Type() == lua.LTString {
			name, ok = "url", true // http.get{"/items"}
		}
		if !ok {
			o.wrong("key %s has no name", key.String())
		}
		if name == "query" {
			query = v // after the url, whichever comes first
			continue
		}
		o.option(string(name), v)
	}
	if query != lua.LNil {
		o.query(query)
	}
}

func (o *options) wrong(format string, args ...any) {
	o.L.RaiseError("%s: "+format, append([]any{o.name}, args...)...)
}

func (o *options) option(name string, v lua.LValue) {
	switch name {
	case "url":
		if o.call.URL != "" {
			o.wrong("there are two urls")
		}
		o.call.URL = o.text(name, v)
	case "name":
		o.call.Name = o.text(name, v)
	case "method":
		if o.call.Method != "" {
			o.wrong("method is for http.request")
		}
		o.call.Method = strings.ToUpper(o.text(name, v))
	case "headers":
		o.headers(v)
	case "json", "form", "text", "body", "multipart":
		if o.body != "" {
			o.wrong("%s and %s are two bodies", o.body, name)
		}
		o.body = name
		o.setBody(name, v)
	case "timeout":
		if o.call.Timeout = duration(o.L, o.name+": timeout", v); o.call.Timeout == 0 {
			o.wrong("timeout must be more than 0")
		}
	case "status":
		o.status(v)
	case "follow_redirects":
		n, ok := v.(lua.LNumber)
		if !ok || n != lua.LNumber(int(n)) || n < 0 || n > 100 {
			o.wrong("follow_redirects is how many to follow, 0 for none")
		}
		hops := int(n)
		o.call.Follow = &hops
	default:
		o.wrong("unknown key `%s`%s", clip(name, 60), didYouMean(name, append([]string{}, optionKeys...)))
	}
}

func (o *options) text(name string, v lua.LValue) string {
	text, ok := v.(lua.LString)
	if !ok || text == "" {
		o.wrong("%s must be a text, not %s", name, article(v))
	}
	return string(text)
}

// article is what v is, for messages.
func article(v lua.LValue) string {
	switch v := v.(type) {
	case *lua.LNilType:
		return "nil"
	case lua.LString:
		if v == "" {
			return "empty"
		}
	}
	return "a " + v.Type().String()
}

func (o *options) status(v lua.LValue) {
	one := func(v lua.LValue) {
		n, ok := v.(lua.LNumber)
		if !ok || n != lua.LNumber(int(n)) || n < 100 || n > 999 {
			o.wrong("status must be a number such as 404, or a list of them")
		}
		o.call.Status = append(o.call.Status, int(n))
	}
	list, ok := v.(*lua.LTable)
	if !ok {
		one(v)
		return
	}
	if list.Len() == 0 {
		o.wrong("status must be a number such as 404, or a list of them")
	}
	for i := range list.Len() {
		one(list.RawGetInt(i + 1))
	}
}

// each visits the fields of a table by name, sorted, so that a request is the same each
// time; a list gives its name several times.
func (o *options) each(option string, v lua.LValue, visit func(name, value string)) {
	t, ok := v.(*lua.LTable)
	if !ok {
		o.wrong("%s must be a table, not %s", option, article(v))
	}
	fields := make(map[string]lua.LValue)
	for key, v := t.Next(lua.LNil); key != lua.LNil; key, v = t.Next(key) {
		name, ok := key.(lua.LString)
		if !ok {
			o.wrong("%s must have names, as in {page = 2}", option)
		}
		fields[string(name)] = v
	}
	for _, name := range sortedKeys(fields) {
		mayGoOn(o.L) // a list without a value takes time, and counts as nothing
		list, ok := fields[name].(*lua.LTable)
		if !ok {
			visit(name, o.fieldText(option, name, fields[name]))
			continue
		}
		for i := range list.Len() {
			visit(name, o.fieldText(option, name, list.RawGetInt(i+1)))
		}
	}
}

func (o *options) fieldText(option, name string, v lua.LValue) string {
	text, ok := textOf(v)
	if !ok {
		o.wrong("%s[%q] must be a text, a number or a boolean, not %s", option, clip(name, 60), article(v))
	}
	o.spend(len(name) + len(text))
	return text
}

// maxFields bounds the fields of a request, in bytes: a short table can name a long text
// any number of times, and what is made of it is made at once.
const maxFields = value.MaxJSON

// spend counts what the request is made of.
func (o *options) spend(bytes int) {
	if o.made += bytes; o.made > maxFields {
		sandbox.Limit(o.L, fmt.Sprintf("%s: its fields have more than %d bytes", o.name, maxFields))
	}
}

func (o *options) headers(v lua.LValue) {
	o.each("headers", v, func(name, value string) {
		o.call.Headers = append(o.call.Headers, load.Header{Name: name, Value: value})
	})
}

func (o *options) query(v lua.LValue) {
	var parts []string
	o.each("query", v, func(name, value string) {
		parts = append(parts, queryEscape(name)+"="+queryEscape(value))
	})
	if len(parts) == 0 {
		return
	}
	url, fragment, _ := strings.Cut(o.call.URL, "#")
	mark := "?"
	if strings.Contains(url, "?") {
		mark = "&"
	}
	o.call.URL = url + mark + strings.Join(parts, "&")
	if fragment != "" {
		o.call.URL += "#" + fragment
	}
}
