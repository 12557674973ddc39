package master

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// Bounds of POST /try. One row is bounded by package plan, in steps or to some seconds.
const (
	maxTryBody  = 5 << 20 // of the response, in bytes
	maxTryOrder = 16 << 20
	maxTryRows  = 100
	maxTryVars  = 1000
	maxTryShown = 4 << 10 // of a value in the answer, in bytes
	maxTries    = 2       // at once: each may hold a large document in memory
	// tryLimit is how long the rows of one may take together: those that have not begun
	// by then are not tried.
	tryLimit = 10 * time.Second
)

// TryRows is the body of POST /try: extractions and checks as the steps of plans have
// them, and a response that they are tried on.
type TryRows struct {
	Extract  []json.RawMessage `json:"extract"`
	Check    []json.RawMessage `json:"check"`
	Response TryResponse       `json:"response"`
	// Vars are variables that checks may compare with. What Extract finds comes over them.
	Vars map[string]string `json:"vars"`
}

// TryResponse is a response as POST /send shows it: its body is decoded.
type TryResponse struct {
	Status     int               `json:"status"`
	Headers    []load.HeaderLine `json:"headers"`
	Body       string            `json:"body"`
	BodyBase64 []byte            `json:"body_base64"`
	Latency    float64           `json:"latency"` // ms
}

// Tried is the answer of POST /try: a result for each row, in their order.
type Tried struct {
	Extracts []TriedExtract `json:"extracts"`
	Checks   []TriedCheck   `json:"checks"`
}

// TriedExtract is what one extraction does with the response.
type TriedExtract struct {
	Found   bool   `json:"found"`
	Value   string `json:"value"`           // of the variable; without a match its default
	Cut     bool   `json:"cut,omitempty"`   // the value is longer
	Count   *int   `json:"count,omitempty"` // how many matches there are, where they could be counted
	Message string `json:"message"`         // why nothing was found, or what is wrong with the row
	Bad     bool   `json:"bad,omitempty"`   // the row cannot be in a plan
}

// TriedCheck is how one check comes out.
type TriedCheck struct {
	OK      bool   `json:"ok"`
	Rule    string `json:"rule"`
	Actual  string `json:"actual"`
	Message string `json:"message"` // what is wrong with the row, or why it was not tried
	Bad     bool   `json:"bad,omitempty"`
}

func (m *Master) postTry(w http.ResponseWriter, r *http.Request) {
	var body TryRows
	if !read(w, r, &body) {
		return
	}
	switch {
	case len(body.Extract)+len(body.Check) > maxTryRows:
		fail(w, http.StatusBadRequest, "bad_request", fmt.Sprintf("there may be %d rows", maxTryRows), "")
		return
	case len(body.Vars) > maxTryVars:
		fail(w, http.StatusBadRequest, "bad_request", fmt.Sprintf("there may be %d variables", maxTryVars), "")
		return
	case len(body.Response.Body)+len(body.Response.BodyBase64) > maxTryBody:
		fail(w, http.StatusRequestEntityTooLarge, "too_large", fmt.Sprintf("the body of the response may have %d MiB", maxTryBody>>20), "")
		return
	}
	if !acquire(r.Context(), m.editing.trying) {
		return // the client has gone
	}
	defer release(m.editing.trying)
	ctx, cancel := context.WithTimeout(r.Context(), tryLimit)
	defer cancel()
	answer(w, http.StatusOK, tryRows(ctx, &body))
}

// trial is the rows of one call as they are tried, one after the other, as one user
// would. Each is compiled by itself, so that a mistake in one says nothing of the others.
type trial struct {
	view plan.View
	vars map[string]load.Value
	rand *rand.Rand
	seq  int64
}

func tryRows(ctx context.Context, body *TryRows) Tried {
	t := trial{vars: map[string]load.Value{}, rand: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))}
	for name, text := range body.Vars {
		if tryName.MatchString(name) {
			t.vars[name] = load.StringValue(text)
		}
	}
	t.view.Reset(tryReply{&body.Response, tryContent(&body.Response)})
	out := Tried{Extracts: []TriedExtract{}, Checks: []TriedCheck{}}
	for _, row := range body.Extract {
		out.Extracts = append(out.Extracts, t.extract(ctx, row))
	}
	for _, row := range body.Check {
		out.Checks = append(out.Checks, t.check(ctx, row))
	}
	return out
}

// tryTime is what is said of rows that have not begun within tryLimit.
var tryTime = fmt.Sprintf("not tried: all rows together took longer than %v", tryLimit)

func (t *trial) extract(ctx context.Context, row json.RawMessage) TriedExtract {
	if ctx.Err() != nil {
		return TriedExtract{Message: tryTime}
	}
	prog, problem := t.compile("extract", row)
	if problem != "" {
		return TriedExtract{Message: problem, Bad: true}
	}
	e := prog.Transactions[0].Steps[0].Extracts[0]
	var out TriedExtract
	value, err := e.Extract(&t.view, t.scope(prog))
	switch {
	case err == nil:
		out.Found = true
	case e.Default.Kind != load.Unset:
		value, out.Message = e.Default, err.Error()
	default:
		out.Message = err.Error()
	}
	if n, err := e.Count(&t.view); err == nil {
		out.Count = &n
	}
	if value.Kind == load.Unset {
		delete(t.vars, e.Name)
		return out
	}
	t.vars[e.Name] = value
	out.Value = load.Clip(value.Text, maxTryShown)
	out.Cut = len(value.Text) > maxTryShown
	return out
}

