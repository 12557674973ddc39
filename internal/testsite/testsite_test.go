package testsite

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/locust-http/locust-http/load"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// browser is a client with cookies and connections of its own.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Jar: jar, Transport: transport}
}

// reply is what a test looks at.
type reply struct {
	status int
	header http.Header
	body   string
}

func do(t *testing.T, c *http.Client, method, url, body string, header ...string) reply {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	return reply{res.StatusCode, res.Header, string(text)}
}

func TestLogCountsExactlyUnderConcurrency(t *testing.T) {
	s := Run(t, NewShop(), Options{KeepLog: true})
	const clients, each = 20, 50
	var wg sync.WaitGroup
	for c := range clients {
		wg.Add(1)
		client := browser(t)
		go func() {
			defer wg.Done()
			for i := range each {
				body := ""
				if i%2 == 0 {
					body = strings.Repeat("x", 5000)
				}
				req, _ := http.NewRequest("POST", s.URL+"/echo", strings.NewReader(body))
				req.Header.Set(IDHeader, fmt.Sprintf("%d.%d", c, i))
				res, err := client.Do(req)
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, res.Body)
				res.Body.Close()
			}
		}()
	}
	wg.Wait()
	s.Close() // every handler has returned: the log is complete
	if s.Log.Seen() != clients*each || s.Log.Answered() != clients*each {
		t.Errorf("seen %d, answered %d, want %d", s.Log.Seen(), s.Log.Answered(), clients*each)
	}
	if n := s.Log.Connections(); n != clients {
		t.Errorf("%d connections, want %d", n, clients)
	}
	entries := s.Log.Entries()
	if len(entries) != clients*each {
		t.Fatalf("%d entries, want %d", len(entries), clients*each)
	}
	for i, e := range entries {
		if e.Status != 200 || e.Latency <= 0 || e.Path != "/echo" || e.ID == "" {
			t.Fatalf("entry %d is %+v", i, e)
		}
		if i > 0 && e.Read < entries[i-1].Read {
			t.Fatalf("entry %d was read before the one before it", i)
		}
	}
	var sum int64
	for _, n := range s.Log.PerSecond() {
		sum += n
	}
	if sum != clients*each {
		t.Errorf("the seconds add up to %d, want %d", sum, clients*each)
	}
	if d := s.Log.Duplicates(); len(d) != 0 {
		t.Errorf("duplicates %v in a log without any", d)
	}
}

func TestLogFindsDuplicates(t *testing.T) {
	l := NewLog(true)
	for _, id := range []string{"b", "a", "", "b", "a", "b", "", "c"} {
		l.read(Entry{ID: id})
	}
	if got := fmt.Sprint(l.Duplicates()); got != "[a b]" {
		t.Errorf("duplicates %s, want [a b]", got)
	}
}

func TestLogSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLog(false)
		time.Sleep(300 * time.Millisecond) // seconds begin with the first request
		for _, pause := range []time.Duration{0, 999 * time.Millisecond, time.Millisecond, 2500 * time.Millisecond} {
			time.Sleep(pause)
			l.read(Entry{})
		}
		if got := fmt.Sprint(l.PerSecond()); got != "[2 1 0 1]" {
			t.Errorf("per second %s, want [2 1 0 1]", got)
		}
		if len(l.Entries()) != 0 {
			t.Error("entries were kept unasked")
		}
	})
}

// A request that breaks off within its body was not seen; once the last byte is there
// it was.
func TestPartOfARequestIsNotSeen(t *testing.T) {
	s := Run(t, NewShop(), Options{})
	for _, sent := range []int{9, 10} {
		conn, err := net.Dial("tcp", s.Addr)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n%s", strings.Repeat("x", sent))
		_ = conn.(*net.TCPConn).CloseWrite()
		_, _ = io.Copy(io.Discard, conn) // the server has finished with it
		conn.Close()
		if want := int64(sent - 9); s.Log.Seen() != want {
			t.Errorf("after %d of 10 bytes: seen %d, want %d", sent, s.Log.Seen(), want)
		}
	}
}

