package plan

import (
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/locust-http/locust-http/load"
)

// filesPlan sends one request whose body may read data/files; the variables a and b
// exist.
func filesPlan(r load.Request) *load.Plan {
	r.URL = "/"
	p := planOf(load.Step{Request: &r, Set: []load.Variable{{Name: "a", Value: "1"}, {Name: "b", Value: "1"}}})
	p.Files = []string{"data/files/**", "one.bin"}
	return p
}

// wholeBody is the body of r with <name> in the place of each file, and its Content-Type.
func wholeBody(t testing.TB, r *Request, s *Scope) (body, contentType string) {
	t.Helper()
	b, err := r.AppendBody(nil, s)
	if err != nil {
		t.Fatal(err)
	}
	if r.Parts != nil && len(b) > 0 {
		t.Errorf("a body of parts has a body of its own: %q", b)
	}
	for i := range r.Parts {
		part, err := r.Parts[i].Append(nil, s)
		if err != nil {
			t.Fatal(err)
		}
		if r.Parts[i].File {
			part = []byte("<" + string(part) + ">")
		}
		b = append(b, part...)
	}
	for i := range r.Headers {
		if r.Headers[i].Name == "Content-Type" {
			v, err := r.Headers[i].Append(nil, s)
			if err != nil {
				t.Fatal(err)
			}
			contentType = string(v)
		}
	}
	return string(b), contentType
}

func TestFileBodies(t *testing.T) {
	vars := map[string]load.Value{"a": load.StringValue("x/./y"), "b": load.StringValue("pdf")}
	for _, tt := range []struct {
		r          load.Request
		body, kind string
	}{
		{load.Request{File: "data/files/a.PDF"}, "<data/files/a.PDF>", "application/pdf"},
		{load.Request{File: "./data//files/a"}, "<data/files/a>", "application/octet-stream"},
		{load.Request{File: "one.bin", Type: "x/{{b}}"}, "<one.bin>", "x/pdf"},
		{load.Request{File: "data/files/{{a}}.jpg"}, "<data/files/x/y.jpg>", "image/jpeg"},
		{load.Request{File: "data/files/a.{{b}}"}, "<data/files/a.pdf>", "application/octet-stream"},
	} {
		prog, steps := mustCompile(t, filesPlan(tt.r))
		r := steps[0].Request
		if r.Static || !r.HasBody || len(r.Parts) != 1 {
			t.Errorf("%s: %+v", tt.r.File, r)
		}
		body, kind := wholeBody(t, r, scopeOf(prog, vars))
		if body != tt.body || kind != tt.kind {
			t.Errorf("%s: %s of %s, want %s of %s", tt.r.File, body, kind, tt.body, tt.kind)
		}
	}
}

