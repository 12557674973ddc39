package master_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/locust-http/locust-http/internal/workspace"
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
	"github.com/locust-http/locust-http/master/fleet"
	"github.com/locust-http/locust-http/plan"
)

// withScripts gives a master a language in which only the word "bad" is wrong.
func withScripts(c *master.Config) {
	c.Lua = workspace.Lua{
		Shipped:  fstest.MapFS{"jwt.lua": {Data: []byte("return {}\n")}, "jwt_test.lua": {Data: []byte("-- tests\n")}},
		Requires: func(string) ([]string, bool) { return nil, false },
		Check: func(_ *load.Plan, sources []load.Source) (problems plan.Problems) {
			for _, s := range sources {
				if before, _, bad := strings.Cut(s.Text, "bad"); bad {
					problems = append(problems, plan.Problem{File: s.File, Line: 1 + strings.Count(before, "\n"), Col: 1, Message: "this is bad"})
				}
			}
			return problems
		},
	}
	c.Scripts = master.ScriptTools{
		API: func() master.LuaAPI {
			return master.LuaAPI{
				Functions: []master.LuaFunction{{Name: "check", Params: []string{}}}, Hooks: []master.LuaFunction{}, Tests: []master.LuaFunction{},
				Libraries: []master.LuaLibrary{{Name: "json", Source: "host", Functions: []master.LuaFunction{}}},
			}
		},
		Functions: func(library, text string) []master.LuaFunction {
			return []master.LuaFunction{{Name: library + ".f", Doc: text}}
		},
		Test: func(_ context.Context, folder, file string) (master.ScriptTest, error) {
			if _, err := os.Stat(filepath.Join(folder, file)); err != nil {
				return master.ScriptTest{}, err
			}
			return master.ScriptTest{OK: true, Output: file}, nil
		},
	}
}

func saving(text string) string {
	b, _ := json.Marshal(master.SaveText{Text: &text})
	return string(b)
}

// dir is the workspace of the house.
func (h *house) dir() string { return filepath.Dir(h.plans) }

func (h *house) file(name, text string) {
	h.t.Helper()
	path := filepath.Join(h.dir(), filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		h.t.Fatal(err)
	}
}

// outside are paths that mean nothing in a workspace.
var outside = []string{"..%2f..%2fetc%2fpasswd.lua", "%2e%2e/x.lua", "a%2f%2e%2e%2fb.lua", "%00.lua", ".git/x.lua", "a%5Cb.lua", strings.Repeat("x", 101) + ".lua", strings.Repeat("a/", 12) + "b.lua"}

func TestRenameOverHTTP(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		var saved, renamed master.StoredText
		h.want(200, &saved, "PUT", "/api/v1/plans/shop", saving(shop))
		h.want(200, nil, "PUT", "/api/v1/plans/other", saving(shop))
		at := `If-Match: "` + saved.Revision + `"`
		h.refused(428, "no_revision", "POST", "/api/v1/plans/shop/rename", `{"to": "new"}`)
		h.refused(409, "exists", "POST", "/api/v1/plans/shop/rename", `{"to": "other"}`, at)
		h.refused(409, "conflict", "POST", "/api/v1/plans/shop/rename", `{"to": "new"}`, `If-Match: "00"`)
		h.refused(400, "bad_name", "POST", "/api/v1/plans/shop/rename", `{"to": "../new"}`, at)
		h.refused(404, "no_plan", "POST", "/api/v1/plans/nobody/rename", `{"to": "new"}`, at)
		h.want(200, &renamed, "POST", "/api/v1/plans/shop/rename", `{"to": "new"}`, at)
		if renamed.Name != "new" || renamed.Revision != saved.Revision || renamed.Text != shop {
			t.Errorf("%+v", renamed)
		}
		h.refused(404, "no_plan", "GET", "/api/v1/plans/shop", "")
	})
}

