package plan

import (
	"path"
	"strings"

	"github.com/locust-http/locust-http/load"
)

// pairs compiles the pairs of a query or form, joined with &.
func (c *compiler) pairs(path string, pairs []load.Pair, p place) template {
	var t template
	for _, pair := range pairs {
		if pair.Off || pair.Drop {
			continue
		}
		if len(t) > 0 {
			t.add("&")
		}
		c.appendTemplate(&t, path+"."+pair.Name, pair.Name, p)
		t.add("=")
		c.appendTemplate(&t, path+"."+pair.Name, string(pair.Value), p)
	}
	return t
}

// body compiles the body and says which Content-Type goes with it.
func (c *compiler) body(path string, r *load.Request, out *Request) (contentType load.Text) {
	out.HasBody = true
	switch {
	case r.JSON != "":
		out.body = c.jsonTemplate(path+".json", r.JSON)
		return "application/json"
	case r.Form != nil:
		out.body = c.pairs(path+".form", r.Form, inForm)
		return "application/x-www-form-urlencoded"
	case r.Text != nil:
		out.body = c.template(path+".text", string(*r.Text), inText)
		return "text/plain; charset=utf-8"
	case r.Multipart != nil:
		return load.Text(c.multipart(path+".multipart", r.Multipart, out))
	case r.File != "":
		name := c.fileName(path+".file", string(r.File), out)
		out.Parts = []Part{{File: true, text: name}}
		return load.Text(typeOf(name.ending()))
	}
	out.HasBody = false
	return ""
}

// fileName compiles the name of a file that a body reads. One without placeholders is
// checked now, and noted.
func (c *compiler) fileName(path, text string, out *Request) template {
	before := len(c.issues)
	t := c.template(path, text, inText)
	switch {
	case len(c.issues) > before:
		return t
	case len(c.plan.Files) == 0:
		c.issue(path, `name what bodies may read: files: ["data/files/**"]`, "the plan has no files")
		return t
	case !t.static():
		return t
	}
	clean, err := load.CleanPath(t.text())
	if err != nil {
		c.issue(path, "name a file of the workspace, as in data/files/a.pdf", "%v", err)
		return t
	}
	if !c.inFiles(clean) {
		c.issue(path, `add it: files: ["`+clean+`"]`, "%q is not among files, which says what bodies may read", bounded(clean, maxRuleWord))
		return t
	}
	out.files = append(out.files, FileUse{Path: path, Name: clean, Body: true})
	t = nil
	t.add(clean)
	return t
}

// inFiles says whether bodies may read a file.
func (c *compiler) inFiles(name string) bool {
	for _, glob := range c.plan.Files[:min(len(c.plan.Files), maxGlobs)] {
		if load.MatchGlob(glob, name) {
			return true
		}
	}
	return false
}

// maxGlobs bounds what each name of a file is compared with.
const maxGlobs = 100

// globs checks what files says.
func (c *compiler) globs() {
	if n := len(c.plan.Files); n > maxGlobs {
		c.issue("files", "", "%d globs: at most %d go into one plan", n, maxGlobs)
	}
	for i, glob := range c.plan.Files {
		if _, err := load.CleanPath(glob); err != nil {
			c.issue(at("files", i), "", "%v", err)
		} else if err := load.CheckGlob(glob); err != nil {
			c.issue(at("files", i), "", "%v", err)
		}
	}
}

// ending is what the text ends with after its last placeholder: .pdf.
func (t template) ending() string {
	if len(t) == 0 {
		return ""
	}
	return strings.ToLower(path.Ext(t[len(t)-1].literal))
}

// TypeOf is the Content-Type of a file by the ending of its name, as in multipart bodies.
func TypeOf(name string) string { return typeOf(strings.ToLower(path.Ext(name))) }

// typeOf is the Content-Type of a file by its ending. The tables of the system are not
// asked: they differ from worker to worker.
func typeOf(ending string) string {
	if t, ok := types[ending]; ok {
		return t
	}
	return "application/octet-stream"
}

// types is never changed.
var types = map[string]string{
	".avif": "image/avif",
	".bmp":  "image/bmp",
	".css":  "text/css; charset=utf-8",
	".csv":  "text/csv; charset=utf-8",
	".doc":  "application/msword",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".gif":  "image/gif",
	".gz":   "application/gzip",
	".htm":  "text/html; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".jpeg": "image/jpeg",
	".jpg":  "image/jpeg",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json",
	".md":   "text/markdown; charset=utf-8",
	".mp3":  "audio/mpeg",
	".mp4":  "video/mp4",
	".odt":  "application/vnd.oasis.opendocument.text",
	".pdf":  "application/pdf",
	".png":  "image/png",
	".ppt":  "application/vnd.ms-powerpoint",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".rtf":  "application/rtf",
	".svg":  "image/svg+xml",
	".tar":  "application/x-tar",
	".tif":  "image/tiff",
	".tiff": "image/tiff",
	".txt":  "text/plain; charset=utf-8",
	".wav":  "audio/wav",
	".webm": "video/webm",
	".webp": "image/webp",
	".xls":  "application/vnd.ms-excel",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".xml":  "application/xml",
	".yaml": "application/yaml",
	".yml":  "application/yaml",
	".zip":  "application/zip",
}
