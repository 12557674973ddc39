package plan

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/locust-http/locust-http/load"
)

// scripted is a plan with scripts in every place and every form.
const scripted = `version: 1
script: |
  -- the whole plan
  function before(req, user)
    req.headers["X"] = "å"

  end

base_url: http://h
blocks:
  "re.fresh [0]":
    - request: {url: /}
      script: |2

          local indented = 1
        print(indented)
setup:
  - {name: 步骤, request: {url: /}, script: "function after(res) check('a', res.ok) end"}
transactions:
  - name: t
    script: 'function begin(user) end'
    steps:
      - request: {url: /}
        script: function after() end   # a comment
      - if: {var: v, equals: 1}
        steps:
          - request: {url: /}
            script: |-

              -- an empty line before
              function before() end
        else:
          - request: {url: /}
            script: >
              function before()
              end
      - request: {url: /}
        script:
          "local a = 1\nlocal b = 2"
      - request: {url: /}
        script: |  # what it is for
          x()

          -- trailing

variables: {v: 1}
`

// TestScriptPlaces compares every line of every script with the line of the file.
func TestScriptPlaces(t *testing.T) {
	texts := map[string]string{"as written": scripted, "carriage returns": strings.ReplaceAll(scripted, "\n", "\r\n")}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			p, problems := DecodeWith("p.yaml", []byte(text), load.Overrides{Users: new(1)})
			if p == nil {
				t.Fatal(problems)
			}
			places := ScriptPlaces("p.yaml", []byte(text))
			scripts := scriptsOf(p)
			if !slices.Equal(slices.Sorted(maps.Keys(places)), slices.Sorted(maps.Keys(scripts))) {
				t.Fatalf("places of %q\nscripts %q", slices.Sorted(maps.Keys(places)), slices.Sorted(maps.Keys(scripts)))
			}
			lines := strings.Split(strings.ReplaceAll(text, "\r", ""), "\n")
			for path, place := range places {
				inexact := path == "transactions[0].steps[1].else[0].script" || path == "transactions[0].steps[2].script"
				if place.Exact == inexact {
					t.Errorf("%s: exact %v", path, place.Exact)
				}
				if !place.Exact {
					continue
				}
				for n, line := range strings.Split(scripts[path], "\n") {
					in := lines[place.First+n-1]
					if line == "" {
						continue
					}
					if rest := in[len(string([]rune(in)[:place.Indent])):]; !strings.HasPrefix(rest, line) {
						t.Errorf("%s: line %d is %q, in the file %q", path, n+1, line, rest)
					}
				}
			}
		})
	}
}

// scriptsOf are the inline scripts of p by path.
func scriptsOf(p *load.Plan) map[string]string {
	out := map[string]string{}
	add := func(path string, s *load.Script) {
		if s != nil && s.File == "" {
			out[path] = s.Source
		}
	}
	add("script", p.Script)
	for i := range p.Transactions {
		add(transactionPath(i)+".script", p.Transactions[i].Script)
	}
	var walk func(path string, steps []load.Step)
	walk = func(path string, steps []load.Step) {
		for i := range steps {
			add(at(path, i)+".script", steps[i].Script)
			walk(at(path, i)+".steps", steps[i].Steps)
			walk(at(path, i)+".else", steps[i].Else)
		}
	}
	for path, steps := range newCompiler(p).stepLists() {
		walk(path, steps)
	}
	return out
}

func TestScriptPlacesOfAnything(t *testing.T) {
	for _, text := range []string{"", "[", "script", "script: |", "script: |\n", "script: [a]", "transactions: {a: b}", "blocks: [a]\nsetup: x", `{"script": "a\nb"}`, `{"script": "a"}`} {
		places := ScriptPlaces("p.yaml", []byte(text))
		if p, ok := places["script"]; ok && (p.Line < 1 || !utf8.ValidString(text)) {
			t.Errorf("%q: %+v", text, p)
		}
	}
	if p := ScriptPlaces("p.json", []byte(`{"script": "a()"}`))["script"]; !p.Exact || p.First != 1 || p.Indent != 12 {
		t.Errorf("in JSON: %+v", p)
	}
	if p := ScriptPlaces("p.json", []byte(`{"script": "a()\nb()"}`))["script"]; p.Exact || p.Line != 1 || p.Col != 12 {
		t.Errorf("lines in JSON: %+v", p)
	}
}
