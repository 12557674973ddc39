package engine

import (
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"testing"
)

// dieIn makes the test below the child that dies.
const dieIn = "LOCUST_HTTP_TEST_DIE_IN"

// The traceback of a process that really dies names the script whose hook ran, and not
// one whose hook had ended.
func TestTracebackNamesTheScript(t *testing.T) {
	if script, ok := os.LookupEnv(dieIn); ok {
		newScriptLabel("scripts/ended.lua").set()
		scriptLabel{}.set()
		if script != "" {
			newScriptLabel(script).set()
		}
		debug.SetMaxStack(1 << 20)
		os.Exit(overflow(1))
	}
	for _, script := range []string{"plans/shop.yaml", "a \"quoted\", name: ü\n\t{}.yaml", ""} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestTracebackNamesTheScript$")
		cmd.Env = append(os.Environ(), dieIn+"="+script, "GODEBUG="+LabelledTraces)
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "stack overflow") {
			t.Fatalf("the child did not die: %v, %.500s", err, out)
		}
		var named []string
		for line := range strings.Lines(string(out)) {
			if file, ok := LabelledScript(line); ok {
				named = append(named, file)
			}
		}
		if got := strings.Join(named, "|"); got != script {
			t.Errorf("script %q: the traceback names %q", script, got)
		}
	}
}

func overflow(n int) int {
	if n == 0 { // never
		return 0
	}
	return overflow(n+1) + 1
}

func TestLabelledScript(t *testing.T) {
	for line, want := range map[string]string{
		`goroutine 22 [running labels:{"script": "s.lua"}]:`:                            "s.lua",
		`goroutine 1 gp=0x1 m=0 mp=0x2 [running labels:{"a": "}]:", "script": "b\"c"}]`: `b"c`,
		`goroutine 1 [running labels:{"other": "x"}]:`:                                  "",
		`goroutine 1 [running]:`:                                                        "",
		`goroutine 1 [running labels:{"script": "cut`:                                   "",
		`goroutine 1 [running labels:{`:                                                 "",
		`goroutine 1 [running labels:{}]:`:                                              "",
		` goroutine 22 [running labels:{"script": "s.lua"}]:`:                           "",
		``: "",
	} {
		if got, ok := LabelledScript(line); got != want || ok != (want != "") {
			t.Errorf("%s: %q, %v", line, got, ok)
		}
	}
}

func BenchmarkScriptLabel(b *testing.B) {
	l := newScriptLabel("plans/shop.yaml")
	b.ReportAllocs()
	for b.Loop() {
		l.set()
		scriptLabel{}.set()
	}
}
