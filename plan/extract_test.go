package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/theory/jsonpath"

	"github.com/locust-http/locust-http/load"
)

// reply is a response.
type reply struct {
	status  int
	header  map[string]string
	more    map[string][]string // lines of a header after the first
	cookie  map[string]string
	body    string
	err     error
	latency time.Duration
	bytes   []byte
}

func (r *reply) Status() int                       { return r.status }
func (r *reply) Latency() time.Duration            { return r.latency }
func (r *reply) Header(name string) ([]byte, bool) { v, ok := r.header[name]; return []byte(v), ok }
func (r *reply) Headers(name string) []string {
	if v, ok := r.header[name]; ok {
		return append([]string{v}, r.more[name]...)
	}
	return nil
}
func (r *reply) Cookie(name string) ([]byte, bool) { v, ok := r.cookie[name]; return []byte(v), ok }
func (r *reply) Body() ([]byte, error) {
	if r.bytes == nil {
		r.bytes = []byte(r.body)
	}
	return r.bytes, r.err
}

func extractor(t testing.TB, x load.Extract) *Extractor {
	t.Helper()
	x.Name = "x"
	_, steps := mustCompile(t, planOf(load.Step{Request: &load.Request{URL: "/"}, Extract: []load.Extract{x}}))
	return steps[0].Extracts[0]
}

const (
	shopJSON = ` {"ok":true,"none":null,"total":1.10,"big":9007199254740993,"a":{"b":[{"c":"x\"\u00e9"},{"c":2}]},
		"items":[{"id":11,"tags":["p","q"]},{"id":"z"},{"name":"no id"},{"id":{"k": [1, 2]}}],"dup":1,"dup":2,"we\u0069rd.key":5,"":6} `
	shopHTML = `<html><head><title> The  shop </title></head><body><h1>Welcome</h1>
		<form><input name=csrf value="t&amp;k"><input name=other></form>
		<ul><li class=a>one</li><li class="a b">two <b>bold</b></li><li>three</li></ul><a HREF="/next">n</a></body></html>`
)