func TestQuantileIsTheRuleOfHistograms(t *testing.T) {
	for _, n := range []int{1, 2, 3, 10, 999, 1000, 1001} {
		var sorted []time.Duration
		var h load.Hist
		for i := range n {
			sorted = append(sorted, time.Duration(i+1)*time.Microsecond)
			h.Record(int64(i + 1))
		}
		for _, q := range []float64{0, 0.5, 0.9, 0.95, 0.99, 0.999, 1} {
			if got, want := Quantile(sorted, q).Microseconds(), h.Quantile(q); got != want {
				t.Errorf("n %d, q %v: %d, load.Hist says %d", n, q, got, want)
			}
		}
	}
	if Quantile(nil, 0.5) != 0 {
		t.Error("a quantile of nothing is not 0")
	}
}

func TestLatencyKeepsItsShares(t *testing.T) {
	a, b, other := NewLatency(7), NewLatency(7), NewLatency(8)
	counts := make(map[time.Duration]int)
	for _, d := range a.schedule {
		counts[d]++
	}
	if counts[10*time.Millisecond] != 980 || counts[100*time.Millisecond] != 17 || counts[time.Second] != 3 {
		t.Errorf("the schedule has %v", counts)
	}
	if a.schedule != b.schedule || a.schedule == other.schedule {
		t.Error("the schedule does not follow from the seed alone")
	}
}

func TestLatencyLogsWhatItTook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		target, log := NewLatency(7), NewLog(true)
		h := &recorder{site: target, log: log}
		var wg sync.WaitGroup
		for range 2 * latencyBlock {
			wg.Go(func() {
				r, _ := http.NewRequest("GET", "http://x/", http.NoBody)
				h.ServeHTTP(&discard{header: http.Header{}}, r)
			})
		}
		wg.Wait()
		all := log.Latencies()
		for q, want := range map[float64]time.Duration{0.5: 10 * time.Millisecond, 0.98: 10 * time.Millisecond,
			0.9801: 100 * time.Millisecond, 0.997: 100 * time.Millisecond, 0.9971: time.Second, 1: time.Second} {
			if got := Quantile(all, q); got != want {
				t.Errorf("quantile %v: %v, want %v", q, got, want)
			}
		}
	})
}

// discard is a ResponseWriter to nowhere.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}

func TestFreezerAnswersWhenItThaws(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &Freezer{After: time.Second, For: 2 * time.Second}
		began := time.Now()
		ask := func() time.Duration {
			r, _ := http.NewRequest("GET", "http://x/", http.NoBody)
			f.ServeHTTP(&discard{header: http.Header{}}, r)
			return time.Since(began)
		}
		var wg sync.WaitGroup
		for at, answered := range map[time.Duration]time.Duration{
			0: 0, 999 * time.Millisecond: 999 * time.Millisecond,
			time.Second: 3 * time.Second, 2 * time.Second: 3 * time.Second, 2999 * time.Millisecond: 3 * time.Second,
			3 * time.Second: 3 * time.Second, 4 * time.Second: 4 * time.Second,
		} {
			wg.Go(func() {
				time.Sleep(at)
				if got := ask(); got != answered {
					t.Errorf("asked at %v: answered at %v, want %v", at, got, answered)
				}
			})
		}
		wg.Wait()
		f.Freeze(time.Now(), time.Second)
		if got := ask(); got != 5*time.Second {
			t.Errorf("frozen by hand at 4s for 1s: answered at %v", got)
		}
	})
}

