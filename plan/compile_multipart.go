package plan

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/locust-http/locust-http/load"
)

// multipart compiles a body of several parts (RFC 7578) and says its Content-Type.
// Bytes and files take turns; without any file all of it is one body of bytes.
func (c *compiler) multipart(path string, parts []load.Part, out *Request) (contentType string) {
	boundary := fmt.Sprintf("locust-http-%016x%016x", rand.Uint64(), rand.Uint64())
	if len(parts) == 0 {
		c.issue(path, "for example [{name: file, file: data/files/a.pdf}]", "has no parts")
	}
	var w partWriter
	for i := range parts {
		w.text.add("--" + boundary + "\r\n")
		c.part(at(path, i), &parts[i], &w, out)
		w.text.add("\r\n")
	}
	w.text.add("--" + boundary + "--\r\n")
	if len(w.parts) == 0 {
		out.body = w.text
	} else {
		out.Parts = append(w.parts, Part{text: w.text})
	}
	return "multipart/form-data; boundary=" + boundary
}

// partWriter collects a body that reads files.
type partWriter struct {
	parts []Part
	text  template // after the last file
}

func (w *partWriter) file(name template) {
	w.parts = append(w.parts, Part{text: w.text}, Part{File: true, text: name})
	w.text = nil
}

func (c *compiler) part(path string, p *load.Part, w *partWriter, out *Request) {
	switch {
	case p.Name == "":
		c.issue(path, "", "a part without a name")
	case p.File != "" && p.Value != "":
		c.issue(path, "make them two parts", "a part has a value or a file, not both")
	}
	w.text.add(`Content-Disposition: form-data; name="`)
	w.text.literal(p.Name, inPartName)
	w.text.add(`"`)
	var name template
	if p.File != "" {
		name = c.fileName(path+".file", string(p.File), out)
	}
	ending := c.partFilename(path, p, name, w)
	switch {
	case p.Type != "":
		w.text.add("\r\nContent-Type: ")
		c.appendTemplate(&w.text, path+".type", string(p.Type), inPartType)
	case p.File != "" || p.Filename != "":
		w.text.add("\r\nContent-Type: " + typeOf(ending))
	}
	w.text.add("\r\n\r\n")
	if p.File != "" {
		w.file(name)
		return
	}
	c.appendTemplate(&w.text, path+".value", string(p.Value), inText)
}

// partFilename adds the name that a part gives its file, which is its own name unless
// the plan says another, and returns its ending.
func (c *compiler) partFilename(path string, p *load.Part, file template, w *partWriter) (ending string) {
	if p.Filename == "" && p.File == "" {
		return ""
	}
	w.text.add(`; filename="`)
	defer func() { w.text.add(`"`) }()
	switch {
	case p.Filename != "":
		name := c.template(path+".filename", string(p.Filename), inPartName)
		w.text = joined(w.text, name)
		if e := name.ending(); e != "" || p.File == "" {
			return e
		}
	case file.static():
		w.text.literal(baseName(file.text()), inPartName)
	case slices.ContainsFunc(file, segment.changing):
		c.issue(path+".file", "give the part a filename, or evaluate the name before with set: in the step", "the name of the file is another each time it is evaluated")
	default:
		w.text = append(w.text, segment{kind: baseNameSegment, place: inPartName, of: file})
	}
	return file.ending()
}

// changing says that a placeholder has another value each time it is evaluated.
func (g segment) changing() bool {
	switch g.kind {
	case uuidSegment, timestampSegment, isoTimestampSegment, randomIntSegment, randomStringSegment, oneOfSegment, seqSegment:
		return true
	}
	return false
}

// baseName is what stands after the last slash.
func baseName(name string) string {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '/' {
			return name[i+1:]
		}
	}
	return name
}

// expandBase appends the last name of a path.
func (g *segment) expandBase(dst []byte, s *Scope) ([]byte, error) {
	start := len(dst)
	dst, err := g.of.expand(dst, s)
	if err != nil {
		return dst, err
	}
	dst = append(dst[:start], baseName(sharedText(dst[start:]))...)
	return encodeTail(dst, start, load.String, g.place), nil
}
