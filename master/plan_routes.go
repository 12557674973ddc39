package master

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/plans"
	"github.com/locust-http/locust-http/master/texts"
	"github.com/locust-http/locust-http/plan"
)

// PlanInfo is a plan in a list.
type PlanInfo struct {
	Name         string    `json:"name"`
	Revision     string    `json:"revision"`
	Modified     time.Time `json:"modified"`
	Size         int64     `json:"size"`
	Description  string    `json:"description"`
	Transactions []string  `json:"transactions"`
	Problems     []Problem `json:"problems"`
}

// PlanText is a plan with its text, and what is wrong with it.
type PlanText struct {
	Name     string    `json:"name"`
	Revision string    `json:"revision"`
	Text     string    `json:"text"`
	Problems []Problem `json:"problems"`
}

// SavePlan is the body of PUT /plans/{name}. The revision that the text replaces is in
// the header If-Match ("*": any); without it the plan must be new.
type SavePlan struct {
	Text *string `json:"text"` // must be there: a body that forgets it must not empty a plan
}

// CheckPlan is the body of POST /check.
type CheckPlan struct {
	File string `json:"file"` // for messages
	Text string `json:"text"`
}

func (m *Master) getPlans(w http.ResponseWriter, r *http.Request) {
	list, err := m.plans.List()
	if err != nil {
		m.failStore(w, "plan", err)
		return
	}
	out := make([]PlanInfo, len(list))
	for i, p := range list {
		out[i] = PlanInfo{p.Name, p.Revision, p.Modified, p.Size, p.Description, append([]string{}, p.Transactions...), problemsOf(p.Problems)}
	}
	answer(w, http.StatusOK, out)
}

func (m *Master) getPlan(w http.ResponseWriter, r *http.Request) {
	f, err := m.plans.Read(r.PathValue("name"))
	if err != nil {
		m.failStore(w, "plan", err)
		return
	}
	w.Header().Set("ETag", `"`+f.Revision+`"`)
	answer(w, http.StatusOK, PlanText{f.Name, f.Revision, string(f.Text), check(f.Name+".yaml", f.Text)})
}

func check(file string, text []byte) []Problem {
	_, problems := plan.Decode(file, text)
	return problemsOf(problems)
}

// matched is the revision that a request expects.
func matched(r *http.Request) string {
	return strings.Trim(strings.TrimPrefix(r.Header.Get("If-Match"), "W/"), `"`)
}

func (m *Master) putPlan(w http.ResponseWriter, r *http.Request) {
	var body SavePlan
	if !read(w, r, &body) {
		return
	}
	if body.Text == nil {
		fail(w, http.StatusBadRequest, "bad_request", "the body has no text", `send {"text": "<the plan>"}`)
		return
	}
	name, text := r.PathValue("name"), []byte(*body.Text)
	revision, err := m.plans.Write(name, text, matched(r))
	if err != nil {
		m.failStore(w, "plan", err)
		return
	}
	w.Header().Set("ETag", `"`+revision+`"`)
	answer(w, http.StatusOK, PlanText{name, revision, *body.Text, check(name+".yaml", text)})
}

func (m *Master) deletePlan(w http.ResponseWriter, r *http.Request) {
	was := matched(r)
	if was == "" {
		fail(w, http.StatusPreconditionRequired, "no_revision", "say which revision is to be deleted", `send If-Match: "<revision>", or *`)
		return
	}
	if err := m.plans.Delete(r.PathValue("name"), was); err != nil {
		m.failStore(w, "plan", err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (m *Master) postCheck(w http.ResponseWriter, r *http.Request) {
	var body CheckPlan
	if !read(w, r, &body) {
		return
	}
	if body.File == "" {
		body.File = "plan.yaml"
	}
	_, problems := plans.Decode(body.File, []byte(body.Text), load.Overrides{})
	answer(w, http.StatusOK, map[string]any{"ok": problems.Err() == nil, "problems": problemsOf(problems)})
}

// failStore answers for what went wrong with a file of the workspace; what it is makes
// the code: no_plan, no_environment.
func (m *Master) failStore(w http.ResponseWriter, what string, err error) {
	switch {
	case errors.Is(err, texts.ErrName):
		fail(w, http.StatusBadRequest, "bad_name", err.Error(), "")
	case errors.Is(err, texts.ErrNotFound):
		fail(w, http.StatusNotFound, "no_"+what, what+": "+err.Error(), "")
	case errors.Is(err, texts.ErrConflict):
		fail(w, http.StatusConflict, "conflict", what+": "+err.Error(), "read it again, and send its revision as If-Match")
	case errors.Is(err, texts.ErrTooLarge):
		fail(w, http.StatusRequestEntityTooLarge, "too_large", what+": "+err.Error(), "")
	case errors.Is(err, texts.ErrLink):
		fail(w, http.StatusForbidden, "link", what+" "+err.Error(), "put the file itself into the workspace")
	default:
		m.log.Error("workspace", "error", err)
		fail(w, http.StatusInternalServerError, "workspace", err.Error(), "")
	}
}
