package main

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func secretFile(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestReadSecret(t *testing.T) {
	for content, want := range map[string]string{
		"hunter2": "hunter2", "hunter2\n": "hunter2", "hunter2\r\n": "hunter2", "hunter2\n\n": "hunter2\n",
		" spaces stay \n": " spaces stay ", "two\nlines\n": "two\nlines", "\xff\x00": "\xff\x00",
		strings.Repeat("x", maxSecret): strings.Repeat("x", maxSecret),
	} {
		if got, err := readSecret(secretFile(t, content)); err != nil || got != want {
			t.Errorf("%.20q: %.20q, %v", content, got, err)
		}
	}
	for content, want := range map[string]string{
		"": "is empty", "\n": "is empty", strings.Repeat("x", maxSecret+1): "over 65536 bytes",
	} {
		if got, err := readSecret(secretFile(t, content)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %.20q, %v, want %q", content, got, err, want)
		}
	}
	if _, err := readSecret(t.TempDir()); err == nil {
		t.Error("a folder has a value")
	}
}

func TestReadSecrets(t *testing.T) {
	a, b := secretFile(t, "one"), secretFile(t, "two=2")
	got, err := readSecrets([]string{"A=@" + a, "b_2=@" + b})
	if err != nil || !maps.Equal(got, map[string]string{"A": "one", "b_2": "two=2"}) {
		t.Errorf("%v, %v", got, err)
	}
	for flag, want := range map[string]string{
		"": "not of the form", "A": "not of the form", "=@" + a: "not of the form", "A=": "from a file", "A=@": "from a file",
		"A=" + a: "from a file", "A-B=@" + a: "cannot be the name", "A=@" + a + "x": "no such file",
	} {
		if _, err := readSecrets([]string{flag}); exitCode(err) != codeUsage || !strings.Contains(err.Error(), want) {
			t.Errorf("--secret %s: %v, want %q", flag, err, want)
		}
	}
	if _, err := readSecrets([]string{"A=@" + a, "A=@" + b}); exitCode(err) != codeUsage {
		t.Errorf("a secret with two values: %v", err)
	}
}

// A file comes before the environment, and nothing is no value.
func TestSecretValues(t *testing.T) {
	env := map[string]string{"LOCUST_HTTP_SECRET_A": "env a", "LOCUST_HTTP_SECRET_B": "env b", "LOCUST_HTTP_SECRET_C": ""}
	p := &process{lookupEnv: func(k string) (string, bool) { v, ok := env[k]; return v, ok }}
	values, missing := p.secretValues([]string{"A", "B", "C", "D"}, map[string]string{"A": "file a", "E": "file e"})
	if want := map[string]string{"A": "file a", "B": "env b"}; !maps.Equal(values, want) || strings.Join(missing, " ") != "C D" {
		t.Errorf("values %v, missing %v", values, missing)
	}
}
