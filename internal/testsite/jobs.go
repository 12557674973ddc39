package testsite

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
)

const (
	maxJobs  = 100_000 // over it the oldest is forgotten
	maxPolls = 1000
)

// job is work that goes on while nobody looks, as far as anybody can see: how far it
// is follows from how often it was asked for, so the same requests have the same
// answers.
type job struct {
	ID    int64  `json:"id"`
	State string `json:"state"` // queued at the first look, running, then done
	Polls int    `json:"polls"` // looks so far
	need  int    // the look that finds it done
}

// jobs are the jobs of a shop.
type jobs struct {
	mu   sync.Mutex // guards all below
	ring []job
	next int64 // id of the next one
}

// add is a new job that is done at its look number polls; 0: at the third to the
// sixth, by its id.
func (j *jobs) add(polls int) job {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.next++
	if polls == 0 {
		polls = 3 + int(j.next%4)
	}
	made := job{ID: j.next, State: "queued", need: polls}
	if at := int((made.ID - 1) % maxJobs); at < len(j.ring) {
		j.ring[at] = made
	} else {
		j.ring = append(j.ring, made)
	}
	return made
}

// look is how a job stands, and counts as a look.
func (j *jobs) look(id int64) (job, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if id < 1 || id > j.next || j.ring[(id-1)%maxJobs].ID != id {
		return job{}, false
	}
	found := &j.ring[(id-1)%maxJobs]
	found.Polls = min(found.Polls+1, found.need)
	switch {
	case found.Polls >= found.need:
		found.State = "done"
	case found.Polls > 1:
		found.State = "running"
	}
	return *found, true
}

// serveJobs takes {polls} or nothing, and answers with a job and where to ask for it.
func (s *Shop) serveJobs(w http.ResponseWriter, r *http.Request, id string) {
	if id != "" {
		n, err := strconv.ParseInt(id, 10, 64)
		found, ok := s.jobs.look(n)
		if err != nil || !ok {
			writeError(w, http.StatusNotFound, "no such job")
			return
		}
		writeJSON(w, http.StatusOK, found)
		return
	}
	if r.Method != http.MethodPost {
		writeError(w, http.StatusMethodNotAllowed, "POST, or GET with an id")
		return
	}
	var order struct {
		Polls int `json:"polls"`
	}
	err := json.NewDecoder(r.Body).Decode(&order)
	if err != nil && !errors.Is(err, io.EOF) || order.Polls < 0 || order.Polls > maxPolls {
		writeError(w, http.StatusBadRequest, "the body is not {polls}, from 1 to 1000")
		return
	}
	made := s.jobs.add(order.Polls)
	w.Header().Set("Location", "/jobs/"+strconv.FormatInt(made.ID, 10))
	writeJSON(w, http.StatusAccepted, made)
}
