package workersuite

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
)

// scriptTests: the Lua of a job reaches the users, and what it measures, says and breaks
// comes back.
func scriptTests() []test {
	return []test{
		{"scripts and libraries of a job reach its users", playScripts},
		{"scripts and libraries reach send once", sendOnceScripts},
	}
}

// scriptedPlan has its script at line 5, four characters in.
const scriptedPlan = `version: 1
name: scripted
base_url: %s
script: |
    local cart = require "cart"
    function setup(vars) vars.token = "t-9" end
    function user_start(user)
      metric("users", user.id)
      log.info("user", user.id)
    end
    function before(req, user)
      req.path = "/" .. user.vars.token .. req.path
      metric("cart", cart.size())
    end
transactions:
  - name: visit
    on_failure: continue
    steps:
      - {name: page, request: {url: /page}}
      - name: wrong
        request: {url: /wrong}
        script: |
          local cart = require "cart"
          function after(res)
            check("it is ok", res:json("$.ok"))
            http.get{url = "/own", name = "own"}
            cart.fail()
          end
load: {users: 2, iterations: 20}
run: {lua_timeout: 1s}
`

const cartLibrary = `local M = {}
function M.size() return 2.5 end
function M.fail() error("no cart") end
return M
`

func (b *bench) scripted() (plan []byte, scripts []load.Source) {
	text := fmt.Sprintf(scriptedPlan, b.target.URL)
	own := func(path string, from, to, indent int) load.Source {
		lines := strings.SplitAfter(text, "\n")[from-1 : to]
		for i := range lines {
			lines[i] = lines[i][indent:]
		}
		return load.Source{Path: path, File: "shop.yaml", Line: from, Indent: indent, Text: strings.Join(lines, "")}
	}
	return b.o.Plan(b.T, text), []load.Source{
		own("script", 5, 14, 4),
		own("transactions[0].steps[1].script", 23, 28, 10),
		{Library: "cart", File: "scripts/cart.lua", Line: 1, Text: cartLibrary},
	}
}

func playScripts(b *bench) {
	const iterations = 20
	job := b.job("r-1", 2, 0)
	job.Plan, job.Scripts = b.scripted()
	job.Shares[0].Profile.Iterations = iterations
	s := b.prepare(job)
	vars, err := s.Setup(b.ctx)
	if err != nil {
		b.Fatalf("Setup: %v", err)
	}
	if got := vars.Values["token"]; got != load.StringValue("t-9") {
		b.Errorf("setup has made the token %+v", got)
	}
	if err := s.Go(b.ctx, time.Now().Add(b.o.Skew), vars); err != nil {
		b.Fatalf("Go: %v", err)
	}
	var t tally
	var got scriptTally
	b.until(s, &t, "the end", func(r load.Report) bool { got.add(&r); s.Ack(r.Seq); return r.Ended })
	s.Ack(t.last.Seq)
	if err := s.Finish(b.ctx); err != nil {
		b.Fatalf("Finish: %v", err)
	}
	b.until(s, &t, "the final report", func(r load.Report) bool { got.add(&r); s.Ack(r.Seq); return r.Final })
	b.exact(&t)
	// before runs on both steps and on the script's own request; its after is the step's.
	if m := got.metric("cart"); m.Count != 3*iterations || m.Sum != 7.5*iterations || m.Min != 2.5 || m.Quantile(0.95) != 2.5 || m.Max != 2.5 {
		b.Errorf("metric cart: %+v, want %d times 2.5", m, 3*iterations)
	}
	if m := got.metric("users"); m.Count != 2 || m.Sum != 3 || m.Min != 1 || m.Max != 2 {
		b.Errorf("metric users: count %d sum %v min %v max %v, want 1 and 2", m.Count, m.Sum, m.Min, m.Max)
	}
	for _, path := range []string{"/t-9/page", "/t-9/wrong", "/t-9/own"} {
		if n := b.target.count(path); n != iterations {
			b.Errorf("the target has seen %d of %s", n, path)
		}
	}
	got.errorAt(b, "scripts/cart.lua:3", iterations)
	if !slices.Contains(got.said, "info shop.yaml:9 user 1") || len(got.said) != 2 {
		b.Errorf("the log has %q", got.said)
	}
}

// scriptTally is what reports say of scripts.
type scriptTally struct {
	metrics map[string]*load.Trend
	errors  []load.ErrorDelta
	said    []string // level, place and message
}

func (t *scriptTally) add(r *load.Report) {
	if t.metrics == nil {
		t.metrics = map[string]*load.Trend{}
	}
	for i := range r.Intervals {
		for j := range r.Intervals[i].Metrics {
			d := &r.Intervals[i].Metrics[j]
			if t.metrics[d.Name] == nil {
				t.metrics[d.Name] = &load.Trend{}
			}
			t.metrics[d.Name].Add(d)
		}
	}
	t.errors = append(t.errors, r.Errors...)
	for _, l := range r.Logs {
		t.said = append(t.said, l.Level+" "+l.Place+" "+l.Message)
	}
}

func (t *scriptTally) metric(name string) load.Trend {
	if m := t.metrics[name]; m != nil {
		return *m
	}
	return load.Trend{}
}

// errorAt wants n errors, all at a place of a script, with samples that say so.
func (t *scriptTally) errorAt(b *bench, place string, n int64) {
	b.Helper()
	var count int64
	samples := 0
	for _, e := range t.errors {
		if e.Class != load.ClassLuaError || e.Rule != place {
			b.Errorf("error %s of %s", e.Class, e.Rule)
		}
		count += e.Count
		for _, s := range e.Samples {
			samples++
			if s.Place != place || !strings.Contains(s.Stack, "shop.yaml:27") || !strings.Contains(s.Message, "no cart") {
				b.Errorf("a sample at %q, %q, with the stack %q", s.Place, s.Message, s.Stack)
			}
		}
	}
	if count != n || samples != load.MaxSamples {
		b.Errorf("%d errors with %d samples, want %d with %d", count, samples, n, load.MaxSamples)
	}
}

func sendOnceScripts(b *bench) {
	plan, scripts := b.scripted()
	x, err := b.worker.SendOnce(b.ctx, load.SendRequest{Plan: plan, Transaction: "visit", Scripts: scripts})
	if err != nil {
		b.Fatalf("SendOnce: %v", err)
	}
	if x.OK {
		b.Error("a step whose script breaks is no success")
	}
	at := func(name string) *load.StepExchange {
		i := slices.IndexFunc(x.Steps, func(s load.StepExchange) bool { return s.Step == name })
		if i < 0 {
			b.Fatalf("no step %s of %+v", name, x.Steps)
		}
		return &x.Steps[i]
	}
	wrong := at("wrong")
	if wrong.Class != load.ClassLuaError || wrong.Place != "scripts/cart.lua:3" || !strings.Contains(wrong.Stack, "shop.yaml:27") {
		b.Errorf("%s at %s, stack %q", wrong.Class, wrong.Place, wrong.Stack)
	}
	if own := at("own"); own.By != "shop.yaml:26" || len(own.Attempts) != 1 || !own.OK {
		b.Errorf("the script's own request is %+v", own)
	}
	checked := slices.ContainsFunc(wrong.Checks, func(c load.CheckResult) bool {
		return c.Rule == "it is ok" && c.OK && c.Place == "shop.yaml:25"
	})
	if !checked {
		b.Errorf("checks %+v", wrong.Checks)
	}
	if !slices.ContainsFunc(x.Log, func(l load.LogLine) bool { return l.Place == "shop.yaml:9" }) {
		b.Errorf("the log has %+v", x.Log)
	}
}
