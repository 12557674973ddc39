package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// hooks do what every client with a script does here: a path and a header that no other
// request has, a look at the status, one value of a JSON answer.
const hooks = `
          local n, last = 0
          function before(req, user)
            n = n + 1
            req.path = "/items/" .. user.id .. "-" .. n
            req.headers["X-Trace"] = "t" .. n
          end
          function after(res, user)
            check("status is 200", res.status == 200)
            last = res:json("$.next")
          end
`

// unhookedPlan is hookedPlan without its hooks: the difference is theirs.
const unhookedPlan = `version: 1
name: hooks
transactions:
  - name: item
    steps:
      - name: one item
        request: {url: "URL/items/1"}
load: {users: 64, duration: LONG}
thresholds: []
`

var hookedPlan = strings.Replace(unhookedPlan, `items/1"}
`, `items/1"}
        script: |`+hooks, 1)

// wrkHooks is the same for wrk, whose Lua is LuaJIT. A request is asked for at every
// write, a response is shown with its headers; both as wrk's own examples do it.
const wrkHooks = `
local n, last = 0
request = function()
  n = n + 1
  wrk.headers["X-Trace"] = "t" .. n
  return wrk.format("GET", "/items/1-" .. n)
end
response = function(status, headers, body)
  if status ~= 200 then error("status " .. status) end
  last = string.match(body, '"next":(%d+)')
end
`

const k6Hooks = `
import http from 'k6/http';
import { check } from 'k6';
export const options = { vus: 64, duration: 'LONG' };
let n = 0;
let last;
export default function () {
  n++;
  const res = http.get('URL/items/' + __VU + '-' + n, { headers: { 'X-Trace': 't' + n }, tags: { name: 'one item' } });
  check(res, { 'status is 200': (r) => r.status === 200 });
  last = res.json('next');
}
`

const (
	unhookedName = "locust-http, no hooks"
	hookedName   = "locust-http, hooks"
	wrkLuaName   = "wrk with Lua"
	k6Name       = "k6"
)

// measureHooks sets hooks beside the same request without them, and beside the scripts
// of other clients.
func measureHooks(ctx context.Context, b *bench) error {
	server, err := startNginx(ctx, b.dir)
	if err != nil {
		return err
	}
	defer server.stop()
	clients, err := b.hookClients(server.url)
	if err != nil {
		return err
	}
	c, err := b.inTurn(ctx, clients)
	if err != nil {
		return err
	}
	for _, name := range c.names {
		if name != hookedName {
			b.line(name, fmt.Sprintf("%.2f µs", c.perRequest(name)), c.detail(name))
		}
	}
	more, ratio := c.more(hookedName, unhookedName), c.ratio(hookedName, wrkLuaName)
	b.judge(hookedName, fmt.Sprintf("%.2f µs", c.perRequest(hookedName)), ratio <= 1.4,
		fmt.Sprintf("%.2f × wrk with Lua, at most 1.4", ratio), c.detail(hookedName))
	b.judge("of it hooks", fmt.Sprintf("%.2f µs", more), more <= 4, "at most 4 µs")
	if slices.Contains(c.names, k6Name) {
		share := c.ratio(hookedName, k6Name)
		b.judge("beside k6", fmt.Sprintf("%.3f × k6", share), share <= 1.0/6, "at most 1/6")
	}
	return nil
}

func (b *bench) hookClients(url string) ([]client, error) {
	script, err := b.keep("hooks.lua", wrkHooks)
	if err != nil {
		return nil, err
	}
	yardstick, err := wrk(wrkLuaName, url+"/items/1", script, b.long)
	if err != nil {
		return nil, err
	}
	fill := strings.NewReplacer("URL", url, "LONG", seconds(b.long))
	clients := []client{
		yardstick,
		b.ours(unhookedName, fill.Replace(unhookedPlan), b.long),
		b.ours(hookedName, fill.Replace(hookedPlan), b.long),
	}
	program, err := exec.LookPath(k6Name)
	if err != nil {
		return clients, nil
	}
	script, err = b.keep("hooks.js", fill.Replace(k6Hooks))
	return append(clients, k6(program, script, b.long)), err
}

// keep writes a file of the benchmark's folder and says where it is.
func (b *bench) keep(name, text string) (string, error) {
	path := filepath.Join(b.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return "", fmt.Errorf("write a script: %w", err)
	}
	return path, nil
}

// k6 is taken along when it is there.
func k6(program, script string, long time.Duration) client {
	summary := script + ".json"
	return client{k6Name, func(ctx context.Context) (spent, error) {
		began := time.Now()
		u, err := runs(ctx, long, false, program, "run", "--quiet", "--no-usage-report", "--summary-export", summary, script)
		if err != nil {
			return spent{}, err
		}
		text, err := os.ReadFile(summary)
		if err != nil {
			return spent{}, fmt.Errorf("k6 left no summary: %w: %s", err, tail(u.out))
		}
		n, err := k6Requests(text)
		return spent{n, u.cpu, time.Since(began)}, err
	}}
}

// k6Requests reads how many requests k6 made.
func k6Requests(summary []byte) (int64, error) {
	var report struct {
		Metrics struct {
			Requests struct {
				Count float64 `json:"count"`
			} `json:"http_reqs"`
		} `json:"metrics"`
	}
	if err := json.Unmarshal(summary, &report); err != nil {
		return 0, fmt.Errorf("read k6's summary: %w", err)
	}
	return int64(report.Metrics.Requests.Count), nil
}
