// Package examples_test keeps the example plans true.
package examples_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/examples"
	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/internal/workspace"
	"github.com/locust-http/locust-http/plan"
)

// shopURL is where the examples look for the sample shop.
const shopURL = "http://127.0.0.1:8099"

// Every example is a plan without a single remark, for the sample shop, that says
// what it is about; its files are there and have the columns it asks for.
func TestExamplesDecode(t *testing.T) {
	files, err := filepath.Glob("*.yaml")
	if err != nil || len(files) < 8 {
		t.Fatalf("only %d examples: %v", len(files), err)
	}
	w, err := workspace.Open(".")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
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
		if p.BaseURL != shopURL || p.Description == "" || p.Load == nil && len(p.Scenarios) == 0 {
			t.Errorf("%s: base_url %q, description %q, load %v", file, p.BaseURL, p.Description, p.Load)
		}
		if _, issues := w.Resolve(context.Background(), p, nil); len(issues) > 0 {
			t.Errorf("%s: %+v", file, issues)
		}
	}
}

// Environments are read as a run reads them.
func TestEnvironments(t *testing.T) {
	w, err := workspace.Open(".")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	files, err := fs.Glob(examples.Files, "environments/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no environments: %v", err)
	}
	for _, file := range files {
		e, problems, err := w.Environment(strings.TrimSuffix(filepath.Base(file), ".yaml"))
		if err != nil || len(problems) > 0 || e.BaseURL != shopURL {
			t.Errorf("%s: %+v, %v, %v", file, e, problems, err)
		}
	}
}

// The accounts are those that the shop lets in.
func TestAccounts(t *testing.T) {
	text, err := os.ReadFile("data/accounts.csv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	for _, line := range lines[1:] {
		if name, password, _ := strings.Cut(line, ","); password != testsite.AccountPassword(name) {
			t.Errorf("%s has the password %s", name, password)
		}
	}
	if len(lines) != 61 {
		t.Errorf("%d lines", len(lines))
	}
}
