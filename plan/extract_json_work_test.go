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