func TestExtract(t *testing.T) {
	r := &reply{status: 200, header: map[string]string{"X-Id": "h1"}, more: map[string][]string{"X-Id": {"h2", "h3"}}, cookie: map[string]string{"sid": "c1"}}
	number := func(s string) load.Value { return load.Value{Kind: load.Number, Text: s} }
	composite := func(s string) load.Value { return load.Value{Kind: load.Composite, Text: s} }
	text := load.StringValue
	tests := []struct {
		body string
		x    load.Extract
		want load.Value
		miss string // what the error contains
	}{
		{shopJSON, load.Extract{JSON: "$.total"}, number("1.10"), ""},
		{shopJSON, load.Extract{JSON: "$.big"}, number("9007199254740993"), ""},
		{shopJSON, load.Extract{JSON: "$.ok"}, load.Value{Kind: load.Bool, Text: "true"}, ""},
		{shopJSON, load.Extract{JSON: "$.none"}, load.Value{Kind: load.Null, Text: "null"}, ""},
		{shopJSON, load.Extract{JSON: "$.a.b[0].c"}, text(`x"é`), ""},
		{shopJSON, load.Extract{JSON: "$['a']['b'][1]['c']"}, number("2"), ""},
		{shopJSON, load.Extract{JSON: "$.a.b[-1].c"}, number("2"), ""},
		{shopJSON, load.Extract{JSON: "$.dup"}, number("2"), ""},
		{shopJSON, load.Extract{JSON: "$['weird.key']"}, number("5"), ""},
		{shopJSON, load.Extract{JSON: "$['']"}, number("6"), ""},
		{shopJSON, load.Extract{JSON: "$.items[*].id"}, number("11"), ""},
		{shopJSON, load.Extract{JSON: "$.items[*].id", Pick: "2"}, text("z"), ""},
		{shopJSON, load.Extract{JSON: "$.items[*].id", Pick: "last"}, composite(`{"k": [1, 2]}`), ""},
		{shopJSON, load.Extract{JSON: "$.items[*].id", Pick: "all"}, composite(`[11,"z",{"k": [1, 2]}]`), ""},
		{shopJSON, load.Extract{JSON: "$.items[*].id", Pick: "4"}, load.Value{}, "json $.items[*].id: found 3, not 4"},
		{shopJSON, load.Extract{JSON: "$.items[?@.id == 'z'].id"}, text("z"), ""},
		{shopJSON, load.Extract{JSON: "$..id", Pick: "all"}, composite(`[11,"z",{"k": [1, 2]}]`), ""},
		{shopJSON, load.Extract{JSON: "$.items[0].tags[::-1]", Pick: "all"}, composite(`["q","p"]`), ""},
		{shopJSON, load.Extract{JSON: "$.items[0:9:2].*", Pick: "2"}, composite(`["p","q"]`), ""},
		{shopJSON, load.Extract{JSON: "$.a[0:1]"}, load.Value{}, "nothing found"},
		{shopJSON, load.Extract{JSON: "$[*].b", Pick: "all"}, composite(`[[{"c":"x\"\u00e9"},{"c":2}]]`), ""},
		{`{"z":1,"a":2,"z":3,"m":4}`, load.Extract{JSON: "$.*", Pick: "all"}, composite(`[3,2,4]`), ""},
		{`{"a":1`, load.Extract{JSON: "$.a"}, load.Value{}, "it ends too early, after 6 bytes"},
		{`{"a" 1}`, load.Extract{JSON: "$.a"}, load.Value{}, "at byte 5"},
		{`{"a":1,}`, load.Extract{JSON: "$.a"}, load.Value{}, "at byte 7"},
		{shopJSON, load.Extract{JSON: "$.items[0].*", Pick: "all"}, composite(`[11,["p","q"]]`), ""},
		{shopJSON, load.Extract{JSON: "$.items[0,1]['id']", Pick: "all"}, composite(`[11,"z"]`), ""},
		{shopJSON, load.Extract{JSON: "$.total.x"}, load.Value{}, "json $.total.x: nothing found (status 200, "},
		{shopJSON, load.Extract{JSON: "$[0]"}, load.Value{}, "nothing found"},
		{shopJSON, load.Extract{JSON: "$.items.id"}, load.Value{}, "nothing found"},
		{`[1,2`, load.Extract{JSON: "$[0]"}, load.Value{}, "json $[0]: the body is not JSON: it ends too early, after 4 bytes"},
		{`[1] x`, load.Extract{JSON: "$[0]"}, load.Value{}, `the body is not JSON (or nested deeper than 1000): at byte 4, "x"`},
		{`<html>`, load.Extract{JSON: "$..a"}, load.Value{}, `the body is not JSON (or nested deeper than 1000): at byte 0, "<html>"`},
		{``, load.Extract{JSON: "$"}, load.Value{}, "the body is empty, not JSON"},
		{`7`, load.Extract{JSON: "$"}, number("7"), ""},

		{shopHTML, load.Extract{CSS: "input[name=csrf]", Attr: "value"}, text("t&k"), ""},
		{shopHTML, load.Extract{CSS: "li.a", Pick: "last"}, text("two bold"), ""},
		{shopHTML, load.Extract{CSS: "li", Pick: "all"}, composite(`["one","two bold","three"]`), ""},
		{shopHTML, load.Extract{CSS: "input", Attr: "value", Pick: "all"}, composite(`["t&k"]`), ""},
		{shopHTML, load.Extract{CSS: "a", Attr: "HREF"}, text("/next"), ""},
		{shopHTML, load.Extract{CSS: "h2, h1"}, text("Welcome"), ""},
		{shopHTML, load.Extract{CSS: "p"}, load.Value{}, "css p: nothing found"},
		{"not html", load.Extract{CSS: "p"}, load.Value{}, "nothing found"},
		{shopHTML, load.Extract{XPath: "//h1/text()"}, text("Welcome"), ""},
		{shopHTML, load.Extract{XPath: "//input[@name='csrf']/@value"}, text("t&k"), ""},
		{shopHTML, load.Extract{XPath: "//li", Pick: "all"}, composite(`["one","two bold","three"]`), ""},
		{shopHTML, load.Extract{XPath: "count(//li)"}, text("3"), ""},
		{shopHTML, load.Extract{XPath: "string(//title)"}, text(" The  shop "), ""},
		{shopHTML, load.Extract{XPath: "//p"}, load.Value{}, "xpath //p: nothing found"},

		{shopHTML, load.Extract{XPath: "count(//li) > 2"}, text("true"), ""},
		{shopHTML, load.Extract{XPath: `sum("x")`}, load.Value{}, `xpath sum("x"): sum() function argument type`},
		{shopHTML, load.Extract{XPath: "boolean()"}, load.Value{}, "xpath boolean(): runtime error: invalid memory address"},

		{"sid=ab; sid=cd", load.Extract{Regex: `sid=(\w+)`}, text("ab"), ""},
		{"sid=ab; sid=cd", load.Extract{Regex: `sid=(\w+)`, Pick: "last"}, text("cd"), ""},
		{"sid=ab; sid=cd", load.Extract{Regex: `sid=(\w+)`, Group: pointer(0), Pick: "2"}, text("sid=cd"), ""},
		{"sid=ab; sid=cd", load.Extract{Regex: `sid=\w+`, Pick: "all"}, composite(`["sid=ab","sid=cd"]`), ""},
		{"b", load.Extract{Regex: `(a)?b`}, load.Value{}, "regex (a)?b: nothing found"},
		{"", load.Extract{Header: "X-Id"}, text("h1"), ""},
		{"", load.Extract{Header: "X-No"}, load.Value{}, "header X-No: nothing found"},
		{"", load.Extract{Header: "X-Id", Pick: "2"}, text("h2"), ""},
		{"", load.Extract{Header: "X-Id", Pick: "last"}, text("h3"), ""},
		{"", load.Extract{Header: "X-Id", Pick: "all"}, composite(`["h1","h2","h3"]`), ""},
		{"", load.Extract{Header: "X-Id", Pick: "4"}, load.Value{}, "header X-Id: "},
		{"", load.Extract{Cookie: "sid"}, text("c1"), ""},
		{"", load.Extract{Cookie: "no", Pick: "all"}, load.Value{}, "cookie no: nothing found"},
	}
	var v View
	for _, tt := range tests {
		r.body, r.bytes = tt.body, nil
		v.Reset(r)
		got, err := extractor(t, tt.x).Extract(&v, &Scope{})
		switch {
		case tt.miss == "" && (err != nil || got != tt.want):
			t.Errorf("%+v: %v %v, want %v", tt.x, got, err, tt.want)
		case tt.miss != "" && (err == nil || !strings.Contains(err.Error(), tt.miss)):
			t.Errorf("%+v: %v %v, want a miss: %s", tt.x, got, err, tt.miss)
		}
	}
}

