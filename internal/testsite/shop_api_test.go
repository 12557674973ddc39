package testsite

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A token that wears out is refused after so many requests, and its refresh token brings
// another of its kind.
func TestWornTokens(t *testing.T) {
	s := Run(t, NewShop(), Options{})
	c := browser(t)
	ask := func(token string) int {
		return do(t, c, "GET", s.URL+"/me", "", "Authorization", "Bearer "+token).status
	}
	granted := func(form string) (access, refresh string) {
		r := do(t, c, "POST", s.URL+"/oauth/token", form, formType...)
		if r.status != 200 || !strings.Contains(r.body, `"expires_in":3600`) {
			t.Fatalf("%s: %+v", form, r)
		}
		_, rest, _ := strings.Cut(r.body, `"access_token":"`)
		access, rest, _ = strings.Cut(rest, `"`)
		_, rest, _ = strings.Cut(rest, `"refresh_token":"`)
		refresh, _, _ = strings.Cut(rest, `"`)
		return access, refresh
	}
	first, refresh := granted("grant_type=password&username=ann.1&password=secret&uses=2")
	second, again := granted("grant_type=refresh_token&refresh_token=" + refresh)
	if first == second || again != refresh {
		t.Errorf("tokens %s %s, refresh %s %s", first, second, refresh, again)
	}
	for _, token := range []string{first, second} {
		for i, want := range []int{200, 200, 401, 401} {
			if got := ask(token); got != want {
				t.Errorf("%s, use %d: %d", token, i, got)
			}
		}
	}
	if r := do(t, c, "GET", s.URL+"/me", "", "Authorization", "Bearer "+Token("bob")); r.status != 200 || r.body != `{"user":"bob"}`+"\n" {
		t.Errorf("a token for ever: %+v", r)
	}
	for _, token := range []string{"", "w", "w1", "w1.", "w99." + sign("worn token", "99"), "w0." + sign("worn token", "0"), "w1.x", refresh} {
		if got := ask(token); got != 401 {
			t.Errorf("%q: %d", token, got)
		}
	}
	// A cart can be filled with one, and a user whose name ends in a number stays that user.
	limited, _ := granted("grant_type=client_credentials&client_id=shop.7&client_secret=secret&uses=1")
	if r := do(t, browser(t), "POST", s.URL+"/cart", `{"item":7}`, "Authorization", "Bearer "+limited); r.status != 201 {
		t.Errorf("cart: %+v", r)
	}
	if user, uses, ok := refreshUser(refreshToken("ann.5", 0)); user != "ann.5" || uses != 0 || !ok {
		t.Errorf("refresh token of %s, %d, %v", user, uses, ok)
	}
	if user, uses, ok := refreshUser(refreshToken("ann.5", 3)); user != "ann.5" || uses != 3 || !ok {
		t.Errorf("refresh token of %s, %d, %v", user, uses, ok)
	}
}

func TestTokensAreBounded(t *testing.T) {
	var many tokens
	first := many.issue("ann", 5)
	for range maxTokens {
		many.issue("bob", 1)
	}
	if user, ok := many.use(first); ok || len(many.ring) != maxTokens {
		t.Errorf("the oldest is %s's, of %d", user, len(many.ring))
	}
}

func TestSigned(t *testing.T) {
	shop := NewShop()
	s := Run(t, shop, Options{})
	c := browser(t)
	now := strconv.FormatInt(time.Now().Unix(), 10)
	stale := strconv.FormatInt(time.Now().Add(-time.Hour).Unix(), 10)
	send := func(stamp, nonce, signature string) reply {
		const body = `{"query":"{item(id: 3) {id}}"}`
		if signature == "" {
			signature = requestSignature(http.MethodPost, "/signed/graphql?a=b", stamp, nonce, []byte(body))
		}
		return do(t, c, "POST", s.URL+"/signed/graphql?a=b", body, headerTimestamp, stamp, headerNonce, nonce, headerSignature, signature)
	}
	for _, x := range []struct {
		stamp, nonce, signature string
		status                  int
		has                     string
	}{
		{now, "a", "", 200, `{"data":{"item":{"id":3}}}`},
		{now, "a", "", 409, "repeated nonce"},
		{now, "b", "", 200, "item"},
		{now, "", "", 401, "wrong signature"},
		{now, strings.Repeat("n", maxNonceLen+1), "", 401, "wrong signature"},
		{now, "c", "00", 401, "wrong signature"},
		{stale, "c", "", 401, "wrong timestamp"},
		{"soon", "c", "", 401, "wrong timestamp"},
		{now, "c", "", 200, "item"}, // what was refused has not used up its nonce
	} {
		if r := send(x.stamp, x.nonce, x.signature); r.status != x.status || !strings.Contains(r.body, x.has) {
			t.Errorf("%+v: %+v", x, r)
		}
	}
	if r := do(t, c, "GET", s.URL+"/signed", ""); r.body != `{"accepted":3,"wrong_signature":3,"wrong_timestamp":2,"repeated_nonce":1}`+"\n" {
		t.Errorf("counts: %s", r.body)
	}
	deep := "/signed/signed/ok"
	r := do(t, c, "GET", s.URL+deep, "", headerTimestamp, now, headerNonce, "d", headerSignature, requestSignature("GET", deep, now, "d", nil))
	if r.status != 404 {
		t.Errorf("signed twice: %+v", r)
	}
}

