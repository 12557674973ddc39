package master

import (
	"net/http"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

// route is one call of the API.
type route struct {
	pattern string // of http.ServeMux
	limit   int64  // bytes of its body
	handle  http.HandlerFunc
}

// calls are all calls of the API.
func (m *Master) calls() []route {
	plans, environments := m.planTexts(), m.environmentTexts()
	calls := []route{
		{"GET /healthz", maxBody, func(w http.ResponseWriter, r *http.Request) {
			answer(w, http.StatusOK, map[string]string{"status": "ok"})
		}},
		{"GET /readyz", maxBody, m.getReady},
		{"GET /api/v1/version", maxBody, m.getVersion},
		{"GET /api/v1/session", maxBody, m.getSession},
		{"POST /api/v1/login", maxLogin, m.postLogin},
		{"POST /api/v1/logout", maxLogin, m.postLogout},
		{"GET /api/v1/ws", maxLogin, m.getSocket},
		{"GET /api/v1/plan.schema.json", maxBody, getSchema(plan.Schema)},
		{"GET /api/v1/environment.schema.json", maxBody, getSchema(plan.EnvironmentSchema)},
		{"GET /api/v1/plans", maxBody, m.getPlans},
		{"GET /api/v1/plans/{name}", maxBody, plans.get},
		{"PUT /api/v1/plans/{name}", maxBody, plans.put},
		{"DELETE /api/v1/plans/{name}", maxBody, plans.delete},
		{"GET /api/v1/environments", maxBody, m.getEnvironments},
		{"GET /api/v1/environments/{name}", maxBody, environments.get},
		{"PUT /api/v1/environments/{name}", maxBody, environments.put},
		{"DELETE /api/v1/environments/{name}", maxBody, environments.delete},
		{"GET /api/v1/secrets", maxBody, m.getSecrets},
		{"PUT /api/v1/secrets/{name}", maxBody, m.putSecret},
		{"DELETE /api/v1/secrets/{name}", maxBody, m.deleteSecret},
		{"POST /api/v1/files", maxOrder, m.postFiles},
		{"PUT /api/v1/files/{sha256}", load.MaxBodyFile, m.putFile},
		{"POST /api/v1/check", maxBody, m.postCheck},
		{"POST /api/v1/preflight", maxOrder, m.postPreflight},
		{"POST /api/v1/send", maxOrder, m.postSend},
		{"GET /api/v1/workers", maxBody, m.getWorkers},
		{"GET /api/v1/runs", maxBody, m.getRuns},
		{"POST /api/v1/runs", maxOrder, m.postRun},
		{"GET /api/v1/runs/{id}", maxBody, m.withRun(m.getRun)},
		{"GET /api/v1/runs/{id}/live", maxBody, m.withRun(m.getLive)},
		{"GET /api/v1/runs/{id}/series", maxBody, m.withRun(m.getSeries)},
		{"PATCH /api/v1/runs/{id}", maxBody, m.withRun(m.patchRun)},
		{"DELETE /api/v1/runs/{id}", maxBody, m.withRun(m.deleteRun)},
		{"POST /api/v1/runs/{id}/restore", maxBody, m.postRestore},
		{"GET /api/v1/runs/{id}/rows", maxBody, m.withRun(m.getRows)},
		{"GET /api/v1/runs/{id}/trends", maxBody, m.withRun(m.getTrends)},
		{"GET /api/v1/runs/{id}/errors", maxBody, m.withRun(m.getErrors)},
		{"GET /api/v1/runs/{id}/events", maxBody, m.withRun(m.getEvents)},
		{"GET /api/v1/runs/{id}/logs", maxBody, m.withRun(m.getLogs)},
		{"GET /api/v1/runs/{id}/config", maxBody, m.withRun(m.getConfig)},
		{"POST /api/v1/runs/{id}/notes", maxBody, m.withRun(m.postNote)},
		{"POST /api/v1/runs/{id}/mark", maxBody, m.withEntry(m.postMark)},
		{"PATCH /api/v1/runs/{id}/load", maxBody, m.withEntry(m.patchLoad)},
		{"POST /api/v1/runs/{id}/stop", maxBody, m.withRun(m.postStop)},
	}
	return append(calls, m.workspaceCalls()...)
}

// routes serves the calls, and answers in JSON where there is none.
func (m *Master) routes() http.Handler {
	mux := http.NewServeMux()
	for _, c := range m.calls() {
		mux.HandleFunc(c.pattern, func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, c.limit)
			c.handle(w, r)
		})
	}
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

func getSchema(schema func() []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/schema+json")
		w.Write(schema()) //nolint:errcheck // the client has gone
	}
}

func (m *Master) getWorkers(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, m.fleet.Workers())
}
