package master

import (
	"errors"
	"net/http"
	"strings"
	"sync"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master/tree"
)

// editing is the files of the workspace as people edit them, beside plans and
// environments, which have stores of their own.
type editing struct {
	scripts, data *tree.Tree
	watched       map[string]*tree.Tree // what watchWorkspace looks at, by folder

	// Semaphores: a place is taken by sending to them.
	testing, peeking, trying chan struct{}

	mu       sync.Mutex
	watchers map[chan struct{}]bool // each has room for one signal
}

// Folders of a workspace.
const (
	plansFolder        = "plans"
	environmentsFolder = "environments"
	dataFolder         = "data"
)

func (m *Master) openEditing(dir string) (err error) {
	e := &m.editing
	e.testing, e.peeking, e.trying = make(chan struct{}, maxScriptTests), make(chan struct{}, maxPeeks), make(chan struct{}, maxTries)
	e.watchers, e.watched = map[chan struct{}]bool{}, map[string]*tree.Tree{}
	for folder, ending := range map[string]string{plansFolder: ".yaml", environmentsFolder: ".yaml", load.ScriptsFolder: ".lua", dataFolder: ""} {
		open := func(dir string) (*tree.Tree, error) { return tree.Open(dir, folder, ending) }
		if e.watched[folder], err = opened(m, open, dir); err != nil {
			return err
		}
	}
	e.scripts, e.data = e.watched[load.ScriptsFolder], e.watched[dataFolder]
	return nil
}

// workspaceCalls are the calls on the files of the workspace, on the fleet, and on what
// load hosts need.
func (m *Master) workspaceCalls() []route {
	return []route{
		{"POST /api/v1/plans/{name}/rename", maxBody, m.postRename},
		{"GET /api/v1/scripts", maxBody, m.getScripts},
		{"GET /api/v1/scripts/{path...}", maxBody, m.getScript},
		{"PUT /api/v1/scripts/{path...}", maxBody, m.putScript},
		{"DELETE /api/v1/scripts/{path...}", maxBody, m.deleteScript},
		{"POST /api/v1/scripts-check", maxBody, m.postScriptCheck},
		{"POST /api/v1/scripts-test", maxBody, m.postScriptTest},
		{"GET /api/v1/lua-api", maxBody, m.getLuaAPI},
		{"GET /api/v1/files", maxBody, m.getDataFiles},
		{"PUT /api/v1/files/content/{path...}", maxDataFile + 1, m.putDataFile},
		{"DELETE /api/v1/files/content/{path...}", maxBody, m.deleteDataFile},
		{"GET /api/v1/files/preview/{path...}", maxBody, m.getDataPreview},
		{"POST /api/v1/try", maxTryOrder, m.postTry},
		{"POST /api/v1/workers", maxBody, m.postWorker},
		{"POST /api/v1/workers/{id}/exclude", maxBody, m.postExclude},
		{"DELETE /api/v1/workers/{id}", maxBody, m.deleteWorker},
		{"POST /api/v1/workers/{id}/drain", maxBody, m.postDrain},
		{"GET /api/v1/workers/{id}/trend", maxBody, m.getTrend},
		{"GET /api/v1/workers/{id}/process", maxBody, m.getProcess},
		{"GET /api/v1/workers/{id}/logs", maxBody, m.getWorkerLogs},
		{"GET /api/v1/registry", maxBody, m.getRegistry},
		{"GET /api/v1/downloads", maxBody, m.getDownloads},
		{"GET /api/v1/downloads/{file}", maxBody, m.getDownload},
		{"GET /api/v1/join", maxBody, m.getJoin},
	}
}

// RenamePlan is the body of POST /plans/{name}/rename; the revision that is renamed is in
// the header If-Match ("*": any).
type RenamePlan struct {
	To string `json:"to"`
}

func (m *Master) postRename(w http.ResponseWriter, r *http.Request) {
	was := matched(r)
	if was == "" {
		fail(w, http.StatusPreconditionRequired, "no_revision", "say which revision is to be renamed", `send If-Match: "<revision>", or *`)
		return
	}
	var body RenamePlan
	if !read(w, r, &body) {
		return
	}
	if err := m.plans.Rename(r.PathValue("name"), body.To, was); err != nil {
		m.refuseStored("plan", err).write(w)
		return
	}
	m.editing.touch()
	f, err := m.plans.Read(body.To)
	if err != nil {
		m.refuseStored("plan", err).write(w)
		return
	}
	m.planTexts().answer(w, r, f.Name, f.Revision, f.Text)
}

// refuseTree is refuseStored for files of a tree.
func (m *Master) refuseTree(what string, err error) *refusal {
	if errors.Is(err, tree.ErrNotText) {
		return refuse(http.StatusUnprocessableEntity, "not_text", "save it as UTF-8", "%s: %v", what, err)
	}
	return m.refuseStored(what, err)
}

// below is a path in the folder, from one that may begin with the folder's name.
func below(folder, path string) string { return strings.TrimPrefix(path, folder+"/") }
