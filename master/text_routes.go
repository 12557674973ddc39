package master

import (
	"net/http"
	"strings"

	"github.com/locust-http/locust-http/master/texts"
)

// textRoutes are the calls on one text of the workspace: a plan or an environment.
type textRoutes struct {
	m     *Master
	what  string // plan, environment
	store *texts.Store
	// check finds what is wrong with a text; of a plan, in that environment ("": none).
	check func(name string, text []byte, environment string) []Problem
}

// StoredText is a plan or an environment with its text, and what is wrong with it.
type StoredText struct {
	Name     string    `json:"name"`
	Revision string    `json:"revision"`
	Text     string    `json:"text"`
	Problems []Problem `json:"problems"`
}

// SaveText is the body of PUT /plans/{name} and PUT /environments/{name}. The revision
// that the text replaces is in the header If-Match ("*": any); without it the name must
// be new.
type SaveText struct {
	Text *string `json:"text"` // must be there: a body that forgets it must not empty a plan
}

func (t *textRoutes) get(w http.ResponseWriter, r *http.Request) {
	f, err := t.store.Read(r.PathValue("name"))
	if err != nil {
		t.m.refuseStored(t.what, err).write(w)
		return
	}
	t.answer(w, r, f.Name, f.Revision, f.Text)
}

// answer says a text with its problems, in the environment that the query names.
func (t *textRoutes) answer(w http.ResponseWriter, r *http.Request, name, revision string, text []byte) {
	w.Header().Set("ETag", `"`+revision+`"`)
	answer(w, http.StatusOK, StoredText{name, revision, string(text), t.check(name, text, r.URL.Query().Get("environment"))})
}

// matched is the revision that a request expects.
func matched(r *http.Request) string {
	return strings.Trim(strings.TrimPrefix(r.Header.Get("If-Match"), "W/"), `"`)
}

func (t *textRoutes) put(w http.ResponseWriter, r *http.Request) {
	var body SaveText
	if !read(w, r, &body) {
		return
	}
	if body.Text == nil {
		fail(w, http.StatusBadRequest, "bad_request", "the body has no text", `send {"text": "<the `+t.what+`>"}`)
		return
	}
	name, text := r.PathValue("name"), []byte(*body.Text)
	revision, err := t.store.Write(name, text, matched(r))
	if err != nil {
		t.m.refuseStored(t.what, err).write(w)
		return
	}
	t.m.editing.touch()
	t.answer(w, r, name, revision, text)
}

func (t *textRoutes) delete(w http.ResponseWriter, r *http.Request) {
	was := matched(r)
	if was == "" {
		fail(w, http.StatusPreconditionRequired, "no_revision", "say which revision is to be deleted", `send If-Match: "<revision>", or *`)
		return
	}
	if err := t.store.Delete(r.PathValue("name"), was); err != nil {
		t.m.refuseStored(t.what, err).write(w)
		return
	}
	t.m.editing.touch()
	w.WriteHeader(http.StatusNoContent)
}
