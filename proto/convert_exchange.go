package proto

import (
	"fmt"
	"strings"
	"time"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

func exchangeToPB(x *load.Exchange) *pb.Exchange {
	return &pb.Exchange{
		Steps: each(x.Steps, stepExchangeToPB), Vars: valuesToPB(x.Vars), Log: each(x.Log, logLineToPB),
		Duration: int64(x.Duration), Ok: x.OK, Before: valuesToPB(x.Before),
	}
}

func exchangeFromPB(x *pb.Exchange) (*load.Exchange, error) {
	steps, err := eachChecked(x.GetSteps(), "steps", stepExchangeFromPB)
	if err != nil {
		return nil, err
	}
	vars, err := valuesFromPB(x.GetVars())
	if err != nil {
		return nil, err
	}
	before, err := valuesFromPB(x.GetBefore())
	if err != nil {
		return nil, err
	}
	return &load.Exchange{
		Steps: steps, Before: before, Vars: vars, Log: each(x.GetLog(), logLineFromPB),
		Duration: time.Duration(x.GetDuration()), OK: x.GetOk(),
	}, nil
}

func stepExchangeToPB(s load.StepExchange) *pb.StepExchange {
	return &pb.StepExchange{
		Transaction: s.Transaction, Step: spoken(s.Step), Attempts: each(s.Attempts, attemptToPB), Ok: s.OK,
		Class: string(s.Class), Message: spoken(s.Message), Latency: int64(s.Latency),
		Extracts: each(s.Extracts, extractToPB), Checks: each(s.Checks, checkToPB), Changed: valuesToPB(s.Changed),
		Place: spoken(s.Place), Stack: spoken(s.Stack), By: spoken(s.By), Skipped: spoken(s.Skipped),
	}
}

func stepExchangeFromPB(s *pb.StepExchange) (load.StepExchange, error) {
	attempts, err := eachChecked(s.GetAttempts(), "attempts", attemptFromPB)
	if err != nil {
		return load.StepExchange{}, err
	}
	extracts, err := eachChecked(s.GetExtracts(), "extracts", extractFromPB)
	if err != nil {
		return load.StepExchange{}, err
	}
	changed, err := valuesFromPB(s.GetChanged())
	if err != nil {
		return load.StepExchange{}, err
	}
	return load.StepExchange{
		Transaction: s.GetTransaction(), Step: s.GetStep(), Attempts: attempts, OK: s.GetOk(),
		Class: load.Class(s.GetClass()), Message: s.GetMessage(), Latency: time.Duration(s.GetLatency()),
		Extracts: extracts, Checks: each(s.GetChecks(), checkFromPB), Changed: changed,
		Place: s.GetPlace(), Stack: s.GetStack(), By: s.GetBy(), Skipped: s.GetSkipped(),
	}, nil
}

// spoken is s, which a target may have written, as protobuf takes it: valid UTF-8.
func spoken(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

func headerToPB(h load.Header) *pb.Label {
	return &pb.Label{Name: spoken(h.Name), Value: spoken(h.Value)}
}

func headerFromPB(h *pb.Label) load.Header {
	return load.Header{Name: h.GetName(), Value: h.GetValue()}
}

func attemptToPB(a load.Attempt) *pb.Attempt {
	return &pb.Attempt{
		Method: spoken(a.Method), Url: spoken(a.URL), RequestHeader: each(a.RequestHeader, headerToPB), RequestBody: a.RequestBody,
		Status: int64(a.Status), ResponseHeader: each(a.ResponseHeader, headerToPB), ResponseBody: a.ResponseBody,
		Truncated: a.Truncated, BytesIn: a.BytesIn, BytesOut: a.BytesOut, Timing: timingToPB(a.Timing),
		Class: string(a.Class), Message: spoken(a.Message), Fate: uint32(a.Fate),
		RequestSize: a.RequestSize,
	}
}

func attemptFromPB(a *pb.Attempt) (load.Attempt, error) {
	if a.GetFate() >= uint32(load.NumFates) {
		return load.Attempt{}, fmt.Errorf("unknown fate %d", a.GetFate())
	}
	return load.Attempt{
		Method: a.GetMethod(), URL: a.GetUrl(), RequestHeader: each(a.GetRequestHeader(), headerFromPB), RequestBody: a.GetRequestBody(),
		Status: int(a.GetStatus()), ResponseHeader: each(a.GetResponseHeader(), headerFromPB), ResponseBody: a.GetResponseBody(),
		Truncated: a.GetTruncated(), BytesIn: a.GetBytesIn(), BytesOut: a.GetBytesOut(), Timing: timingFromPB(a.GetTiming()),
		Class: load.Class(a.GetClass()), Message: a.GetMessage(), Fate: load.Fate(a.GetFate()),
		RequestSize: a.GetRequestSize(),
	}, nil
}

func timingToPB(t load.Timing) *pb.Timing {
	return &pb.Timing{Dns: int64(t.DNS), Connect: int64(t.Connect), Tls: int64(t.TLS), FirstByte: int64(t.FirstByte), Total: int64(t.Total)}
}

func timingFromPB(t *pb.Timing) load.Timing {
	return load.Timing{
		DNS: time.Duration(t.GetDns()), Connect: time.Duration(t.GetConnect()), TLS: time.Duration(t.GetTls()),
		FirstByte: time.Duration(t.GetFirstByte()), Total: time.Duration(t.GetTotal()),
	}
}

func extractToPB(e load.ExtractResult) *pb.ExtractResult {
	return &pb.ExtractResult{Name: e.Name, Found: e.Found, Value: valueToPB(e.Value)}
}

func extractFromPB(e *pb.ExtractResult) (load.ExtractResult, error) {
	v, err := valueFromPB(e.GetValue())
	return load.ExtractResult{Name: e.GetName(), Found: e.GetFound(), Value: v}, err
}

func checkToPB(c load.CheckResult) *pb.CheckResult {
	return &pb.CheckResult{Rule: spoken(c.Rule), Ok: c.OK, Warn: c.Warn, Actual: spoken(c.Actual), Place: spoken(c.Place)}
}

func checkFromPB(c *pb.CheckResult) load.CheckResult {
	return load.CheckResult{Rule: c.GetRule(), OK: c.GetOk(), Warn: c.GetWarn(), Actual: c.GetActual(), Place: c.GetPlace()}
}