func TestScriptsOverHTTP(t *testing.T) {
	inHouse(t, withScripts, func(h *house) {
		var saved, got master.StoredScript
		h.want(200, &saved, "PUT", "/api/v1/scripts/scripts/shop/cart.lua", saving("return {}\nbad\n"))
		if saved.Name != "scripts/shop/cart.lua" || saved.Source != "workspace" || len(saved.Problems) != 1 || saved.Problems[0].Line != 2 || saved.Problems[0].File != "scripts/shop/cart.lua" {
			t.Errorf("%+v", saved)
		}
		for _, path := range []string{"scripts/shop/cart.lua", "shop/cart.lua", "shop/cart", "shop.cart"} {
			if h.want(200, &got, "GET", "/api/v1/scripts/"+path, ""); got.Revision != saved.Revision {
				t.Errorf("%s: %+v", path, got)
			}
		}
		h.refused(409, "conflict", "PUT", "/api/v1/scripts/shop/cart.lua", saving("x"))
		h.refused(409, "conflict", "PUT", "/api/v1/scripts/shop/cart.lua", saving("x"), `If-Match: "00"`)
		h.refused(400, "bad_request", "PUT", "/api/v1/scripts/shop/cart.lua", "{}", "If-Match: *")
		h.want(200, nil, "PUT", "/api/v1/scripts/shop/cart.lua", saving("return {1}"), `If-Match: "`+saved.Revision+`"`)
		h.refused(413, "too_large", "PUT", "/api/v1/scripts/long.lua", saving(strings.Repeat("-", 1<<20+1)))

		if h.want(200, &got, "GET", "/api/v1/scripts/jwt", ""); got.Source != "shipped" || got.Text != "return {}\n" || got.Problems == nil {
			t.Errorf("%+v", got)
		}
		h.refused(409, "shipped", "PUT", "/api/v1/scripts/jwt", saving("x"))
		h.refused(409, "shipped", "DELETE", "/api/v1/scripts/jwt", "", "If-Match: *")
		h.refused(404, "no_script", "GET", "/api/v1/scripts/scripts/jwt.lua", "")
		h.refused(404, "no_script", "GET", "/api/v1/scripts/jwt_test", "")
		h.want(200, nil, "PUT", "/api/v1/scripts/scripts/jwt.lua", saving("return {my = 1}"))
		if h.want(200, &got, "GET", "/api/v1/scripts/jwt", ""); got.Source != "workspace" {
			t.Errorf("%+v", got)
		}
		if h.want(200, &got, "GET", "/api/v1/scripts/jwt?source=shipped", ""); got.Source != "shipped" {
			t.Errorf("%+v", got)
		}
		var list []master.ScriptInfo
		h.want(200, &list, "GET", "/api/v1/scripts", "")
		if len(list) != 3 || list[0].Path != "scripts/jwt.lua" || list[1].Path != "scripts/shop/cart.lua" || list[1].Modified == nil || list[2].Path != "jwt" || !list[2].Replaced {
			t.Errorf("%+v", list)
		}

		var api master.LuaAPI
		h.want(200, &api, "GET", "/api/v1/lua-api", "")
		var names []string
		for _, l := range api.Libraries {
			names = append(names, l.Name+" "+l.Source)
		}
		if !slices.Equal(names, []string{"json host", "jwt workspace", "shop.cart workspace"}) {
			t.Errorf("%v", names)
		}

		h.refused(428, "no_revision", "DELETE", "/api/v1/scripts/shop/cart.lua", "")
		h.want(204, nil, "DELETE", "/api/v1/scripts/shop/cart.lua", "", "If-Match: *")
		h.refused(404, "no_script", "GET", "/api/v1/scripts/shop/cart.lua", "")
		for _, path := range outside {
			if w := h.call("GET", "/api/v1/scripts/"+path, ""); w.Code != 400 && w.Code != 404 && w.Code != 307 {
				t.Errorf("GET %s: %d %s", path, w.Code, w.Body)
			}
			if w := h.call("PUT", "/api/v1/scripts/"+path, saving("x"), "If-Match: *"); w.Code < 300 {
				t.Errorf("PUT %s: %d %s", path, w.Code, w.Body)
			}
		}
		h.file(".locust-http/key.lua", "secret")
		if err := os.Symlink("../.locust-http/key.lua", filepath.Join(h.dir(), "scripts", "link.lua")); err != nil {
			t.Fatal(err)
		}
		h.refused(403, "link", "GET", "/api/v1/scripts/link.lua", "")
		h.refused(403, "link", "PUT", "/api/v1/scripts/link.lua", saving("x"), "If-Match: *")
		h.file("scripts/bytes.lua", "\xff\xfe")
		h.refused(422, "not_text", "GET", "/api/v1/scripts/bytes.lua", "")
	})
}

