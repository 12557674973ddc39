package master

import (
	"net/http"
	"time"

	"github.com/locust-http/locust-http/master/texts"
	"github.com/locust-http/locust-http/plan"
)

// EnvironmentInfo is an environment in a list.
type EnvironmentInfo struct {
	Name     string    `json:"name"`
	Revision string    `json:"revision"`
	Modified time.Time `json:"modified"`
	Size     int64     `json:"size"`
	BaseURL  string    `json:"base_url"`
	Secrets  []string  `json:"secrets"` // names that it asks for
	Problems []Problem `json:"problems"`
}

func (m *Master) getEnvironments(w http.ResponseWriter, r *http.Request) {
	list, err := m.environments.List()
	if err != nil {
		m.refuseStored("environment", err).write(w)
		return
	}
	out := make([]EnvironmentInfo, len(list))
	for i, e := range list {
		out[i] = EnvironmentInfo{e.Name, e.Revision, e.Modified, e.Size, e.BaseURL, append([]string{}, e.Secrets...), problemsOf(e.Problems)}
	}
	answer(w, http.StatusOK, out)
}

// environmentTexts are the calls on one environment.
func (m *Master) environmentTexts() *textRoutes {
	return &textRoutes{m, "environment", m.environments.Store, func(name string, text []byte) []Problem {
		_, problems := plan.DecodeEnvironment(texts.FileName(name), text)
		return problemsOf(problems)
	}}
}
