package testsite

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// sessionCookie names the shop's cookie.
const sessionCookie = "session"

// Shop is the sample shop:
//
//	GET  /                      HTML with links
//	GET  /items?page=&size=     a page of the list; ids 1 to 500
//	GET  /items/{id}            one item, or 404
//	GET  /login                 HTML form with a hidden csrf; sets the cookie
//	POST /login                 JSON {user, password} → {token, user}, or the form → 303 to /account
//	GET  /account               HTML; 401 without a login
//	POST /oauth/token           form of OAuth2 (client_credentials, password, refresh_token) → access_token;
//	                            uses: after so many requests it is worn out, and answered with 401
//	GET  /me                    whose token it is
//	POST /graphql               {query, operationName, variables} → {data} or {errors}, always with 200
//	     /signed/…              any page of the shop, for whoever has signed the request (see signed.go)
//	GET  /signed                how many of those were accepted, and refused for what
//	GET  /search?q=             items whose name has that text
//	GET  /cart                  the cart of the session
//	POST /cart                  {item} → 201; needs the cookie or a token
//	GET  /checkout              HTML form with a hidden csrf; needs a login or a token
//	POST /checkout              form with csrf, cookie and bearer token → 201 {id}; 403 when one is missing
//	GET  /orders/{id}           an order: paid, packed, then done, one further at each look
//	POST /jobs                  {polls}, or nothing → 202 with a job and its Location
//	GET  /jobs/{id}             the job: queued, running, and done at look number polls
//	PUT  /uploads/{name}        a file of up to 8 MiB, raw or as a part of a form → 201 {size, sha256, count}
//	POST /uploads[/{name}]      the same; without a name files have those of their parts
//	GET  /uploads/{name}        what was uploaded
//	GET  /limited               needs a client certificate, on a server with TLS; 403 without
//
// The password of every user is Password, or the user's own, AccountPassword. All other
// paths are those of Probes.
type Shop struct {
	items    *catalogue
	visitors *visitors
	uploads  uploads
	jobs     jobs
	tokens   tokens
	signed   signatures
	probes   *Probes
}

// NewShop is a shop without visitors.
func NewShop() *Shop {
	return &Shop{
		items: newCatalogue(), visitors: newVisitors(), probes: NewProbes(),
		uploads: uploads{files: make(map[string]*Upload)},
	}
}

func (s *Shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	first, rest := cutPath(r.URL.Path)
	switch first {
	case "":
		writeHTML(w, `<!doctype html><title>Shop</title><h1>Shop</h1><p><a href="/items">items</a> <a href="/login">log in</a>`+"\n")
	case "items":
		s.serveItems(w, r, rest)
	case "login":
		s.serveLogin(w, r)
	case "account":
		s.serveAccount(w, r)
	case "cart":
		s.serveCart(w, r)
	case "checkout":
		s.serveCheckout(w, r)
	case "orders":
		s.serveOrder(w, rest)
	case "oauth":
		s.serveOAuth(w, r, rest)
	case "me":
		s.serveMe(w, r)
	case "graphql":
		s.serveGraphQL(w, r)
	case "signed":
		s.serveSigned(w, r, rest)
	case "search":
		write(w, http.StatusOK, typeJSON, s.items.search(r.URL.Query().Get("q")))
	case "jobs":
		s.serveJobs(w, r, rest)
	case "uploads":
		s.serveUploads(w, r, rest)
	case "limited":
		serveLimited(w, r)
	default:
		s.probes.serve(w, r, first, rest)
	}
}

// cutPath is the first element of a path, and what follows it.
func cutPath(path string) (first, rest string) {
	first, rest, _ = strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return first, rest
}

func (s *Shop) serveItems(w http.ResponseWriter, r *http.Request, id string) {
	if id != "" {
		item, ok := s.items.item(id)
		if !ok {
			writeError(w, http.StatusNotFound, "no such item")
			return
		}
		write(w, http.StatusOK, typeJSON, item)
		return
	}
	page, size := 1, defaultSize
	if r.URL.RawQuery != "" {
		query := r.URL.Query()
		page, size = number(query, "page", 1, 1, itemCount), number(query, "size", defaultSize, 1, maxSize)
	}
	write(w, http.StatusOK, typeJSON, s.items.page(page, size))
}

// number is a parameter within bounds, or its default when it is missing or no number.
func number(query url.Values, name string, missing, from, to int) int {
	n, err := strconv.Atoi(query.Get(name))
	if err != nil {
		return missing
	}
	return min(max(n, from), to)
}

// credentials is what both ways to log in send.
type credentials struct {
	User     string `json:"user"`
	Password string `json:"password"`
}

func (s *Shop) serveLogin(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodGet:
		id := s.openSession(w, r)
		writeHTML(w, form("Log in", "/login", id,
			`<input name="user"><input name="password" type="password">`))
	case r.Method != http.MethodPost:
		writeError(w, http.StatusMethodNotAllowed, "GET or POST")
	case isForm(r):
		s.loginForm(w, r)
	default:
		s.loginJSON(w, r)
	}
}