func TestScriptsAreCheckedAndTested(t *testing.T) {
	inHouse(t, withScripts, func(h *house) {
		var out struct {
			OK       bool
			Problems []master.Problem
		}
		if h.want(200, &out, "POST", "/api/v1/scripts-check", `{"path": "new", "text": "bad"}`); out.OK || len(out.Problems) != 1 {
			t.Errorf("%+v", out)
		}
		if h.want(200, &out, "POST", "/api/v1/scripts-check", `{"path": "scripts/new.lua", "text": "good"}`); !out.OK || out.Problems == nil {
			t.Errorf("%+v", out)
		}
		h.refused(400, "bad_name", "POST", "/api/v1/scripts-check", `{"path": "../x.lua", "text": ""}`)
		long, _ := json.Marshal(master.CheckScript{Path: "x", Text: strings.Repeat("-", load.MaxSource+1)})
		if h.want(200, &out, "POST", "/api/v1/scripts-check", string(long)); out.OK {
			t.Errorf("%+v", out)
		}
		h.file("scripts/a/cart_test.lua", "")
		for _, path := range []string{"scripts/a/cart.lua", "a.cart", "a/cart_test.lua"} {
			var result master.ScriptTest
			if h.want(200, &result, "POST", "/api/v1/scripts-test", `{"path": "`+path+`"}`); !result.OK || result.Output != "a/cart_test.lua" || result.Tests == nil {
				t.Errorf("%s: %+v", path, result)
			}
		}
		h.refused(404, "no_script", "POST", "/api/v1/scripts-test", `{"path": "nothing"}`)
		h.refused(400, "bad_name", "POST", "/api/v1/scripts-test", `{"path": "../../x_test.lua"}`)
		h.refused(409, "shipped", "POST", "/api/v1/scripts-test", `{"path": "jwt"}`)
	})
}

