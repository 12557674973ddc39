package master

import (
	"net/http"

	"github.com/locust-http/locust-http/master/run"
)

// getTrends is what every row has done in the last seconds, in one answer.
func (m *Master) getTrends(w http.ResponseWriter, r *http.Request, s subject) {
	trends, err := m.history.Trends(r.Context(), s.id)
	m.reply(w, trends, err)
}

// getErrors are the groups of errors as they are now, without samples: for those who ask
// again and again.
func (m *Master) getErrors(w http.ResponseWriter, r *http.Request, s subject) {
	if s.entry != nil {
		if c, _ := s.entry.current(); c != nil {
			answer(w, http.StatusOK, c.Errors())
			return
		}
	}
	res, err := m.history.Result(r.Context(), s.id)
	m.reply(w, run.EndedErrors(res.Errors), err)
}
