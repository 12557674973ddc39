package master_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/master"
)

const tryPage = `<html><h1> Shop </h1><form><input name=csrf value=t1><input name=csrf value=t2></form><p>sid=abc; sid=def</p>`

// trying is the body of a try with rows as JSON lists.
func trying(extract, check, response string) string {
	return fmt.Sprintf(`{"extract": %s, "check": %s, "response": %s, "vars": {"want": "11", "users.name": "x", "tpl": "{{nothing}}"}}`, extract, check, response)
}

func jsonResponse(body string) string {
	b, _ := json.Marshal(body)
	return fmt.Sprintf(`{"status": 201, "latency": 12.5, "headers": [{"name": "X-Id", "value": "h1"}, {"name": "Set-Cookie", "value": "sid=c1; Path=/"}, {"name": "set-cookie", "value": "sid=c2"}], "body": %s}`, b)
}

func TestTryExtractsOfAllSources(t *testing.T) {
	items := jsonResponse(`{"ok": true, "items": [{"id": 11}, {"id": 12}], "s": "text"}`)
	page := jsonResponse(tryPage)
	inHouse(t, nil, func(h *house) {
		for _, c := range []struct {
			row, response, value string
			found                bool
			count                int
			message              string
		}{
			{`{"name": "x", "json": "$.items[0].id"}`, items, "11", true, 1, ""},
			{`{"name": "x", "json": "$.items[*].id"}`, items, "11", true, 2, ""},
			{`{"name": "x", "json": "$.items[*].id", "pick": "last"}`, items, "12", true, 2, ""},
			{`{"name": "x", "json": "$.items[*].id", "pick": "all"}`, items, "[11,12]", true, 2, ""},
			{`{"name": "x", "json": "$.items[*].id", "pick": 2}`, items, "12", true, 2, ""},
			{`{"name": "x", "json": "$.items[*].id", "pick": 3}`, items, "", false, 2, "found 2, not 3"},
			{`{"name": "x", "json": "$.none"}`, items, "", false, 0, "nothing found"},
			{`{"name": "x", "json": "$.none", "default": 5}`, items, "5", false, 0, "nothing found"},
			{`{"name": "x", "css": "input", "attr": "value"}`, page, "t1", true, 2, ""},
			{`{"name": "x", "css": "h1"}`, page, "Shop", true, 1, ""},
			{`{"name": "x", "xpath": "//input/@value", "pick": "last"}`, page, "t2", true, 2, ""},
			{`{"name": "x", "regex": "sid=(\\w+)", "group": 1}`, page, "abc", true, 2, ""},
			{`{"name": "x", "header": "x-id"}`, page, "h1", true, 1, ""},
			{`{"name": "x", "cookie": "sid"}`, page, "c2", true, 1, ""},
			{`{"name": "x", "json": "$.a"}`, page, "", false, -1, "not JSON"},
		} {
			var out master.Tried
			h.want(200, &out, "POST", "/api/v1/try", trying("["+c.row+"]", "[]", c.response))
			if len(out.Extracts) != 1 || out.Checks == nil {
				t.Fatalf("%s: %+v", c.row, out)
			}
			got := out.Extracts[0]
			count := -1
			if got.Count != nil {
				count = *got.Count
			}
			if got.Found != c.found || got.Value != c.value || count != c.count || !strings.Contains(got.Message, c.message) || (got.Message == "") != (c.message == "") || got.Bad {
				t.Errorf("%s: %+v, count %d", c.row, got, count)
			}
		}
	})
}

