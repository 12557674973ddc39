package send

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// SetHeader replaces all lines of a header by one. Call it after Start, Redirect or
// a body, before Do; not on a frozen request.
func (x *Exchange) SetHeader(name string, value []byte) {
	x.dropHeader(name)
	x.AddHeader(name, value)
}

// RequestHeader is the first value of a header of the request as it will be sent. The
// name may have any case. User-Agent and Content-Length are there though nobody has set
// them; all cookies are one Cookie.
func (x *Exchange) RequestHeader(name string) (value string, ok bool) {
	x.thaw()
	if strings.EqualFold(name, "Content-Length") {
		n := x.bodySize()
		if n == 0 && !expectsBody(x.req.Method()) {
			return "", false
		}
		return strconv.FormatInt(n, 10), true
	}
	for key, v := range x.req.All() {
		if strings.EqualFold(string(key), name) {
			return string(v), true
		}
	}
	if strings.EqualFold(name, "User-Agent") {
		return userAgent, true
	}
	return "", false
}

// EachRequestHeader visits the header lines of the request in the order in which they will
// be sent. visit may change the request: what it sees stays.
func (x *Exchange) EachRequestHeader(visit func(name, value string)) {
	x.thaw()
	x.target = x.appendHead(x.target[:0], false)
	_, lines, _ := strings.Cut(string(x.target), "\r\n")
	eachLine(lines, visit)
}

// eachLine visits "name: value" lines up to an empty one.
func eachLine(lines string, visit func(name, value string)) {
	for {
		line, rest, _ := strings.Cut(lines, "\r\n")
		if line == "" {
			return
		}
		name, value, _ := strings.Cut(line, ": ")
		visit(name, value)
		lines = rest
	}
}

// ReplaceHeader makes value the only one of a header of the request, however its name was
// written. It is an error when the name is no token, or the value has a line break or
// another control character: nothing can be smuggled in. Content-Length, Transfer-Encoding
// and Trailer are refused, they follow from the body. Host and User-Agent are sent as they
// are set; where they are empty, those that are sent anyhow. "Connection: close" ends the
// connection after the response. Cookie replaces all cookies, those of a Jar too; one that
// stays as the jar gave it is the jar's: SetURL and Redirect take it off.
func (x *Exchange) ReplaceHeader(name, value string) error {
	if err := checkHeader(name, value); err != nil {
		return err
	}
	x.thaw()
	if ownLine(name) {
		return x.replaceOwn(name, value)
	}
	lines, same := 0, false
	for key := range x.req.All() {
		if strings.EqualFold(string(key), name) {
			lines++
			same = string(key) == name
		}
	}
	if lines > 1 || lines == 1 && !same {
		x.dropHeader(name)
	}
	x.req.Set(name, value)
	return nil
}

func checkHeader(name, value string) error {
	switch {
	case !httpguts.ValidHeaderFieldName(name):
		return fmt.Errorf("%s is no name for a header", quote([]byte(name)))
	case !httpguts.ValidHeaderFieldValue(value):
		return fmt.Errorf("header %s: the value has a line break or another control character", name)
	case isFraming(name):
		return fmt.Errorf("header %s follows from the body and cannot be set", name)
	}
	return nil
}

// isFraming says whether a header says where a request ends.
func isFraming(name string) bool {
	switch len(name) {
	case len("Trailer"):
		return strings.EqualFold(name, "Trailer")
	case len("Content-Length"):
		return strings.EqualFold(name, "Content-Length")
	case len("Transfer-Encoding"):
		return strings.EqualFold(name, "Transfer-Encoding")
	}
	return false
}

// ownLine says whether a header is kept apart from the others.
func ownLine(name string) bool {
	switch len(name) {
	case len("Host"):
		return strings.EqualFold(name, "Host")
	case len("Cookie"):
		return strings.EqualFold(name, "Cookie")
	case len("Connection"): // and User-Agent
		return strings.EqualFold(name, "Connection") || strings.EqualFold(name, "User-Agent")
	}
	return false
}

func (x *Exchange) replaceOwn(name, value string) error {
	if len(name) == len("Host") {
		value = strings.Trim(value, " \t")
		if value != "" && !httpguts.ValidHostHeader(value) {
			return errors.New("header Host: " + quote([]byte(value)) + " is no host")
		}
		x.req.SetHost(value)
		if value == "" {
			x.req.SetHost(x.origin.authority)
		}
		return nil
	}
	if len(name) == len("Cookie") {
		x.replaceCookies(value)
		return nil
	}
	x.DropHeader(name)
	if value != "" {
		x.req.Set(name, value)
	}
	return nil
}

// replaceCookies makes value all cookies. Those of a Jar that are in it as they were are
// still the jar's: they do not go to another origin.
func (x *Exchange) replaceCookies(value string) {
	jar := make([]string, len(x.fromJar)) // values
	for i, name := range x.fromJar {
		jar[i] = string(x.req.Cookie(name))
	}
	x.req.DelAllCookies()
	if value != "" {
		x.req.Set("Cookie", value)
	}
	names := x.fromJar
	x.fromJar = names[:0]
	for i, name := range names {
		if v := x.req.Cookie(name); v != nil && string(v) == jar[i] {
			x.fromJar = append(x.fromJar, name)
		}
	}
}

// DropHeader takes all lines of a header off the request, however its name was written.
// Host and User-Agent become those that are sent anyhow; Content-Length stays.
func (x *Exchange) DropHeader(name string) {
	x.thaw()
	switch {
	case isFraming(name):
	case strings.EqualFold(name, "Host"):
		x.req.SetHost(x.origin.authority)
	case strings.EqualFold(name, "Cookie"):
		x.req.DelAllCookies()
		x.fromJar = x.fromJar[:0]
	default:
		x.dropHeader(name)
	}
}

// dropHeader takes off a header however its name was written.
func (x *Exchange) dropHeader(name string) {
	var written []string
	for key := range x.req.All() {
		if strings.EqualFold(string(key), name) {
			written = append(written, string(key))
		}
	}
	for _, key := range written {
		x.req.Del(key)
	}
	if strings.EqualFold(name, "Connection") {
		x.req.ResetConnectionClose()
	}
}
