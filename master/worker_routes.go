package master

import (
	"errors"
	"net/http"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/fleet"
)

// ExcludeWorker is the body of POST /workers/{id}/exclude.
type ExcludeWorker struct {
	Excluded *bool `json:"excluded"`
}

// postExclude keeps a worker out of the runs to come that do not name it, or lets it in
// again.
func (m *Master) postExclude(w http.ResponseWriter, r *http.Request) {
	var body ExcludeWorker
	if !read(w, r, &body) {
		return
	}
	if body.Excluded == nil {
		fail(w, http.StatusBadRequest, "bad_request", "the body does not say whether", `send {"excluded": true}, or false`)
		return
	}
	if !m.fleet.Exclude(r.PathValue("id"), *body.Excluded) {
		failWorker(w, r.PathValue("id"))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// deleteWorker dismisses a lost worker.
func (m *Master) deleteWorker(w http.ResponseWriter, r *http.Request) {
	switch err := m.fleet.Dismiss(r.PathValue("id")); {
	case errors.Is(err, fleet.ErrNotLost):
		fail(w, http.StatusConflict, "not_lost", err.Error(), "only a lost worker can be dismissed; end the process, or exclude it")
	case err != nil:
		failWorker(w, r.PathValue("id"))
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func failWorker(w http.ResponseWriter, id string) {
	fail(w, http.StatusNotFound, "no_worker", "no such worker: "+load.Clip(id, 200), "GET /api/v1/workers lists them")
}