func TestExtractRandomAndOptions(t *testing.T) {
	e := extractor(t, load.Extract{JSON: "$[*]", Pick: "random", Default: `"d"`})
	if !e.Optional || e.Default != load.StringValue("d") {
		t.Errorf("default: %+v", e)
	}
	var v View
	seen := map[string]int{}
	s := &Scope{Rand: rand.New(rand.NewPCG(1, 1))}
	for range 300 {
		v.Reset(&reply{body: `[1,2,3]`})
		x, err := e.Extract(&v, s)
		if err != nil {
			t.Fatal(err)
		}
		seen[x.Text]++
	}
	if len(seen) != 3 || seen["1"] < 50 || seen["2"] < 50 || seen["3"] < 50 {
		t.Errorf("picks: %v", seen)
	}
}

func TestExtractBodyError(t *testing.T) {
	broken := errors.New("gzip: invalid header")
	for _, x := range []load.Extract{{JSON: "$.a"}, {JSON: "$..a"}, {CSS: "a"}, {XPath: "//a"}, {Regex: "a"}} {
		var v View
		v.Reset(&reply{err: broken})
		if _, err := extractor(t, x).Extract(&v, &Scope{}); !errors.Is(err, broken) {
			t.Errorf("%+v: %v", x, err)
		}
	}
}

