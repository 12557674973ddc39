package plan

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// hostile are texts made to cost more than they weigh. n is their size in bytes.
func hostile(n int) map[string]string {
	fill := func(s string) string { return strings.Repeat(s, n/len(s)) }
	stairs := func(line string) string {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			b.WriteString(strings.Repeat(" ", i) + line)
		}
		return b.String()[:n]
	}
	longKeys := strings.Repeat("k", 1000)
	var nested strings.Builder
	for i := range 60 {
		nested.WriteString(strings.Repeat(" ", i) + longKeys + ":\n")
	}
	nested.WriteString(strings.Repeat(strings.Repeat(" ", 60)+"- a\n", max(0, n-nested.Len())/64))
	const ok = "version: 1\nbase_url: http://h\nload: {users: 1}\n"
	const noLoad = "version: 1\nbase_url: http://h\ntransactions: [{name: a, steps: [{request: {url: /}}]}]\n"
	const step = "[{request: {url: /}}]"
	return map[string]string{
		"scenarios":     noLoad + "scenarios:\n" + unique(n, "- {name: s%d, load: {users: 1}}\n"),
		"weights":       noLoad + "scenarios:\n- name: s\n  load: {users: 1}\n  transactions:\n" + fill("  - nosuch\n"),
		"data":          noLoad + "data:\n" + unique(n, "  d%d: {file: a.csv}\n"),
		"globs":         noLoad + "load: {users: 1}\nfiles:\n" + fill("- ../**\n"),
		"stages":        noLoad + "load:\n  model: users\n  stages:\n" + fill("  - {target: 1, duration: 1s}\n"),
		"blocks":        noLoad + "load: {users: 1}\nblocks:\n" + unique(n, "  b%d: [{use: b}]\n"),
		"block chain":   noLoad + "load: {users: 1}\nblocks:\n" + chain(n),
		"uses":          "version: 1\nbase_url: http://h\nload: {users: 1}\nblocks: {b: " + step + "}\ntransactions:\n- name: a\n  steps:\n" + fill("  - use: b\n"),
		"thresholds":    noLoad + "load: {users: 1}\nthresholds:\n" + fill("- p95(nosuchrow) < 1s\n"),
		"targets":       manyRows(n),
		"one target":    manySteps(n),
		"unset":         noLoad + "load: {users: 1}\nmeasure: {from: 9h, to: 1h}\nvariables:\n" + unique(n, "  v%d: \"{{$uuid}}\"\n"),
		"json chain":    `{"version":1,"transactions":[{"name":"a","steps":[{"use":"b0"}]}],"load":{"users":1},"blocks":{` + jsonChain(n) + `"last":[]}}`,
		"json unset":    `{"version":1,"transactions":[],"load":{"users":1},"variables":{` + unique(n-200, `"v%d":"{{$uuid}}",`) + `"a":1}}`,
		"brackets":      fill("["),
		"braces":        fill("{"),
		"balanced":      strings.Repeat("[", n/2) + strings.Repeat("]", n/2),
		"dashes":        fill("- "),
		"question":      fill("? "),
		"stairs":        stairs("a:\n"),
		"dash stairs":   stairs("-\n"),
		"anchors":       fill("&a "),
		"aliases":       "a: &a [x,x,x]\n" + fill("b: [*a,*a,*a]\n"),
		"merge":         fill("<<: {}\n"),
		"tags":          fill("!!a "),
		"bangs":         fill("!"),
		"word":          fill("a"),
		"words":         fill("a "),
		"lines":         fill("a\n"),
		"empty items":   fill("-\n"),
		"empty keys":    fill("a:\n"),
		"nothing flow":  "{" + fill("a: ,"),
		"nothing deep":  fill("a:\n b:\n"),
		"nothing list":  fill("- \n #\n"),
		"words flow":    "{" + fill("a,"),
		"maps":          fill("- a: b\n  c: d\n"),
		"sparse maps":   unique(n, "- x:\n"),
		"some keys":     fill("- " + strings.ReplaceAll(unique(8000, "  k%d: 1\n"), "\n", "\n")[2:]),
		"colons":        fill("a: "),
		"only colons":   fill(":"),
		"list":          fill("- a\n"),
		"numbers":       "a: [" + fill("1,") + "]",
		"flow map":      "{" + fill("a: 1,") + "}",
		"quote open":    `"` + fill("a"),
		"quote lines":   `"` + fill("a\n"),
		"quotes":        fill(`"" `),
		"escapes":       `a: "` + fill(`\n`) + `"`,
		"single quotes": "'" + fill("''"),
		"block":         "a: |\n" + fill(" x\n"),
		"folded":        "a: >\n" + fill(" x\n"),
		"plain lines":   "a: b\n" + fill(" c\n"),
		"newlines":      fill("\n"),
		"spaces":        fill(" "),
		"tabs":          fill("\t"),
		"comments":      fill("#\n"),
		"documents":     fill("---\n"),
		"pipes":         fill("|\n"),
		"commas":        fill(","),
		"percent":       fill("%"),
		"at":            fill("@"),
		"backquotes":    fill("`"),
		"ampersands":    fill("&"),
		"stars":         fill("*"),
		"null bytes":    fill("\x00"),
		"no utf8":       fill("\xff"),
		"returns":       fill("\r"),
		"unknown keys":  unique(n, "k%d: 1\n"),
		"unknown flow":  "{" + unique(n, "k%d: 1, ") + "}",
		"long keys":     nested.String(),
		"bad steps":     ok + "transactions:\n" + fill("- nmae: a\n"),
		"bad steps 2":   ok + "transactions:\n- name: a\n  steps:\n" + fill("  - {a: b}\n"),
		"variables":     ok + "variables:\n" + unique(n, "  v%d: 1\n"),
		"bad names":     ok + "variables:\n" + unique(n, "  1v%d: 1\n"),
		"json lists":    `{"a":[` + fill("[],") + `[]]}`,
		"json numbers":  `{"a":[` + fill("1,") + `1]}`,
		"json keys":     `{` + unique(n, `"k%d":1,`) + `"a":1}`,
		"json open":     `{"a":` + fill("["),
		"json escapes":  `{"a":"` + fill(`\u0000`) + `"}`,
		"json big key":  `{"` + fill("k") + `":{"a":1}}`,
	}
}

