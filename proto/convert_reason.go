package proto

import (
	"math"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

// Bounds of a reason that a worker gives. What is beyond them is left out.
const (
	maxReasons  = 4 // that one comes from
	reasonDepth = 2 // and those from others
	maxParams   = 8
	maxCode     = 64 // bytes of a code, or of the name of a parameter
)

func reasonToPB(r load.Reason) *pb.Reason {
	out := &pb.Reason{Code: r.Code, Text: spoken(r.Text), Params: make(map[string]*pb.Param, len(r.Params)), Of: each(r.Of, reasonToPB)}
	for name, v := range r.Params {
		switch v := v.(type) {
		case string:
			out.Params[name] = &pb.Param{Value: &pb.Param_Text{Text: spoken(v)}}
		case float64:
			out.Params[name] = &pb.Param{Value: &pb.Param_Number{Number: v}}
		}
	}
	return out
}

// abortFromPB is nil when the run may go on.
func abortFromPB(r *pb.Report) *load.Reason {
	switch {
	case r.GetAbort() == "":
		return nil
	case r.GetWhy().GetText() == "":
		return &load.Reason{Text: load.Clip(r.GetAbort(), load.MaxMessage)}
	}
	why := reasonFromPB(r.GetWhy(), reasonDepth)
	return &why
}

func reasonFromPB(r *pb.Reason, depth int) load.Reason {
	out := load.Reason{Code: load.Clip(r.GetCode(), maxCode), Text: load.Clip(r.GetText(), load.MaxMessage)}
	if of := r.GetOf(); depth > 0 {
		for _, x := range of[:min(len(of), maxReasons)] {
			out.Of = append(out.Of, reasonFromPB(x, depth-1))
		}
	}
	for name, v := range r.GetParams() {
		if len(out.Params) == maxParams {
			break
		}
		if out.Params == nil {
			out.Params = load.Params{}
		}
		switch v := v.GetValue().(type) {
		case *pb.Param_Text:
			out.Params[load.Clip(name, maxCode)] = load.Clip(v.Text, load.MaxMessage)
		case *pb.Param_Number:
			if !math.IsNaN(v.Number) { // JSON has none
				out.Params[load.Clip(name, maxCode)] = load.AddFinite(v.Number, 0)
			}
		}
	}
	return out
}
