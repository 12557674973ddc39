package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/worker/engine"
)

// Rows that only scripts ask for are taken as their source says, wherever the script is.
func TestRowsThatOnlyScriptsAskFor(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, source, script, transaction, library string
		want                                       []string
	}{
		{"per user, in user_start and after", "per: user", `function user_start(user) http.get("/start-" .. user.data.accounts.name) end`,
			`script: 'function transaction(user) http.get("/" .. user.data.accounts.name) end'`, "", []string{"/start-b", "/b", "/b"}},
		{"per iteration, in a step", "per: iteration", "x = 1", `
steps:
	- request: {url: /}
	  script: 'function before(req, user) req.path = "/" .. user.data["accounts"].name end'`, "", []string{"/a", "/b"}},
		{"per iteration, in a library", "pick: unique, per: iteration", "x = 1", `
script: |
	local rows = require "rows"
	function transaction(user) http.get("/" .. rows.name(user)) end`,
			`return {name = function(user) return user.data.accounts.name end}`, []string{"/a", "/b"}},
		{"unique, per iteration, in user_start too", "pick: unique, per: iteration", `function user_start(user) http.get("/start-" .. user.data.accounts.name) end`,
			`script: 'function transaction(user) http.get("/" .. user.data.accounts.name) end'`, "", []string{"/start-a", "/b", "/c"}},
		{"through another name", "per: iteration", "x = 1",
			`script: 'function transaction(user) local d = user.data local a = d.accounts http.get("/" .. a.name .. a.value) end'`, "", []string{"/a1", "/b2"}},
		{"in a block that a script uses", "per: iteration", "x = 1",
			`script: 'function transaction(user) use "row" end'`, "", []string{"/row-a", "/row-b"}},
		{"one that is not there", "per: iteration", "x = 1", `
script: |
	function transaction(user)
	  local ok, why = pcall(function() return user.data.accounts.nam end)
	  local ok2, why2 = pcall(function() return user.data.others.name end)
	  check("says why", not ok and why:find("no column \"nam\"", 1, true) and not ok2 and why2:find("no data \"others\"", 1, true), why .. why2)
	  http.get("/x")
	end`, "", []string{"/x", "/x"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, site := keepDiary(t)
			text := strings.NewReplacer(
				"variables:", fmt.Sprintf("data: {accounts: {file: accounts.csv, %s}}\nvariables:", tt.source),
				"blocks:", `blocks:
  row: [{name: row, request: {url: "/row-{{accounts.name}}"}}]`,
			).Replace(scripted(site.URL, 2, tt.script, tt.transaction))
			j := job(t, text, 0, 1)
			if tt.library != "" {
				j.Scripts = []load.Source{{Library: "rows", File: "scripts/rows.lua", Line: 1, Text: tt.library}}
			}
			keep(t, &j, map[string]string{"accounts.csv": "name,value\na,1\nb,2\nc,3\n"})
			y := complete(t, engine.New(engine.Config{}), j, nil)
			if got := d.read(); !slices.Equal(got, tt.want) || len(y.errors) > 0 {
				t.Errorf("the target saw %q, want %q; errors %v", got, tt.want, y.errors)
			}
		})
	}
}
