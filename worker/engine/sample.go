package engine

import (
	"maps"
	"time"

	"github.com/locust-http/locust-http/load"
)

// count counts a failure of s and keeps it as a sample where one is wanted.
func (u *user) count(s *step, f failure) {
	if f.class == load.ClassCheck { // scripts put into names of checks what they like
		f.rule = load.Clip(u.run.mask.text(f.rule), maxRule)
	}
	at := u.run.elapsed()
	if s.row == nil || !u.run.rec.Fail(s.row, f.class, f.rule, at) {
		return
	}
	u.run.rec.Keep(s.row, f.class, f.rule, u.sample(s, f, at))
}

// sample is a failure as it happened at a run time, with everything secret masked.
func (u *user) sample(s *step, f failure, at time.Duration) load.Sample {
	m := u.run.mask
	sample := load.Sample{
		At:        at,
		User:      u.scope.User,
		Iteration: u.scope.Iteration,
		Worker:    u.run.job.Worker,
		Message:   m.text(f.message),
		Place:     f.place,
		Stack:     load.Clip(m.text(f.stack), 4*load.MaxMessage),
		Vars:      m.vars(u.variables(), load.MaxSampleVars),
	}
	if s.plan.Request == nil || u.kit == nil || !u.kit.sent {
		return sample
	}
	// A secret at the edge is masked whole, and cut then.
	a := u.kit.exchange.Record(u.kit.outcome, load.MaxSampleBody+m.longest)
	m.attempt(&a, true)
	sample.Status = a.Status
	sample.Request = &load.SampleRequest{
		Method: a.Method, URL: load.Clip(a.URL, load.MaxSampleHead),
		Header: clipHeader(a.RequestHeader), Body: clipBody(a.RequestBody), BodySize: a.RequestSize,
	}
	if a.Status != 0 {
		sample.Response = &load.SampleResponse{
			Status: a.Status, Header: clipHeader(a.ResponseHeader), Body: clipBody(a.ResponseBody),
			BodySize: u.kit.bodySize(&a),
		}
	}
	return sample
}

// bodySize is how large the body of a response was, as far as it was read.
func (k *kit) bodySize(a *load.Attempt) int64 {
	if body, err := k.exchange.Body(); err == nil && len(body) > 0 {
		return int64(len(body))
	}
	return int64(len(a.ResponseBody))
}

// clipHeader is as many lines as a sample has room for.
func clipHeader(lines []load.Header) []load.Header {
	room := load.MaxSampleHead
	for i := range lines {
		h := &lines[i]
		if room -= len(h.Name) + len(h.Value); room < 0 {
			h.Value = load.Clip(h.Value, max(0, len(h.Value)+room))
			return lines[:i+1]
		}
		h.Name, h.Value = load.Clip(h.Name, len(h.Name)), load.Clip(h.Value, len(h.Value))
	}
	return lines
}

func clipBody(b []byte) []byte { return b[:min(len(b), load.MaxSampleBody)] }

// variables is all that u has: variables beyond the plan's constants, those that only
// scripts know, and its rows as source.column.
func (u *user) variables() map[string]load.Value {
	vars := make(map[string]load.Value)
	p := u.run.program
	for slot, value := range u.scope.Vars {
		if value.Kind != load.Unset {
			vars[p.Vars[slot]] = value
		}
	}
	if u.lua != nil {
		maps.Copy(vars, u.lua.extra)
		maps.DeleteFunc(vars, func(_ string, v load.Value) bool { return v.Kind == load.Unset })
	}
	for i, values := range u.scope.Rows {
		for column, value := range values {
			if value.Kind != load.Unset {
				vars[p.Data[i].Source.Name+"."+u.run.columns[i][column]] = value
			}
		}
	}
	return vars
}
