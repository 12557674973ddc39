package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/locust-http/locust-http/internal/testsite"
)

// A token that the shop refuses after five requests is refreshed, by the user that has it
// and just then; the refused request is sent again.
func TestExampleOAuthRefresh(t *testing.T) {
	t.Parallel()
	site := testsite.Run(t, testsite.NewShop(), testsite.Options{KeepLog: true})
	plan := edited(t, "lua-oauth.yaml", "  - name: look twice\n    weight: 1", "  - name: look twice\n    weight: 0",
		"load: {users: 10, spawn_rate: 10, duration: 30s}", "load: {users: 2, iterations: {per_user: 30}}")
	accounts, err := os.ReadFile(example("data/accounts.csv"))
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(filepath.Dir(plan), "data")
	if err := os.MkdirAll(data, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "accounts.csv"), accounts, 0o600); err != nil {
		t.Fatal(err)
	}
	code, r := runExample(t, plan, site)
	if code != 0 {
		t.Errorf("exit %d, errors %+v", code, r.Errors)
	}
	paths := pathsOf(site)
	// Of each user: a login, and a refresh before requests 6, 11, … of 30.
	equal(t, "tokens", paths["POST /oauth/token"], 2*(1+5))
	equal(t, "requests with a token", paths["GET /me"], 2*(30+5))
	account(t, r, site.Log.Seen())
}

// The shop takes every signed request of the example, and none when its nonces repeat or
// its key is a wrong one: the plan says so.
func TestExampleSigned(t *testing.T) {
	t.Parallel()
	type counts struct {
		Accepted  int `json:"accepted"`
		Signature int `json:"wrong_signature"`
		Nonce     int `json:"repeated_nonce"`
	}
	const load, short = "load: {users: 5, spawn_rate: 5, duration: 30s, iterations: 300}", "load: {users: 1, iterations: 10}"
	// Only look, of which each sends two requests when the first one is answered.
	const buy, off = "  - name: buy\n    weight: 1", "  - name: buy\n    weight: 0"
	for name, c := range map[string]struct {
		words []string
		code  int
		want  counts
	}{
		"right":     {nil, 0, counts{Accepted: 20}},
		"one nonce": {[]string{`nonce_header = "X-Nonce"`, `nonce = "once"`}, 3, counts{Accepted: 1, Nonce: 10}},
		"wrong key": {[]string{"signing_key: shop-signing-key", "signing_key: another"}, 3, counts{Signature: 10}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := testsite.Run(t, testsite.NewShop(), testsite.Options{})
			code, r := runExample(t, edited(t, "lua-graphql-signed.yaml", append([]string{load, short, buy, off}, c.words...)...), site)
			if code != c.code {
				t.Errorf("exit %d, errors %+v", code, r.Errors)
			}
			account(t, r, site.Log.Seen())
			res, err := http.Get(site.URL + "/signed")
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			var got counts
			if err := json.NewDecoder(res.Body).Decode(&got); err != nil || got != c.want {
				t.Errorf("the shop counted %+v, %v; want %+v", got, err, c.want)
			}
		})
	}
}
