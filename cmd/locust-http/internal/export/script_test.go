package export

import (
	"bytes"
	"encoding/xml"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// scriptedSuite is what of a JUnit file scripts have a say in.
type scriptedSuite struct {
	Suite struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Skipped  int `xml:"skipped,attr"`
		Cases    []struct {
			Name    string `xml:"name,attr"`
			Failure *struct {
				Message string `xml:"message,attr"`
				Text    string `xml:",chardata"`
			} `xml:"failure"`
			Skipped *struct {
				Message string `xml:"message,attr"`
			} `xml:"skipped"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

func scriptedJUnit(t *testing.T, x *load.ExchangeResult) scriptedSuite {
	t.Helper()
	var b bytes.Buffer
	if err := exchangeJUnit(&b, "shop.yaml", x); err != nil {
		t.Fatal(err)
	}
	var got scriptedSuite
	if err := xml.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestExchangeJUnitOfScripts(t *testing.T) {
	got := scriptedJUnit(t, &load.ExchangeResult{Steps: []load.StepExchangeResult{
		{Step: "pay", Class: load.ClassLuaError, Place: "plan.yaml:33", Message: "boom", Stack: "plan.yaml:33: in function 'f'\nscripts/a.lua:2: in main\n"},
		{Step: "list", Class: load.ClassCheck, Message: "has id", Checks: []load.CheckedResult{{Rule: "has id", Place: "plan.yaml:7", Actual: "got nil"}}},
		{Step: "POST /token", OK: true, By: "plan.yaml:40"},
		{Step: "receipt", OK: true, Skipped: "the cart is empty"},
	}}).Suite
	if got.Tests != 4 || got.Failures != 2 || got.Skipped != 1 {
		t.Fatalf("%d tests, %d failures, %d skipped", got.Tests, got.Failures, got.Skipped)
	}
	c := got.Cases
	if f := c[0].Failure; f.Message != "lua_error: plan.yaml:33: boom" || f.Text != "plan.yaml:33: in function 'f'\nscripts/a.lua:2: in main" {
		t.Errorf("a script that failed: %+v", f)
	}
	if f := c[1].Failure; f.Text != "check plan.yaml:7: has id: got nil" {
		t.Errorf("a check in Lua: %+v", f)
	}
	if c[2].Name != "POST /token (by plan.yaml:40)" || c[2].Failure != nil {
		t.Errorf("a request in Lua: %+v", c[2])
	}
	if s := c[3].Skipped; s == nil || s.Message != "the cart is empty" {
		t.Errorf("a skipped step: %+v", c[3])
	}
}

// What failed is a failure even where no step can be blamed for it.
func TestExchangeJUnitWithoutAStep(t *testing.T) {
	got := scriptedJUnit(t, &load.ExchangeResult{Log: []load.LogResult{{Level: "error", Place: "plan.yaml:3", Message: "boom"}}}).Suite
	if got.Failures != 1 || got.Cases[0].Failure.Text != "error: plan.yaml:3: boom" {
		t.Errorf("%+v", got)
	}
}