func TestHostileFileNames(t *testing.T) {
	prog, steps := mustCompile(t, filesPlan(load.Request{File: "data/files/{{a}}"}))
	file := &steps[0].Request.Parts[0]
	for _, bad := range []string{"../../..", "../../../etc/passwd", "a/../../../../x", "", ".", "a/", `..\x`, "a\x00b", "a\nb", strings.Repeat("n", 256), strings.Repeat("a/", 600) + "b"} {
		_, err := file.Append([]byte("prefix "), scopeOf(prog, map[string]load.Value{"a": load.StringValue(bad)}))
		checkExpandError(t, err, load.ClassTemplate, `body file "`)
	}
	_, whole := mustCompile(t, filesPlan(load.Request{File: "{{a}}"}))
	for _, bad := range []string{"/etc/passwd", "C:/x", "..", ""} {
		_, err := whole[0].Request.Parts[0].Append(nil, scopeOf(prog, map[string]load.Value{"a": load.StringValue(bad)}))
		checkExpandError(t, err, load.ClassTemplate, `body file "`+bad)
	}
	prog, steps = mustCompile(t, filesPlan(load.Request{File: "{{secret.A}}"}))
	s := scopeOf(prog, nil)
	s.Secrets = map[string]string{"A": "/hunter2"}
	_, err := steps[0].Request.Parts[0].Append(nil, s)
	checkExpandError(t, err, load.ClassTemplate, "the name of a body file with a secret in it is not relative to the workspace")
	prog, steps = mustCompile(t, filesPlan(load.Request{File: "data/files/{{a}}.pdf"}))
	s = scopeOf(prog, map[string]load.Value{"a": load.StringValue("7")})
	var buf []byte
	if n := testing.AllocsPerRun(100, func() { buf, _ = steps[0].Request.Parts[0].Append(buf[:0], s) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestMultipart(t *testing.T) {
	parts := []load.Part{
		{Name: `na"me`, Value: "1{{a}}"},
		{Name: "doc", File: "data/files/x/a.pdf"},
		{Name: "other", File: "data/files/{{b}}.txt"},
		{Name: "named", File: "one.bin", Filename: "my {{a}}.gif"},
		{Name: "typed", File: "one.bin", Filename: "plain", Type: "text/{{b}}"},
		{Name: "text", Value: "{}", Filename: "a.json"},
	}
	prog, steps := mustCompile(t, filesPlan(load.Request{Multipart: parts}))
	r := steps[0].Request
	s := scopeOf(prog, map[string]load.Value{"a": load.StringValue("\"\r\n"), "b": load.StringValue("é/h")})
	if len(r.Parts) != 9 || r.Static {
		t.Errorf("%d parts, static %v", len(r.Parts), r.Static)
	}
	for i, p := range r.Parts {
		if p.File != (i%2 == 1) {
			t.Errorf("part %d: file %v", i, p.File)
		}
	}
	body, kind := wholeBody(t, r, s)
	_, params, err := mime.ParseMediaType(kind)
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	boundary := params["boundary"]
	want := strings.ReplaceAll(`--B
Content-Disposition: form-data; name="na%22me"

1"

--B
Content-Disposition: form-data; name="doc"; filename="a.pdf"
Content-Type: application/pdf

<data/files/x/a.pdf>
--B
Content-Disposition: form-data; name="other"; filename="h.txt"
Content-Type: text/plain; charset=utf-8

<data/files/é/h.txt>
--B
Content-Disposition: form-data; name="named"; filename="my %22%0D%0A.gif"
Content-Type: image/gif

<one.bin>
--B
Content-Disposition: form-data; name="typed"; filename="plain"
Content-Type: text/é/h

<one.bin>
--B
Content-Disposition: form-data; name="text"; filename="a.json"
Content-Type: application/json

{}
--B--
`, "\n", "\r\n")
	if got := strings.ReplaceAll(body, boundary, "B"); got != want {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	again, _ := mustCompile(t, filesPlan(load.Request{Multipart: parts}))
	_, kind2 := wholeBody(t, again.Transactions[0].Steps[0].Request, s)
	if kind2 == kind {
		t.Error("two compilations have the same boundary")
	}
}

func TestMultipartWithoutFiles(t *testing.T) {
	p := planOf(load.Step{Request: &load.Request{URL: "/", Multipart: []load.Part{{Name: "a", Value: "1"}, {Name: "b", Value: "2"}}, Headers: []load.Pair{{Name: "X", Value: "1"}}}})
	p.Defaults.Headers = []load.Pair{{Name: "content-type", Value: "text/plain"}}
	prog, steps := mustCompile(t, p)
	r := steps[0].Request
	if !r.Static || r.Parts != nil {
		t.Errorf("static %v, %d parts", r.Static, len(r.Parts))
	}
	body, kind := wholeBody(t, r, scopeOf(prog, nil))
	if !strings.HasPrefix(kind, "multipart/form-data; boundary=locust-http-") || strings.Count(body, "\r\n") != 9 {
		t.Errorf("%s: %q", kind, body)
	}
}

// Whatever stands in a part, a reader that knows nothing of this package finds it again.
func TestMultipartProperty(t *testing.T) {
	text := rapid.StringOf(rapid.SampledFrom([]rune("ab\"\\\r\n%;= ü-")))
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(rapid.StringMatching(`[a-z"%; ]{1,5}`), 1, 4).Draw(t, "names")
		values := map[string]load.Value{"a": load.StringValue(text.Draw(t, "a")), "b": load.StringValue(text.Draw(t, "b"))}
		var parts []load.Part
		var want []string
		for _, name := range names {
			part, value := load.Part{Name: name, Value: "<{{a}}>"}, "<"+values["a"].Text+">"
			if rapid.Bool().Draw(t, "file") {
				part, value = load.Part{Name: name, File: "one.bin", Filename: "{{a}}", Type: "x/{{b}}"}, "<one.bin>"
			}
			parts, want = append(parts, part), append(want, name+": "+value)
		}
		prog, issues := Compile(filesPlan(load.Request{Multipart: parts}))
		if prog == nil {
			t.Fatalf("%v", issues)
		}
		s := scopeOf(prog, values)
		body, kind := rapidBody(t, prog.Transactions[0].Steps[0].Request, s)
		if got := readParts(t, body, kind); !slices.Equal(got, want) {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

func rapidBody(t *rapid.T, r *Request, s *Scope) (body, boundary string) {
	b, err := r.AppendBody(nil, s)
	for i := range r.Parts {
		before := len(b)
		if b, err = r.Parts[i].Append(b, s); r.Parts[i].File {
			b = append(append(b[:before:before], '<'), append(slices.Clone(b[before:]), '>')...)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	boundary, _, _ = strings.Cut(string(b[2:]), "\r\n")
	return string(b), boundary
}

func readParts(t *rapid.T, body, boundary string) []string {
	r := multipart.NewReader(strings.NewReader(body), boundary)
	var found []string
	for {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		value, err := io.ReadAll(p)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, nameOfPart(p.Header)+": "+string(value))
		if len(p.Header) > 2 {
			t.Fatalf("a header got in: %v", p.Header)
		}
	}
}

// nameOfPart reads the name as a server of today does: up to the next quote.
func nameOfPart(h textproto.MIMEHeader) string {
	_, rest, _ := strings.Cut(h.Get("Content-Disposition"), `name="`)
	name, _, _ := strings.Cut(rest, `"`)
	return strings.ReplaceAll(name, "%22", `"`)
}

func TestBodyIssues(t *testing.T) {
	none := filesPlan(load.Request{File: "data/files/{{a}}"})
	none.Files = nil
	globs := filesPlan(load.Request{})
	globs.Files = []string{"../x", "data/[", "/etc/*", "ok/**"}
	multi := func(p ...load.Part) *load.Plan { return filesPlan(load.Request{Multipart: p}) }
	const req = "transactions[0].steps[0].request"
	for _, tt := range []struct {
		plan *load.Plan
		want []string
	}{
		{filesPlan(load.Request{File: "secret/key.pem"}), []string{req + `.file: "secret/key.pem" is not among files, which says what bodies may read (add it: files: ["secret/key.pem"])`}},
		{filesPlan(load.Request{File: "../data/files/a"}), []string{req + `.file: "../data/files/a" leads out of the workspace (name a file of the workspace, as in data/files/a.pdf)`}},
		{none, []string{req + `.file: the plan has no files (name what bodies may read: files: ["data/files/**"])`}},
		{globs, []string{`files[0]: "../x" leads out of the workspace`, `files[1]: "data/[" is no glob: a [ is not closed, or nothing follows a \`, `files[2]: "/etc/*" is not relative to the workspace`}},
		{multi([]load.Part{}...), []string{req + ".multipart: has no parts (for example [{name: file, file: data/files/a.pdf}])"}},
		{multi(load.Part{Value: "x"}), []string{req + ".multipart[0]: a part without a name"}},
		{multi(load.Part{Name: "a", Value: "x", File: "one.bin"}), []string{req + ".multipart[0]: a part has a value or a file, not both (make them two parts)"}},
		{multi(load.Part{Name: "a", Value: "{{x}}"}), []string{req + ".multipart[0].value: {{x}}: unknown variable x (did you mean a?)"}},
		{multi(load.Part{Name: "a", File: "data/files/{{$oneOf a b}}"}), []string{req + ".multipart[0].file: the name of the file is another each time it is evaluated (give the part a filename, or evaluate the name before with set: in the step)"}},
		{filesPlan(load.Request{Multipart: []load.Part{{Name: "a"}}, Headers: []load.Pair{{Name: "content-type", Value: "x"}}}), []string{req + ".headers.content-type: Content-Type follows from multipart (leave it out)"}},
	} {
		prog, issues := Compile(tt.plan)
		if got := issueTexts(issues); prog != nil || !slices.Equal(got, tt.want) {
			t.Errorf("got  %q\nwant %q", got, tt.want)
		}
	}
}

func TestFilesOfProgram(t *testing.T) {
	off := load.Step{Off: true, Request: &load.Request{URL: "/", File: "data/files/off"}}
	p := planOf(
		load.Step{Request: &load.Request{URL: "/", File: "./data/files/a"}}, off,
		load.Step{Group: "g", Steps: []load.Step{{Request: &load.Request{URL: "/", Multipart: []load.Part{{Name: "x", File: "data/files/a"}, {Name: "y", File: "data/files/b"}, {Name: "z", File: "data/files/{{v}}"}}}}}},
		load.Step{Request: &load.Request{URL: "/", TLS: &load.TLS{CA: "certs/./own.pem"}}},
	)
	p.Variables = []load.Variable{{Name: "v", Value: `"c"`}}
	p.Files = []string{"data/files/*"}
	p.Defaults.TLS = load.TLS{CA: "certs/ca.pem", Cert: "certs/me.pem", Key: "certs/me.pem"}
	prog, steps := mustCompile(t, p)
	const at = "transactions[0].steps"
	want := []FileUse{
		{"defaults.tls.ca", "certs/ca.pem", false}, {"defaults.tls.cert", "certs/me.pem", false}, {at + "[0].request.file", "data/files/a", true},
		{at + "[2].steps[0].request.multipart[1].file", "data/files/b", true}, {at + "[2].steps[0].request.multipart[2].file", "data/files/c", true},
		{at + "[3].request.tls.ca", "certs/own.pem", false},
	}
	if !slices.Equal(prog.Files, want) {
		t.Errorf("got  %v\nwant %v", prog.Files, want)
	}
	if got := steps[2].Request.TLS; got.CA != "certs/own.pem" || got.Cert != "certs/me.pem" {
		t.Errorf("tls: %+v", got)
	}
}
