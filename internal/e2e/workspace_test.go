package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
)

// writeFiles writes files by their paths into a folder.
func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for path, text := range files {
		path = filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// call is one call of the master's API. The answer goes into out, if that is not nil.
func (f fleet) call(t *testing.T, method, path string, body, out any) (status int, text string) {
	t.Helper()
	sent, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(method, f.url+"/api/v1"+path, bytes.NewReader(sent))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if out != nil && res.StatusCode < 300 {
		if err := json.Unmarshal(answer, out); err != nil {
			t.Fatalf("%s %s: %v in %s", method, path, err, answer)
		}
	}
	return res.StatusCode, string(answer)
}

// order is what a run is started with.
type order map[string]any

// play starts a run over the API and waits for its end.
func (f fleet) play(t *testing.T, o order) *load.Result {
	t.Helper()
	var r load.Result
	if status, text := f.call(t, "POST", "/runs", o, &r); status != http.StatusCreated {
		t.Fatalf("POST /runs: %d %s", status, text)
	}
	id := r.ID
	eventually(t, "the end of run "+id, func() bool {
		r = load.Result{}
		f.call(t, "GET", "/runs/"+id, nil, &r)
		return r.State.Terminal()
	})
	return &r
}

// runPlan runs a plan file of this machine on n workers of the fleet.
func (f fleet) runPlan(t *testing.T, path string, n int, args ...string) (*process, string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "result.json")
	return start(t, append([]string{"run", path, "--master", f.url, "--workers", strconv.Itoa(n), "--out", out}, args...)...), out
}

// masterIn is startMaster with a workspace.
func masterIn(t *testing.T, workspace string) fleet {
	t.Helper()
	m := start(t, "master", "--workspace", workspace, "--listen", "127.0.0.1:0", "--etcd-listen", "127.0.0.1:0")
	rest := m.says("master serves ")
	url, _, _ := strings.Cut(rest, "/api/v1")
	_, endpoint, _ := strings.Cut(rest, "etcd ")
	return fleet{url: url, etcd: endpoint}
}

// documents are n files for uploads.yaml, each with other bytes, and the list of them.
func documents(n int) (files map[string]string) {
	files = map[string]string{}
	random := rand.New(rand.NewPCG(1, uint64(n)))
	list := strings.Builder{}
	list.WriteString("name,type,sha256\n")
	for i := range n {
		content := make([]byte, random.IntN(20_000))
		for k := range content {
			content[k] = byte(random.Uint32())
		}
		content = append(content, strconv.Itoa(i)...) // no two are the same
		sum := sha256.Sum256(content)
		name := fmt.Sprintf("doc-%04d.bin", i)
		files["data/files/"+name] = string(content)
		fmt.Fprintf(&list, "%s,application/octet-stream,%s\n", name, hex.EncodeToString(sum[:]))
	}
	files["data/docs.csv"] = list.String()
	return files
}

// uploadedOnce checks that the shop has each document once, byte for byte.
func uploadedOnce(t *testing.T, shop *testsite.Shop, files map[string]string) {
	t.Helper()
	got := shop.Uploads()
	equal(t, "documents of the shop", int64(len(got)), int64(len(files)-1))
	for path, content := range files {
		name, isDocument := strings.CutPrefix(path, "data/files/")
		if !isDocument {
			continue
		}
		sum := sha256.Sum256([]byte(content))
		u := got[name]
		if u.Count != 1 || u.SHA256 != hex.EncodeToString(sum[:]) || u.Size != int64(len(content)) {
			t.Errorf("%s: %+v, want %d bytes once", name, u, len(content))
		}
	}
}
