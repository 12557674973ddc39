package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

const plainPlan = `version: 1
name: plain
transactions:
  - name: get
    steps:
      - name: small file
        request: {url: "URL/small.txt"}
load: {users: 64, duration: LONG}
thresholds: []
`

// Each answer names the path of the request after it.
const richPlan = `version: 1
name: rich
variables: {id: 1}
transactions:
  - name: item
    steps:
      - name: one item
        request:
          url: "URL/items/{{id}}"
          headers: {X-Trace: bench}
        extract: [{name: id, json: $.next}]
        check: [{status: 200}, {json: $.ok, equals: true}]
load: {users: 64, duration: LONG}
thresholds: []
`

// cpuRounds is what all clients spent, round by round, in turn: whatever the machine
// does meanwhile hits them alike.
type cpuRounds struct {
	names  []string
	rounds map[string][]spent
}

const (
	plainName = "locust-http"
	richName  = "locust-http, rich"
)

// measureCPU runs the rounds of a and b, once.
func (b *bench) measureCPU(ctx context.Context) (*cpuRounds, error) {
	if b.cpu != nil {
		return b.cpu, nil
	}
	server, err := startNginx(ctx, b.dir)
	if err != nil {
		return nil, err
	}
	defer server.stop()
	yardstick, err := wrk(wrkName, server.url+"/small.txt", "", b.long)
	if err != nil {
		return nil, err
	}
	fill := strings.NewReplacer("URL", server.url, "LONG", seconds(b.long))
	clients := []client{
		yardstick,
		b.ours(plainName, fill.Replace(plainPlan), b.long),
		b.ours(richName, fill.Replace(richPlan), b.long),
	}
	if c, ok := bombardier(server.url+"/small.txt", b.long); ok {
		clients = append(clients, c)
	}
	b.line("target", server.version, fmt.Sprintf("%d rounds of %v each, in turn", b.rounds, b.long))
	b.cpu, err = b.inTurn(ctx, clients)
	return b.cpu, err
}

// inTurn plays all rounds of all clients.
func (b *bench) inTurn(ctx context.Context, clients []client) (*cpuRounds, error) {
	all := &cpuRounds{rounds: make(map[string][]spent)}
	for _, c := range clients {
		all.names = append(all.names, c.name)
	}
	for range b.rounds {
		for _, c := range clients {
			s, err := c.round(ctx)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			all.rounds[c.name] = append(all.rounds[c.name], s)
		}
	}
	return all, nil
}

// perRequest is the median CPU time of a client's request, in µs.
func (c *cpuRounds) perRequest(name string) float64 {
	var each []float64
	for _, s := range c.rounds[name] {
		each = append(each, s.perRequest())
	}
	return median(each)
}

// ratio is the median of the rounds' own ratios to another client.
func (c *cpuRounds) ratio(name, to string) float64 {
	var each []float64
	for i, s := range c.rounds[name] {
		if base := c.rounds[to][i].perRequest(); base > 0 {
			each = append(each, s.perRequest()/base)
		}
	}
	return median(each)
}

// more is the median of what a request costs more in µs than another client's of the
// same round.
func (c *cpuRounds) more(name, than string) float64 {
	var each []float64
	for i, s := range c.rounds[name] {
		each = append(each, s.perRequest()-c.rounds[than][i].perRequest())
	}
	return median(each)
}

// detail is a client's rounds in words.
func (c *cpuRounds) detail(name string) string {
	var each []string
	var rates []float64
	for _, s := range c.rounds[name] {
		each = append(each, fmt.Sprintf("%.2f", s.perRequest()))
		rates = append(rates, float64(s.requests)/s.took.Seconds())
	}
	return fmt.Sprintf("%.0f/s   rounds %s", median(rates), strings.Join(each, " "))
}

func measurePlain(ctx context.Context, b *bench) error { return b.compare(ctx, plainName, 1.5) }

func measureRich(ctx context.Context, b *bench) error { return b.compare(ctx, richName, 2.0) }

// compare prints one of ours beside wrk, and beside bombardier where it ran.
func (b *bench) compare(ctx context.Context, name string, atMost float64) error {
	c, err := b.measureCPU(ctx)
	if err != nil {
		return err
	}
	for _, other := range []string{wrkName, "bombardier"} {
		if slices.Contains(c.names, other) {
			b.line(other, fmt.Sprintf("%.2f µs", c.perRequest(other)), fmt.Sprintf("%.2f × wrk", c.ratio(other, wrkName)), c.detail(other))
		}
	}
	ratio := c.ratio(name, wrkName)
	b.judge(name, fmt.Sprintf("%.2f µs", c.perRequest(name)), ratio <= atMost,
		fmt.Sprintf("%.2f × wrk, at most %.1f", ratio, atMost), c.detail(name))
	return nil
}
