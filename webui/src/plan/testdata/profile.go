//go:build ignore

// Writes what load.Profile says of some loads, for the tests of profile.ts. In the
// project's root: go run webui/src/plan/testdata/profile.go > webui/src/plan/testdata/profile.json
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/plan"
)

type course struct {
	Load   string    `json:"load"`
	Model  string    `json:"model"`
	Length float64   `json:"length"`
	Peak   int       `json:"peak"`
	Times  []float64 `json:"times"`
	Levels []float64 `json:"levels"`
	Users  []int     `json:"users"`
}

func main() {
	const begin = "version: 1\nbase_url: http://127.0.0.1\ntransactions: [{name: a, steps: [{request: {url: /}}]}]\nload: "
	out := []course{}
	for _, text := range []string{
		"{users: 50, spawn_rate: 5, duration: 2m}",
		"{users: 50, duration: 30s}",
		"{users: 100, spawn_rate: 10, duration: 5s}",
		"{users: 7, spawn_rate: 0.5}",
		"{users: 3}",
		"{arrivals: {rate: 12.5, duration: 20s, max_users: 9}}",
		"{model: arrivals, max_users: 9, stages: [{target: 5, duration: 10s}, {name: peak, jump: 9, duration: 5s}, {target: 0, duration: 1s}]}",
		"{stages: [{target: 50, duration: 30s}, {target: 50, duration: 2m}, {jump: 100, duration: 1m}, {target: 10, duration: 500ms}]}",
		"{stages: [{target: 20, duration: 10s}, {jump: 5}]}",
	} {
		p, problems := plan.Decode("p.yaml", []byte(begin+text+"\n"))
		if p == nil {
			log.Fatal(text, problems)
		}
		l := p.Load
		c := course{Load: text, Model: string(l.Model), Length: time.Duration(l.Length()).Seconds()}
		for _, s := range l.Stages {
			c.Peak = max(c.Peak, int(s.Target+0.999999))
		}
		for _, t := range []float64{0, 0.001, 0.2, 0.5, 1, 4.999, 5, 9.8, 10, 10.5, 15.5, 20, 29.9, 30, 31, 150, 180, 210.25, 210.5, 1000} {
			at := load.Duration(t * 1e9)
			c.Times = append(c.Times, t)
			c.Levels = append(c.Levels, l.Level(at))
			c.Users = append(c.Users, l.Users(at))
		}
		out = append(out, c)
	}
	for i, c := range out {
		line, err := json.Marshal(c)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Print([]string{"[\n ", ",\n "}[min(i, 1)], string(line))
	}
	fmt.Println("\n]")
}
