package modules

// Patterns are RE2 (https://github.com/google/re2/wiki/Syntax): no backtracking, so no text
// makes them slow. In Lua they are best written in [[ ]], where \ needs no doubling.
//
// regex.test(text, pattern) → boolean: whether pattern matches anywhere in text
//   regex.test("id=17", [[^id=\d+$]])  --> true
// regex.match(text, pattern) → text …, or nil: the groups of the first match, or all of it
//   when the pattern has none; a group that took no part is nil
//   regex.match("id=17;", [[id=(\d+)]])  --> 17
// regex.find(text, pattern) → first, last, text …, or nil: where the first match is, from 1,
//   and its groups
//   regex.find("id=17;", [[\d+]])  --> 4  5
// regex.find_all(text, pattern [, limit]) → list: of every match, or of its group; of lists
//   of groups when the pattern has several
//   regex.find_all("a=1 b=2", [[(\w)=(\d)]])[2][1]  --> b
// regex.replace(text, pattern, replacement [, limit]) → text, number: with $1 or ${name} for
//   groups, $0 for the match, $$ for $; and how many were replaced
//   regex.replace("2024-01-31", [[(\d+)-(\d+)-(\d+)]], "$3.$2.$1")  --> 31.01.2024  1
// regex.split(text, pattern [, limit]) → list: what is between the matches, limit parts at most
//   #regex.split("a, b;c", [[[,;]\s*]])  --> 3
// regex.escape(text) → text: a pattern that matches just text
//   regex.escape("1.5")  --> 1\.5

import (
	"regexp"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/scripting/sandbox"
)

// patterns are the compiled ones of all users.
type patterns struct{ compiled cache[pattern] }

type pattern struct {
	*regexp.Regexp
	size int // instructions
}

func regexLibrary() *sandbox.Library {
	var p patterns
	return library("regex", map[string]function{
		"test":     p.test,
		"match":    p.match,
		"find":     p.find,
		"find_all": p.findAll,
		"replace":  p.replace,
		"split":    p.split,
		"escape":   func(a args) int { return a.text(regexp.QuoteMeta(a.string(1, "text"))) },
	})
}

// read reads the arguments text and pattern.
func (p *patterns) read(a args) (string, pattern) {
	text, expr := a.string(1, "text"), a.string(2, "pattern")
	re, ok := p.compiled.get(expr)
	if !ok {
		var err error
		if re.Regexp, re.size, err = plan.CompileRegex(expr); err != nil {
			a.bad(2, "pattern", err.Error())
		}
		p.compiled.add(expr, re, 1<<10+len(expr)+40*re.size)
	}
	if err := plan.RegexFits(re.size, len(text)); err != nil {
		a.exceeded("%v", err)
	}
	return text, re
}

func (p *patterns) test(a args) int {
	text, re := p.read(a)
	return a.push(lua.LBool(re.MatchString(text)))
}

func (p *patterns) match(a args) int {
	text, re := p.read(a)
	at := re.FindStringSubmatchIndex(text)
	if at == nil {
		return a.push(lua.LNil)
	}
	if len(at) == 2 {
		return a.push(group(text, at, 0))
	}
	return a.groups(text, at)
}

// group is the n-th group of a match.
func group(text string, at []int, n int) lua.LValue {
	if at[2*n] < 0 {
		return lua.LNil
	}
	return lua.LString(text[at[2*n]:at[2*n+1]])
}

// maxGroups bounds the groups that are returned one by one: each takes a place on the
// stack of the state.
const maxGroups = 100

func (a args) groups(text string, at []int) int {
	n := len(at)/2 - 1
	if n > maxGroups {
		a.exceeded("the pattern has %d groups, more than %d", n, maxGroups)
	}
	for i := 1; i <= n; i++ {
		a.L.Push(group(text, at, i))
	}
	return n
}

func (p *patterns) find(a args) int {
	text, re := p.read(a)
	at := re.FindStringSubmatchIndex(text)
	if at == nil {
		return a.push(lua.LNil)
	}
	a.L.Push(lua.LNumber(at[0] + 1))
	a.L.Push(lua.LNumber(at[1]))
	return 2 + a.groups(text, at)
}

// all is where re matches in text. A pattern may look at all the text for each match, so
// it asks for more and more of them, and ends with the hook.
func (a args) all(re pattern, text string, limit int) [][]int {
	for n := 1; ; n *= 8 {
		found := re.FindAllStringSubmatchIndex(text, min(n, limit))
		if len(found) < n {
			if len(found) >= sandbox.MaxTable {
				a.exceeded("there are more than %d matches", sandbox.MaxTable-1)
			}
			return found
		}
		a.alive()
	}
}

func (a args) limit(n int) int {
	return int(a.optInteger(n, "limit", 1, sandbox.MaxTable, sandbox.MaxTable))
}

func (p *patterns) findAll(a args) int {
	text, re := p.read(a)
	found := a.all(re, text, a.limit(3))
	list := a.L.CreateTable(len(found), 0)
	for i, at := range found {
		list.RawSetInt(i+1, a.item(text, at))
	}
	return a.push(list)
}

// item is one match in a list: groups that took no part are empty.
func (a args) item(text string, at []int) lua.LValue {
	n := len(at)/2 - 1
	if n <= 1 {
		return orEmpty(group(text, at, n))
	}
	groups := a.L.CreateTable(n, 0)
	for i := 1; i <= n; i++ {
		groups.RawSetInt(i, orEmpty(group(text, at, i)))
	}
	return groups
}

func orEmpty(v lua.LValue) lua.LValue {
	if v == lua.LNil {
		return lua.LString("")
	}
	return v
}

func (p *patterns) replace(a args) int {
	text, re := p.read(a)
	replacement := a.string(3, "replacement")
	found := a.all(re, text, a.limit(4))
	dst, done := make([]byte, 0, len(text)), 0
	for _, at := range found {
		a.alive()
		dst = append(dst, text[done:at[0]]...)
		dst = a.expand(dst, re, replacement, text, at)
		done = at[1]
	}
	a.makesNoMore(len(dst) + len(text) - done)
	dst = append(dst, text[done:]...)
	a.L.Push(lua.LString(dst))
	a.L.Push(lua.LNumber(len(found)))
	return 2
}

// makesNoMore raises an error where a text has more bytes than there may be.
func (a args) makesNoMore(size int) {
	if size > MaxText {
		a.exceeded("makes more than %d bytes", MaxText)
	}
}

// expand appends what stands for a match, one reference to a group after the other: a short
// replacement can name the whole text any number of times.
func (a args) expand(dst []byte, re pattern, replacement, text string, at []int) []byte {
	for replacement != "" {
		end := len(replacement)
		if strings.HasPrefix(replacement, "$$") {
			end = 2
		} else if i := strings.IndexByte(replacement[1:], '$'); i >= 0 {
			end = 1 + i
		}
		dst = re.ExpandString(dst, replacement[:end], text, at)
		a.makesNoMore(len(dst))
		replacement = replacement[end:]
	}
	return dst
}

func (p *patterns) split(a args) int {
	text, re := p.read(a)
	limit := a.limit(3)
	list := a.L.NewTable()
	if limit == 1 {
		list.Append(lua.LString(text))
		return a.push(list)
	}
	begin := 0
	for _, at := range a.all(re, text, limit-1) {
		if at[1] == 0 || at[0] == len(text) && at[0] == at[1] {
			continue // nothing before, nothing after
		}
		list.Append(lua.LString(text[begin:at[0]]))
		begin = at[1]
	}
	list.Append(lua.LString(text[begin:]))
	return a.push(list)
}
