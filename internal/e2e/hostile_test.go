package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
)

// outside is what stands in a file that no plan may read.
const outside = "name\nnobody-may-read-this\n"

// hostileNames are names of files that a plan must not have; folder is outside of the
// workspace, and data/link.csv a link to a file in it.
func hostileNames(folder string) map[string]string {
	return map[string]string{
		"parent":       "../outside.csv",
		"far parent":   "data/../../outside.csv",
		"dots inside":  "data/../data/rows.csv",
		"absolute":     filepath.ToSlash(filepath.Join(folder, "outside.csv")),
		"a device":     "/dev/zero",
		"passwords":    "/etc/passwd",
		"link":         "data/link.csv",
		"linked":       "linked/outside.csv",
		"NUL":          "data/rows.csv\x00.csv",
		"line break":   "data/rows\n.csv",
		"backslash":    `..\outside.csv`,
		"drive":        `C:\outside.csv`,
		"300 bytes":    strings.Repeat("n", 300) + ".csv",
		"deep":         strings.Repeat("../", 60) + "etc/passwd",
		"a folder":     "data",
		"empty":        "",
		"bad encoding": "data/\xff.csv",
	}
}

// hostilePlan names a file in one place of a plan.
func hostilePlan(url, place, name string) string {
	quoted := `"` + strings.NewReplacer("\\", `\\`, `"`, `\"`, "\x00", `\0`, "\n", `\n`).Replace(name) + `"`
	head, request := "", "{url: /ok}"
	switch place {
	case "data":
		head = "data: {rows: {file: " + quoted + ", pick: unique}}"
		request = `{url: "/{{rows.name}}"}`
	case "body":
		head = `files: ["**"]`
		request = "{method: PUT, url: /uploads/x, file: " + quoted + "}"
	case "part":
		head = `files: ["**"]`
		request = "{method: POST, url: /uploads, multipart: [{name: doc, file: " + quoted + "}]}"
	case "authority":
		head = "defaults: {tls: {ca: " + quoted + "}}"
	case "files":
		head = "files: [" + quoted + "]"
		request = `{method: PUT, url: /uploads/x, file: "{{$oneOf a b}}.csv"}`
	}
	return fmt.Sprintf("version: 1\nbase_url: %s\n%s\ntransactions: [{name: t, steps: [{name: s, request: %s}]}]\nload: {users: 1, iterations: 2}\n", url, head, request)
}

// Names of files that lead out of the workspace, or nowhere, are refused before
// anything is sent or read, by the command and by the API.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
	folder := t.TempDir()
	here := func(name string) string {
		dir := filepath.Join(folder, name)
		writeFiles(t, dir, map[string]string{"data/rows.csv": "name\nfine\n", "plans/x.yaml": ""})
		for link, to := range map[string]string{"data/link.csv": filepath.Join(folder, "outside.csv"), "linked": folder} {
			if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	writeFiles(t, folder, map[string]string{"outside.csv": outside})
	mine, masters := here("mine"), here("masters")
	f := masterIn(t, masters)
	f.startWorker(t)
	f.awaitWorkers(t, 1)
	for _, place := range []string{"data", "body", "part", "authority", "files"} {
		for what, name := range hostileNames(folder) {
			if place != "data" && (what == "a folder" || what == "empty") {
				continue // nothing, or no match: said elsewhere
			}
			plan := hostilePlan(site.URL, place, name)
			if place == "data" { // a process each: one place is enough
				path := filepath.Join(mine, "plans", "hostile.yaml")
				writeFiles(t, mine, map[string]string{"plans/hostile.yaml": plan})
				p := start(t, "run", path)
				if code := p.wait(); code != 2 || p.err.String() == "" {
					t.Errorf("%s %s: exit %d\n%s", place, what, code, p.err.String())
				}
				readsNothing(t, place+" "+what, p.out.String()+p.err.String())
			}
			status, text := f.call(t, "POST", "/runs", order{"inline": plan}, nil)
			if status != http.StatusUnprocessableEntity && status != http.StatusBadRequest {
				t.Errorf("%s %s: %d %s", place, what, status, text)
			}
			readsNothing(t, place+" "+what+" by the API", text)
		}
	}
	equal(t, "requests", site.Log.Seen(), 0)
}

func readsNothing(t *testing.T, what, text string) {
	t.Helper()
	if strings.Contains(text, "nobody-may-read") || strings.Contains(text, "root:") {
		t.Errorf("%s: what is outside was read: %s", what, text)
	}
}

// A name that is made when it is used is held to the globs: a row cannot name what the
// plan does not give to bodies.
func TestHostileRows(t *testing.T) {
	t.Parallel()
	shop := testsite.NewShop()
	site := testsite.Run(t, shop, testsite.Options{})
	folder := t.TempDir()
	rows := "name\nfine.txt\n../outside.csv\n../../outside.csv\n/etc/passwd\n" + filepath.ToSlash(folder) + "/outside.csv\n../data/rows.csv\n" + strings.Repeat("n", 300) + "\n"
	dir := filepath.Join(folder, "mine")
	writeFiles(t, folder, map[string]string{"outside.csv": outside, "mine/data/rows.csv": rows, "mine/data/files/fine.txt": "fine", "mine/plan.yaml": fmt.Sprintf(`
version: 1
base_url: %s
data: {rows: {file: data/rows.csv, pick: unique, per: iteration, at_end: stop}}
files: ["data/files/*"]
transactions: [{name: t, steps: [{name: s, request: {method: PUT, url: "/uploads/sent", file: "data/files/{{rows.name}}"}}]}]
load: {users: 1}
`, site.URL)})
	code, r := runExample(t, filepath.Join(dir, "plan.yaml"), site)
	if code != 3 || r.State != load.StateCompleted {
		t.Errorf("exit %d, state %s: %s", code, r.State, r.Reason)
	}
	account(t, r, site.Log.Seen())
	equal(t, "sent", r.Sent, 1)
	equal(t, "failures", r.Total.Failures, 6)
	if u := shop.Uploads()["sent"]; u.Count != 1 || u.Size != 4 {
		t.Errorf("the shop has %+v", u)
	}
}
