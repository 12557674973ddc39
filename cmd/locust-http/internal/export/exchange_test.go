package export

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/locust-http/locust-http/load"
)

func exchange() *load.ExchangeResult {
	return &load.ExchangeResult{
		Schema: 1, Duration: 1234.5, Worker: "w1", Before: map[string]string{}, Vars: map[string]string{"a": "<b>"}, Log: []load.LogResult{},
		Steps: []load.StepExchangeResult{
			{Transaction: "browse", Step: "list", OK: true, Latency: 12},
			{
				Transaction: "buy & sell", Step: "pay\x00", Class: load.ClassStatus, Message: "status 201: got 500\x1b", Latency: 1500,
				Attempts: []load.AttemptResult{
					{Request: load.RequestResult{Method: "POST", URL: "http://h/pay"}, Response: &load.ReceivedResult{Status: 500}},
					{Request: load.RequestResult{Method: "GET", URL: "http://h/gone\n"}},
				},
				Extracts: []load.ExtractedResult{{Name: "id", Found: true}, {Name: "token"}},
				Checks: []load.CheckedResult{
					{Rule: "status 201", Actual: "got 500"}, {Rule: "size gt 1", OK: true}, {Rule: "latency lt 1ms", Warn: true, Actual: "got 3ms"},
				},
			},
		},
	}
}

func writeExchange(t *testing.T, name string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := CheckExchange(path); err != nil {
		t.Fatal(err)
	}
	if err := ExchangeFile(path, "shop.yaml", exchange()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestExchangeJSON(t *testing.T) {
	text := writeExchange(t, "x.json")
	var got load.ExchangeResult
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(&got, exchange()) {
		t.Errorf("got %+v, want %+v", got, *exchange())
	}
	if !strings.Contains(string(text), `"<b>"`) {
		t.Errorf("a value is escaped as if it were for a web page:\n%s", text)
	}
}

func TestExchangeJUnit(t *testing.T) {
	text := writeExchange(t, "x.XML")
	var got struct {
		Suite struct {
			Name     string `xml:"name,attr"`
			Tests    int    `xml:"tests,attr"`
			Failures int    `xml:"failures,attr"`
			Time     string `xml:"time,attr"`
			Cases    []struct {
				Name    string `xml:"name,attr"`
				Class   string `xml:"classname,attr"`
				Time    string `xml:"time,attr"`
				Failure *struct {
					Message string `xml:"message,attr"`
					Text    string `xml:",chardata"`
				} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(text, &got); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	s := got.Suite
	if s.Name != "locust-http send shop.yaml" || s.Tests != 2 || s.Failures != 1 || s.Time != "1.234" && s.Time != "1.235" {
		t.Errorf("suite %+v", s)
	}
	if c := s.Cases[0]; c.Name != "list" || c.Class != "browse" || c.Failure != nil || c.Time != "0.012" {
		t.Errorf("case %+v", c)
	}
	c := s.Cases[1]
	if c.Name != "pay\ufffd" || c.Class != "buy & sell" || c.Failure == nil || c.Failure.Message != "status: status 201: got 500\ufffd" {
		t.Fatalf("case %+v", c)
	}
	want := "POST http://h/pay: 500\nGET http://h/gone\ufffd\nextract token: nothing found\ncheck status 201: got 500"
	if c.Failure.Text != want {
		t.Errorf("failure %q, want %q", c.Failure.Text, want)
	}
}

func TestCheckExchange(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		filepath.Join(dir, "x.csv"):        `unknown ending ".csv"; use .json or .xml`,
		filepath.Join(dir, "x"):            `unknown ending ""`,
		filepath.Join(dir, "no", "x.json"): "there is no folder",
	} {
		if err := CheckExchange(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("CheckExchange(%s) = %v, want %q", path, err, want)
		}
		if err := ExchangeFile(path, "p", exchange()); err == nil {
			t.Errorf("%s was written", path)
		}
	}
}