func TestTryChecks(t *testing.T) {
	response := jsonResponse(`{"ok": true, "items": [{"id": 11}, {"id": 12}], "s": "text"}`)
	inHouse(t, nil, func(h *house) {
		for _, c := range []struct {
			row, actual string
			ok          bool
		}{
			{`{"status": 201}`, "got 201", true},
			{`{"status": ["3xx", 200]}`, "got 201", false},
			{`{"size": {"gt": "1KiB"}}`, "got 60 bytes", false},
			{`{"body": {"contains": "items", "not_contains": "error"}}`, `got "{`, true},
			{`{"latency": {"lt": "12ms"}}`, "got 12.5ms", false},
			{`{"latency": {"between": ["12ms", "13ms"]}}`, "got 12.5ms", true},
			{`{"json": "$.items[0].id", "equals": "{{want}}"}`, "got 11", true},
			{`{"json": "$.items[0].id", "not": 11}`, "got 11", false},
			{`{"json": "$.items[0].id", "ge": 11, "le": 11}`, "got 11", true},
			{`{"json": "$.items[0].id", "in": [1, "{{id}}"]}`, "got 11", false},
			{`{"json": "$.items[1].id", "in": [1, "{{id}}"]}`, "got 12", true},
			{`{"json": "$.items[*]", "count": {"equals": 2}}`, "got 2", true},
			{`{"json": "$.s", "matches": "^t.*t$"}`, `got "text"`, true},
			{`{"json": "$.x", "exists": false}`, "nothing found", true},
			{`{"json": "$.x", "exists": true}`, "nothing found", false},
			{`{"json": "$.s", "equals": "{{secret.KEY}}"}`, "KEY", false},
			{`{"json": "$.s", "equals": "{{tpl}}"}`, `got "text"`, false},
			{`{"var": "id", "equals": 12}`, "got 12", true},
			{`{"header": "X-Id", "equals": "h1"}`, `got "h1"`, true},
			{`{"cookie": "sid", "exists": true}`, `got "c2"`, true},
			{`{"regex": "ite(m)s", "exists": true}`, `got "m"`, true},
			{`{"css": "h1", "exists": true}`, "nothing found", false},
			{`{"xpath": "//h1", "exists": false}`, "nothing found", true},
		} {
			var out master.Tried
			h.want(200, &out, "POST", "/api/v1/try", trying(`[{"name": "id", "json": "$.items[1].id"}]`, "["+c.row+"]", response))
			if got := out.Checks[0]; got.OK != c.ok || !strings.Contains(got.Actual, c.actual) || got.Message != "" || got.Rule == "" {
				t.Errorf("%s: %+v", c.row, got)
			}
		}
	})
}

