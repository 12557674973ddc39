package testsite

import (
	"net/http"
	"net/url"
)

// tokenLife is how long a token is said to be good for, in seconds. The shop forgets
// none for its age: what a test does must not depend on the time it takes.
const tokenLife = 3600

// grant is the answer of RFC 6749, 5.1.
type grant struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
	RefreshToken string `json:"refresh_token,omitempty"`
	Scope        string `json:"scope,omitempty"`
}

// serveOAuth is the token endpoint of OAuth2 (RFC 6749): client_credentials, password
// and refresh_token. Any client may come; its secret is Password. The access token is
// Token of the user, or of the client; with a field uses it is one that is good for so
// many requests, and so are those that its refresh token brings.
func (s *Shop) serveOAuth(w http.ResponseWriter, r *http.Request, page string) {
	if page != "token" {
		writeError(w, http.StatusNotFound, "no such page")
		return
	}
	fields, ok := formOf(r)
	if r.Method != http.MethodPost || !ok {
		refuseGrant(w, http.StatusBadRequest, "invalid_request")
		return
	}
	client, right := clientOf(r, fields)
	g := grant{TokenType: "Bearer", ExpiresIn: tokenLife, Scope: fields.Get("scope")}
	owner, uses := "", number(fields, "uses", 0, 0, maxUses)
	switch kind := fields.Get("grant_type"); {
	case !right, kind == "client_credentials" && client == "":
		w.Header().Set("WWW-Authenticate", `Basic realm="test site"`)
		refuseGrant(w, http.StatusUnauthorized, "invalid_client")
		return
	case kind == "client_credentials":
		owner = client
	case kind == "password":
		if owner = fields.Get("username"); !passwordFits(owner, fields.Get("password")) {
			refuseGrant(w, http.StatusBadRequest, "invalid_grant")
			return
		}
		g.RefreshToken = refreshToken(owner, uses)
	case kind == "refresh_token":
		g.RefreshToken = fields.Get("refresh_token")
		owner, uses, right = refreshUser(g.RefreshToken)
		if !right {
			refuseGrant(w, http.StatusBadRequest, "invalid_grant")
			return
		}
	default:
		refuseGrant(w, http.StatusBadRequest, "unsupported_grant_type")
		return
	}
	g.AccessToken = s.accessToken(owner, uses)
	w.Header()["Cache-Control"] = []string{"no-store"}
	writeJSON(w, http.StatusOK, g)
}

// clientOf is the client that a request names, empty for none, and whether what it
// shows is right. It shows its id and secret in the form, or as basic authentication,
// percent-encoded there (RFC 6749, 2.3.1).
func clientOf(r *http.Request, fields url.Values) (id string, right bool) {
	id, secret := fields.Get("client_id"), fields.Get("client_secret")
	if user, password, ok := r.BasicAuth(); ok {
		var err, err2 error
		id, err = url.QueryUnescape(user)
		secret, err2 = url.QueryUnescape(password)
		if err != nil || err2 != nil {
			return "", false
		}
	}
	return id, id == "" || secret == Password
}

// refuseGrant is the answer of RFC 6749, 5.2.
func refuseGrant(w http.ResponseWriter, status int, code string) {
	writeError(w, status, code)
}
