package run

import (
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/locust-http/locust-http/load"
)

// maxKept bounds the samples of a run, in bytes. One that does not fit comes without
// bodies and without its command line. From the first on that does not fit even so, all
// are a message alone, of which there are at most a few megabytes.
const maxKept = 16 << 20

// maxStack bounds the stack of one sample, in bytes.
const maxStack = 4 * load.MaxMessage

// sample is x as a result shows it. What a worker sends is cut to the bounds of a
// sample, whatever it is.
func (s *statistics) sample(x *load.Sample, worker string) load.SampleResult {
	r := load.SampleResult{
		At: ms(x.At), User: x.User, Iteration: x.Iteration, Worker: worker, Status: x.Status,
		Message: load.Clip(x.Message, load.MaxMessage), Place: load.Clip(x.Place, load.MaxMessage),
	}
	if s.full {
		return r
	}
	full := r
	full.Stack, full.Vars = load.Clip(x.Stack, maxStack), variables(x.Vars)
	if x.Request != nil {
		q := clipRequest(x.Request)
		full.Request, full.Curl = requestResult(&q), curl(&q)
	}
	if x.Response != nil {
		full.Response = responseResult(x.Response)
	}
	if s.keep(&full) {
		return full
	}
	full.Curl = ""
	if full.Request != nil {
		full.Request.Body, full.Request.BodyBase64 = "", ""
	}
	if full.Response != nil {
		full.Response.Body, full.Response.BodyBase64 = "", ""
	}
	if s.keep(&full) {
		return full
	}
	s.full = true
	return r
}

// keep counts r if there is room for it.
func (s *statistics) keep(r *load.SampleResult) bool {
	n := len(r.Curl) + len(r.Stack)
	for name, value := range r.Vars {
		n += len(name) + len(value)
	}
	if q := r.Request; q != nil {
		n += len(q.Method) + len(q.URL) + headerBytes(q.Headers) + len(q.Body) + len(q.BodyBase64)
	}
	if a := r.Response; a != nil {
		n += headerBytes(a.Headers) + len(a.Body) + len(a.BodyBase64)
	}
	if s.kept+n > maxKept {
		return false
	}
	s.kept += n
	return true
}

// headerOverhead is what a line of a header costs beside its text.
const headerOverhead = 32

func headerBytes(lines []load.HeaderLine) (n int) {
	for _, l := range lines {
		n += len(l.Name) + len(l.Value) + headerOverhead
	}
	return n
}

func clipRequest(q *load.SampleRequest) load.SampleRequest {
	out := *q
	out.Method, out.URL = load.Clip(q.Method, 64), load.Clip(q.URL, load.MaxSampleHead)
	out.Header, out.Body = clipHeader(q.Header), q.Body[:min(len(q.Body), load.MaxSampleBody)]
	out.BodySize = max(q.BodySize, int64(len(q.Body)))
	return out
}

// clipHeader are the first lines of h, as many as may be kept.
func clipHeader(h []load.Header) []load.Header {
	room := load.MaxSampleHead
	out := make([]load.Header, 0, min(len(h), room/headerOverhead))
	for _, l := range h {
		room -= len(l.Name) + len(l.Value) + headerOverhead/8
		if room < 0 {
			break
		}
		out = append(out, load.Header{Name: load.Clip(l.Name, len(l.Name)), Value: load.Clip(l.Value, len(l.Value))})
	}
	return out
}

func requestResult(q *load.SampleRequest) *load.RequestResult {
	r := &load.RequestResult{Method: q.Method, URL: q.URL, Headers: headerLines(q.Header), BodySize: q.BodySize}
	r.Body, r.BodyBase64 = body(q.Body, q.BodySize)
	return r
}

func responseResult(a *load.SampleResponse) *load.ResponseResult {
	content := a.Body[:min(len(a.Body), load.MaxSampleBody)]
	r := &load.ResponseResult{
		Status: a.Status, Headers: headerLines(clipHeader(a.Header)),
		BodySize: max(a.BodySize, int64(len(a.Body))),
	}
	r.Body, r.BodyBase64 = body(content, r.BodySize)
	return r
}

func headerLines(h []load.Header) []load.HeaderLine {
	lines := make([]load.HeaderLine, len(h))
	for i, l := range h {
		lines[i] = load.HeaderLine(l)
	}
	return lines
}

// body is content as text, or else as Base64. Text of which only the beginning was
// kept may have been cut within a character, which is left out.
func body(content []byte, size int64) (text, encoded string) {
	if t, ok := asText(content, size); ok {
		return t, ""
	}
	return "", base64.StdEncoding.EncodeToString(content)
}

func asText(content []byte, size int64) (string, bool) {
	if int64(len(content)) < size {
		for i := 1; i < utf8.UTFMax && i <= len(content); i++ {
			if c := content[len(content)-i]; utf8.RuneStart(c) {
				if !utf8.FullRune(content[len(content)-i:]) {
					content = content[:len(content)-i]
				}
				break
			}
		}
	}
	return string(content), utf8.Valid(content) && !slices.Contains(content, 0)
}

// maxSampleVars bounds the variables of one sample by number.
const maxSampleVars = 200

// variables are values as text, in order of name as many as may be kept.
func variables(values map[string]load.Value) map[string]string {
	if len(values) == 0 {
		return nil
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	room := load.MaxSampleVars
	out := map[string]string{}
	for _, name := range names[:min(len(names), maxSampleVars)] {
		value := load.Clip(values[name].Text, max(room-len(name), 0))
		if room -= len(name) + len(value); room < 0 {
			break
		}
		out[strings.ToValidUTF8(name, "?")] = value
	}
	return out
}
