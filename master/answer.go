package master

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/locust-http/locust-http/plan"
)

// Bounds of the bodies of requests.
const (
	maxBody  = 2 << 20
	maxLogin = 64 << 10
	// maxOrder is of those that may list files: 100,000 of them take about 20 MiB.
	maxOrder = 32 << 20
)

// Error is the body of every answer that is no success, under "error".
type Error struct {
	Code     string    `json:"code"` // stable, for programs
	Message  string    `json:"message"`
	Hint     string    `json:"hint,omitempty"`
	Problems []Problem `json:"problems,omitempty"` // of a plan
}

// Problem is one thing that is wrong with a plan, at its place.
type Problem = plan.Problem

// Duration is a span of time as JSON writes it: "20s".
type Duration time.Duration

// UnmarshalText reads "1m30s".
func (d *Duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	*d = Duration(v)
	return err
}

// MarshalText writes it the same way.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// of is d as a time.Duration; nil stays nil.
func (d *Duration) of() *time.Duration { return (*time.Duration)(d) }

// problemsOf is ps as a list that is never null.
func problemsOf(ps plan.Problems) []Problem { return append([]Problem{}, ps...) }

// answer writes v as JSON. An error of writing is the client's: it has gone.
func answer(w http.ResponseWriter, status int, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		fail(w, http.StatusInternalServerError, "internal", "the answer could not be written as JSON: "+err.Error(), "")
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	w.Write(append(text, '\n')) //nolint:errcheck // see above
}

func fail(w http.ResponseWriter, status int, code, message, hint string) {
	answer(w, status, map[string]Error{"error": {Code: code, Message: message, Hint: hint}})
}

func refusePlan(ps plan.Problems) *refusal {
	no := refuse(http.StatusUnprocessableEntity, "bad_plan", "", "the plan cannot run: %s", first(ps))
	no.Problems = problemsOf(ps)
	return no
}

func first(ps plan.Problems) string {
	for _, p := range ps {
		if !p.Warning {
			return p.Error()
		}
	}
	return ""
}

// read reads the one JSON object of a body, strictly. It answers and is false when
// there is something wrong with it.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	return failRead(w, decode(r, into))
}

// readIfAny is read for a call that needs no body.
func readIfAny(w http.ResponseWriter, r *http.Request, into any) bool {
	err := decode(r, into)
	return errors.Is(err, io.EOF) || failRead(w, err)
}

// decode is io.EOF for an empty body.
func decode(r *http.Request, into any) error {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, more := d.Token(); !errors.Is(more, io.EOF) {
		return errors.New("something follows the JSON value")
	}
	return nil
}

func failRead(w http.ResponseWriter, err error) bool {
	var large *http.MaxBytesError
	switch {
	case err == nil:
		return true
	case errors.As(err, &large):
		fail(w, http.StatusRequestEntityTooLarge, "too_large", fmt.Sprintf("the body of this request may have %d MiB", large.Limit>>20), "")
	case errors.Is(err, io.EOF):
		fail(w, http.StatusBadRequest, "bad_request", "the body is empty", "send a JSON object")
	default:
		fail(w, http.StatusBadRequest, "bad_request", "body: "+err.Error(), "")
	}
	return false
}
