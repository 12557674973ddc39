package run

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/locust-http/locust-http/load"
)

// shell runs a command line by sh with a curl that shows its arguments, and what it is
// given on standard input where it asks for that.
func shell(t *testing.T, dir, line string) (args []string, input string) {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", line)
	cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "OUT="+dir)
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("sh -c %s: %v, %s", line, err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "args"))
	if err != nil {
		t.Fatalf("%v", err)
	}
	in, err := os.ReadFile(filepath.Join(dir, "stdin"))
	if err != nil {
		t.Fatalf("%v", err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\x00"), "\x00"), string(in)
}

// stub is a folder with the curl of shell.
func stub(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	script := "#!/bin/sh\nprintf '%s\\0' \"$@\" >\"$OUT/args\"\n: >\"$OUT/stdin\"\nfor a in \"$@\"; do case \"$a\" in @-) cat >\"$OUT/stdin\";; esac; done\n"
	if err := os.WriteFile(filepath.Join(dir, "curl"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestCurl(t *testing.T) {
	dir := stub(t)
	head := func(lines ...string) (h []load.Header) {
		for i := 0; i < len(lines); i += 2 {
			h = append(h, load.Header{Name: lines[i], Value: lines[i+1]})
		}
		return h
	}
	for name, test := range map[string]struct {
		q     load.SampleRequest
		want  []string
		input string
	}{
		"get": {load.SampleRequest{Method: "GET", URL: "http://h/a?b=c&d=$HOME", Header: head("Host", "h", "Accept", "*/*", "Authorization", "***")},
			[]string{"--url", "http://h/a?b=c&d=$HOME", "-H", "Accept: */*", "-H", "Authorization: ***"}, ""},
		"post": {load.SampleRequest{Method: "POST", URL: "http://h/", Header: head("Content-Type", "application/json", "Content-Length", "9"), Body: []byte(`{"a":"'"}`), BodySize: 9},
			[]string{"-X", "POST", "--url", "http://h/", "-H", "Content-Type: application/json", "--data-raw", `{"a":"'"}`}, ""},
		"no type": {load.SampleRequest{Method: "PUT", URL: "http://h/", Body: []byte("@x"), BodySize: 2},
			[]string{"-X", "PUT", "--url", "http://h/", "-H", "Content-Type:", "--data-raw", "@x"}, ""},
		"shell": {load.SampleRequest{Method: "GET", URL: "http://h/'; rm -rf \"$x\" `id` \\ \n!$(id)"},
			[]string{"--url", "http://h/'; rm -rf \"$x\" `id` \\ \n!$(id)"}, ""},
		"option": {load.SampleRequest{Method: "-o/tmp/x", URL: "-o/tmp/y", Header: head("@/etc/passwd", "v", "X-A", "1\r\nX-B: 2", "Empty", " ")},
			[]string{"-X", "-o/tmp/x", "--url", "-o/tmp/y", "-H", "/etc/passwd: v", "-H", "X-A: 1X-B: 2", "-H", "Empty;"}, ""},
		"head":   {load.SampleRequest{Method: "HEAD", URL: "http://h/"}, []string{"--head", "--url", "http://h/"}, ""},
		"glob":   {load.SampleRequest{Method: "GET", URL: "http://h/[1-3]/../x"}, []string{"--globoff", "--path-as-is", "--url", "http://h/[1-3]/../x"}, ""},
		"packed": {load.SampleRequest{Method: "GET", URL: "http://h/", Header: head("Accept-Encoding", "gzip, br")}, []string{"--url", "http://h/", "--compressed", "-H", "Accept-Encoding: gzip, br"}, ""},
		"binary": {load.SampleRequest{Method: "POST", URL: "http://h/", Header: head("Content-Type", "image/png"), Body: []byte("\x89PNG\x00\xff"), BodySize: 6},
			[]string{"-X", "POST", "--url", "http://h/", "-H", "Content-Type: image/png", "--data-binary", "@-"}, "\x89PNG\x00\xff"},
		"cut off": {load.SampleRequest{Method: "POST", URL: "http://h/", Body: []byte("abc"), BodySize: 5000},
			[]string{"-X", "POST", "--url", "http://h/", "-H", "Content-Type:", "--data-binary", "@-"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			args, input := shell(t, dir, curl(&test.q))
			if !slices.Equal(args, test.want) || input != test.input {
				t.Errorf("%s\nmeans %q with %q,\nwant  %q with %q", curl(&test.q), args, input, test.want, test.input)
			}
		})
	}
	if line := curl(&load.SampleRequest{Method: "POST", URL: "http://h/", BodySize: 5000}); !strings.Contains(line, "# give it the body, of 5000 bytes") {
		t.Errorf("nothing is said of the body: %s", line)
	}
}

// TestQuote has the shell give back any texts as they are.
func TestQuote(t *testing.T) {
	any := rapid.OneOf(rapid.String(), rapid.StringMatching("['\"\\\\$`\n a-z!*?-]{0,20}"))
	line, texts := "curl", []string(nil)
	for i := range 500 {
		text := strings.ReplaceAll(any.Example(i), "\x00", "")
		texts, line = append(texts, text), line+" "+quote(text)
	}
	args, _ := shell(t, stub(t), line)
	for i, text := range texts {
		if i >= len(args) || args[i] != text {
			t.Fatalf("%q became %q", text, args[i:])
		}
	}
}

func TestSample(t *testing.T) {
	s := newStatistics(oneLoad(load.UsersModel))
	x := load.Sample{
		User: 7, Iteration: 3, Worker: "it says so", Status: 500, Message: "got 500", Place: "plan.yaml:33", Stack: "plan.yaml:33\nscripts/a.lua:2",
		Request:  &load.SampleRequest{Method: "POST", URL: "http://h/", Header: []load.Header{{Name: "Cookie", Value: load.Masked}}, Body: []byte("a=1"), BodySize: 3},
		Response: &load.SampleResponse{Status: 500, Header: []load.Header{{Name: "Server", Value: "x"}}, Body: []byte("caf\xc3"), BodySize: 900},
		Vars:     map[string]load.Value{"id": {Kind: load.Number, Text: "1.10"}, "name": load.StringValue("x")},
	}
	r := s.sample(&x, "w")
	if r.Place != "plan.yaml:33" || r.Stack != "plan.yaml:33\nscripts/a.lua:2" {
		t.Errorf("place %q, stack %q", r.Place, r.Stack)
	}
	if r.User != 7 || r.Iteration != 3 || r.Worker != "w" || r.Vars["id"] != "1.10" || r.Vars["name"] != "x" {
		t.Errorf("%+v", r)
	}
	if q := r.Request; q.Body != "a=1" || q.BodyBase64 != "" || q.BodySize != 3 || q.Headers[0] != (load.HeaderLine{Name: "Cookie", Value: "***"}) {
		t.Errorf("request %+v", q)
	}
	if a := r.Response; a.Status != 500 || a.Body != "caf" || a.BodySize != 900 {
		t.Errorf("response %+v", a)
	}
	if !strings.HasPrefix(r.Curl, "curl -X 'POST'") || !strings.Contains(r.Curl, "***") {
		t.Errorf("curl %s", r.Curl)
	}
	x.Response.Body, x.Response.BodySize = []byte("a\xffb"), 3
	if a := s.sample(&x, "w").Response; a.Body != "" || a.BodyBase64 != base64.StdEncoding.EncodeToString([]byte("a\xffb")) {
		t.Errorf("a body that is no text: %+v", a)
	}
	if r := s.sample(&load.Sample{Message: "nothing was sent"}, "w"); r.Request != nil || r.Response != nil || r.Vars != nil || r.Curl != "" {
		t.Errorf("%+v", r)
	}
}

// TestHostileSamples: whatever a worker sends is cut to the bounds of a sample, and all
// of a run's samples together to theirs.
func TestHostileSamples(t *testing.T) {
	s := newStatistics(oneLoad(load.UsersModel))
	big := strings.Repeat("x\xff", 1<<20)
	vars := map[string]load.Value{}
	for i := range 1000 {
		vars[string(rune('a'+i%26))+strings.Repeat("n", i)] = load.StringValue(big[:4096])
	}
	lines := make([]load.Header, 5000)
	for i := range lines {
		lines[i] = load.Header{Name: "X", Value: "yyyy"}
	}
	x := load.Sample{
		Message:  big,
		Place:    big,
		Stack:    big,
		Request:  &load.SampleRequest{Method: big, URL: big, Header: lines, Body: []byte(big), BodySize: -5},
		Response: &load.SampleResponse{Header: append(lines, load.Header{Name: big, Value: big}), Body: []byte(big)},
		Vars:     vars,
	}
	r := s.sample(&x, "w")
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(text); n > 256<<10 {
		t.Errorf("one sample is %d bytes of JSON", n)
	}
	if r.Request.BodySize != int64(len(big)) || len(r.Message) > load.MaxMessage || len(r.Place) > load.MaxMessage || len(r.Stack) > maxStack || len(r.Request.URL) > load.MaxSampleHead {
		t.Errorf("body size %d, message %d, URL %d", r.Request.BodySize, len(r.Message), len(r.Request.URL))
	}
	bodies, bare := 0, 0
	for range load.MaxErrorGroups * load.MaxSamples {
		r := s.sample(&x, "w")
		switch {
		case r.Request == nil:
			bare++
		case r.Curl != "":
			bodies++
		}
		if len(r.Message) == 0 {
			t.Fatal("a sample without a message")
		}
	}
	if s.kept > maxKept || bodies == 0 || bare == 0 {
		t.Errorf("%d bytes kept, %d samples with bodies, %d with a message only", s.kept, bodies, bare)
	}
}