func TestNoncesAreBounded(t *testing.T) {
	var g signatures
	for i := range maxNonces + 2 {
		g.remember(strconv.Itoa(i))
	}
	if len(g.seen) != maxNonces || g.seen["0"] || g.seen["1"] || !g.seen["2"] {
		t.Errorf("%d nonces", len(g.seen))
	}
}

func TestGraphQL(t *testing.T) {
	s := Run(t, NewShop(), Options{})
	for i, x := range []struct{ body, want string }{
		{`{"query":"{item(id: 3) {id name}}"}`, `{"data":{"item":{"id":3,"name":"blue kettle"}}}`},
		{`{"query":"query One($id: Int!) { item(id: $id) { id } } # end","variables":{"id":7}}`, `{"data":{"item":{"id":7}}}`},
		{`{"query":"query A {item(id:1){id}} query B {item(id:2){id}}","operationName":"B"}`, `{"data":{"item":{"id":2}}}`},
		{`{"query":"query A {item(id:1){id}} query B {item(id:2){id}}"}`, `{"data":null,"errors":[{"message":"operationName is needed: the document has several operations"}]}`},
		{`{"query":"query A {item(id:1){id}}","operationName":"C"}`, `{"data":null,"errors":[{"message":"unknown operation \"C\""}]}`},
		{`{"query":"{search(text: \"red lamp\") {total items {id}} item(id: 501) {id}}"}`, `{"data":{"item":null,"search":{"items":[{"id":1},`},
		{`{"query":"{item(id: 501) {id}}"}`, `{"data":{"item":null},"errors":[{"message":"no such item","path":["item"]}]}`},
		{`{"query":"{me {user}}"}`, `{"data":{"me":{"user":"ann"}}}`},
		{`{"query":"mutation Add($item: Int!) {addToCart(item: $item) {count}}","variables":{"item":4}}`, `{"data":{"addToCart":{"count":1}}}`},
		{`{"query":"{item(id: 3)}"}`, `must have a selection`},
		{`{"query":"{item(id: 3) {colour}}"}`, `cannot query field`},
		{`{"query":"{nothing}"}`, `cannot query field`},
		{`{"query":"{item(id: $x) {id}}"}`, `variable $x is not given`},
		{`{"query":"{item(id: 3) {id}"}`, `unexpected \u003cEOF\u003e`},
		{`{"query":"{item(id"}`, `syntax error`},
		{`{"query":"query ("}`, `syntax error`},
		{`{"query":"subscription {a}"}`, `syntax error`},
		{`{"query":""}`, `syntax error`},
		{`{"query":"{a(b: \"c}"}`, `a string has no end`},
		{`{"query":"{a;b}"}`, `syntax error`},
		{`{"query":"{}"}`, `syntax error`},
		{fmt.Sprintf(`{"query":"%s"}`, strings.Repeat("{a", 20)), `too deep`},
		{fmt.Sprintf(`{"query":"%s"}`, strings.Repeat(" ", maxGraphQL+1)), `too long`},
	} {
		r := do(t, browser(t), "POST", s.URL+"/graphql", x.body, "Authorization", "Bearer "+Token("ann"))
		if r.status != 200 || !strings.Contains(r.body, x.want) {
			t.Errorf("%d: %s: %+v", i, x.body[:min(len(x.body), 100)], r)
		}
	}
	if r := do(t, browser(t), "POST", s.URL+"/graphql", `{"query":"{me {user}} "}`); !strings.Contains(r.body, "no valid token") {
		t.Errorf("me of nobody: %+v", r)
	}
	if r := do(t, browser(t), "GET", s.URL+"/graphql", ""); r.status != 405 {
		t.Errorf("GET: %+v", r)
	}
	if r := do(t, browser(t), "POST", s.URL+"/graphql", "{"); r.status != 400 {
		t.Errorf("no JSON: %+v", r)
	}
}
