package master

import (
	"net/http"
	"time"

	"github.com/locust-http/locust-http/master/texts"
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

// CheckPlan is the body of POST /check.
type CheckPlan struct {
	File string `json:"file"` // for messages
	Text string `json:"text"`
}

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
	return &textRoutes{m, "plan", m.plans.Store, func(name string, text []byte) []Problem {
		return problemsOf(m.checkPlan(texts.FileName(name), text))
	}}
}

func (m *Master) postCheck(w http.ResponseWriter, r *http.Request) {
	var body CheckPlan
	if !read(w, r, &body) {
		return
	}
	if body.File == "" {
		body.File = "plan.yaml"
	}
	problems := m.checkPlan(body.File, []byte(body.Text))
	answer(w, http.StatusOK, map[string]any{"ok": problems.Err() == nil, "problems": problemsOf(problems)})
}