func TestDataFilesOverHTTP(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		var list []master.StoredFile
		if h.want(200, &list, "GET", "/api/v1/files?under=data", ""); list == nil || len(list) != 0 {
			t.Errorf("%+v", list)
		}
		var saved master.StoredFile
		h.want(200, &saved, "PUT", "/api/v1/files/content/data/shop/users.csv", "name;age\nanna;1\nbert;2\ncleo\n", "If-None-Match: *")
		if saved.Path != "data/shop/users.csv" || saved.Size == 0 || saved.Modified.IsZero() {
			t.Errorf("%+v", saved)
		}
		h.refused(409, "exists", "PUT", "/api/v1/files/content/shop/users.csv", "x", "If-None-Match: *")
		h.want(200, nil, "PUT", "/api/v1/files/content/photo.png", "\x89PNG\x00\xff")
		if h.want(200, &list, "GET", "/api/v1/files", ""); len(list) != 2 || list[1].Path != "data/shop/users.csv" {
			t.Errorf("%+v", list)
		}
		h.refused(400, "bad_request", "GET", "/api/v1/files?under=plans", "")
		var p master.DataPreview
		h.want(200, &p, "GET", "/api/v1/files/preview/data/shop/users.csv?delimiter=%3B&rows=1", "")
		if !slices.Equal(p.Columns, []string{"name", "age"}) || len(p.Rows) != 1 || p.Rows[0][0] != "anna" || p.Total != 2 || !strings.Contains(p.Problem, "users.csv:4:") || p.More {
			t.Errorf("%+v", p)
		}
		if h.want(200, &p, "GET", "/api/v1/files/preview/photo.png", ""); p.Problem == "" || p.Rows == nil || p.Columns == nil {
			t.Errorf("%+v", p)
		}
		h.refused(400, "bad_request", "GET", "/api/v1/files/preview/photo.png?rows=100000", "")
		h.refused(404, "no_file", "GET", "/api/v1/files/preview/none.csv", "")
		for _, path := range outside {
			if w := h.call("PUT", "/api/v1/files/content/"+path, "x"); w.Code < 300 {
				t.Errorf("PUT %s: %d %s", path, w.Code, w.Body)
			}
		}
		h.file(".locust-http/key.csv", "secret")
		if err := os.Symlink("../.locust-http", filepath.Join(h.dir(), "data", "out")); err != nil {
			t.Fatal(err)
		}
		h.refused(403, "link", "GET", "/api/v1/files/preview/out/key.csv", "")
		h.refused(403, "link", "PUT", "/api/v1/files/content/out/key.csv", "x")
		h.refused(403, "link", "DELETE", "/api/v1/files/content/out/key.csv", "")
		h.want(204, nil, "DELETE", "/api/v1/files/content/data/shop/users.csv", "")
		h.refused(404, "no_file", "DELETE", "/api/v1/files/content/data/shop/users.csv", "")
	})
}

// zeros is so many bytes.
type zeros struct{ left int64 }

func (z *zeros) Read(b []byte) (int, error) {
	if z.left == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(b)), z.left)
	z.left -= n
	clear(b[:n])
	return int(n), nil
}

func TestHugeUploads(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		const most = 100 << 20
		for _, known := range []bool{true, false} {
			r, err := http.NewRequest("PUT", "http://localhost:8088/api/v1/files/content/big.bin", io.NopCloser(&zeros{most + 2}))
			if err != nil {
				t.Fatal(err)
			}
			r.ContentLength = -1
			if known {
				r.ContentLength = most + 2
			}
			w := httptest.NewRecorder()
			h.handler.ServeHTTP(w, r)
			if w.Code != 413 {
				t.Errorf("known length %v: %d %s", known, w.Code, w.Body)
			}
		}
		entries, err := os.ReadDir(filepath.Join(h.dir(), "data"))
		if len(entries) > 0 {
			t.Errorf("%v, %v", entries, err)
		}
	})
}

func TestWorkersOverHTTP(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		h.want(204, nil, "POST", "/api/v1/workers/w0/exclude", `{"excluded": true}`)
		h.refused(400, "bad_request", "POST", "/api/v1/workers/w0/exclude", `{}`)
		h.refused(404, "no_worker", "POST", "/api/v1/workers/nobody/exclude", `{"excluded": true}`)
		h.refused(404, "no_worker", "DELETE", "/api/v1/workers/nobody", "")
		h.refused(409, "not_lost", "DELETE", "/api/v1/workers/w0", "")
		var list []fleet.Worker
		h.want(200, &list, "GET", "/api/v1/workers", "")
		if len(list) != 2 || !list[0].Excluded || list[1].Excluded || list[0].CPUTrend == nil {
			t.Errorf("%+v", list)
		}
		var pre struct{ Workers []struct{ ID string } }
		h.want(200, &pre, "POST", "/api/v1/preflight", inline(shop, ""))
		if len(pre.Workers) != 1 || pre.Workers[0].ID != "w1" {
			t.Errorf("%+v", pre)
		}
	})
}

