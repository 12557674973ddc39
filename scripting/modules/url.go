package modules

// url.encode(text) → text: everything but letters, digits and - . _ ~ as %XX (RFC 3986), for
//   a part of a path or of a query
//   url.encode("a b/ü")  --> a%20b%2F%C3%BC
// url.decode(text) → text, or nil and what is wrong: %XX decoded; + stays +
//   url.decode("a%20b")  --> a b
// url.encode_query(table) → text: names and values of a query or a form. A value is a string,
//   number, boolean, or a list of them, which repeats the name. Names are sorted; a list of
//   {name, value} pairs keeps its order
//   url.encode_query({q = "a b", page = 2})         --> page=2&q=a%20b
//   url.encode_query({{"z", 1}, {"a", {"x", "y"}}})  --> z=1&a=x&a=y
// url.decode_query(text) → table, or nil and what is wrong: by name; a name that occurs
//   twice has a list; + is a space
//   url.decode_query("q=a+b&id=1&id=2").id[2]  --> 2
// url.parse(text) → table, or nil and what is wrong: scheme user password host port path
//   query fragment, as far as they are there. port is a number; path, query and fragment
//   stay encoded
//   url.parse("https://shop.example:8443/a?b=1#c").port  --> 8443
// url.build(table) → text: the reverse of parse; query may also be a table as for encode_query
//   url.build({scheme = "https", host = "shop.example", path = "/a", query = {b = 1}})
//   --> https://shop.example/a?b=1
// url.join(base, reference) → text, or nil and what is wrong: as a browser follows a link
//   url.join("https://shop.example/a/b?c", "../d")  --> https://shop.example/d

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

func urlLibrary() *sandbox.Library {
	return library("url", map[string]function{
		"encode":       func(a args) int { return a.text(string(appendEscaped(nil, a.string(1, "text")))) },
		"decode":       urlDecode,
		"encode_query": func(a args) int { return a.text(a.query(a.table(1, "table"))) },
		"decode_query": urlDecodeQuery,
		"parse":        urlParse,
		"build":        urlBuild,
		"join":         urlJoin,
	})
}

// appendEscaped is s with everything but the unreserved characters of RFC 3986 escaped.
func appendEscaped(dst []byte, s string) []byte {
	const digits = "0123456789ABCDEF"
	for i := range len(s) {
		c := s[i]
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', digits[c>>4], digits[c&15])
		}
	}
	return dst
}

func urlDecode(a args) int {
	s, err := url.PathUnescape(a.string(1, "text"))
	if err != nil {
		return a.failed(urlProblem(err))
	}
	return a.text(s)
}

// urlProblem is err without the words and the text of net/url.
func urlProblem(err error) string {
	var wrong *url.Error
	if errors.As(err, &wrong) {
		err = wrong.Err
	}
	return shortened(err.Error())
}

// query writes the names and values of t.
func (a args) query(t *lua.LTable) string {
	var dst []byte
	if n := t.MaxN(); n > 0 {
		for i := 1; i <= n; i++ {
			a.alive()
			pair, ok := t.RawGetInt(i).(*lua.LTable)
			name, isName := lua.LString(""), false
			if ok {
				name, isName = pair.RawGetInt(1).(lua.LString)
			}
			if !isName {
				a.fail("item %d is no pair of a name and a value", i)
			}
			dst = a.addParameter(dst, string(name), pair.RawGetInt(2))
		}
		return string(dst)
	}
	for _, name := range a.names(t) {
		a.alive()
		dst = a.addParameter(dst, name, t.RawGetString(name))
	}
	return string(dst)
}

func (a args) addParameter(dst []byte, name string, v lua.LValue) []byte {
	if t, ok := v.(*lua.LTable); ok {
		for i := range t.MaxN() {
			item := t.RawGetInt(i + 1)
			if item.Type() == lua.LTTable {
				a.fail("the value of %q has a list in its list", shortened(name))
			}
			dst = a.addParameter(dst, name, item)
		}
		return dst
	}
	if len(dst) > 0 {
		dst = append(dst, '&')
	}
	dst = append(appendEscaped(dst, name), '=')
	switch v.Type() {
	case lua.LTString, lua.LTNumber, lua.LTBool:
		dst = appendEscaped(dst, v.String())
	default:
		a.fail("the value of %q is %s, not a string, number or boolean", shortened(name), kindOf(v))
	}
	if len(dst) > MaxText {
		a.exceeded("makes more than %d bytes", MaxText)
	}
	return dst
}

