package load

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// TestExchangeResult holds the JSON that programs read: names may be added, never
// changed.
func TestExchangeResult(t *testing.T) {
	x := Exchange{
		OK: false, Duration: 1500 * time.Microsecond,
		Before: map[string]Value{"n": {Number, "1.10"}},
		Vars:   map[string]Value{"list": {Composite, `[1,"a"]`}},
		Log:    []LogLine{{At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Level: "info", Worker: "w", Message: "hello"}},
		Steps: []StepExchange{{
			Transaction: "browse", Step: "list", Class: ClassCheck, Message: "got 1", Latency: 12 * time.Millisecond,
			Extracts: []ExtractResult{{"token", true, StringValue("t")}},
			Checks:   []CheckResult{{Rule: "size > 1", Actual: "got 1"}},
			Changed:  map[string]Value{"token": StringValue("t")},
			Attempts: []Attempt{{
				Method: "POST", URL: "http://x/", RequestHeader: []Header{{"A", "b"}}, RequestBody: []byte("q=1"), RequestSize: 3,
				Status: 200, ResponseHeader: []Header{{"C", "d"}}, ResponseBody: []byte{0xff, 0}, Truncated: true,
				BytesIn: 7, BytesOut: 8, Timing: Timing{1e6, 2e6, 3e6, 4e6, 10e6},
			}, {Method: "GET", URL: "http://y/", Class: ClassConnRefused, Message: "refused", Fate: UnsentConnect}},
		}},
	}
	got, err := json.Marshal(x.Result())
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"schema":1,"ok":false,"duration":1.5,"steps":[{"transaction":"browse","step":"list","ok":false,"class":"check","message":"got 1","latency":12,` +
		`"attempts":[{"request":{"method":"POST","url":"http://x/","headers":[{"name":"A","value":"b"}],"body":"q=1","body_size":3},` +
		`"response":{"status":200,"headers":[{"name":"C","value":"d"}],"body_base64":"/wA=","body_size":2,"truncated":true},` +
		`"bytes_in":7,"bytes_out":8,"timing":{"dns":1,"connect":2,"tls":3,"first_byte":4,"total":10},"sent":true},` +
		`{"request":{"method":"GET","url":"http://y/","headers":[],"body_size":0},"response":null,"bytes_in":0,"bytes_out":0,` +
		`"timing":{"dns":0,"connect":0,"tls":0,"first_byte":0,"total":0},"class":"conn_refused","message":"refused","sent":false,"unsent":"connect"}],` +
		`"extracts":[{"name":"token","found":true,"value":"t"}],"checks":[{"rule":"size \u003e 1","ok":false,"actual":"got 1"}],"changed":{"token":"t"}}],` +
		`"before":{"n":"1.10"},"vars":{"list":"[1,\"a\"]"},"log":[{"at":"2026-01-02T03:04:05Z","level":"info","message":"hello"}]}`
	if string(got) != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	empty, err := json.Marshal((&Exchange{}).Result())
	if err != nil || strings.Contains(string(empty), "null") {
		t.Errorf("%s, %v", empty, err)
	}
}

func TestBodyText(t *testing.T) {
	for _, test := range []struct {
		body         string
		cut          bool
		text, base64 string
	}{
		{"", false, "", ""},
		{"a\r\n\tb", false, "a\r\n\tb", ""},
		{"Grüße", false, "Grüße", ""},
		{"Gr\xc3", true, "Gr", ""},
		{"Gr\xc3", false, "", "R3LD"},
		{"\xe8\xae\xa2\xe5\x8d", true, "订", ""},
		{"\xff\xc3", true, "", "/8M="},
		{"a\x00b", false, "", "YQBi"},
	} {
		if text, b := BodyText([]byte(test.body), test.cut); text != test.text || b != test.base64 {
			t.Errorf("%q: %q, %q", test.body, text, b)
		}
	}
}