func TestTryBadRows(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		var out master.Tried
		extracts := []string{
			`{"name": "x", "json": "items"}`, `{"name": "x", "json": "$.a", "css": "b"}`, `{"name": "x", "regex": "("}`, `{"name": "1x", "json": "$.a"}`,
			`{"name": "x"}`, `null`, `[]`, `7`, `{"name": "x", "json": "$.a", "wrong": 1}`, `{"name": "x", "json": "$.a", "pick": "third"}`, `{"name": "x", "xpath": "//["}`,
			`{"name": "x", "json": "` + strings.Repeat("$", 5000) + `"}`, `{"name": "x", "json": ` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`,
		}
		checks := []string{`{}`, `{"json": "$.a"}`, `{"size": {}}`, `{"latency": {"lt": "fast"}}`, `{"json": "$.a", "equals": "{{users.name}}"}`, `{"json": "$.a", "equals": "{{nobody}}"}`, `{"status": 999, "json": "$.a"}`, `{"body": {"matches": "["}}`}
		h.want(200, &out, "POST", "/api/v1/try", trying("["+strings.Join(extracts, ",")+`,{"name": "good", "json": "$.a"}]`, "["+strings.Join(checks, ",")+`,{"status": 201}]`, jsonResponse(`{"a": 1}`)))
		for i, row := range extracts {
			if got := out.Extracts[i]; got.Found || !got.Bad || got.Message == "" || len(got.Message) > 1500 {
				t.Errorf("%.80s: %+v", row, got)
			}
		}
		for i, row := range checks {
			if got := out.Checks[i]; got.OK || !got.Bad || got.Message == "" {
				t.Errorf("%s: %+v", row, got)
			}
		}
		if !strings.HasPrefix(out.Extracts[0].Message, "json: ") && !strings.Contains(out.Extracts[0].Message, "$.items") {
			t.Errorf("no hint: %+v", out.Extracts[0])
		}
		if good := out.Extracts[len(extracts)]; !good.Found || good.Value != "1" || !out.Checks[len(checks)].OK {
			t.Errorf("a good row among bad ones: %+v %+v", good, out.Checks[len(checks)])
		}
	})
}

func TestTryBounds(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		rows := "[" + strings.TrimSuffix(strings.Repeat(`{"status": 200},`, 101), ",") + "]"
		h.refused(400, "bad_request", "POST", "/api/v1/try", trying("[]", rows, jsonResponse("")))
		h.refused(413, "too_large", "POST", "/api/v1/try", trying("[]", "[]", jsonResponse(strings.Repeat("x", 5<<20+1))))
		h.refused(413, "too_large", "POST", "/api/v1/try", trying("[]", "[]", jsonResponse(strings.Repeat("x", 17<<20))))
		h.refused(400, "bad_request", "POST", "/api/v1/try", `{"extracts": []}`)
		var out master.Tried
		h.want(200, &out, "POST", "/api/v1/try", "{}")
		if out.Extracts == nil || out.Checks == nil {
			t.Errorf("lists are null: %+v", out)
		}
		binary := fmt.Sprintf(`{"status": 200, "headers": [], "latency": 1, "body_base64": %q}`, base64.StdEncoding.EncodeToString([]byte("\xff\x00id=7")))
		h.want(200, &out, "POST", "/api/v1/try", trying(`[{"name": "x", "regex": "id=(.)"}]`, `[{"size": {"equals": 6}}]`, binary))
		if !out.Extracts[0].Found || out.Extracts[0].Value != "7" || !out.Checks[0].OK {
			t.Errorf("%+v", out)
		}
	})
}

func TestTryHostileBodies(t *testing.T) {
	// 1000 deep, with as many values beside.
	deep := strings.Repeat(`{"a":[1,1,1,1],"b":`, 990) + "1" + strings.Repeat("}", 990)
	extracts := `[{"name": "a", "json": "$..[?@..[?@..a]]"}, {"name": "b", "json": "$..[?$..a]"}, {"name": "c", "json": "$..a", "pick": "all"},
		{"name": "d", "css": "div div div div div div p"}, {"name": "e", "xpath": "//*[.//*[.//*]]"}, {"name": "f", "regex": "(a|a)*b"}]`
	inHouse(t, nil, func(h *house) {
		for name, body := range map[string]string{
			"deep":     deep,
			"deeper":   strings.Repeat("[", 1<<20),
			"wide":     "[" + strings.Repeat("1,", 1<<20) + "1]",
			"broken":   strings.Repeat("<div><p <<a b='", 20_000),
			"nested":   strings.Repeat("<div>", 3000),
			"no text":  strings.Repeat("\x00\x01", 1<<19),
			"cut JSON": `{"a": [{"b": "`,
		} {
			var out master.Tried
			h.want(200, &out, "POST", "/api/v1/try", trying(extracts, `[{"body": {"matches": "(x+x+)+y"}}]`, jsonResponse(body)))
			if len(out.Extracts) != 6 || len(out.Checks) != 1 {
				t.Errorf("%s: %+v", name, out)
			}
			for i, x := range out.Extracts {
				if !x.Found && x.Message == "" || len(x.Value) > 4<<10 || x.Bad {
					t.Errorf("%s: row %d: %+v", name, i, x)
				}
			}
			if name == "deep" && (!strings.Contains(out.Extracts[0].Message, "too long") || out.Extracts[2].Value == "") {
				t.Errorf("%+v", out.Extracts)
			}
		}
	})
}
