package plan

import (
	"testing"

	"github.com/locust-http/locust-http/load"
)

// A group is a target like a step: at any depth, also one of a block that is used twice.
func TestTargetsInFlow(t *testing.T) {
	named := func(name string) load.Step { return load.Step{Name: name, Request: &load.Request{URL: "/"}} }
	p := planOf(
		load.Step{Group: "assets", Steps: []load.Step{named("image"), use("b")}},
		load.Step{Repeat: &load.Repeat{Times: "2"}, Steps: []load.Step{use("b"), named("both")}},
		load.Step{Group: "both", Steps: []load.Step{named("style")}},
	)
	p.Blocks = []load.Block{block("b", named("poll"))}
	for target, want := range map[string]string{
		"t / assets": "t / assets", "assets": "t / assets", "image": "t / image", "poll": "t / poll", "t": "t / ",
		"both": `!threshold: "both" is a step and a group`, "t / both": `!threshold: "t / both" is a step and a group`,
		"repeat 2 times": `!threshold: there is no transaction or step "repeat 2 times"`, "use b": `!threshold: there is no transaction or step "use b"`,
	} {
		th, err := ParseThreshold("p95(" + target + ") < 1s")
		if err != nil {
			t.Fatal(err)
		}
		p.Thresholds = []load.Threshold{th}
		got := ""
		if issues := resolveTargets(p); len(issues) > 0 {
			got = "!" + issues[0].Message
		} else {
			got = p.Thresholds[0].Target + " / " + p.Thresholds[0].Step
		}
		if got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
}
