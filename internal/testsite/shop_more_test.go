package testsite

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"
)

var formType = []string{"Content-Type", "application/x-www-form-urlencoded"}

func TestOAuth(t *testing.T) {
	s := Run(t, NewShop(), Options{})
	own := AccountPassword("ann")
	basic := append([]string{"Authorization", "Basic cm9ib3Q6c2VjcmV0"}, formType...) // robot:secret
	for _, c := range []struct {
		form   string
		header []string
		status int
		has    string
	}{
		{"grant_type=client_credentials&client_id=robot&client_secret=secret", formType, 200, `"access_token":"` + Token("robot") + `","token_type":"Bearer","expires_in":3600}`},
		{"grant_type=client_credentials&scope=read", basic, 200, Token("robot")},
		{"grant_type=client_credentials&client_id=robot&client_secret=wrong", formType, 401, "invalid_client"},
		{"grant_type=client_credentials", formType, 401, "invalid_client"},
		{"grant_type=password&username=ann&password=secret", formType, 200, Token("ann")},
		{"grant_type=password&username=ann&password=" + own, basic, 200, Token("ann")},
		{"grant_type=password&username=bob&password=" + own, formType, 400, "invalid_grant"},
		{"grant_type=password&username=ann&password=secret&client_id=a&client_secret=b", formType, 401, "invalid_client"},
		{"grant_type=refresh_token&refresh_token=" + refreshToken("ann", 0), formType, 200, Token("ann")},
		{"grant_type=refresh_token&refresh_token=" + Token("ann"), formType, 400, "invalid_grant"},
		{"grant_type=magic", formType, 400, "unsupported_grant_type"},
		{"grant_type=password&username=ann&password=secret", nil, 400, "invalid_request"},
	} {
		r := do(t, browser(t), "POST", s.URL+"/oauth/token", c.form, c.header...)
		if r.status != c.status || !strings.Contains(r.body, c.has) {
			t.Errorf("%s: %d %s", c.form, r.status, r.body)
		}
	}
	// A token alone is enough to buy: the first page that it opens has a cookie.
	c, bearer := browser(t), []string{"Authorization", "Bearer " + Token("ann")}
	if r := do(t, c, "POST", s.URL+"/cart", `{"item":7}`, bearer...); r.status != 201 {
		t.Errorf("cart: %+v", r)
	}
	if r := do(t, c, "GET", s.URL+"/checkout", ""); r.status != 200 || !strings.Contains(r.body, `name="csrf"`) {
		t.Errorf("checkout: %+v", r)
	}
}

