package load

import (
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of what a plan says about files.
const (
	maxSources  = 50
	maxGlobs    = 100
	maxPath     = 1024 // bytes of a path
	maxPathName = 255  // bytes of one name in a path
)

// secretName is the name before the dot of {{secret.NAME}}: no data source may have it.
const secretName = "secret"

func (v *validator) data() {
	sources := v.plan.Data
	if len(sources) > maxSources {
		v.fail("data", "%d data files: at most %d go into one plan", len(sources), maxSources)
		return
	}
	seen := map[string]bool{}
	for i := range sources {
		s := &sources[i]
		path := "data." + s.Name
		v.variableName(path, s.Name)
		switch {
		case s.Name == secretName:
			v.failHint(path, "give it another name", "{{secret.…}} are the secrets: no data file can have the name")
		case seen[s.Name]:
			v.fail(path, "there are two data files named %q", clip(s.Name))
		}
		seen[s.Name] = true
		v.source(path, s)
	}
}

func (v *validator) source(at string, s *DataSource) {
	if s.File == "" {
		v.failHint(at, "for example {file: data/users.csv, pick: unique, per: user, at_end: fail}", "a data source without a file")
		return
	}
	v.filePath(at+".file", s.File)
	kind := strings.ToLower(path.Ext(s.File))
	if !slices.Contains([]string{".csv", ".json", ".jsonl"}, kind) {
		v.failHint(at+".file", "the ending says how it is read: .csv, .json or .jsonl", "%q is no data file", clip(s.File))
	}
	if s.AtEnd != "" && s.Pick != PickUnique {
		v.failHint(at+".at_end", "sequential and random rows have no end", "at_end goes with pick: unique")
	}
	if s.Delimiter == "" {
		return
	}
	r, n := utf8.DecodeRuneInString(s.Delimiter)
	switch {
	case kind != ".csv":
		v.fail(at+".delimiter", "delimiter goes with a .csv")
	case s.Delimiter == `\t`: // as it is written without double quotes
	case n != len(s.Delimiter) || r == utf8.RuneError:
		v.fail(at+".delimiter", "delimiter is one character, not %q", clip(s.Delimiter))
	case r != '\t' && !unicode.IsGraphic(r) || r == '"':
		v.failHint(at+".delimiter", `for example ";" or "\t"`, "%q cannot separate columns", s.Delimiter)
	}
}

// files checks the globs of the files that bodies may read.
func (v *validator) files() {
	globs := v.plan.Files
	if len(globs) > maxGlobs {
		v.fail("files", "%d globs: at most %d go into one plan", len(globs), maxGlobs)
		return
	}
	for i, glob := range globs {
		v.filePath(item("files", i), glob)
	}
}

// tls checks the certificates of t, which come over those of d.
func (v *validator) tls(at string, t, d *TLS) {
	for _, f := range []struct{ key, path string }{{"ca", t.CA}, {"cert", t.Cert}, {"key", t.Key}} {
		if f.path != "" {
			v.filePath(at+"."+f.key, f.path)
		}
	}
	cert, key := t.Cert != "" || d.Cert != "", t.Key != "" || d.Key != ""
	if cert != key && (t.Cert != "" || t.Key != "") {
		v.fail(at, "a client certificate is cert and key: one is missing")
	}
	if strings.ContainsFunc(t.ServerName, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("/\\:@{}", r) }) {
		v.fail(at+".server_name", "%q is no name of a server", clip(t.ServerName))
	}
}

// filePath checks a path of the workspace: relative, clean, and leading nowhere else.
// What it names on a disk is judged where it is opened.
func (v *validator) filePath(at, s string) {
	switch {
	case s == "":
		v.fail(at, "an empty path")
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl):
		v.fail(at, "%q: a path has no control characters", clip(s))
	case slices.Contains(strings.FieldsFunc(s, func(r rune) bool { return r == '/' || r == '\\' }), ".."):
		v.failHint(at, "only files of the workspace can be used", "%q leads out of its folder", clip(s))
	case strings.Contains(s, `\`):
		v.failHint(at, "write "+clip(strings.ReplaceAll(s, `\`, "/")), "%q: folders are separated by /", clip(s))
	case s[0] == '/' || len(s) > 1 && s[1] == ':' || s[0] == '~':
		v.failHint(at, "paths are relative to the workspace", "%q is not a relative path", clip(s))
	case s == ".":
		v.fail(at, "%q names no file", s)
	case path.Clean(s) != s:
		v.failHint(at, "write "+clip(path.Clean(s)), "%q has parts that say nothing", clip(s))
	case len(s) > maxPath:
		v.fail(at, "a path of %d bytes, over the limit of %d", len(s), maxPath)
	case strings.Contains(s, "{{"):
		v.failHint(at, "only url, headers and bodies have them", "%q: no {{placeholders}} here", clip(s))
	case slices.ContainsFunc(strings.Split(s, "/"), func(name string) bool { return len(name) > maxPathName }):
		v.fail(at, "%q has a name of over %d bytes in it", clip(s), maxPathName)
	}
}