func TestDownloads(t *testing.T) {
	own := master.ProgramFile(runtime.GOOS, runtime.GOARCH)
	dir := t.TempDir()
	binary := filepath.Join(dir, "prog")
	for name, text := range map[string]string{
		"prog": "this one", "dist/locust-http_plan9_arm64": "for plan9", "dist/locust-http_windows_arm64.exe": "for windows", "dist/" + own: "an older one",
		"dist/locust-http_windows_amd64": "without .exe", "dist/passwords": "no", "dist/locust-http_a_b_c": "no",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	inHouse(t, func(c *master.Config) { c.Binary = binary }, func(h *house) {
		var list []master.Download
		h.want(200, &list, "GET", "/api/v1/downloads", "")
		var names []string
		for _, d := range list {
			names = append(names, d.OS+"/"+d.Arch)
			w := h.call("GET", d.URL, "")
			if w.Code != 200 || int64(w.Body.Len()) != d.Size || w.Header().Get("Content-Disposition") != `attachment; filename="`+d.File+`"` || w.Header().Get("Content-Length") != fmt.Sprint(d.Size) {
				t.Errorf("%+v: %d %v", d, w.Code, w.Header())
			}
			if d.File == own && w.Body.String() != "this one" {
				t.Errorf("the program of this system is %q", w.Body)
			}
		}
		want := []string{runtime.GOOS + "/" + runtime.GOARCH, "plan9/arm64", "windows/arm64"}
		if slices.Sort(want); !slices.Equal(slices.Sorted(slices.Values(names)), want) {
			t.Errorf("%v", names)
		}
		for _, name := range []string{"passwords", "..%2fprog", "locust-http_windows_amd64", "locust-http_a_b_c", "prog"} {
			h.refused(404, "no_download", "GET", "/api/v1/downloads/"+name, "")
		}
	})
}

// A program says of which version it is: workers of another one may not understand this
// master, or not be known.
func TestDownloadsOfOtherVersions(t *testing.T) {
	dir := t.TempDir()
	binary := filepath.Join(dir, "prog")
	ours := fmt.Sprintf("<locust-http protocol %d>", load.Protocol)
	write := func(name, text string) {
		if err := errors.Join(os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755), os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755)); err != nil {
			t.Fatal(err)
		}
	}
	write("prog", ours+"<locust-http version v2 commit c>")
	write("dist/locust-http_plan9_arm64", "before there were marks")
	write("dist/locust-http_plan9_386", "<locust-http protocol 1><locust-http version v1 commit c>")
	write("dist/locust-http_plan9_amd64", ours+"<locust-http version v1.9 commit c>")
	inHouse(t, func(c *master.Config) { c.Binary, c.Version = binary, "v2" }, func(h *house) {
		listed := func() map[string]string {
			var list []master.Download
			h.want(200, &list, "GET", "/api/v1/downloads", "")
			out := map[string]string{}
			for _, d := range list {
				out[d.OS+"/"+d.Arch] = fmt.Sprint(d.Fit, " ", d.Version, " ", d.Protocol)
			}
			return out
		}
		want := map[string]string{
			runtime.GOOS + "/" + runtime.GOARCH: fmt.Sprint("same v2 ", load.Protocol), "plan9/arm64": "unknown  0",
			"plan9/386": "incompatible v1 1", "plan9/amd64": fmt.Sprint("other v1.9 ", load.Protocol),
		}
		if got := listed(); !maps.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		h.refused(409, "incompatible", "GET", "/api/v1/downloads/locust-http_plan9_386", "")
		for _, name := range []string{"locust-http_plan9_amd64", "locust-http_plan9_arm64"} {
			if w := h.call("GET", "/api/v1/downloads/"+name, ""); w.Code != 200 {
				t.Errorf("%s: %d", name, w.Code)
			}
		}
		write("dist/locust-http_plan9_386", ours+"<locust-http version v2 commit c>")
		want["plan9/386"] = fmt.Sprint("same v2 ", load.Protocol)
		if got := listed(); !maps.Equal(got, want) {
			t.Errorf("built anew: %v, want %v", got, want)
		}
	})
}