func urlDecodeQuery(a args) int {
	text := strings.TrimPrefix(a.string(1, "text"), "?")
	result := a.L.NewTable()
	for n := 0; text != ""; n++ {
		if n == sandbox.MaxTable {
			a.exceeded("there are more than %d parameters", sandbox.MaxTable)
		}
		var pair string
		pair, text, _ = strings.Cut(text, "&")
		if pair == "" {
			continue
		}
		name, v, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err == nil {
			v, err = url.QueryUnescape(v)
		}
		if err != nil {
			return a.failed(urlProblem(err))
		}
		a.addValue(result, name, lua.LString(v))
	}
	return a.push(result)
}

// addValue sets a name, or appends to what it has.
func (a args) addValue(t *lua.LTable, name string, v lua.LValue) {
	switch before := t.RawGetString(name).(type) {
	case *lua.LNilType:
		t.RawSetString(name, v)
	case *lua.LTable:
		before.Append(v)
	default:
		both := a.L.CreateTable(2, 0)
		both.Append(before)
		both.Append(v)
		t.RawSetString(name, both)
	}
}

// maxURL bounds a URL in bytes.
const maxURL = 64 << 10

func (a args) url(n int, name string) string {
	s := a.string(n, name)
	if len(s) > maxURL {
		a.exceeded("argument %d (%s) is longer than %d bytes", n, name, maxURL)
	}
	return s
}

func urlParse(a args) int {
	u, err := url.Parse(a.url(1, "text"))
	if err != nil {
		return a.failed("not a URL: " + urlProblem(err))
	}
	t := a.L.NewTable()
	set := func(name, v string) {
		if v != "" {
			t.RawSetString(name, lua.LString(v))
		}
	}
	set("scheme", u.Scheme)
	set("host", u.Hostname())
	set("path", u.EscapedPath())
	set("query", u.RawQuery)
	set("fragment", u.EscapedFragment())
	if u.Opaque != "" {
		set("path", u.Opaque)
	}
	if u.User != nil {
		set("user", u.User.Username())
		password, _ := u.User.Password()
		set("password", password)
	}
	if port, err := strconv.Atoi(u.Port()); err == nil {
		t.RawSetString("port", lua.LNumber(port))
	}
	return a.push(t)
}

func urlBuild(a args) int {
	t := a.table(1, "table")
	var text strings.Builder
	part := func(name string) string { return a.part(t, name) }
	if scheme := part("scheme"); scheme != "" {
		text.WriteString(scheme + ":")
	}
	path := part("path")
	if host := part("host"); host != "" {
		text.WriteString("//")
		if user := part("user"); user != "" {
			text.Write(appendEscaped(nil, user))
			if password := part("password"); password != "" {
				text.WriteByte(':')
				text.Write(appendEscaped(nil, password))
			}
			text.WriteByte('@')
		}
		if strings.Contains(host, ":") && !strings.HasPrefix(host, "[") {
			host = "[" + host + "]"
		}
		text.WriteString(host)
		if port := part("port"); port != "" {
			text.WriteString(":" + port)
		}
		if path != "" && path[0] != '/' {
			text.WriteByte('/')
		}
	}
	text.WriteString(path)
	query := ""
	if parameters, ok := t.RawGetString("query").(*lua.LTable); ok {
		query = a.query(parameters)
	} else {
		query = part("query")
	}
	if query != "" {
		text.WriteString("?" + query)
	}
	if fragment := part("fragment"); fragment != "" {
		text.WriteString("#" + fragment)
	}
	if _, err := url.Parse(text.String()); err != nil {
		a.fail("what it makes is not a URL: %s", urlProblem(err))
	}
	return a.text(text.String())
}

// part is a text or number of t; empty: it is not there.
func (a args) part(t *lua.LTable, name string) string {
	v := t.RawGetString(name)
	if v != lua.LNil && !lua.LVCanConvToString(v) {
		a.fail("%s is %s, not a string", name, kindOf(v))
	}
	s := lua.LVAsString(v)
	if len(s) > maxURL {
		a.exceeded("%s is longer than %d bytes", name, maxURL)
	}
	return s
}

func urlJoin(a args) int {
	base, err := url.Parse(a.url(1, "base"))
	if err != nil {
		return a.failed("base is not a URL: " + urlProblem(err))
	}
	reference, err := url.Parse(a.url(2, "reference"))
	if err != nil {
		return a.failed("reference is not a URL: " + urlProblem(err))
	}
	return a.text(base.ResolveReference(reference).String())
}
