package plan

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

var update = flag.Bool("update", false, "rewrite the .want files and the JSON Schema; read the difference before committing")

// TestBadPlans reads every plan of testdata/bad and wants exactly the problems in the
// .want file beside it, one a line: "line:col: message: hint".
func TestBadPlans(t *testing.T) {
	files := append(glob(t, "testdata/bad/*.yaml"), glob(t, "testdata/bad/*.json")...)
	if len(files) < 45 {
		t.Fatalf("%d bad plans, want at least 45", len(files))
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			p, problems := Decode(filepath.Base(file), readFile(t, file))
			if (p == nil) != (problems.Err() != nil) {
				t.Errorf("plan %v beside %v", p, problems)
			}
			wantText(t, file+".want", listOf(t, problems))
		})
	}
}

// wantText wants got to be what file says.
func wantText(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := string(readFile(t, file)); got != want || want == "" {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func listOf(t *testing.T, problems Problems) string {
	var b strings.Builder
	for _, p := range problems {
		if p.Line < 1 || p.Col < 1 {
			t.Errorf("%s: no place", p.Error())
		}
		p.File = ""
		if p.Warning {
			b.WriteString("warning: ")
		}
		b.WriteString(p.Error() + "\n")
	}
	return b.String()
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(files), err)
	}
	return files
}

func readFile(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func mustDecode(t *testing.T, file string, text []byte) *load.Plan {
	t.Helper()
	p, problems := Decode(file, text)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestGoodPlans decodes every good plan and every example, writes it as canonical
// JSON, reads that back, and wants an equal plan and equal JSON.
func TestGoodPlans(t *testing.T) {
	files := glob(t, "testdata/good/*")
	examples, _ := filepath.Glob("../examples/*.yaml")
	for _, file := range append(files, examples...) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			p := mustDecode(t, file, readFile(t, file))
			roundTrip(t, p)
		})
	}
}

func roundTrip(t interface {
	Helper()
	Fatalf(string, ...any)
}, p *load.Plan) {
	t.Helper()
	text, err := Encode(p)
	if err != nil {
		t.Fatalf("%v", err)
	}
	q, problems := Decode("again.json", text)
	if err := problems.Err(); err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	if !reflect.DeepEqual(p, q) {
		t.Fatalf("decoded %+v\nencoded %s\nagain   %+v", p, text, q)
	}
	again, err := Encode(q)
	if err != nil || !bytes.Equal(text, again) {
		t.Fatalf("encoded %s\nagain %s %v", text, again, err)
	}
}

// TestDecodeKeepsText checks the values of a plan that touches most of the format.
func TestDecodeKeepsText(t *testing.T) {
	p := mustDecode(t, "x/shop.yaml", readFile(t, "testdata/good/shop.yaml"))
	vars := map[string]load.JSON{}
	for _, v := range p.Variables {
		vars[v.Name] = v.Value
	}
	wantVars := map[string]load.JSON{"page_size": "20", "price": "1.10", "on": "true", "zip": `"010"`, "nothing": "null", "list": `[1,{"b":2,"a":1.50}]`}
	if !reflect.DeepEqual(vars, wantVars) {
		t.Errorf("variables %v, want %v", vars, wantVars)
	}
	s := p.Transactions[0].Steps[0]
	if got := s.Request.Headers; !reflect.DeepEqual(got, []load.Pair{{Name: "Authorization", Value: "Bearer {{token}}"}, {Name: "Accept", Drop: true}}) {
		t.Errorf("headers %+v", got)
	}
	if got := s.Check[0].Status; !reflect.DeepEqual(got, []load.Status{{From: 200, To: 299}, {From: 404, To: 404}}) {
		t.Errorf("statuses %v", got)
	}
	if got := s.Check[8].Between; !reflect.DeepEqual(got, []load.JSON{"1.10", "2e3"}) {
		t.Errorf("between %v", got)
	}
	if got := p.Transactions[0].Think; *got != (load.Range{Min: 200e6, Max: 1e9}) {
		t.Errorf("think %v", got)
	}
	if !p.Transactions[0].Steps[1].Off || p.Transactions[1].Steps[0].Request.Form[2].Off != true {
		t.Error("enabled: false was lost")
	}
	wantLoad := &load.Profile{Model: load.UsersModel, MaxWait: load.DefaultMaxWait, GracefulStop: load.DefaultGracefulStop,
		Stages: []load.Stage{{Target: 50, Duration: 10e9}, {Target: 50, Duration: 110e9}}}
	if !reflect.DeepEqual(p.Load, wantLoad) {
		t.Errorf("load %+v", p.Load)
	}
	if got := p.Thresholds[3]; got.Target != load.UserStartName || got.Step != "login" || !got.Share || got.Value != 0.05 {
		t.Errorf("threshold of a step by its name alone: %+v", got)
	}
}

// TestDecodeName takes the name of the file when the plan has none.
func TestDecodeName(t *testing.T) {
	text := readFile(t, "testdata/good/arrivals.yaml")
	for file, want := range map[string]string{"plans/a.b.yaml": "a.b", `c:\plans\x.yml`: "x", "": "plan", "/": "plan"} {
		if p := mustDecode(t, file, text); p.Name != want {
			t.Errorf("file %q gives the name %q, want %q", file, p.Name, want)
		}
	}
}

// TestDecodeWith lets the command line bring what the plan lacks.
func TestDecodeWith(t *testing.T) {
	text := []byte("version: 1\ntransactions: [{name: a, steps: [{request: {url: /x}}]}]\n")
	_, problems := Decode("p.yaml", text)
	if got := len(problems); got != 2 {
		t.Fatalf("without base_url and load: %v", problems)
	}
	users := 3
	p, problems := DecodeWith("p.yaml", text, load.Overrides{BaseURL: "http://h", Users: &users})
	if problems.Err() != nil || p.BaseURL != "http://h" || p.Load.PeakUsers() != 3 {
		t.Fatalf("%+v %v", p, problems)
	}
}

// TestSameInAnyLineEnding reads CRLF and a byte order mark like their absence.
func TestSameInAnyLineEnding(t *testing.T) {
	text := readFile(t, "testdata/good/block.yaml")
	want := mustDecode(t, "p.yaml", text)
	got := mustDecode(t, "p.yaml", append([]byte("\xef\xbb\xbf"), bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))...))
	if !reflect.DeepEqual(got, want) {
		t.Errorf("with CRLF %+v\nwithout %+v", got, want)
	}
	if text := *want.Transactions[0].Steps[0].Request.Text; text != "{ [ not # a comment\n&x *y !z \"\n" {
		t.Errorf("block text %q", text)
	}
}