func TestJoin(t *testing.T) {
	for _, c := range []struct {
		config  master.JoinConfig
		token   string
		host    string
		command string
		local   bool
	}{
		{config: master.JoinConfig{Etcd: []string{"127.0.0.1:2379"}}, command: "locust-http worker --etcd 127.0.0.1:2379", local: true},
		{config: master.JoinConfig{Etcd: []string{"0.0.0.0:2379"}}, token: "a token of 16 or more", host: "load.example:8088", command: "locust-http worker --etcd load.example:2379 --token-file token"},
		{
			config:  master.JoinConfig{Etcd: []string{"https://a:2379", "b:2379"}, Flags: []string{"--etcd-prefix", "it's mine"}},
			command: `locust-http worker --etcd https://a:2379,b:2379 --etcd-prefix 'it'\''s mine'`,
		},
	} {
		inHouse(t, func(m *master.Config) { m.Join, m.Token = c.config, c.token }, func(h *house) {
			header := []string{"Authorization: Bearer " + c.token}
			if c.host != "" {
				header = append(header, "Host: "+c.host)
			}
			var j master.Join
			h.want(200, &j, "GET", "/api/v1/join", "", header...)
			if j.Command != c.command || j.TokenNeeded != (c.token != "") || j.Local != c.local || len(j.Etcd) != len(c.config.Etcd) {
				t.Errorf("%+v, want %s", j, c.command)
			}
			if w := h.call("GET", "/api/v1/join", "", header...); c.token != "" && bytes.Contains(w.Body.Bytes(), []byte(c.token)) {
				t.Error("it tells the token")
			}
		})
	}
}

// TestChangesOfFilesAreSeen: those of editors within a second or so, those through the API at once.
func TestChangesOfFilesAreSeen(t *testing.T) {
	inHouse(t, withScripts, func(h *house) {
		h.file("plans/a.yaml", shop)
		h.file("data/x/y.csv", "a\n1\n")
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		told := make(chan []string, 10)
		var asked atomic.Bool
		asked.Store(true)
		ended := make(chan struct{})
		go func() {
			h.master.WatchWorkspace(ctx, asked.Load, func(keys []string) { told <- keys })
			close(ended)
		}()
		synctest.Wait()
		expect := func(what string, wait time.Duration, want ...string) {
			t.Helper()
			time.Sleep(wait)
			synctest.Wait()
			var got []string
			select {
			case got = <-told:
			default:
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", what, got, want)
			}
		}
		const look = 30 * time.Second // a look takes no time here, but may be said to take some
		expect("the first look", look, "environments", "files", "plans", "scripts")
		expect("nothing", look)
		h.file("plans/a.yaml", shop+"# more\n")
		expect("an editor", look, "plans", "plans/a")
		h.file("data/x/y.csv", "a\n1\n2\n")
		h.file("environments/stage.yaml", "version: 1\n")
		expect("two of them", look, "environments", "environments/stage", "files")
		h.want(200, nil, "PUT", "/api/v1/scripts/a/b.lua", saving("x"))
		expect("a script, at once", 0, "lua-api", "plans", "scripts")
		h.want(200, nil, "PUT", "/api/v1/plans/new", saving(shop))
		expect("a plan, at once", 0, "plans", "plans/new")
		if err := os.Remove(filepath.Join(h.plans, "a.yaml")); err != nil {
			t.Fatal(err)
		}
		expect("a plan that is gone", look, "plans", "plans/a")
		for i := range 100 {
			h.file(fmt.Sprintf("plans/p%d.yaml", i), shop)
		}
		expect("many", look, "plans")
		asked.Store(false)
		h.file("plans/p1.yaml", "x")
		expect("nobody asks", look)
		asked.Store(true)
		expect("somebody asks again", look, "environments", "files", "plans", "scripts")
		cancel()
		<-ended
	})
}
