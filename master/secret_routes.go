package master

import (
	"errors"
	"net/http"
	"time"

	"github.com/locust-http/locust-http/master/secrets"
)

// SecretInfo is a secret in a list. Values go in and never come out.
type SecretInfo struct {
	Name    string    `json:"name"`
	Changed time.Time `json:"changed"`
}

// SaveSecret is the body of PUT /secrets/{name}.
type SaveSecret struct {
	Value string `json:"value"`
}

func (m *Master) getSecrets(w http.ResponseWriter, r *http.Request) {
	list, err := m.secrets.List()
	if err != nil {
		m.refuseSecret(err).write(w)
		return
	}
	out := make([]SecretInfo, len(list))
	for i, s := range list {
		out[i] = SecretInfo(s)
	}
	answer(w, http.StatusOK, out)
}

func (m *Master) putSecret(w http.ResponseWriter, r *http.Request) {
	var body SaveSecret
	if !read(w, r, &body) {
		return
	}
	m.answerSecret(w, m.secrets.Set(r.PathValue("name"), body.Value))
}

func (m *Master) deleteSecret(w http.ResponseWriter, r *http.Request) {
	m.answerSecret(w, m.secrets.Delete(r.PathValue("name")))
}

func (m *Master) answerSecret(w http.ResponseWriter, err error) {
	if err != nil {
		m.refuseSecret(err).write(w)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (m *Master) refuseSecret(err error) *refusal {
	switch {
	case errors.Is(err, secrets.ErrName):
		return refuse(http.StatusBadRequest, "bad_name", "", "%v", err)
	case errors.Is(err, secrets.ErrValue):
		return refuse(http.StatusBadRequest, "bad_secret", `send {"value": "…"}`, "%v", err)
	case errors.Is(err, secrets.ErrNotFound):
		return refuse(http.StatusNotFound, "no_secret", "", "%v", err)
	case errors.Is(err, secrets.ErrFull):
		return refuse(http.StatusConflict, "full", "delete one that is not needed any more", "%v", err)
	}
	m.log.Error("secrets", "error", err)
	return refuse(http.StatusInternalServerError, "secrets", "the files are in "+PrivateFolder+" of the workspace", "%v", err)
}