func (s *Shop) loginJSON(w http.ResponseWriter, r *http.Request) {
	var c credentials
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		writeError(w, http.StatusBadRequest, "the body is not {user, password}")
		return
	}
	if !passwordFits(c.User, c.Password) {
		writeError(w, http.StatusUnauthorized, "wrong user or password")
		return
	}
	s.visitors.login(s.openSession(w, r), c.User)
	writeJSON(w, http.StatusOK, struct {
		Token string `json:"token"`
		User  string `json:"user"`
	}{Token(c.User), c.User})
}

func (s *Shop) loginForm(w http.ResponseWriter, r *http.Request) {
	id := cookieOf(r)
	fields, ok := formOf(r)
	switch {
	case !ok:
		writeError(w, http.StatusBadRequest, "the body is no form")
	case !s.visitors.known(id) || fields.Get("csrf") != csrf(id):
		writeError(w, http.StatusForbidden, "wrong csrf or no session")
	case !passwordFits(fields.Get("user"), fields.Get("password")):
		writeError(w, http.StatusUnauthorized, "wrong user or password")
	default:
		s.visitors.login(id, fields.Get("user"))
		redirect(w, http.StatusSeeOther, "/account")
	}
}

func (s *Shop) serveAccount(w http.ResponseWriter, r *http.Request) {
	user := s.visitors.user(cookieOf(r))
	if user == "" {
		writeError(w, http.StatusUnauthorized, "nobody is logged in")
		return
	}
	name := html.EscapeString(user)
	writeHTML(w, `<!doctype html><title>Account</title><h1>Hello `+name+
		`</h1><meta name="token" content="`+html.EscapeString(Token(user))+`">`+"\n")
}

func (s *Shop) serveCart(w http.ResponseWriter, r *http.Request) {
	id := s.sessionOf(w, r)
	if id == "" {
		writeError(w, http.StatusUnauthorized, "no session and no token")
		return
	}
	if r.Method != http.MethodPost {
		writeJSON(w, http.StatusOK, struct {
			Items []int `json:"items"`
		}{s.visitors.cart(id)})
		return
	}
	s.addToCart(w, r, id)
}

func (s *Shop) addToCart(w http.ResponseWriter, r *http.Request, id string) {
	var body struct {
		Item int `json:"item"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		writeError(w, http.StatusBadRequest, "the body is not {item}")
		return
	}
	if body.Item < 1 || body.Item > itemCount {
		writeError(w, http.StatusNotFound, "no such item")
		return
	}
	count, err := s.visitors.add(id, body.Item)
	if err != nil {
		writeError(w, http.StatusConflict, err.Error())
		return
	}
	writeJSON(w, http.StatusCreated, struct {
		Item  int `json:"item"`
		Count int `json:"count"`
	}{body.Item, count})
}

func (s *Shop) serveCheckout(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		id := s.sessionOf(w, r)
		if s.visitors.user(id) == "" {
			writeError(w, http.StatusUnauthorized, "nobody is logged in")
			return
		}
		writeHTML(w, form("Check out", "/checkout", id, ""))
		return
	}
	id := cookieOf(r)
	user := s.visitors.user(id)
	fields, ok := formOf(r)
	switch {
	case !ok || fields.Get("csrf") != csrf(id):
		writeError(w, http.StatusForbidden, "wrong csrf")
	case user == "" || s.bearer(r) != user:
		writeError(w, http.StatusForbidden, "wrong session or token")
	default:
		o, err := s.visitors.checkout(id, user)
		if err != nil {
			writeError(w, http.StatusConflict, err.Error())
			return
		}
		w.Header().Set("Location", "/orders/"+strconv.FormatInt(o.ID, 10))
		writeJSON(w, http.StatusCreated, o)
	}
}

func (s *Shop) serveOrder(w http.ResponseWriter, id string) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		writeError(w, http.StatusNotFound, "no such order")
		return
	}
	o, ok := s.visitors.look(n)
	if !ok {
		writeError(w, http.StatusNotFound, "no such order")
		return
	}
	writeJSON(w, http.StatusOK, o)
}

// sessionOf is the session of the request's cookie, or a new one for whoever shows a
// token; empty for neither.
func (s *Shop) sessionOf(w http.ResponseWriter, r *http.Request) string {
	if id := cookieOf(r); s.visitors.known(id) {
		return id
	}
	user := s.bearer(r)
	if user == "" {
		return ""
	}
	id := s.openSession(w, r)
	s.visitors.login(id, user)
	return id
}

// openSession is the session of the request's cookie, or a new one whose cookie is set.
func (s *Shop) openSession(w http.ResponseWriter, r *http.Request) string {
	id, isNew := s.visitors.open(cookieOf(r))
	if isNew {
		w.Header().Set("Set-Cookie", sessionCookie+"="+id+"; Path=/; HttpOnly")
	}
	return id
}

func cookieOf(r *http.Request) string {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return ""
	}
	return c.Value
}

func isForm(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
}

func formOf(r *http.Request) (url.Values, bool) {
	if !isForm(r) {
		return nil, false
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, false
	}
	fields, err := url.ParseQuery(string(body))
	return fields, err == nil
}

// form is a page with one form of a session.
func form(title, action, session, inputs string) string {
	return fmt.Sprintf(`<!doctype html><html><head><title>%[1]s</title></head><body><h1>%[1]s</h1>`+
		`<form method="post" action="%[2]s"><input type="hidden" name="csrf" value="%[3]s">%[4]s<button>%[1]s</button></form></body></html>`+"\n",
		title, action, csrf(session), inputs)
}
