package docs_test

import (
	"strings"
	"testing"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/plan"
)

// What the front pages show of Lua runs.
func TestReadmeLua(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
	shipped := libraries(t, nil)
	for _, page := range []string{"../README.md", "../README.zh-CN.md"} {
		found := 0
		for _, b := range blocksOf(t, page, "yaml") {
			if !strings.Contains(b.text, "script: |") {
				continue
			}
			found++
			p, problems := plan.Decode(b.place(), []byte("version: 1\nbase_url: "+site.URL+"\nload: {users: 1, iterations: 1}\nrun: {lua_timeout: 1s}\n"+b.text))
			if err := problems.Err(); err != nil {
				t.Fatal(err)
			}
			e := &example{block: b, plan: p, secrets: map[string]string{"SIGNING_KEY": testsite.SigningKey}, scripts: shipped}
			e.keepAccounts(t)
			e.judge(t, e.send(t))
		}
		if found == 0 {
			t.Errorf("%s shows nothing of Lua", page)
		}
	}
}