func TestShopLoginAndCheckoutByForms(t *testing.T) {
	s := Run(t, NewShop(), Options{})
	c := browser(t)
	hidden := regexp.MustCompile(`name="csrf" value="(\w+)"`)
	token := regexp.MustCompile(`name="token" content="([^"]+)"`)
	form := func(values ...string) string {
		v := url.Values{}
		for i := 0; i < len(values); i += 2 {
			v.Set(values[i], values[i+1])
		}
		return v.Encode()
	}
	csrf := hidden.FindStringSubmatch(do(t, c, "GET", s.URL+"/login", "").body)[1]
	formType := []string{"Content-Type", "application/x-www-form-urlencoded"}
	if r := do(t, c, "POST", s.URL+"/login", form("csrf", "wrong", "user", "ann", "password", Password), formType...); r.status != 403 {
		t.Errorf("wrong csrf: %d", r.status)
	}
	if r := do(t, browser(t), "POST", s.URL+"/login", form("csrf", csrf, "user", "ann", "password", Password), formType...); r.status != 403 {
		t.Errorf("csrf of another session: %d", r.status)
	}
	home := do(t, c, "POST", s.URL+"/login", form("csrf", csrf, "user", "ann", "password", Password), formType...)
	if home.status != 200 || !strings.Contains(home.body, "Hello ann") {
		t.Fatalf("login: %+v", home)
	}
	if r := do(t, c, "POST", s.URL+"/cart", `{"item":7}`); r.status != 201 {
		t.Fatalf("cart: %+v", r)
	}
	csrf = hidden.FindStringSubmatch(do(t, c, "GET", s.URL+"/checkout", "").body)[1]
	bearer := append([]string{"Authorization", "Bearer " + token.FindStringSubmatch(home.body)[1]}, formType...)
	for name, r := range map[string]reply{
		"without token":  do(t, c, "POST", s.URL+"/checkout", form("csrf", csrf), formType...),
		"without csrf":   do(t, c, "POST", s.URL+"/checkout", form(), bearer...),
		"without cookie": do(t, browser(t), "POST", s.URL+"/checkout", form("csrf", csrf), bearer...),
		"token of another": do(t, c, "POST", s.URL+"/checkout", form("csrf", csrf),
			append([]string{"Authorization", "Bearer " + Token("bob")}, formType...)...),
	} {
		if r.status != 403 {
			t.Errorf("checkout %s: %d, want 403", name, r.status)
		}
	}
	r := do(t, c, "POST", s.URL+"/checkout", form("csrf", csrf), bearer...)
	if r.status != 201 || r.body != `{"id":1001,"user":"ann","items":[7],"state":"paid"}`+"\n" {
		t.Fatalf("checkout: %+v", r)
	}
	if r := do(t, c, "POST", s.URL+"/checkout", form("csrf", csrf), bearer...); r.status != 409 {
		t.Errorf("checkout of an empty cart: %d, want 409", r.status)
	}
	for _, state := range []string{"paid", "packed", "done", "done"} {
		if r := do(t, c, "GET", s.URL+r.header.Get("Location"), ""); !strings.Contains(r.body, state) {
			t.Errorf("order: %s, want %s", r.body, state)
		}
	}
}

func TestShopPages(t *testing.T) {
	s := Run(t, NewShop(), Options{})
	bearer := []string{"Authorization", "Bearer " + Token("ann")}
	for _, c := range []struct {
		method, path, body string
		header             []string
		status             int
		has                string
	}{
		{"GET", "/", "", nil, 200, "<h1>Shop</h1>"},
		{"GET", "/items", "", nil, 200, `{"page":1,"size":20,"total":500,"items":[{"id":1,"name":"red lamp","price":6.10,"stock":10},{"id":2,`},
		{"GET", "/items?page=25&size=20", "", nil, 200, `{"id":500,`},
		{"GET", "/items?page=26&size=20", "", nil, 200, `"items":[]}`},
		{"GET", "/items?page=-1&size=9999", "", nil, 200, `{"page":1,"size":100,`},
		{"GET", "/items/7", "", nil, 200, `{"id":7,`},
		{"GET", "/items/501", "", nil, 404, "no such item"},
		{"POST", "/login", `{"user":"ann","password":"secret"}`, nil, 200, `{"token":"` + Token("ann") + `","user":"ann"}`},
		{"POST", "/login", `{"user":"ann","password":"x"}`, nil, 401, "wrong"},
		{"POST", "/login", `nonsense`, nil, 400, "not {user"},
		{"GET", "/cart", "", nil, 401, "no session"},
		{"GET", "/cart", "", bearer, 200, `{"items":[]}`},
		{"POST", "/cart", `{"item":3}`, bearer, 201, `{"item":3,"count":1}`},
		{"POST", "/cart", `{"item":501}`, bearer, 404, "no such item"},
		{"GET", "/orders/1001", "", nil, 404, "no such order"},
		{"GET", "/r/3", "", nil, 200, `{"arrived":true,"method":"GET"}`},
		{"POST", "/r/2?code=307", "", nil, 200, `{"arrived":true,"method":"POST"}`},
		{"GET", "/status/503", "", nil, 503, "503"},
		{"GET", "/status/204", "", nil, 204, ""},
		{"GET", "/slow?ms=1", "", nil, 200, `{"slept_ms":1}`},
		{"GET", "/headers", "", []string{"X-A", "b"}, 200, `"X-A":["b"]`},
		{"PUT", "/echo?a=1&a=2", "text", nil, 200, `"query":{"a":["1","2"]}`},
		{"GET", "/cookies/set?a=b", "", nil, 200, `{"a":"b"}`},
		{"GET", "/bearer", "", bearer, 200, "ann"},
		{"GET", "/bearer", "", []string{"Authorization", "Bearer ann.x"}, 401, "no valid"},
		{"GET", "/basic", "", []string{"Authorization", "Basic dXNlcjpzZWNyZXQ="}, 200, "user"},
		{"GET", "/basic", "", nil, 401, "wrong"},
		{"GET", "/nowhere", "", nil, 404, "no such page"},
	} {
		r := do(t, browser(t), c.method, s.URL+c.path, c.body, c.header...)
		if r.status != c.status || !strings.Contains(r.body, c.has) {
			t.Errorf("%s %s: %d %q, want %d with %q", c.method, c.path, r.status, r.body, c.status, c.has)
		}
	}
	if r := do(t, browser(t), "GET", s.URL+"/bytes/100000", ""); len(r.body) != 100000 {
		t.Errorf("/bytes/100000 has %d bytes", len(r.body))
	}
}

