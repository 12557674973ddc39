package testsite

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync"
	"sync/atomic"
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
	var dialed atomic.Int64 // on a busy machine a client gives up a connection now and then
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		dialed.Add(1)
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
	for c := range clients {
		wg.Add(1)
		client := browser(t)
		client.Transport.(*http.Transport).DialContext = dial
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
	if n := s.Log.Connections(); n != dialed.Load() {
		t.Errorf("%d connections, want %d", n, dialed.Load())
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

// A client that closes as soon as it has its answer was answered.
func TestAnsweredThoughTheClientLeftAtOnce(t *testing.T) {
	s := Run(t, NewShop(), Options{KeepLog: true})
	const times = 200
	for range times {
		conn, err := net.Dial("tcp", s.Addr)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(conn, "GET /ok HTTP/1.1\r\nHost: x\r\n\r\n")
		if _, err := conn.Read(make([]byte, 4096)); err != nil {
			t.Error(err)
		}
		conn.Close()
	}
	s.Close()
	if s.Log.Answered() != times || len(s.Log.Latencies()) != times {
		t.Errorf("answered %d, timed %d, want %d", s.Log.Answered(), len(s.Log.Latencies()), times)
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
func (d *discard) Flush()                      {}

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
