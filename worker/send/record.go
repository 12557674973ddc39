package send

import (
	"bytes"

	"github.com/locust-http/locust-http/load"
)

// Record is an attempt in full, for Send once; it copies. Call it after Do and before
// Redirect. Of the decoded body of the response it takes maxBody bytes; one that
// cannot be decoded is recorded as it came, with the reason as the message.
func (x *Exchange) Record(o Outcome, maxBody int) load.Attempt {
	a := load.Attempt{
		URL: string(x.appendURL(nil)), Status: o.Status,
		BytesIn: o.BytesIn, BytesOut: o.BytesOut, Timing: o.Timing,
		Class: o.Class, Message: o.Message, Fate: o.Fate,
	}
	x.recordRequest(&a)
	if x.status == 0 {
		return a
	}
	for name, value := range x.res.All() {
		a.ResponseHeader = append(a.ResponseHeader, load.Header{Name: string(name), Value: string(value)})
	}
	x.recordBody(&a, maxBody)
	return a
}

func (x *Exchange) recordRequest(a *load.Attempt) {
	req, body := &x.req, x.reqBody
	if x.frozen != nil {
		req, body = &x.frozen.req, x.frozen.body
	}
	a.Method = string(req.Method())
	a.RequestBody = bytes.Clone(body)
	for name, value := range req.All() {
		a.RequestHeader = append(a.RequestHeader, load.Header{Name: string(name), Value: string(value)})
	}
}

func (x *Exchange) recordBody(a *load.Attempt, maxBody int) {
	if x.discard || x.body == nil {
		return
	}
	body, err := x.Body()
	if err != nil {
		body = x.body.b
		if a.Class == "" {
			a.Message = err.Error()
		}
	}
	if len(body) > maxBody {
		body, a.Truncated = body[:maxBody], true
	}
	a.ResponseBody = bytes.Clone(body)
}