// costly are the texts that cost most, by profile; only these are tried at full size.
const costly = "words flow, nothing flow, flow map, numbers, json keys, json lists, json open, colons, empty keys, unknown keys, bad steps 2, long keys, " +
	"weights, uses, json chain, json unset, targets, one target"

// manyRows is a plan with steps of unlike names, manySteps one with a step of the same
// name in each of many transactions; both have many thresholds about them.
func manyRows(n int) string {
	return `{"version":1,"base_url":"http://h","load":{"users":1},"thresholds":[` + strings.Repeat(`"p95(step 1x2y3) < 1s",`, n/100) +
		`"p95 < 1s"],"transactions":[{"name":"a","steps":[` + unique(n*3/4-300, `{"name":"step %d","request":{"url":"/"}},`) + `{"request":{"url":"/"}}]}]}`
}

func manySteps(n int) string {
	return `{"version":1,"base_url":"http://h","load":{"users":1},"thresholds":[` + strings.Repeat(`"p95(a) < 1s",`, n/100) +
		`"p95 < 1s"],"transactions":[` + unique(n*3/4-300, `{"name":"t%d","steps":[{"name":"a","request":{"url":"/"}}]},`) + `{"name":"a2"}]}`
}

// chain is blocks of which each uses the next.
func chain(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "  b%d: [{use: b%d}]\n", i, i+1)
	}
	return b.String()
}

func jsonChain(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n-200; i++ {
		fmt.Fprintf(&b, `"b%d":[{"use":"b%d"}],`, i, i+1)
	}
	return b.String()
}