func TestPackedPages(t *testing.T) {
	s := Run(t, NewShop(), Options{})
	for encoding, unpack := range map[string]func(io.Reader) (io.Reader, error){
		"gzip":    func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"deflate": func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) },
		"br":      storedBrotli,
	} {
		r := do(t, browser(t), "GET", s.URL+"/"+encoding, "")
		in, err := unpack(strings.NewReader(r.body))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil || r.header.Get("Content-Encoding") != encoding || !json.Valid(text) || !bytes.Contains(text, []byte("no play")) {
			t.Errorf("%s: %v, %q", encoding, err, text)
		}
	}
}

// storedBrotli reads the bits of one uncompressed meta-block and the empty last one,
// by RFC 7932, 9.2; the packages with a real decoder are not for this one.
func storedBrotli(r io.Reader) (io.Reader, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	bits := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16
	take := func(n uint) (v uint32) { v = bits & (1<<n - 1); bits >>= n; return v }
	window, last, nibbles, length, stored, fill := take(1), take(1), take(2), take(16)+1, take(1), take(3)
	if window != 0 || last != 0 || nibbles != 0 || stored != 1 || fill != 0 {
		return nil, fmt.Errorf("no stored meta-block: % x", b[:3])
	}
	if len(b) != 3+int(length)+1 || b[len(b)-1] != 3 {
		return nil, fmt.Errorf("%d bytes for a block of %d, last %x", len(b), length, b[len(b)-1])
	}
	return bytes.NewReader(b[3 : 3+length]), nil
}

func TestTLS(t *testing.T) {
	s := Run(t, NewShop(), Options{TLS: true})
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.CA}}
	defer transport.CloseIdleConnections()
	if r := do(t, &http.Client{Transport: transport}, "GET", s.URL+"/ok", ""); r.body != "ok\n" {
		t.Errorf("%+v", r)
	}
	_, err := browser(t).Get(s.URL + "/ok")
	var untrusted *tls.CertificateVerificationError
	if !errors.As(err, &untrusted) {
		t.Errorf("without its certificate: %v", err)
	}
}

func TestServerEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s, err := Start(ctx, NewShop(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "GET /slow?ms=600000 HTTP/1.1\r\nHost: x\r\n\r\n")
	for s.Log.Seen() == 0 { // the request must be in its handler
		time.Sleep(time.Millisecond)
	}
	cancel()
	if text, _ := io.ReadAll(conn); len(text) != 0 {
		t.Errorf("an answer after the end: %q", text)
	}
	s.Close()
	s.Close()
	if s.Log.Answered() != 0 {
		t.Error("a request that was cut off counts as answered")
	}
	if _, err := net.Dial("tcp", s.Addr); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("after the end: %v", err)
	}
}
