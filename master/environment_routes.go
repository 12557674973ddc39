package master

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/locust-http/locust-http/load"
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
	// Variables are those that it gives to plans.
	Variables []EnvironmentVariable `json:"variables"`
	Problems  []Problem             `json:"problems"`
}

// EnvironmentVariable is a variable of an environment with the beginning of its value as
// it is written.
type EnvironmentVariable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// maxShownValue bounds what a list says of a variable's value, in bytes.
const maxShownValue = 200

func variablesOf(variables []load.Variable) []EnvironmentVariable {
	out := make([]EnvironmentVariable, len(variables))
	for i, v := range variables {
		text := string(v.Value)
		var s string
		if json.Unmarshal([]byte(text), &s) == nil {
			text = s
		}
		out[i] = EnvironmentVariable{v.Name, load.Clip(text, maxShownValue)}
	}
	return out
}

func (m *Master) getEnvironments(w http.ResponseWriter, r *http.Request) {
	list, err := m.environments.List()
	if err != nil {
		m.refuseStored("environment", err).write(w)
		return
	}
	out := make([]EnvironmentInfo, len(list))
	for i, e := range list {
		out[i] = EnvironmentInfo{e.Name, e.Revision, e.Modified, e.Size, e.BaseURL, append([]string{}, e.Secrets...), variablesOf(e.Variables), problemsOf(e.Problems)}
	}
	answer(w, http.StatusOK, out)
}

// environmentTexts are the calls on one environment.
func (m *Master) environmentTexts() *textRoutes {
	return &textRoutes{m, "environment", m.environments.Store, func(name string, text []byte, _ string) []Problem {
		_, problems := plan.DecodeEnvironment(texts.FileName(name), text)
		return problemsOf(problems)
	}}
}
