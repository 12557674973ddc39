package master

import (
	"cmp"
	"fmt"
	"net/http"
	"time"

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

// CheckText is the body of POST /check.
type CheckText struct {
	Kind TextKind `json:"kind"` // empty: a plan
	File string   `json:"file"` // for messages
	Text string   `json:"text"`
	// Environment is one of the workspace that a plan is checked with; empty: none.
	Environment string `json:"environment"`
}

// TextKind is what a text of the workspace is.
type TextKind string

// The kinds of texts that can be checked.
const (
	PlanText        TextKind = "plan"
	EnvironmentText TextKind = "environment"
)

func (m *Master) getPlans(w http.ResponseWriter, r *http.Request) {
	list, err := m.plans.List()
	if err != nil {
		m.refuseStored("plan", err).write(w)
		return
	}
	out := make([]PlanInfo, len(list))
	for i, p := range list {
		out[i] = PlanInfo{p.Name, p.Revision, p.Modified, p.Size, p.Description, append([]string{}, p.Transactions...), problemsOf(p.Problems)}
	}
	answer(w, http.StatusOK, out)
}

// planTexts are the calls on one plan.
func (m *Master) planTexts() *textRoutes {
	return &textRoutes{m, "plan", m.plans.Store, func(name string, text []byte, environment string) []Problem {
		return problemsOf(m.checkPlan(texts.FileName(name), text, environment))
	}}
}

// postCheck stores nothing.
func (m *Master) postCheck(w http.ResponseWriter, r *http.Request) {
	var body CheckText
	if !read(w, r, &body) {
		return
	}
	var problems plan.Problems
	switch body.Kind {
	case "", PlanText:
		problems = m.checkPlan(cmp.Or(body.File, "plan.yaml"), []byte(body.Text), body.Environment)
	case EnvironmentText:
		_, problems = plan.DecodeEnvironment(cmp.Or(body.File, "environment.yaml"), []byte(body.Text))
	default:
		fail(w, http.StatusBadRequest, "bad_request", fmt.Sprintf("kind %q: nothing that can be checked", body.Kind), "plan or environment")
		return
	}
	answer(w, http.StatusOK, map[string]any{"ok": problems.Err() == nil, "problems": problemsOf(problems)})
}