// What a View has given away must not change when the buffers of the response do.
func TestExtractedValuesAreCopies(t *testing.T) {
	r := &reply{bytes: []byte(`{"a":"first","b":[1]}`), header: map[string]string{}}
	var v View
	v.Reset(r)
	var got []load.Value
	for _, x := range []load.Extract{{JSON: "$.a"}, {JSON: "$.b"}, {JSON: "$..a"}, {Regex: "first"}} {
		value, err := extractor(t, x).Extract(&v, &Scope{})
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, value)
	}
	copy(r.bytes, strings.Repeat("#", 100))
	if got[0].Text != "first" || got[1].Text != "[1]" || got[2].Text != "first" || got[3].Text != "first" {
		t.Errorf("changed with the buffer: %v", got)
	}
}

// Hostile bodies are refused or searched; none may end the process or fill memory.
func TestExtractHostile(t *testing.T) {
	deep := strings.Repeat("[", 4<<20)
	tests := []struct {
		name, body string
		x          load.Extract
		want       string
	}{
		{"deep arrays", deep, load.Extract{JSON: "$[0]"}, "nested deeper"},
		{"deep arrays, general", deep, load.Extract{JSON: "$..a"}, "nested deeper"},
		{"deep objects", strings.Repeat(`{"a":`, 1<<20), load.Extract{JSON: "$.a.a"}, "nested deeper"},
		{"many values", "[" + strings.Repeat("1,", 600_000) + "1]", load.Extract{JSON: "$..a"}, "more than 500000 JSON values"},
		{"many matches", "[" + strings.Repeat("1,", 200_000) + "1]", load.Extract{JSON: "$..*"}, "finds more than 100000 values"},
		{"deep html", strings.Repeat("<div>", 1<<16), load.Extract{CSS: "p"}, "exceeds 512 nodes"},
		{"deep html xpath", strings.Repeat("<div>", 1<<16), load.Extract{XPath: "//p"}, "exceeds 512 nodes"},
		{"many tags", strings.Repeat("<br>", 200_000), load.Extract{CSS: "p"}, "HTML of more than 100000 is not parsed"},
		{"nested text", strings.Repeat("<div>", 500) + strings.Repeat("x", 1<<20), load.Extract{CSS: "div", Pick: "all"}, "more than 16777216 bytes"},
	}
	for _, tt := range tests {
		var v View
		v.Reset(&reply{body: tt.body})
		if _, err := extractor(t, tt.x).Extract(&v, &Scope{}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
	var v View
	v.Reset(&reply{body: strings.Repeat("[", 1000) + strings.Repeat("]", 1000)})
	if _, err := extractor(t, load.Extract{JSON: "$[0][0]"}).Extract(&v, &Scope{}); err != nil {
		t.Errorf("1000 levels: %v", err)
	}
	v.Reset(&reply{body: strings.Repeat("a", 1<<20) + "b"})
	if got, err := extractor(t, load.Extract{Regex: `(a|aa)*(b)`, Group: pointer(2)}).Extract(&v, &Scope{}); err != nil || got.Text != "b" {
		t.Errorf("regex on 1 MiB: %v %v", got, err)
	}
}

// Compiled parts are shared by all users: the race detector watches here.
func TestExtractConcurrently(t *testing.T) {
	var extractors []*Extractor
	for _, x := range []load.Extract{{XPath: "//li[position()=2]"}, {XPath: "count(//li)"}, {CSS: "li.b"}, {Regex: "t(w)o"}, {JSON: "$..x"}} {
		extractors = append(extractors, extractor(t, x))
	}
	want := []string{"two bold", "3", "two bold", "w", ""}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			var v View
			for range 30 {
				for i, e := range extractors {
					v.Reset(&reply{body: shopHTML})
					if got, _ := e.Extract(&v, &Scope{}); got.Text != want[i] {
						t.Errorf("%s: %q, want %q", e.source, got.Text, want[i])
					}
				}
			}
		})
	}
	group.Wait()
}

