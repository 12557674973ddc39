package scripting

import (
	"fmt"
	"net/url"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/scripting/sandbox"
)

// pairsOf are texts by name, as of headers or a query.
type pairsOf interface {
	get(L *lua.LState, name string) (string, bool)
	set(L *lua.LState, name string, values []string) error // none: remove it
	each(L *lua.LState, visit func(name, value string))
}

// pairsMeta is the metatable of objects for pairsOf.
func pairsMeta(object string) *lua.LTable {
	index := func(L *lua.LState) int {
		text, ok := pairsAt(L).get(L, field(L))
		if !ok {
			L.Push(lua.LNil)
			return 1
		}
		return pushText(L, text)
	}
	set := func(L *lua.LState) int {
		must(L, pairsAt(L).set(L, field(L), fieldTexts(L, object)))
		return 0
	}
	return metatable(object, nil, index, set)
}

func newPairs(p pairsOf, meta *lua.LTable) *lua.LUserData {
	return &lua.LUserData{Value: lister(pairsLister{p}), Metatable: meta}
}

// pairsAt is what the object in argument 1 is for.
func pairsAt(L *lua.LState) pairsOf {
	u, _ := L.Get(1).(*lua.LUserData)
	return u.Value.(pairsLister).pairsOf
}

type pairsLister struct{ pairsOf }

func (p pairsLister) list(L *lua.LState) (all []lua.LValue) {
	p.each(L, func(name, value string) { all = append(all, lua.LString(name), lua.LString(value)) })
	return all
}

// fieldTexts are the values that are set: none for nil, several for a list. They are valid
// until the next call.
func fieldTexts(L *lua.LState, object string) []string {
	switch v := L.Get(3).(type) {
	case *lua.LNilType:
		return nil
	case *lua.LTable:
		texts, size := make([]string, 0, v.Len()), 0
		for i := range v.Len() {
			item := v.RawGetInt(i + 1)
			text, ok := textOf(item)
			if !ok {
				L.RaiseError("%s[%q]: a list must have texts, numbers and booleans, not a %s", object, clip(field(L), 60), item.Type())
			}
			if size += len(field(L)) + len(text); size > maxFields {
				sandbox.Limit(L, fmt.Sprintf("%s: a list has more than %d bytes", object, maxFields))
			}
			texts = append(texts, text)
		}
		return texts
	}
	text, ok := textOf(L.Get(3))
	if !ok {
		L.RaiseError("%s[%q] must be a text, a number or a boolean, not a %s", object, field(L), L.Get(3).Type())
	}
	one := &frameOf(L).one
	one[0] = text
	return one[:]
}

type headerPairs struct{ at requestOf }

func (h headerPairs) get(L *lua.LState, name string) (string, bool) {
	return h.at.request(L).Header(name)
}

func (h headerPairs) set(L *lua.LState, name string, values []string) error {
	r := h.at.request(L)
	switch len(values) {
	case 0:
		return r.DropHeader(name)
	case 1:
		return r.SetHeader(name, values[0])
	}
	return r.SetHeader(name, strings.Join(values, ", "))
}

func (h headerPairs) each(L *lua.LState, visit func(name, value string)) {
	h.at.request(L).EachHeader(visit)
}

// queryPairs is the query of the request's path.
type queryPairs struct{ at requestOf }

func (q queryPairs) get(L *lua.LState, name string) (string, bool) {
	_, query, _ := strings.Cut(q.at.request(L).Path(), "?")
	return encodedGet(query, name)
}

func (q queryPairs) set(L *lua.LState, name string, values []string) error {
	r := q.at.request(L)
	path, query, _ := strings.Cut(r.Path(), "?")
	if query = encodedSet(query, name, values, queryEscape); query != "" {
		path += "?" + query
	}
	return r.SetPath(path)
}

func (q queryPairs) each(L *lua.LState, visit func(name, value string)) {
	_, query, _ := strings.Cut(q.at.request(L).Path(), "?")
	encodedEach(query, func(name, value, _ string) { visit(name, value) })
}

const formType = "application/x-www-form-urlencoded"

// formPairs is the body of the request as a form.
type formPairs struct{ at requestOf }

func (p formPairs) get(L *lua.LState, name string) (string, bool) {
	return encodedGet(p.body(L), name)
}

func (p formPairs) body(L *lua.LState) string {
	body, err := p.at.request(L).Body()
	must(L, err)
	return string(body)
}

func (p formPairs) set(L *lua.LState, name string, values []string) error {
	r := p.at.request(L)
	var old string
	if kind, _ := r.Header("Content-Type"); strings.HasPrefix(strings.ToLower(kind), formType) {
		old = p.body(L)
	}
	if err := r.SetBody([]byte(encodedSet(old, name, values, url.QueryEscape))); err != nil {
		return err
	}
	return r.SetHeader("Content-Type", formType)
}

func (p formPairs) each(L *lua.LState, visit func(name, value string)) {
	encodedEach(p.body(L), func(name, value, _ string) { visit(name, value) })
}

// queryEscape writes a space as %20, which every server reads.
func queryEscape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// encodedEach visits name=value&… in order; part is as it is written.
func encodedEach(text string, visit func(name, value, part string)) {
	for part := range strings.SplitSeq(text, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		visit(unescaped(name), unescaped(value), part)
	}
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

func encodedGet(text, name string) (value string, ok bool) {
	encodedEach(text, func(n, v, _ string) {
		if n == name && !ok {
			value, ok = v, true
		}
	})
	return value, ok
}

// encodedSet puts values where the first of that name was, or at the end, and leaves all
// others as they are written.
func encodedSet(text, name string, values []string, escape func(string) string) string {
	var parts []string
	put := func() {
		for _, v := range values {
			parts = append(parts, escape(name)+"="+escape(v))
		}
		values = nil
	}
	encodedEach(text, func(n, _, part string) {
		if n == name {
			put()
			return
		}
		parts = append(parts, part)
	})
	put()
	return strings.Join(parts, "&")
}

// cookiePairs is the Cookie header of the request.
type cookiePairs struct{ at requestOf }

func (c cookiePairs) get(L *lua.LState, name string) (value string, ok bool) {
	c.each(L, func(n, v string) {
		if n == name && !ok {
			value, ok = v, true
		}
	})
	return value, ok
}

func (c cookiePairs) each(L *lua.LState, visit func(name, value string)) {
	header, _ := c.at.request(L).Header("Cookie")
	for part := range strings.SplitSeq(header, ";") {
		if name, value, ok := strings.Cut(strings.TrimSpace(part), "="); ok {
			visit(name, value)
		}
	}
}

func (c cookiePairs) set(L *lua.LState, name string, values []string) error {
	var parts []string
	put := func() {
		if len(values) > 0 {
			parts = append(parts, name+"="+values[0])
		}
		values = nil
	}
	c.each(L, func(n, v string) {
		if n == name {
			put()
			return
		}
		parts = append(parts, n+"="+v)
	})
	put()
	r := c.at.request(L)
	if len(parts) == 0 {
		return r.DropHeader("Cookie")
	}
	return r.SetHeader("Cookie", strings.Join(parts, "; "))
}
