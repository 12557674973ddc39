package testsite

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// The answers of the sites all have a Content-Length, so that they look the same on
// the wire whether or not a log makes the recorder flush them.

// Header values are shared: net/http only reads them.
var (
	typeJSON = []string{"application/json"}
	typeHTML = []string{"text/html; charset=utf-8"}
	typeText = []string{"text/plain; charset=utf-8"}
)

func write(w http.ResponseWriter, status int, contentType []string, body []byte) {
	h := w.Header()
	h["Content-Type"] = contentType
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that went away is its test's business
}

func writeText(w http.ResponseWriter, text string) { write(w, http.StatusOK, typeText, []byte(text)) }

func writeHTML(w http.ResponseWriter, html string) { write(w, http.StatusOK, typeHTML, []byte(html)) }

// writeJSON encodes v; for pages that are not fetched thousands of times a second.
func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"error":"cannot encode the answer"}`)
	}
	write(w, status, typeJSON, append(body, '\n'))
}

// writeError says why a request was refused.
func writeError(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, problem{message})
}

type problem struct {
	Error string `json:"error"`
}

// redirect answers with a Location.
func redirect(w http.ResponseWriter, status int, location string) {
	w.Header().Set("Location", location)
	w.Header()["Content-Length"] = []string{"0"}
	w.WriteHeader(status)
}