func TestExtractAllocations(t *testing.T) {
	e := extractor(t, load.Extract{JSON: "$.items[*].id", Pick: "2"})
	r := &reply{bytes: []byte(document(300))}
	var v View
	allocs := testing.AllocsPerRun(200, func() {
		v.Reset(r)
		if _, err := e.Extract(&v, nil); err != nil {
			t.Error(err)
		}
	})
	if allocs > 1 {
		t.Errorf("%v allocations, want at most 1: the text", allocs)
	}
}

// document is a JSON document of about n bytes.
func document(n int) string {
	var b strings.Builder
	b.WriteString(`{"ok":true,"status":"done","page":1,"items":[`)
	for i := 0; b.Len() < n-60; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"item-%d","price":%d.50,"name":"A thing to buy","tags":["a","b"]}`, i, i)
	}
	b.WriteString(`],"token":"abcdef"}`)
	return b.String()
}

func BenchmarkExtractJSON(b *testing.B) {
	e := extractor(b, load.Extract{JSON: "$.token"})
	for _, n := range []int{300, 10 << 10} {
		r := &reply{bytes: []byte(document(n))}
		b.Run(fmt.Sprintf("%d_bytes", n), func(b *testing.B) {
			var v View
			b.SetBytes(int64(len(r.bytes)))
			b.ReportAllocs()
			for b.Loop() {
				v.Reset(r)
				if _, err := e.Extract(&v, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// FuzzExtractJSON: on any body the fast way finds what theory/jsonpath finds in what
// encoding/json has decoded.
func FuzzExtractJSON(f *testing.F) {
	for _, seed := range []string{shopJSON, `{"a":{"b":1,"b":2}}`, `{"a":[[1],[2,3]]}`, `[{"a":"\ud83d\ude00\ud83d"}]`, `{"a":{"x":1}}`, "{\"a\":\"\xff\"}", `{"\u0061":1}`, `[1`} {
		for i := range fuzzPaths {
			f.Add(seed, i)
		}
	}
	f.Fuzz(func(t *testing.T, body string, i int) {
		if strings.Count(body, "[")+strings.Count(body, "{") >= maxJSONDepth {
			return
		}
		path := fuzzPaths[uint(i)%uint(len(fuzzPaths))]
		source, err := newJSONSource(path)
		if err != nil {
			t.Fatal(err)
		}
		var v View
		v.Reset(&reply{body: body})
		findErr := source.find(&v, 0)
		decoder := json.NewDecoder(strings.NewReader(body))
		decoder.UseNumber()
		var doc any
		if valid := json.Valid([]byte(body)); valid != (findErr == nil) {
			t.Fatalf("%q: valid %v, but %v", body, valid, findErr)
		} else if !valid {
			return
		}
		if err := decoder.Decode(&doc); err != nil {
			t.Fatal(err)
		}
		want := jsonpath.MustParse(path).Select(doc)
		if len(want) != len(v.found) {
			t.Fatalf("%s in %q: %d found, want %d", path, body, len(v.found), len(want))
		}
		for i := range want {
			var got any
			d := json.NewDecoder(strings.NewReader(v.found[i].text))
			d.UseNumber()
			if err := d.Decode(&got); err != nil || !reflect.DeepEqual(got, want[i]) {
				t.Fatalf("%s in %q: match %d is %v (%v), want %v", path, body, i, got, err, want[i])
			}
		}
	})
}

// fuzzPaths have no wildcard that could meet an object: theory/jsonpath walks objects
// in random order. The last ones go the general way.
var fuzzPaths = []string{"$", "$.a", "$.a.b", "$[0]", "$[1].a", "$.items[0].id", "$.a[0][1]", "$['']", "$['weird.key']", "$[-1]", "$[0:2]", "$.items[?@.id].id", "$.a['b','a']"}

// FuzzExtractHTML: any page is searched or refused, and what is found is text.
func FuzzExtractHTML(f *testing.F) {
	for _, seed := range []string{shopHTML, "<p><table><a><p>", "<!--", "<svg><p></svg>", "\x00<a b=\xff>", "<select><option><p>"} {
		f.Add(seed)
	}
	var extractors []*Extractor
	for _, x := range []load.Extract{{CSS: "p, [name] > *:not(a)", Pick: "all"}, {CSS: "*", Attr: "name"}, {XPath: "//*[@name]/text()", Pick: "all"}, {XPath: "string(//p[last()])"}} {
		extractors = append(extractors, extractor(f, x))
	}
	f.Fuzz(func(t *testing.T, body string) {
		var v View
		v.Reset(&reply{body: body})
		for _, e := range extractors {
			got, err := e.Extract(&v, &Scope{})
			if err == nil && got.Kind == load.Composite && !json.Valid([]byte(got.Text)) {
				t.Fatalf("%s: %q is not JSON", e.source, got.Text)
			}
		}
	})
}

// A user's View must not keep what one large response needed.
func TestViewKeepsLittle(t *testing.T) {
	var v View
	v.Reset(&reply{body: "[" + strings.Repeat("1,", 10_000) + "1]"})
	if _, err := extractor(t, load.Extract{JSON: "$[*]", Pick: "last"}).Extract(&v, nil); err != nil {
		t.Fatal(err)
	}
	v.Reset(&reply{})
	if cap(v.found) > keptMatches || cap(v.paths) > keptMatches || v.body != "" || v.tree != nil || v.page != nil {
		t.Errorf("kept %d and %d matches", cap(v.found), cap(v.paths))
	}
	v.found = append(v.found, match{text: "old"})
	v.Reset(&reply{})
	if v.found[:1][0].text != "" {
		t.Error("an old match is still held")
	}
}

// Every source that can find several honours every pick; the others find one.
func TestPickOfEverySource(t *testing.T) {
	r := &reply{status: 200, header: map[string]string{"X": "a"}, cookie: map[string]string{"c": "a"}}
	several := map[string]load.Extract{
		`{"l":["a","b","c"]}`:             {JSON: "$.l[*]"},
		`<i>a</i><i>b</i><i>c</i>`:        {CSS: "i"},
		`<p x=a></p><p x=b><p x=c>`:       {CSS: "p", Attr: "x"},
		`<b>a</b> <b>b</b><b>c</b>`:       {XPath: "//b"},
		`<u>a</u> <u>b</u><u>c</u>`:       {XPath: "//u/text()"},
		"v=a;v=b;v=c":                     {Regex: `v=(\w)`},
		`{"a":{"x":"a"},"b":["b",["c"]]}`: {JSON: "$..[?@ == 'a' || @ == 'b' || @ == 'c']"},
	}
	for body, x := range several {
		r.body, r.bytes = body, nil
		for pick, want := range map[load.Pick]string{"": "a", "first": "a", "1": "a", "2": "b", "3": "c", "last": "c", "all": `["a","b","c"]`, "4": "!found 3, not 4"} {
			x.Pick = pick
			checkPick(t, r, x, want)
		}
		x.Pick = "random"
		seen := map[string]bool{}
		var v View
		s := &Scope{Rand: rand.New(rand.NewPCG(1, 2))}
		for range 100 {
			v.Reset(r)
			got, err := extractor(t, x).Extract(&v, s)
			if err != nil {
				t.Fatal(err)
			}
			seen[got.Text] = true
		}
		if len(seen) != 3 {
			t.Errorf("%+v: random picks only %v", x, seen)
		}
	}
	for _, x := range []load.Extract{{Header: "X"}, {Cookie: "c"}} {
		for pick, want := range map[load.Pick]string{"": "a", "last": "a", "1": "a", "all": `["a"]`, "2": "!found 1, not 2"} {
			x.Pick = pick
			checkPick(t, r, x, want)
		}
	}
}

func checkPick(t *testing.T, r *reply, x load.Extract, want string) {
	t.Helper()
	var v View
	v.Reset(r)
	got, err := extractor(t, x).Extract(&v, &Scope{})
	if miss, ok := strings.CutPrefix(want, "!"); ok {
		if err == nil || !strings.Contains(err.Error(), miss) {
			t.Errorf("%+v: %v, %v; want %s", x, got, err, miss)
		}
	} else if err != nil || got.Text != want {
		t.Errorf("%+v: %v, %v; want %s", x, got, err, want)
	}
}
