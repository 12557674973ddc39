package environments

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/locust-http/locust-http/plan"
)

// TestList: what is no environment is listed with its problem.
func TestList(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	const good = "base_url: http://stage.example\nsecrets: [TOKEN, KEY]\n"
	for name, text := range map[string]string{"good.yaml": good, "bad.yaml": "base_urll: x\n", "binary.yaml": "\x00\xff", "notes.txt": "x"} {
		if err := os.WriteFile(filepath.Join(dir, "environments", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(t.TempDir(), "out"), filepath.Join(dir, "environments", "link.yaml")); err != nil {
		t.Fatalf("make a link: %v", err)
	}
	list, err := s.List()
	if err != nil || len(list) != 4 {
		t.Fatalf("%+v, %v", list, err)
	}
	for _, e := range list {
		if broken := e.Problems.Err() != nil; broken != (e.Name != "good") {
			t.Errorf("%s: %v", e.Name, e.Problems)
		}
	}
	if g := list[2]; g.Name != "good" || g.BaseURL != "http://stage.example" || !slices.Equal(g.Secrets, []string{"TOKEN", "KEY"}) || g.Size != int64(len(good)) || g.Revision == "" {
		t.Errorf("%+v", g)
	}
	if e, problems := plan.DecodeEnvironment("bad.yaml", []byte("base_urll: x\n")); e != nil || problems.Err() == nil {
		t.Errorf("%+v, %v", e, problems)
	}
	if e, problems := plan.DecodeEnvironment("good.yaml", []byte(good)); e == nil || problems.Err() != nil {
		t.Errorf("%+v, %v", e, problems)
	}
}
