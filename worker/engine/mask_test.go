package engine

import (
	"encoding/base64"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

func TestMaskEncodings(t *testing.T) {
	t.Parallel()
	const secret = "s3cr/et \"ä\\&<x>\n%+y"
	m := newMasker(map[string]string{"A": secret}, nil)
	percent := url.QueryEscape(secret)
	for _, form := range []string{
		secret, percent, strings.ToLower(percent), strings.ReplaceAll(percent, "+", "%20"), url.PathEscape(secret),
		html.EscapeString(secret), fmt.Sprintf("%q", secret), strings.ReplaceAll(secret, "\n", " "),
		`s3cr\/et \"ä\\&<x>\n%+y`, `s3cr/et%20%22%C3%A4\&%3Cx%3E%0A%+y`,
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
	} {
		if got := m.text("<" + form + ">"); strings.Contains(got, "cr") || strings.Contains(got, "x") || !strings.Contains(got, load.Masked) {
			t.Errorf("%q became %q", form, got)
		}
	}
	for n := range 4 { // in the middle of other bytes
		whole := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("u", n) + secret + "tail"))
		got := m.text(whole)
		if !strings.Contains(got, load.Masked) || len(got) > 20 {
			t.Errorf("%q became %q", whole, got)
		}
	}
}

func TestMaskOverlaps(t *testing.T) {
	t.Parallel()
	m := newMasker(map[string]string{"A": "abcdef", "B": "defghi", "C": "", "D": "xx", "E": "cdefgh"}, nil)
	for text, want := range map[string]string{
		"<abcdefghi>":             "<***>",
		"<abcdef defghi>":         "<*** ***>",
		"xxxxx":                   "***",
		"x":                       "x",
		"cdefghi":                 "***",
		"abcdefabcdef":            "***",
		"got \"abcd…\"":           "got \"***…\"",
		"location \"abc\"… of it": "location \"***\"… of it",
		"ab… abc… abcde":          "***… ***… abcde",
	} {
		if got := m.text(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	if got := string(m.body([]byte("abcdef and defg"), true)); got != "*** and ***" {
		t.Errorf("a body that is cut became %q", got)
	}
	if got := string(m.body([]byte("abcdef and defg"), false)); got != "*** and defg" {
		t.Errorf("a body that is whole became %q", got)
	}
	if got := newMasker(nil, nil).text("ab…"); got != "ab…" {
		t.Errorf("without secrets %q", got)
	}
}

func TestMaskOfASecretThatOverlapsItself(t *testing.T) {
	t.Parallel()
	m := newMasker(map[string]string{"A": strings.Repeat("a", 400)}, nil)
	if got := m.body([]byte(strings.Repeat("a", 1<<18)), true); string(got) != load.Masked {
		t.Errorf("%d bytes are left", len(got))
	}
}

// What is left of a body that was cut may end within a secret.
func TestMaskOfCutBodies(t *testing.T) {
	t.Parallel()
	m := newMasker(map[string]string{"A": "abcdef"}, nil)
	a := load.Attempt{RequestBody: []byte("1 abcdef 2 abc"), RequestSize: 100, ResponseBody: []byte("3 abcd"), Truncated: true}
	m.attempt(&a, true)
	if string(a.RequestBody) != "1 *** 2 ***" || string(a.ResponseBody) != "3 ***" {
		t.Errorf("%s, %s", a.RequestBody, a.ResponseBody)
	}
	a = load.Attempt{RequestBody: []byte("x abc"), RequestSize: 5, ResponseBody: []byte("3 abcd")}
	m.attempt(&a, true)
	if string(a.RequestBody) != "x abc" || string(a.ResponseBody) != "3 abcd" {
		t.Errorf("whole bodies: %s, %s", a.RequestBody, a.ResponseBody)
	}
}
