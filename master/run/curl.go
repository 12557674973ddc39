package run

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// curl is q as a command line for a POSIX shell. It is made of what is shown, so what is
// masked there is masked here. Host and Content-Length are left to curl. Everything that
// a target or a plan may have written stands in quotes and behind an option that takes
// it literally.
func curl(q *load.SampleRequest) string {
	args := []string{"curl"}
	switch {
	case q.Method == "HEAD":
		args = append(args, "--head") // with -X it would wait for a body
	case q.Method != "GET" && q.Method != "" || len(q.Body) > 0:
		args = append(args, "-X", quote(q.Method))
	}
	if strings.ContainsAny(q.URL, "[]{}") {
		args = append(args, "--globoff")
	}
	if strings.Contains(q.URL, "/.") {
		args = append(args, "--path-as-is")
	}
	args = append(args, "--url", quote(q.URL))
	typed := false
	for _, h := range q.Header {
		switch strings.ToLower(h.Name) {
		case "host", "content-length", "transfer-encoding", "connection", "":
			continue
		case "content-type":
			typed = true
		case "accept-encoding":
			args = append(args, "--compressed")
		}
		args = append(args, "-H", quote(headerArgument(h)))
	}
	if q.BodySize == 0 {
		return strings.Join(args, " ")
	}
	if !typed {
		args = append(args, "-H", quote("Content-Type:")) // curl would add one of its own
	}
	return withBody(args, q)
}

// withBody adds the body: as text where it is, else through standard input.
func withBody(args []string, q *load.SampleRequest) string {
	line := strings.Join(args, " ")
	if int64(len(q.Body)) < q.BodySize {
		return line + fmt.Sprintf(" --data-binary @- # give it the body, of %d bytes, on standard input", q.BodySize)
	}
	if text, ok := asText(q.Body, q.BodySize); ok {
		return line + " --data-raw " + quote(text)
	}
	return "printf %s " + quote(base64.StdEncoding.EncodeToString(q.Body)) + " | base64 -d | " + line + " --data-binary @-"
}

// headerArgument is h as -H takes it: without a value it ends in a semicolon, because
// with a colon curl would leave it out; an @ at its begin would be a file to read.
func headerArgument(h load.Header) string {
	name := strings.TrimLeft(strings.Map(inLine, h.Name), "@")
	value := strings.TrimSpace(strings.Map(inLine, h.Value))
	if value == "" {
		return name + ";"
	}
	return name + ": " + value
}

// inLine drops what ends a line of a header.
func inLine(r rune) rune {
	if r == '\r' || r == '\n' || r == 0 {
		return -1
	}
	return r
}

// quote is s as one word of a POSIX shell: in single quotes nothing has a meaning but
// the quote itself. A NUL cannot be in a word at all.
func quote(s string) string {
	return "'" + strings.ReplaceAll(strings.ReplaceAll(s, "\x00", ""), "'", `'\''`) + "'"
}
