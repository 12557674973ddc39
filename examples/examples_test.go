// Package examples_test keeps the example plans true.
package examples_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/locust-http/locust-http/plan"
)

// shopURL is where the examples look for the sample shop.
const shopURL = "http://127.0.0.1:8099"

// Every example is a plan without a single remark, for the sample shop, that says
// what it is about.
func TestExamplesDecode(t *testing.T) {
	files, err := filepath.Glob("*.yaml")
	if err != nil || len(files) < 8 {
		t.Fatalf("only %d examples: %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p, problems := plan.Decode(file, text)
		for _, problem := range problems {
			t.Errorf("%+v", problem)
		}
		if p == nil {
			t.Errorf("%s: no plan", file)
			continue
		}
		if name := filepath.Base(file); p.Name+".yaml" != name {
			t.Errorf("%s: its name is %q", file, p.Name)
		}
		if p.BaseURL != shopURL || p.Description == "" || p.Load == nil {
			t.Errorf("%s: base_url %q, description %q, load %v", file, p.BaseURL, p.Description, p.Load)
		}
		if _, issues := plan.Compile(p); len(issues) > 0 {
			t.Errorf("%s: %+v", file, issues)
		}
	}
}
