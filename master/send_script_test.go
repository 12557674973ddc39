package master_test

import (
	"context"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
)

// What scripts said and did comes with the answer: where, by which calls, and by whom.
func TestSendOnceOfScripts(t *testing.T) {
	inStore(t, func(h *house, workers []*keeper) {
		workers[0].onSend = func(context.Context, load.SendRequest) (*load.Exchange, error) {
			return &load.Exchange{
				Steps: []load.StepExchange{
					{Transaction: "buy", Step: "pay", Class: load.ClassLuaError, Message: "boom", Place: "plan.yaml:33", Stack: "plan.yaml:33: in f\nplan.yaml:40: in main"},
					{Transaction: "buy", Step: "token", OK: true, By: "plan.yaml:41", Checks: []load.CheckResult{{Rule: "has id", OK: true, Place: "plan.yaml:42"}}},
					{Transaction: "buy", Step: "receipt", OK: true, Skipped: "the cart is empty"},
				},
				Log: []load.LogLine{{Level: "info", Message: "cart: 3", Place: "plan.yaml:12"}},
			}, nil
		}
		var x struct {
			Steps []struct {
				OK                        bool
				Class, Message            string
				Place, Stack, By, Skipped string
				Checks                    []struct{ Rule, Place string }
				Attempts, Extracts        []any
			}
			Log []struct{ Level, Message, Place string }
		}
		order := master.Order{Inline: json.RawMessage(body(shop))}
		h.want(200, &x, "POST", "/api/v1/send", body(master.SendOnce{Order: order, Worker: "w0"}))
		if len(x.Steps) != 3 || len(x.Log) != 1 {
			t.Fatalf("%+v", x)
		}
		s := x.Steps
		got := []string{
			s[0].Class, s[0].Message, s[0].Place, s[0].Stack, s[1].By, s[1].Checks[0].Rule, s[1].Checks[0].Place, s[2].Skipped,
			x.Log[0].Level, x.Log[0].Message, x.Log[0].Place,
		}
		want := []string{
			"lua_error", "boom", "plan.yaml:33", "plan.yaml:33: in f\nplan.yaml:40: in main", "plan.yaml:41", "has id", "plan.yaml:42", "the cart is empty",
			"info", "cart: 3", "plan.yaml:12",
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %q\nwant %q", got, want)
		}
	})
}
