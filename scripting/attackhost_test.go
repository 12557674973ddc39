package scripting_test

import (
	"errors"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting"
)

// host is a user without a transport: it has one request and no more.
type host struct{ request request }

func newHost() *host { return &host{} }

var errNothing = errors.New("there is none here")

func (h *host) Request() scripting.Request             { return &h.request }
func (h *host) Response() scripting.Response           { return nil }
func (h *host) Who() scripting.Who                     { return scripting.Who{ID: 1, Iteration: 1} }
func (h *host) Var(string) load.Value                  { return load.Value{} }
func (h *host) SetVar(string, load.Value)              {}
func (h *host) VarNames() []string                     { return nil }
func (h *host) Shared(string) load.Value               { return load.Value{} }
func (h *host) SharedNames() []string                  { return nil }
func (h *host) Row(string, string) (load.Value, error) { return load.Value{}, errNothing }
func (h *host) Secret(string) (string, error)          { return "", errNothing }
func (h *host) Run() scripting.Run                     { return scripting.Run{ID: "r1"} }
func (h *host) Use(string) (bool, error)               { return false, errNothing }
func (h *host) Sleep(time.Duration) error              { return nil }
func (h *host) Think(time.Duration) error              { return nil }
func (h *host) Check(scripting.Check)                  {}
func (h *host) Metric(string, float64) error           { return nil }
func (h *host) Log(level, place, message string)       {}
func (h *host) StopRun(string)                         {}
func (h *host) Retire()                                {}
func (h *host) Send(*scripting.Call) (scripting.Response, error) {
	return nil, errNothing
}

type request struct{ name string }

func (r *request) Method() string                  { return "GET" }
func (r *request) SetMethod(string) error          { return nil }
func (r *request) URL() string                     { return "http://127.0.0.1:1/x" }
func (r *request) SetURL(string) error             { return nil }
func (r *request) Path() string                    { return "/x" }
func (r *request) SetPath(string) error            { return nil }
func (r *request) Name() string                    { return r.name }
func (r *request) SetName(name string) error       { r.name = name; return nil }
func (r *request) Header(string) (string, bool)    { return "", false }
func (r *request) SetHeader(string, string) error  { return nil }
func (r *request) DropHeader(string) error         { return nil }
func (r *request) EachHeader(func(string, string)) {}
func (r *request) Body() ([]byte, error)           { return nil, nil }
func (r *request) SetBody([]byte) error            { return nil }
func (r *request) Skip(string) error               { return nil }
