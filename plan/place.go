package plan

import "github.com/locust-http/locust-http/load"

// Place gives issues that were found outside of this package, such as files that are not
// there, their places in the text of a plan. A text that cannot be read has its own
// problems instead.
func Place(file string, text []byte, issues []load.Issue) Problems {
	return read(file, text, planFile(), func(d *decoder) { d.issues(issues) })
}

// Excerpts fills in the lines of text that problems are about, and puts them in order of
// place. It is for problems of texts that this package does not read.
func Excerpts(text []byte, problems Problems) Problems {
	s, _ := newSource("", text, planFile())
	return s.show(problems.inOrder())
}