func TestUploads(t *testing.T) {
	shop := NewShop()
	s := Run(t, shop, Options{})
	c := browser(t)
	sum := func(text string) string {
		digest := sha256.Sum256([]byte(text))
		return hex.EncodeToString(digest[:])
	}
	for i, text := range []string{"hello", "hello", "other"} {
		r := do(t, c, "PUT", s.URL+"/uploads/a.txt", text, "Content-Type", "text/plain")
		if want := fmt.Sprintf(`"count":%d,"others":%d}`, i+1, i/2); r.status != 201 || !strings.Contains(r.body, want) || !strings.Contains(r.body, sum("hello")) {
			t.Errorf("upload %d: %+v", i, r)
		}
	}
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	_ = form.WriteField("title", "two files")
	for _, name := range []string{"b.txt", "c.txt"} {
		part, _ := form.CreateFormFile("doc", name)
		_, _ = part.Write([]byte("of " + name))
	}
	_ = form.Close()
	both := b.String()
	if r := do(t, c, "POST", s.URL+"/uploads", both, "Content-Type", form.FormDataContentType()); r.status != 201 || !strings.Contains(r.body, `"fields":{"title":"two files"}`) {
		t.Errorf("parts: %+v", r)
	}
	if r := do(t, c, "GET", s.URL+"/uploads/c.txt", ""); r.status != 200 || !strings.Contains(r.body, sum("of c.txt")) {
		t.Errorf("c.txt: %+v", r)
	}
	for name, r := range map[string]reply{
		"404 none":       do(t, c, "GET", s.URL+"/uploads/none", ""),
		"405 method":     do(t, c, "DELETE", s.URL+"/uploads/a.txt", ""),
		"400 no name":    do(t, c, "PUT", s.URL+"/uploads/", "x"),
		"400 slash":      do(t, c, "PUT", s.URL+"/uploads/a/b", "x"),
		"400 long":       do(t, c, "PUT", s.URL+"/uploads/"+strings.Repeat("n", 256), "x"),
		"413 large":      do(t, c, "PUT", s.URL+"/uploads/l", strings.Repeat("x", maxUpload+1)),
		"400 two for it": do(t, c, "PUT", s.URL+"/uploads/d", both, "Content-Type", form.FormDataContentType()),
		"400 broken":     do(t, c, "POST", s.URL+"/uploads", both[:len(both)-80], "Content-Type", form.FormDataContentType()),
	} {
		if !strings.HasPrefix(name, fmt.Sprint(r.status)) {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	all := shop.Uploads()
	if a := all["a.txt"]; len(all) != 3 || a.Count != 3 || a.Others != 1 || a.Size != 5 || a.Type != "text/plain" {
		t.Errorf("%+v", all)
	}
}

// What is over the bounds is forgotten, the oldest first.
func TestShopForgets(t *testing.T) {
	u := &uploads{files: map[string]*Upload{}}
	for i := range maxUploads + 2 {
		u.add(fmt.Sprint(i), "", nil)
	}
	_, first := u.get("1")
	_, second := u.get("2")
	if _, last := u.get(fmt.Sprint(maxUploads + 1)); first || !second || !last || len(u.files) != maxUploads {
		t.Errorf("first %v, second %v, last %v of %d", first, second, last, len(u.files))
	}
	j := new(jobs)
	for range maxJobs + 1 {
		j.add(0)
	}
	if _, ok := j.look(1); ok || len(j.ring) != maxJobs {
		t.Error("the oldest job is still there")
	}
	if _, ok := j.look(2); !ok {
		t.Error("the second job is gone")
	}
}

func TestJobs(t *testing.T) {
	s := Run(t, NewShop(), Options{})
	c := browser(t)
	for i, want := range [][]string{
		{"queued", "running", "running", "done", "done"},
		{"queued", "running", "running", "running", "done"},
		{"queued", "done"},
	} {
		body := map[int]string{2: `{"polls":2}`}[i]
		r := do(t, c, "POST", s.URL+"/jobs", body)
		if r.status != 202 || r.header.Get("Location") != fmt.Sprintf("/jobs/%d", i+1) {
			t.Fatalf("%+v", r)
		}
		for n, state := range want {
			if r := do(t, c, "GET", s.URL+r.header.Get("Location"), ""); !strings.Contains(r.body, `"state":"`+state+`"`) {
				t.Errorf("job %d, look %d: %s, want %s", i+1, n+1, r.body, state)
			}
		}
	}
	for name, r := range map[string]reply{
		"404 later":  do(t, c, "GET", s.URL+"/jobs/9", ""),
		"404 zero":   do(t, c, "GET", s.URL+"/jobs/0", ""),
		"404 text":   do(t, c, "GET", s.URL+"/jobs/x", ""),
		"405 list":   do(t, c, "GET", s.URL+"/jobs", ""),
		"400 text":   do(t, c, "POST", s.URL+"/jobs", "x"),
		"400 polls":  do(t, c, "POST", s.URL+"/jobs", `{"polls":1001}`),
		"200 search": do(t, c, "GET", s.URL+"/search?q=nothing+like+it", ""),
	} {
		if !strings.HasPrefix(name, fmt.Sprint(r.status)) {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	if r := do(t, c, "GET", s.URL+"/search?q=red+lamp", ""); !strings.HasPrefix(r.body, `{"query":"red lamp","total":13,"items":[{"id":1,"name":"red lamp"`) {
		t.Errorf("search: %s", r.body)
	}
}

func TestLimited(t *testing.T) {
	s := Run(t, NewShop(), Options{TLS: true, Name: "shop.test"})
	pair, err := tls.X509KeyPair(s.ClientPEM, s.ClientKeyPEM)
	if err != nil {
		t.Fatal(err)
	}
	stranger, _, err := selfSigned(time.Now(), "stranger")
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		config *tls.Config
		has    string
	}{
		"with":       {&tls.Config{Certificates: []tls.Certificate{pair}, ServerName: "shop.test"}, `{"client":"` + ClientName + `","server_name":"shop.test"}`},
		"without":    {&tls.Config{ServerName: "shop.test"}, "no client certificate"},
		"a stranger": {&tls.Config{GetClientCertificate: show(stranger), ServerName: "shop.test"}, ""},
		"by address": {&tls.Config{}, ""},
	} {
		x.config.RootCAs = s.CA
		c := &http.Client{Transport: &http.Transport{TLSClientConfig: x.config, DisableKeepAlives: true}}
		if x.has != "" {
			if r := do(t, c, "GET", s.URL+"/limited", ""); !strings.Contains(r.body, x.has) {
				t.Errorf("%s: %+v", name, r)
			}
			continue
		}
		if res, err := c.Get(s.URL + "/limited"); err == nil {
			res.Body.Close()
			t.Errorf("%s: let in", name)
		}
	}
	plain := Run(t, NewShop(), Options{})
	if r := do(t, browser(t), "GET", plain.URL+"/limited", ""); r.status != 403 {
		t.Errorf("without TLS: %+v", r)
	}
}

// show shows a certificate, whatever the server asks for.
func show(cert tls.Certificate) func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	return func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil }
}
