package proto

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/locust-http/locust-http/proto/internal/pb"
)

// What is too large to travel loses what can best be spared. Counts are never touched.

// slack is what the messages around a report or an exchange take.
const slack = 1 << 10

// fitReport takes the requests, responses, variables and stacks from samples that are too
// large, and from all of them when the report is.
func fitReport(r *pb.Report) (*pb.Report, error) {
	eachSample(r, func(s *pb.Sample) {
		if proto.Size(s) > maxSample {
			bare(s)
		}
	})
	size := proto.Size(r)
	if size > maxEvent-slack {
		eachSample(r, bare)
		size = proto.Size(r)
	}
	if size > maxEvent-slack {
		return nil, fmt.Errorf("report %d has %d MiB; at most %d", r.GetSeq(), size>>20, maxEvent>>20)
	}
	return r, nil
}

func eachSample(r *pb.Report, f func(*pb.Sample)) {
	for _, e := range r.Errors {
		for _, s := range e.Samples {
			f(s)
		}
	}
}

func bare(s *pb.Sample) { s.Request, s.Response, s.Vars, s.Stack = nil, nil, nil, "" }

// fitExchange shortens the largest bodies of x until it can travel.
func fitExchange(x *pb.Exchange) (*pb.Exchange, error) {
	for keep := 1 << 20; keep > slack; keep /= 4 {
		if proto.Size(x) <= maxExchange-slack {
			return x, nil
		}
		for _, step := range x.Steps {
			for _, a := range step.Attempts {
				if len(a.ResponseBody) > keep {
					a.ResponseBody, a.Truncated = a.ResponseBody[:keep], true
				}
				if len(a.RequestBody) > keep {
					a.RequestBody = a.RequestBody[:keep] // RequestSize says how long it was
				}
			}
		}
	}
	return nil, fmt.Errorf("the exchange has %d MiB without its bodies; at most %d", proto.Size(x)>>20, maxExchange>>20)
}
