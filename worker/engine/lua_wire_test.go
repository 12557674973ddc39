package engine_test

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/worker/engine"
)

// wire is a site that notes requests as they came: method, target, length, type, body.
type wire struct {
	mu    sync.Mutex // guards lines
	lines []string
}

var boundary = regexp.MustCompile(`[0-9a-f]{40,}`)

func (s *wire) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	line := fmt.Sprintf("%s %s %d %s|%s", r.Method, r.URL.RequestURI(), r.ContentLength, r.Header.Get("Content-Type"), body)
	if err != nil {
		line += " " + err.Error()
	}
	s.mu.Lock()
	s.lines = append(s.lines, boundary.ReplaceAllString(line, "B"))
	s.mu.Unlock()
	switch status := r.URL.Query().Get("redirect"); status {
	case "":
		w.Header().Set("X-Method", r.Method)
		fmt.Fprint(w, "hello")
	default:
		w.Header().Set("Location", "/end")
		w.WriteHeader(map[string]int{"302": 302, "303": 303, "307": 307}[status])
	}
}

func (s *wire) read() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.lines)
}

// What before makes of a request is what is sent, also by the hops after it.
func TestEditedRequestsOnTheWire(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		request, before string
		want            []string
		after           string
	}{
		"a GET with a body":             {`{url: /a}`, `req.body = "four"`, []string{"GET /a 4 |four"}, ``},
		"a POST without a body":         {`{url: /a, method: POST, text: gone}`, `req.body = nil`, []string{"POST /a 0 text/plain; charset=utf-8|"}, ``},
		"GET becomes HEAD":              {`{url: /a}`, `req.method = "HEAD"`, []string{"HEAD /a 0 |"}, `assert(res.status == 200 and res.body == "" and res.headers["X-Method"] == "HEAD")`},
		"HEAD becomes GET":              {`{url: /a, method: HEAD}`, `req.method = "GET"`, []string{"GET /a 0 |"}, `assert(res.body == "hello")`},
		"GET becomes POST, redirected":  {`{url: "/a?redirect=302"}`, `req.method = "POST" req.json = {n = 1}`, []string{`POST /a?redirect=302 7 application/json|{"n":1}`, "GET /end 0 |"}, `assert(res.request.method == "GET" and res.request.path == "/end")`},
		"POST becomes PUT, kept by 307": {`{url: "/a?redirect=307", method: POST, text: plan}`, `req.method = "PUT" req.body = req.body .. "+lua"`, []string{"PUT /a?redirect=307 8 text/plain; charset=utf-8|plan+lua", "PUT /end 8 text/plain; charset=utf-8|plan+lua"}, ``},
		"a path, query and form":        {`{url: "/a?x=1", method: POST, form: {k: v}}`, `req.path = "/b?y=2" req.query.z = "3 4" req.form.k = "w&" req.query.y = nil`, []string{"POST /b?z=3%204 6 application/x-www-form-urlencoded|k=w%26"}, ``},
		"files give way to a body":      {`{url: /a, method: POST, multipart: [{name: f, file: f.txt}]}`, `assert(not pcall(function() return req.body end)) req.body = "x" req.headers["Content-Type"] = "text/x"`, []string{"POST /a 1 text/x|x"}, ``},
		"what cannot be sent":           {`{url: /a}`, `for _, set in ipairs{function() req.method = "A B" end, function() req.url = "ftp://x/" end, function() req.path = "a" end, function() req.headers["A\r\nB"] = "x" end, function() req.headers.A = "x\r\nB: c" end, function() req.method = "CONNECT" end, function() req.name = "" end} do assert(not pcall(set)) end`, []string{"GET /a 0 |"}, ``},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s wire
			site := testsite.Run(t, &s, testsite.Options{})
			text := strings.Replace(scripted(site.URL, 1, `x = 1`, fmt.Sprintf(`
steps:
	- request: %s
	  script: |
	    function before(req) %s end
	    function after(res) %s end`, tt.request, tt.before, tt.after)), "variables:", `files: ["*.txt"]`+"\nvariables:", 1)
			j := job(t, text, 0, 1)
			keep(t, &j, map[string]string{"f.txt": "content"})
			y := complete(t, engine.New(engine.Config{}), j, nil)
			if got := s.read(); !slices.Equal(got, tt.want) || len(y.errors) > 0 {
				t.Errorf("the target saw\n%q, want\n%q; errors %v", got, tt.want, y.errors)
			}
			y.equation(t)
		})
	}
}

// What a script says of a request is what is sent, byte by byte.
func TestRequestsOfScriptsOnTheWire(t *testing.T) {
	t.Parallel()
	const crlf = "\r\n"
	for call, want := range map[string]string{
		`http.get{url = "/a", query = {x = "1 2"}}`: "GET /a?x=1%202 0 |",
		`http.head("/a")`:                            "HEAD /a 0 |",
		`http.delete{url = "/a", text = "x"}`:        "DELETE /a 1 text/plain; charset=utf-8|x",
		`http.post("/a")`:                            "POST /a 0 |",
		`http.request{method = "PURGE", url = "/a"}`: "PURGE /a 0 |",
		`http.post{url = "/a", multipart = {{name = "a", value = "1"}, {name = "q\"\r\n", file = "./f.txt"}, {name = "b", value = "2", filename = "b.json", type = "application/json"}}}`: "POST /a LENGTH multipart/form-data; boundary=B|" +
			"--B" + crlf + `Content-Disposition: form-data; name="a"` + crlf + crlf + "1" + crlf +
			"--B" + crlf + `Content-Disposition: form-data; name="q%22%0D%0A"; filename="f.txt"` + crlf + "Content-Type: text/plain; charset=utf-8" + crlf + crlf + "content" + crlf +
			"--B" + crlf + `Content-Disposition: form-data; name="b"; filename="b.json"` + crlf + "Content-Type: application/json" + crlf + crlf + "2" + crlf +
			"--B--" + crlf,
	} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			var s wire
			site := testsite.Run(t, &s, testsite.Options{})
			text := strings.Replace(scripted(site.URL, 1, `x = 1`, "script: 'function transaction(user) "+call+" end'"), "variables:", `files: ["*.txt"]`+"\nvariables:", 1)
			j := job(t, text, 0, 1)
			keep(t, &j, map[string]string{"f.txt": "content"})
			y := complete(t, engine.New(engine.Config{}), j, nil)
			got := s.read()
			if strings.Contains(want, "LENGTH") {
				got[0] = regexp.MustCompile(`^POST /a \d+ `).ReplaceAllString(got[0], "POST /a LENGTH ")
			}
			if len(got) != 1 || got[0] != want || len(y.errors) > 0 {
				t.Errorf("the target saw\n%q, want\n%q; errors %v", got, want, y.errors)
			}
			y.equation(t)
		})
	}
}