func (t *trial) check(ctx context.Context, row json.RawMessage) TriedCheck {
	if ctx.Err() != nil {
		return TriedCheck{Message: tryTime}
	}
	prog, problem := t.compile("check", row)
	if problem != "" {
		return TriedCheck{Message: problem, Bad: true}
	}
	step := prog.Transactions[0].Steps[0]
	check := step.Status[0] // the default one, when the row is about something else
	if len(step.Checks) > 0 {
		check = step.Checks[0]
	}
	scope := t.scope(prog)
	return TriedCheck{OK: check.Holds(&t.view, scope), Rule: check.Rule, Actual: check.Explain(&t.view, scope)}
}

// compile makes a plan whose only step has the row as its only extraction or check. It
// sets the variables so far: of a constant of the plan the value would be compiled in.
func (t *trial) compile(list string, row json.RawMessage) (*plan.Program, string) {
	declared := make(map[string]string, len(t.vars))
	for name := range t.vars {
		declared[name] = ""
	}
	step := map[string]any{"set": declared, "request": map[string]any{"url": "http://localhost/"}, list: []json.RawMessage{row}}
	text, err := json.Marshal(map[string]any{
		"version": 1, "name": "try",
		"load":         map[string]any{"users": 1, "duration": "1s"},
		"transactions": []any{map[string]any{"name": "try", "steps": []any{step}}},
	})
	if err != nil {
		return nil, err.Error()
	}
	p, problems := plan.Decode("try.json", text)
	if p == nil {
		return nil, rowProblem(problems, list)
	}
	prog, _ := plan.Compile(p) // no more issues than Decode has found
	if prog == nil {
		return nil, rowProblem(problems, list)
	}
	return prog, ""
}

// rowProblem is the first of ps in words for the one row of a list.
func rowProblem(ps plan.Problems, list string) string {
	for _, p := range ps {
		if p.Warning {
			continue
		}
		var text strings.Builder
		_, within, _ := strings.Cut(p.Path, list+"[0]")
		if within = strings.TrimPrefix(within, "."); within != "" {
			text.WriteString(load.Clip(within, 100) + ": ")
		}
		text.WriteString(load.Clip(p.Message, 1000))
		if p.Hint != "" {
			text.WriteString(" (" + load.Clip(p.Hint, 300) + ")")
		}
		return text.String()
	}
	return "the row cannot be in a plan"
}

// scope is what templates of the row see: the variables, but no rows, secrets or
// environment of a run.
func (t *trial) scope(prog *plan.Program) *plan.Scope {
	s := &plan.Scope{
		Vars: make([]load.Value, len(prog.Vars)), Consts: make([]load.Value, len(prog.Vars)), Rand: t.rand,
		Worker: "try", Now: time.Now,
		Seq: func() int64 { t.seq++; return t.seq },
	}
	for i, name := range prog.Vars {
		s.Vars[i] = t.vars[name]
	}
	return s
}

// tryName is what the name of a variable is like. Columns of data sources, which have a
// dot, are not known here.
var tryName = regexp.MustCompile(`^[\p{L}_][\p{L}\p{Nd}_-]{0,99}$`)

// tryReply is a response as extractions and checks read it.
type tryReply struct {
	*TryResponse
	content []byte
}

func tryContent(r *TryResponse) []byte {
	if len(r.BodyBase64) > 0 {
		return r.BodyBase64
	}
	return []byte(r.Body)
}

func (r tryReply) Status() int           { return r.TryResponse.Status }
func (r tryReply) Body() ([]byte, error) { return r.content, nil }
func (r tryReply) Latency() time.Duration {
	return time.Duration(r.TryResponse.Latency * float64(time.Millisecond))
}

// Header is the first line of that name.
func (r tryReply) Header(name string) ([]byte, bool) {
	for _, h := range r.TryResponse.Headers {
		if strings.EqualFold(h.Name, name) {
			return []byte(h.Value), true
		}
	}
	return nil, false
}

// Headers is all lines of that name.
func (r tryReply) Headers(name string) (values []string) {
	for _, h := range r.TryResponse.Headers {
		if strings.EqualFold(h.Name, name) {
			values = append(values, h.Value)
		}
	}
	return values
}

// Cookie is the value that the last line sets, as it counts for a worker.
func (r tryReply) Cookie(name string) (value []byte, ok bool) {
	for _, h := range r.TryResponse.Headers {
		if !strings.EqualFold(h.Name, "Set-Cookie") {
			continue
		}
		pair, _, _ := strings.Cut(h.Value, ";")
		key, text, _ := strings.Cut(pair, "=")
		if strings.TrimSpace(key) == name {
			value, ok = bytes.TrimSpace([]byte(text)), true
		}
	}
	return value, ok
}
