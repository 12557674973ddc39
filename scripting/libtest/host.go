package libtest

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting"
)

// Bounds of what one test can make the host remember.
const maxKept = 10_000

// baseURL is what paths are resolved against.
const baseURL = "http://127.0.0.1:8099"

// Host is a user without a target: it keeps what scripts do, and has their requests
// answered by a function. It implements scripting.Host. One goroutine uses it at a time.
type Host struct {
	// Answer makes the answer to a request; nil: there is no target. An error is raised in
	// the script that sent it.
	Answer    func(*Request) (*Answer, error)
	Vars      map[string]load.Value
	Constants map[string]load.Value // variables of the plan
	Sent      []*Request
	Checks    []scripting.Check
	Logged    []string
	Slept     time.Duration

	now atomic.Int64 // nanoseconds since 1970 at which the clock stands; 0: it runs
}

// Answer is what a fake target answers.
type Answer struct {
	Status  int // 0: 200, or none with a Class
	Headers http.Header
	Body    []byte
	Latency time.Duration
	Class   load.Class // of an exchange that failed
	Message string
}

var (
	_ scripting.Host    = (*Host)(nil)
	_ scripting.Console = (*Host)(nil)
)

// Reset forgets what scripts have done.
func (h *Host) Reset() {
	h.Answer, h.Sent, h.Checks, h.Logged, h.Slept = nil, nil, nil, nil, 0
	h.Vars = make(map[string]load.Value)
	h.now.Store(0)
}

// Now is the time for scripting.Config; any goroutine may call it.
func (h *Host) Now() time.Time {
	if at := h.now.Load(); at != 0 {
		return time.Unix(0, at)
	}
	return time.Now()
}

// StopClock lets Now stand still; the zero time: it runs again.
func (h *Host) StopClock(at time.Time) {
	if at.IsZero() {
		h.now.Store(0)
		return
	}
	h.now.Store(at.UnixNano())
}

// Request is that of the last call; tests of libraries have no step.
func (h *Host) Request() scripting.Request { return &Request{} }

// Response is one that says that there was none.
func (h *Host) Response() scripting.Response { return &response{host: h, sent: &Request{}} }

// Who is user 1.
func (h *Host) Who() scripting.Who { return scripting.Who{ID: 1, Iteration: 1, Worker: "test"} }

// Var, SetVar and VarNames are over Vars.
func (h *Host) Var(name string) load.Value { return h.Vars[name] }

// SetVar changes Vars.
func (h *Host) SetVar(name string, v load.Value) {
	if v.Kind == load.Unset {
		delete(h.Vars, name)
		return
	}
	if len(h.Vars) < maxKept {
		h.Vars[name] = v
	}
}

// VarNames are the names in Vars.
func (h *Host) VarNames() []string { return names(h.Vars) }

// Shared is a variable of Constants.
func (h *Host) Shared(name string) load.Value { return h.Constants[name] }

// SharedNames are the names in Constants.
func (h *Host) SharedNames() []string { return names(h.Constants) }

func names(values map[string]load.Value) []string {
	var all []string
	for name := range values {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// Row says that a test has no data.
func (h *Host) Row(source, _ string) (load.Value, error) {
	return load.Value{}, fmt.Errorf("a test has no data source %q", source)
}

// Secret says that a test has no secrets.
func (h *Host) Secret(name string) (string, error) {
	return "", fmt.Errorf("a test has no secret %q", name)
}

// Run is a run called "test".
func (h *Host) Run() scripting.Run { return scripting.Run{ID: "test", Elapsed: h.Slept} }

// Send keeps the request and has it answered.
func (h *Host) Send(c *scripting.Call) (scripting.Response, error) {
	sent, err := newRequest(c)
	if err != nil {
		return nil, err
	}
	if len(h.Sent) == maxKept {
		return nil, &scripting.LimitError{Message: fmt.Sprintf("a test can send %d requests", maxKept)}
	}
	h.Sent = append(h.Sent, sent)
	if h.Answer == nil {
		return nil, errors.New("a test sends nothing: say with fake(f) what is answered")
	}
	a, err := h.Answer(sent)
	if err != nil {
		return nil, err
	}
	return newResponse(h, sent, a, c.Status), nil
}

// Use says that a test has no blocks.
func (h *Host) Use(block string) (bool, error) {
	return false, fmt.Errorf("a test has no block %q", block)
}

// Sleep takes no time, but a clock that stands goes on by d.
func (h *Host) Sleep(d time.Duration) error {
	h.Slept += d
	if h.now.Load() != 0 {
		h.now.Add(int64(d))
	}
	return nil
}

// Think is Sleep.
func (h *Host) Think(d time.Duration) error { return h.Sleep(d) }

// ShowsChecks says that each check is wanted with its place.
func (h *Host) ShowsChecks() bool { return true }

// Check keeps a check.
func (h *Host) Check(c scripting.Check) {
	if len(h.Checks) < maxKept {
		h.Checks = append(h.Checks, c)
	}
}

// Metric takes any value.
func (h *Host) Metric(string, float64) error { return nil }

// Log keeps a line.
func (h *Host) Log(level, place, message string) {
	if len(h.Logged) < maxKept {
		h.Logged = append(h.Logged, place+": "+level+": "+message)
	}
}

// StopRun and Retire do nothing.
func (h *Host) StopRun(string) {}

// Retire does nothing.
func (h *Host) Retire() {}

// absolute is a URL of a call as it would be sent.
func absolute(text string) (*url.URL, error) {
	base, _ := url.Parse(baseURL) // a constant
	u, err := base.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("url %q: %w", text, errors.Unwrap(err))
	}
	if u.Host == "" {
		return nil, fmt.Errorf("url %q has no host", text)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u, nil
}