func unique(n int, format string) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// TestHostileTexts bounds what a text may make Decode allocate, and wants each to be
// refused. Allocations stand for time too, which a test on a shared machine cannot
// assert; the times are logged.
func TestHostileTexts(t *testing.T) {
	for _, c := range []struct{ size, limit int }{
		{64 << 10, 64 << 20},
		{1<<20 - 200, 200 << 20},
	} {
		var slowest time.Duration
		var slow, big string
		var most uint64
		for name, text := range hostile(c.size) {
			if c.size > 64<<10 && !strings.Contains(costly, name) {
				continue
			}
			if len(text) > maxText {
				text = text[:maxText]
			}
			spent, bytes := cost(func() {
				p, problems := Decode("p.yaml", []byte(text))
				if problems.Err() == nil || p != nil {
					t.Errorf("%s: %d bytes were read as a plan", name, len(text))
				}
				if len(problems) > maxProblems {
					t.Errorf("%s: %d problems", name, len(problems))
				}
				for _, p := range problems {
					if len(p.Error()) > 2000 {
						t.Errorf("%s: a message of %d bytes", name, len(p.Error()))
					}
				}
			})
			if bytes > uint64(c.limit) {
				t.Errorf("%s of %d bytes: allocated %d MiB, limit %d", name, len(text), bytes>>20, c.limit>>20)
			}
			if testing.Verbose() && spent > 100*time.Millisecond {
				t.Logf("%s: %v %d MiB", name, spent, bytes>>20)
			}
			if spent > slowest {
				slowest, slow = spent, name
			}
			if bytes > most {
				most, big = bytes, name
			}
		}
		t.Logf("%d KiB: slowest %v (%s), most allocated %d MiB (%s)", c.size>>10, slowest, slow, most>>20, big)
	}
}

func cost(f func()) (time.Duration, uint64) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	f()
	spent := time.Since(start)
	runtime.ReadMemStats(&after)
	return spent, after.TotalAlloc - before.TotalAlloc
}

// TestTooLarge refuses a text over 1 MiB without reading it.
func TestTooLarge(t *testing.T) {
	text := []byte("a: " + strings.Repeat("b", maxText))
	_, bytes := cost(func() {
		if _, problems := Decode("p.yaml", text); len(problems) != 1 || !strings.Contains(problems[0].Message, "1 MiB") {
			t.Errorf("problems %v", problems)
		}
	})
	if bytes > 1<<20 {
		t.Errorf("allocated %d bytes", bytes)
	}
}

// TestDepth allows exactly as much nesting as the format says, in either syntax.
func TestDepth(t *testing.T) {
	const yaml = "version: 1\ntransactions: [{name: a, steps: [{request: {url: http://h/}}]}]\nload: {users: 1}\nvariables: {x: %s}\n"
	const json = `{"version":1,"transactions":[{"name":"a","steps":[{"request":{"url":"http://h/"}}]}],"load":{"users":1},"variables":{"x":%s}}`
	nest := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for format, fits := range map[string]int{yaml: maxDepth - 2, json: maxDepth - 2} {
		if _, problems := Decode("p", fmt.Appendf(nil, format, nest(fits))); problems.Err() != nil {
			t.Errorf("%d levels: %v", fits, problems)
		}
		if _, problems := Decode("p", fmt.Appendf(nil, format, nest(fits+1))); problems.Err() == nil {
			t.Errorf("%d levels were read", fits+1)
		}
	}
}

// TestRealSize reads a plan of a megabyte: the bounds are for hostile texts only.
func TestRealSize(t *testing.T) {
	var b strings.Builder
	b.WriteString("version: 1\nbase_url: http://h\nload: {users: 1}\ntransactions:\n- name: a\n  steps:\n")
	for i := 0; b.Len() < 1_000_000; i++ {
		fmt.Fprintf(&b, "  - name: step %d\n    request: {method: POST, url: /items/%d, headers: {Accept: text/html}, text: \"%s\"}\n    check: [{status: 200}]\n", i, i, strings.Repeat("x", 100))
	}
	spent, bytes := cost(func() {
		_, problems := Decode("p.yaml", []byte(b.String()))
		if problems.Err() != nil {
			t.Error(problems.Err())
		}
	})
	t.Logf("a plan of %d KiB: %v, %d MiB allocated", b.Len()>>10, spent, bytes>>20)
}
