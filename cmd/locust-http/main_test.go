package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"locust-http": main})
}

// The command line as transcripts, in testdata/script. $SHOP is where a shop serves.
func TestScripts(t *testing.T) {
	shop, err := testsite.Start(t.Context(), testsite.NewShop(), testsite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(shop.Close)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("SHOP", shop.URL)
			e.Setenv("XDG_CACHE_HOME", filepath.Join(e.WorkDir, "cache")) // of Linux; elsewhere HOME says it
			e.Setenv("HOME", e.WorkDir)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"usage": expect(codeUsage), "broken": expect(codeBroken), "failed": expect(codeThreshold),
		},
	})
}

// expect runs a command that must end with an exit code.
func expect(code int) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, _ bool, args []string) {
		err := ts.Exec(args[0], args[1:]...)
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != code {
			ts.Fatalf("%v: %v, want exit code %d", args, err, code)
		}
	}
}

func TestExitOf(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, c := range map[string]struct {
		state       load.State
		begun       bool
		result      load.Verdict
		measurement string
		want        int
	}{
		"fine":                      {load.StateCompleted, true, load.Passed, load.Valid, 0},
		"suspect is no failure":     {load.StateCompleted, true, load.Passed, load.Suspect, 0},
		"threshold":                 {load.StateCompleted, true, load.Failed, load.Valid, 3},
		"measurement":               {load.StateCompleted, true, load.Passed, load.Invalid, 4},
		"the highest wins":          {load.StateCompleted, true, load.Failed, load.Invalid, 4},
		"broke":                     {load.StateFailed, true, load.Passed, load.Valid, 1},
		"aborted by a threshold":    {load.StateAborted, true, load.Failed, load.Valid, 3},
		"broke before it began":     {load.StateFailed, false, load.Failed, load.Invalid, 1},
		"stopped before it began":   {load.StateStopped, false, load.Failed, load.Valid, 0},
		"aborted by on_failure":     {load.StateAborted, true, load.Passed, load.Valid, 1},
		"without thresholds at all": {load.StateCompleted, true, "", load.Valid, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := load.Result{State: c.state, Result: c.result, Measurement: load.Measurement{Verdict: c.measurement}}
			if c.begun {
				r.StartedAt = &start
			}
			if got := exitOf(&r); got != c.want {
				t.Errorf("exit %d, want %d", got, c.want)
			}
		})
	}
}

func TestGuarded(t *testing.T) {
	for _, c := range []struct {
		address, token string
		insecure, ok   bool
	}{
		{"127.0.0.1:80", "", false, true}, {"localhost:80", "", false, true}, {"[::1]:80", "", false, true}, {"127.8.8.8:1", "", false, true},
		{"0.0.0.0:80", "", false, false}, {":80", "", false, false}, {"10.0.0.1:80", "", false, false}, {"[::]:80", "", false, false},
		{"example.org:80", "", false, false}, {"localhost.example.org:80", "", false, false},
		{"0.0.0.0:80", "token", false, true}, {"0.0.0.0:80", "", true, true},
	} {
		if err := guarded("listen", c.address, c.token, c.insecure); (err == nil) != c.ok {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// What is given on the command line wins.
func TestEnvFlags(t *testing.T) {
	env := map[string]string{"LOCUST_HTTP_USERS": "7", "LOCUST_HTTP_LABEL": "a=1, b=2", "LOCUST_HTTP_VAR": "x=1,2\ny=3", "LOCUST_HTTP_SEED": "9"}
	p := &process{out: os.Stdout, err: os.Stderr, lookupEnv: func(k string) (string, bool) { v, ok := env[k]; return v, ok }}
	cmd := newRun(p)
	if err := cmd.ParseFlags([]string{"--seed", "1"}); err != nil {
		t.Fatal(err)
	}
	if err := p.flagsFromEnv(cmd.Flags()); err != nil {
		t.Fatal(err)
	}
	for flag, want := range map[string]string{"users": "7", "label": "[a=1,b=2]", "var": `["x=1,2",y=3]`, "seed": "1"} {
		if got := cmd.Flags().Lookup(flag).Value.String(); got != want {
			t.Errorf("--%s is %s, want %s", flag, got, want)
		}
	}
}
