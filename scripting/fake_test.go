package scripting

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// fakeHost is a user whose requests go nowhere.
type fakeHost struct {
	request  *fakeRequest
	response *fakeResponse
	who      Who
	vars     map[string]load.Value
	shared   map[string]load.Value
	send     func(*Call) (Response, error)
	use      func(block string) (bool, error)
	wait     func(time.Duration) error
	did      []string // what scripts did, a line each
	checks   []Check
	calls    []*Call
}

func newFakeHost() *fakeHost {
	return &fakeHost{
		who:    Who{ID: 7, Iteration: 3, Worker: "w1", Scenario: "buyers"},
		vars:   map[string]load.Value{},
		shared: map[string]load.Value{"shop": load.StringValue("books"), "sizes": {Kind: load.Composite, Text: "[1,2]"}},
		request: &fakeRequest{
			method: "POST", url: "http://127.0.0.1:1/buy?id=1&tag=a%20b", name: "buy",
			headers: []load.Header{{Name: "Accept", Value: "text/html"}, {Name: "Cookie", Value: "a=1; b=2"}},
			body:    `{"n":[1,2]}`,
		},
		response: &fakeResponse{status: 200, body: `{"token":"t1","items":[{"id":1},{"id":2}]}`, headers: http.Header{"X-Two": {"1", "2"}, "Content-Type": {"application/json"}}},
	}
}

func (h *fakeHost) note(format string, args ...any) {
	h.did = append(h.did, fmt.Sprintf(format, args...))
}

func (h *fakeHost) Request() Request {
	if h.request == nil {
		return nil
	}
	return h.request
}

func (h *fakeHost) Response() Response {
	if h.response == nil {
		return nil
	}
	return h.response
}

func (h *fakeHost) Who() Who                   { return h.who }
func (h *fakeHost) Var(name string) load.Value { return h.vars[name] }
func (h *fakeHost) SetVar(name string, v load.Value) {
	h.note("set %s %s", name, v.Text)
	if v.Kind == load.Unset {
		delete(h.vars, name)
		return
	}
	h.vars[name] = v
}
func (h *fakeHost) VarNames() []string            { return sortedKeys(h.vars) }
func (h *fakeHost) Shared(name string) load.Value { return h.shared[name] }
func (h *fakeHost) SharedNames() []string         { return sortedKeys(h.shared) }
func (h *fakeHost) Row(source, column string) (load.Value, error) {
	if source != "accounts" {
		return load.Value{}, fmt.Errorf("there is no data source %s", source)
	}
	return load.StringValue(column + "!"), nil
}
func (h *fakeHost) Secret(name string) (string, error) {
	if name != "KEY" {
		return "", fmt.Errorf("the plan has no secret %s", name)
	}
	return "s3cret", nil
}
func (h *fakeHost) Run() Run {
	return Run{ID: "r1", Scenario: "buyers", Stage: "peak", Elapsed: 1500 * time.Millisecond, Environment: "test"}
}
func (h *fakeHost) Send(c *Call) (Response, error) {
	h.calls = append(h.calls, c)
	if h.send != nil {
		return h.send(c)
	}
	return &fakeResponse{status: 201, body: `{"made":true}`, headers: http.Header{}}, nil
}
func (h *fakeHost) Use(block string) (bool, error) {
	h.note("use %s", block)
	if h.use != nil {
		return h.use(block)
	}
	return false, nil
}
func (h *fakeHost) Sleep(d time.Duration) error { return h.pass("sleep", d) }
func (h *fakeHost) Think(d time.Duration) error { return h.pass("think", d) }
func (h *fakeHost) pass(what string, d time.Duration) error {
	h.note("%s %v", what, d)
	if h.wait != nil {
		return h.wait(d)
	}
	return nil
}
func (h *fakeHost) Check(c Check) { h.checks = append(h.checks, c) }
func (h *fakeHost) Metric(name string, value float64) error {
	if name == "one_too_many" {
		return &LimitError{"51 metrics"}
	}
	h.note("metric %s %v", name, value)
	return nil
}
func (h *fakeHost) Log(level, place, message string) { h.note("%s %s %s", level, place, message) }
func (h *fakeHost) StopRun(reason string)            { h.note("stop %s", reason) }
func (h *fakeHost) Retire()                          { h.note("retire") }

type fakeRequest struct {
	method, url, name, body string
	headers                 []load.Header
	skipped                 string
	sent                    bool
}

