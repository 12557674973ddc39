package plans

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/master/texts"
)

const good = `version: 1
name: shop
base_url: http://127.0.0.1:1
transactions:
  - name: browse
    steps: [{name: list, request: {url: /items}}]
load: {users: 1, duration: 1s}
`

func open(t *testing.T) (*Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s, filepath.Join(dir, "plans")
}

// TestList: what is no plan, or leads elsewhere, is listed with its problem.
func TestList(t *testing.T) {
	s, dir := open(t)
	for name, text := range map[string]string{
		"good.yaml": good, "bad.yaml": "version: 1\ntransactons: []\n", "binary.yaml": "\x00\xff", "big.yaml": strings.Repeat("#", texts.MaxSize+1),
		"notes.txt": "x", ".x.tmp": "x",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.yaml"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(t.TempDir(), "out"), filepath.Join(dir, "link.yaml")); err != nil {
		t.Fatalf("make a link: %v", err)
	}
	list, err := s.List()
	if err != nil || len(list) != 5 {
		t.Fatalf("%d plans, %v", len(list), err)
	}
	for _, p := range list {
		if broken := p.Problems.Err() != nil; broken != (p.Name != "good") {
			t.Errorf("%s: %v", p.Name, p.Problems)
		}
	}
	if g := list[3]; g.Name != "good" || len(g.Transactions) != 1 || g.Transactions[0] != "browse" {
		t.Errorf("%+v", g)
	}
}
