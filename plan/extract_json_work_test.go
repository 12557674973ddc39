package plan

import (
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// TestFiltersThatTakeTooLong: a filter that goes down from each value, or looks through
// the whole document for each, is refused on bodies that it would take minutes on.
func TestFiltersThatTakeTooLong(t *testing.T) {
	deep := strings.Repeat(`{"n":[1,2,3],"k":`, 900) + `{"a":1}` + strings.Repeat("}", 900)
	for path, refused := range map[string]bool{
		"$..[?@..[?@..a]]":         true,
		"$..[?@.k[?$..a]]":         true,
		"$..[?$..a]":               true,
		"$..a":                     false,
		"$..[?@.a == 1]":           false,
		"$..[?@..a]":               false,
		"$..[?@.a == '..$*$..']":   false,
		`$..[?@["..$*$.."] == 1]`:  false,
		"$..[?@.a == $.n[0]]":      false,
		"$.k..[?@.a == $['n'][0]]": false,
	} {
		var v View
		v.Reset(&reply{status: 200, body: deep})
		_, err := extractor(t, load.Extract{JSON: path}).Extract(&v, &Scope{})
		if got := err != nil && strings.Contains(err.Error(), "too long"); got != refused {
			t.Errorf("%s: %v", path, err)
		}
	}
	var v View
	v.Reset(&reply{status: 200, body: shopJSON})
	if _, err := extractor(t, load.Extract{JSON: "$..[?@..[?@..c]]"}).Extract(&v, &Scope{}); err != nil {
		t.Errorf("a small body: %v", err)
	}
}

// TestRegexesOfFilters: the regular expressions of a filter are taken from the path only, for
// RE2 takes instructions times bytes. What is not there, or is no text, does not match.
func TestRegexesOfFilters(t *testing.T) {
	long := `["` + strings.Repeat("a", 1<<20) + `"]`
	many := `[` + strings.Repeat(`"a",`, 100_000) + `"b"]`
	dear := strings.Repeat("([a-z]?){900}", 10) + "1"
	for _, tt := range []struct{ body, path, want string }{
		{many, "$[?match(@, 'b')]", `["b"]`},
		{shopJSON, "$.items[?search(@.id, '[y-z]') && match(@.id, \"z\")]", `[{"id":"z"}]`},
		{long, "$[?search(@, 'b')]", "[]"},
		{long, "$[?search(@, '([a-z]?){900}1')]", "may take too long"},
		{many, "$[?match(@, '([a-z]?){900}')]", "may take too long"},
		{`[{"a":"x"},{"b":1},{"a":2},3,{"a":"x\ny"}]`, "$[?match(@.a, 'x')]", `[{"a":"x"}]`},
		{`[{"a":"x"},{"b":1}]`, "$[?!search(@.a, 'x')]", `[{"b":1}]`},
		{`["ab","a","b","search('"]`, "$[?match(@, 'a|b')]", `["a","b"]`},
		{`["a\nb","a.b"]`, "$[?match(@, 'a.b')]", `["a.b"]`},
		{`["ab","search('"]`, "$[?@ == \"search('\" && search(@, 'match|search')]", `["search('"]`},
		{long, "$[?@ == 1 || search(@, '" + dear + "')]", "not this large"},
		{long, "$[?search(@, $[0])]", "not from the document"},
		{long, "$[?match(@, value(@..a))]", "not from the document"},
	} {
		q, err := CompileQuery(JSONQuery, tt.path, "")
		switch {
		case tt.want == "not this large" && err != nil && strings.Contains(err.Error(), "more than 10000 instructions"),
			tt.want == "not from the document" && err != nil && strings.Contains(err.Error(), "a text in quotes"):
			continue
		case err != nil:
			t.Errorf("%.60s: %v", tt.path, err)
			continue
		}
		var v View
		v.Reset(&reply{status: 200, body: tt.body})
		got, err := q.Value(&v)
		if err != nil && !strings.Contains(err.Error(), tt.want) || err == nil && got.Text != tt.want {
			t.Errorf("%s: %.60s, %v; want %s", tt.path, got.Text, err, tt.want)
		}
	}
}

// A name that stands twice in brackets doubles the ways on: a short filter would take for ever.
func TestFiltersThatLeadAround(t *testing.T) {
	deep := "[" + strings.Repeat(`{"a":`, 60) + "1" + strings.Repeat("}", 60) + "]"
	wide := `{"a":{"a":[` + strings.Repeat("1,", 1<<17) + `1]}}`
	for _, tt := range []struct{ body, path, want string }{
		{deep, "$[?@" + strings.Repeat("['a','a']", 60) + "]", "may take too long"},
		{deep, "$[?@" + strings.Repeat("[*,*]", 60) + "]", "may take too long"},
		{deep, "$[?count(@" + strings.Repeat("[0:9,'a',?@.a]", 60) + ") > 1]", "may take too long"},
		{wide, "$" + strings.Repeat("['a'"+strings.Repeat(",'a'", 39)+"]", 2) + "[?@ == $.a.a]", "may take too long"},
		{`{"a":[{"x":1}],"b":[{"x":2,"y":[3]}]}`, "$['a','b'][?@['x','y'] && length(@) > 0]", `{"x":1}`},
		{`[{"a":["x","y"]}]`, "$[?@.a[?match(@, 'x')]]", `{"a":["x","y"]}`},
	} {
		var v View
		v.Reset(&reply{status: 200, body: tt.body})
		got, err := extractor(t, load.Extract{JSON: tt.path}).Extract(&v, &Scope{})
		if err != nil && !strings.Contains(err.Error(), tt.want) || err == nil && got.Text != tt.want {
			t.Errorf("%.60s: %.60s, %v; want %s", tt.path, got.Text, err, tt.want)
		}
	}
	for text, want := range map[string]float64{"@.a": 1, "@[,][,,]": 6, "f(@[,],)": 2, "@[?f(@,)]": 1, "])": 1} {
		if got := waysIn(text); got != want {
			t.Errorf("%s: %v ways, want %v", text, got, want)
		}
	}
}

// A path that leads to the same values over and over is ended.
func TestPathsThatLeadAround(t *testing.T) {
	body := `{"a":{"a":{"a":[` + strings.Repeat("1,", 1<<17) + `1]}}}`
	often := "['a'" + strings.Repeat(",'a'", 39) + "]"
	var v View
	v.Reset(&reply{status: 200, body: body})
	_, err := extractor(t, load.Extract{JSON: "$" + often + often + often + "..x"}).Extract(&v, &Scope{})
	if err == nil || !strings.Contains(err.Error(), "more direct") {
		t.Error(err)
	}
}

func TestCountOfMatches(t *testing.T) {
	var v View
	v.Reset(&reply{status: 200, body: shopJSON})
	e := extractor(t, load.Extract{JSON: "$.items[*].id"})
	if n, err := e.Count(&v); n != 3 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	v.Reset(&reply{status: 200, body: "no JSON"})
	if n, err := e.Count(&v); n != 0 || err == nil {
		t.Errorf("%d %v", n, err)
	}
}
