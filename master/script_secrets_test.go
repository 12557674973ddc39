package master_test

import (
	"strings"
	"testing"

	"github.com/locust-http/locust-http/internal/workspace"
	"github.com/locust-http/locust-http/master"
)

// A secret that only a script asks for is asked for before the run.
func TestSecretsOfScripts(t *testing.T) {
	lua := workspace.Lua{
		Requires: func(string) ([]string, bool) { return nil, false },
		Secrets: func(text string) []string {
			if strings.Contains(text, "secret.KEY") {
				return []string{"KEY"}
			}
			return nil
		},
	}
	inHouse(t, func(c *master.Config) { c.Lua = lua }, func(h *house) {
		scripted := shop + "script: function before(req) print(secret.KEY) end\n"
		if e := h.refused(400, "missing_secrets", "POST", "/api/v1/runs", inline(scripted, "")); !strings.Contains(e.Message, "KEY") {
			t.Errorf("%+v", e)
		}
		h.want(201, nil, "POST", "/api/v1/runs", inline(scripted, `, "secrets": {"KEY": "x"}`))
	})
}