func (r *fakeRequest) err() error {
	if r.sent {
		return errors.New("the request has been sent")
	}
	return nil
}
func (r *fakeRequest) Method() string           { return r.method }
func (r *fakeRequest) SetMethod(s string) error { r.method = s; return r.err() }
func (r *fakeRequest) URL() string              { return r.url }
func (r *fakeRequest) SetURL(s string) error    { r.url = s; return r.err() }
func (r *fakeRequest) Name() string             { return r.name }
func (r *fakeRequest) SetName(s string) error   { r.name = s; return r.err() }
func (r *fakeRequest) Body() ([]byte, error)    { return []byte(r.body), nil }
func (r *fakeRequest) SetBody(b []byte) error   { r.body = string(b); return r.err() }
func (r *fakeRequest) Skip(reason string) error { r.skipped = reason; return r.err() }
func (r *fakeRequest) origin() (string, string) {
	i := strings.Index(r.url[8:], "/") + 8
	return r.url[:i], r.url[i:]
}
func (r *fakeRequest) Path() string { _, p := r.origin(); return p }
func (r *fakeRequest) SetPath(s string) error {
	o, _ := r.origin()
	r.url = o + s
	return r.err()
}
func (r *fakeRequest) Header(name string) (string, bool) {
	for _, h := range r.headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value, true
		}
	}
	return "", false
}
func (r *fakeRequest) SetHeader(name, value string) error {
	for i := range r.headers {
		if strings.EqualFold(r.headers[i].Name, name) {
			r.headers[i].Value = value
			return r.err()
		}
	}
	r.headers = append(r.headers, load.Header{Name: name, Value: value})
	return r.err()
}
func (r *fakeRequest) DropHeader(name string) error {
	r.headers = slices.DeleteFunc(r.headers, func(h load.Header) bool { return strings.EqualFold(h.Name, name) })
	return r.err()
}
func (r *fakeRequest) EachHeader(visit func(name, value string)) {
	for _, h := range r.headers {
		visit(h.Name, h.Value)
	}
}

type fakeResponse struct {
	status  int
	body    string
	headers http.Header
	gone    bool
	class   load.Class
	view    *plan.View
	checks  []Check
}

func (r *fakeResponse) Valid() bool                   { return !r.gone }
func (r *fakeResponse) Status() int                   { return r.status }
func (r *fakeResponse) Reason() string                { return http.StatusText(r.status) }
func (r *fakeResponse) OK() bool                      { return r.status > 0 && r.status < 400 }
func (r *fakeResponse) Size() int64                   { return int64(len(r.body)) }
func (r *fakeResponse) Latency() time.Duration        { return 12500 * time.Microsecond }
func (r *fakeResponse) FirstByte() time.Duration      { return 10 * time.Millisecond }
func (r *fakeResponse) Failure() (load.Class, string) { return r.class, "no route" }
func (r *fakeResponse) Header(name string) (string, bool) {
	v := r.headers.Values(name)
	if len(v) == 0 {
		return "", false
	}
	return v[0], true
}
func (r *fakeResponse) Headers(name string) []string { return r.headers.Values(name) }
func (r *fakeResponse) EachHeader(visit func(name, value string)) {
	for _, name := range sortedKeys(r.headers) {
		for _, v := range r.headers[name] {
			visit(name, v)
		}
	}
}
func (r *fakeResponse) Cookie(name string) (string, bool) { return "c-" + name, name == "sid" }
func (r *fakeResponse) Body() ([]byte, error)             { return []byte(r.body), nil }
func (r *fakeResponse) View() *plan.View {
	if r.view == nil {
		r.view = &plan.View{}
		r.view.Reset(viewed{r})
	}
	return r.view
}
func (r *fakeResponse) Request() Request {
	return &fakeRequest{method: "GET", url: "http://127.0.0.1:1/sent", sent: true}
}
func (r *fakeResponse) Check(c Check) { r.checks = append(r.checks, c) }

// viewed is a fakeResponse as queries read it.
type viewed struct{ r *fakeResponse }

func (v viewed) Status() int                       { return v.r.status }
func (v viewed) Header(name string) ([]byte, bool) { s, ok := v.r.Header(name); return []byte(s), ok }
func (v viewed) Headers(name string) []string      { return v.r.Headers(name) }
func (v viewed) Cookie(name string) ([]byte, bool) { s, ok := v.r.Cookie(name); return []byte(s), ok }
func (v viewed) Body() ([]byte, error)             { return v.r.Body() }
func (v viewed) Latency() time.Duration            { return v.r.Latency() }

// program compiles texts: the plan's script of each path, and libraries by name.
func program(t testing.TB, c Config, texts map[string]string) *Program {
	t.Helper()
	var sources []load.Source
	for _, path := range sortedKeys(texts) {
		s := load.Source{Path: path, File: "plan.yaml", Text: texts[path], Line: 1}
		if name, ok := strings.CutPrefix(path, "lib:"); ok {
			s.Path, s.Library, s.File = "", name, "scripts/"+name+".lua"
		}
		sources = append(sources, s)
	}
	p, problems := Compile(sources, c)
	if p == nil {
		t.Fatalf("compile: %+v", problems)
	}
	t.Cleanup(p.Close)
	return p
}

// play runs one hook of one script on a new state.
func play(t testing.TB, h *fakeHost, hook Hook, text string) *Failure {
	t.Helper()
	p := program(t, Config{Timeout: MaxTimeout}, map[string]string{"script": text})
	_, failure := p.NewState(h, [2]uint64{1, 2}).Call(hook, p.Script("script"), nil, true)
	return failure
}

func describeCall(c Call) string { return fmt.Sprintf("%+v body %s", c, c.Body) }
