package plan

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// FuzzDecode wants no panic and bounded problems for any text, and for a text that is
// a plan an Encode that Decode reads back to the same.
func FuzzDecode(f *testing.F) {
	for _, pattern := range []string{"testdata/good/*", "testdata/bad/*.yaml", "testdata/bad/*.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, problems := Decode("p.yaml", text)
		if len(problems) > maxProblems {
			t.Fatalf("%d problems", len(problems))
		}
		for _, problem := range problems {
			if problem.Message == "" || problem.Line < 0 || len(problem.Source) > 4*maxSource {
				t.Fatalf("%+v", problem)
			}
		}
		var b bytes.Buffer
		if err := problems.Format(&b, false); err != nil {
			t.Fatal(err)
		}
		if problems.Err() == nil {
			roundTrip(t, p)
			// Some plans are too large for the bounds of YAML, and say so.
			if _, err := EncodeYAML(p); err == nil {
				yamlRoundTrip(t, p)
			}
		} else if p != nil {
			t.Fatal("a plan beside its problems")
		}
	})
}
