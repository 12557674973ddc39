package master

import (
	"net/http"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// routes are the calls of the API.
func (m *Master) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("GET /readyz", m.getReady)
	mux.HandleFunc("GET /api/v1/version", m.getVersion)
	mux.HandleFunc("GET /api/v1/plan.schema.json", getSchema)
	mux.HandleFunc("GET /api/v1/plans", m.getPlans)
	mux.HandleFunc("GET /api/v1/plans/{name}", m.getPlan)
	mux.HandleFunc("PUT /api/v1/plans/{name}", m.putPlan)
	mux.HandleFunc("DELETE /api/v1/plans/{name}", m.deletePlan)
	mux.HandleFunc("POST /api/v1/check", m.postCheck)
	mux.HandleFunc("GET /api/v1/workers", m.getWorkers)
	mux.HandleFunc("GET /api/v1/runs", m.getRuns)
	mux.HandleFunc("POST /api/v1/runs", m.postRun)
	mux.HandleFunc("GET /api/v1/runs/{id}", m.withRun(m.getRun))
	mux.HandleFunc("GET /api/v1/runs/{id}/live", m.withRun(m.getLive))
	mux.HandleFunc("GET /api/v1/runs/{id}/series", m.withRun(m.getSeries))
	mux.HandleFunc("PATCH /api/v1/runs/{id}/load", m.withRun(m.patchLoad))
	mux.HandleFunc("POST /api/v1/runs/{id}/stop", m.withRun(m.postStop))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := mux.Handler(r)
		if pattern == "" {
			// The mux knows whether it is the path or the method; only its words are not JSON.
			probe := status{ResponseWriter: w}
			h.ServeHTTP(&probe, r)
			if probe.code == http.StatusMethodNotAllowed {
				fail(w, probe.code, "method", r.Method+" is not allowed here", "")
				return
			}
			if probe.code == http.StatusNotFound || probe.code == 0 {
				fail(w, http.StatusNotFound, "not_found", "there is nothing at "+r.URL.Path, "")
				return
			}
			w.WriteHeader(probe.code) // a redirect to the clean path
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// status keeps the status of an answer and drops its text; headers go through.
type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int)        { s.code = code }
func (s *status) Write(b []byte) (int, error) { return len(b), nil }

// getReady is ready once the registry has been heard of.
func (m *Master) getReady(w http.ResponseWriter, r *http.Request) {
	if !m.fleet.Watched() {
		fail(w, http.StatusServiceUnavailable, "not_ready", "the registry has not been heard of yet", "")
		return
	}
	answer(w, http.StatusOK, map[string]string{"status": "ready"})
}

// Version is the answer of GET /version.
type Version struct {
	Version  string `json:"version"`
	Protocol int    `json:"protocol"`
	API      int    `json:"api"`
}

func (m *Master) getVersion(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, Version{m.config.Version, load.Protocol, 1})
}

func getSchema(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/schema+json")
	w.Write(plan.Schema()) //nolint:errcheck // the client has gone
}

func (m *Master) getWorkers(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, m.fleet.Workers())
}
