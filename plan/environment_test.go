package plan

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// TestBadEnvironments wants exactly the problems of the .want files, as TestBadPlans.
func TestBadEnvironments(t *testing.T) {
	for _, file := range glob(t, "testdata/environment/bad/*.yaml") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			e, problems := DecodeEnvironment(filepath.Base(file), readFile(t, file))
			if e != nil || problems.Err() == nil {
				t.Errorf("environment %v beside %v", e, problems)
			}
			wantText(t, file+".want", listOf(t, problems))
		})
	}
}

// TestGoodEnvironments reads, writes and reads again.
func TestGoodEnvironments(t *testing.T) {
	for _, file := range glob(t, "testdata/environment/good/*") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			e := mustDecodeEnvironment(t, file, string(readFile(t, file)))
			text, err := EncodeEnvironment(e)
			if err != nil {
				t.Fatal(err)
			}
			if again := mustDecodeEnvironment(t, e.Name+".json", string(text)); !reflect.DeepEqual(e, again) {
				t.Errorf("decoded %+v\nencoded %s\nagain %+v", e, text, again)
			}
			if text, err = EncodeEnvironmentYAML(e); err != nil {
				t.Fatal(err)
			}
			if again := mustDecodeEnvironment(t, e.Name+".yaml", string(text)); !reflect.DeepEqual(e, again) {
				t.Errorf("decoded %+v\nas YAML\n%s\nagain %+v", e, text, again)
			}
		})
	}
}

func mustDecodeEnvironment(t *testing.T, file, text string) *load.Environment {
	t.Helper()
	e, problems := DecodeEnvironment(file, []byte(text))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return e
}

// TestDecodeEnvironment reads every key.
func TestDecodeEnvironment(t *testing.T) {
	got := mustDecodeEnvironment(t, "environments/stage.yaml", string(readFile(t, "testdata/environment/good/stage.yaml")))
	want := &load.Environment{
		Name: "stage", BaseURL: "https://{{host}}/",
		Variables: []load.Variable{{Name: "host", Value: `"stage.example.com"`}, {Name: "retries", Value: "3"}, {Name: "deep", Value: `{"list":[1.10,null]}`}},
		Headers:   []load.Pair{{Name: "X-Env", Value: "stage"}, {Name: "Authorization", Value: "Bearer {{secret.TOKEN}}"}, {Name: "Accept", Drop: true}},
		Secrets:   []string{"TOKEN", "DB_PASSWORD"},
		Limits:    load.Limits{MaxUsers: 200, MaxRate: 50.5},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

// TestEnvironmentOfPlan puts an environment over a plan: what it brings may be used by
// the plan's constants, and what is wrong with it is said to be the environment's.
func TestEnvironmentOfPlan(t *testing.T) {
	const text = "version: 1\nvariables: {host: a, url: \"http://{{host}}:{{port}}/x\"}\n" +
		"transactions: [{name: a, steps: [{request: {url: \"{{url}}\"}}]}]\nload: {users: 10}\n"
	if _, problems := Decode("p.yaml", []byte(text)); problems.Err() == nil {
		t.Fatal("a plan that needs an environment was read without one")
	}
	e := mustDecodeEnvironment(t, "e.yaml", "variables: {port: 8080, host: b}\n")
	p, problems := DecodeWith("p.yaml", []byte(text), load.Overrides{Environment: e})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	prog, issues := Compile(p)
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	url, err := prog.Transactions[0].Steps[0].Request.AppendURL(nil, &Scope{Consts: prog.Consts})
	if string(url) != "http://b:8080/x" || err != nil {
		t.Errorf("%s %v", url, err)
	}
	const plain = "version: 1\nvariables: {host: a}\ntransactions: [{name: a, steps: [{request: {url: \"http://h/\"}}]}]\nload: {users: 10}\n"
	for text, wanted := range map[string]string{
		"variables: {port: \"{{nosuch}}\"}": `p.yaml:2:1: environment "e": {{nosuch}}: unknown variable nosuch`,
		"limits: {max_users: 9}":            `p.yaml:4:1: the environment "e" allows at most 9 users: the load asks for 10: lower the load, or raise limits of the environment`,
	} {
		_, problems := DecodeWith("p.yaml", []byte(plain), load.Overrides{Environment: mustDecodeEnvironment(t, "e.yaml", text)})
		if err := problems.Err(); err == nil || !strings.HasPrefix(problems[0].Error(), wanted) {
			t.Errorf("%s: %v", text, problems)
		}
	}
}

// TestEnvironmentBounds has the bounds of plans for environments too.
func TestEnvironmentBounds(t *testing.T) {
	for name, text := range map[string]string{
		"large":  "base_url: " + strings.Repeat("a", maxText),
		"deep":   "variables: {x: " + strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth) + "}",
		"wide":   "variables: {" + strings.Repeat("a: ,", 10*maxEmpty) + "}",
		"names":  "variables:\n" + unique(500_000, "  1v%d: 1\n"),
		"alias":  "variables: &a {b: *a}",
		"secret": "secrets: [" + strings.Repeat("A,", 2*100) + "]",
	} {
		e, problems := DecodeEnvironment("e.yaml", []byte(text))
		if e != nil || problems.Err() == nil || len(problems) > maxProblems {
			t.Errorf("%s: %v beside %d problems", name, e, len(problems))
		}
	}
}
