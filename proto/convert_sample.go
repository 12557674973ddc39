package proto

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

// maxSample bounds one sample on its way, well above the sum of load's bounds: two
// bodies, two headers, a URL, variables, a message, and a place and stack, which are at
// most five messages long. Whoever keeps samples may rely on it, whatever a worker sends.
const maxSample = 2 * (2*load.MaxSampleBody + 3*load.MaxSampleHead + load.MaxSampleVars + 6*load.MaxMessage)

func sampleToPB(s load.Sample) *pb.Sample {
	return &pb.Sample{
		At: int64(s.At), User: s.User, Iteration: s.Iteration, Worker: s.Worker, Status: int64(s.Status), Message: spoken(s.Message),
		Request: sampleRequestToPB(s.Request), Response: sampleResponseToPB(s.Response), Vars: valuesToPB(s.Vars),
		Place: spoken(s.Place), Stack: spoken(s.Stack),
	}
}

func sampleFromPB(s *pb.Sample) (load.Sample, error) {
	if size := proto.Size(s); size > maxSample {
		return load.Sample{}, fmt.Errorf("%d bytes; at most %d", size, maxSample)
	}
	vars, err := valuesFromPB(s.GetVars())
	return load.Sample{
		At: time.Duration(s.GetAt()), User: s.GetUser(), Iteration: s.GetIteration(), Worker: s.GetWorker(), Status: int(s.GetStatus()), Message: s.GetMessage(),
		Request: sampleRequestFromPB(s.GetRequest()), Response: sampleResponseFromPB(s.GetResponse()), Vars: vars,
		Place: s.GetPlace(), Stack: s.GetStack(),
	}, err
}

func sampleRequestToPB(r *load.SampleRequest) *pb.SampleRequest {
	if r == nil {
		return nil
	}
	return &pb.SampleRequest{Method: spoken(r.Method), Url: spoken(r.URL), Header: each(r.Header, headerToPB), Body: r.Body, BodySize: r.BodySize}
}

func sampleRequestFromPB(r *pb.SampleRequest) *load.SampleRequest {
	if r == nil {
		return nil
	}
	return &load.SampleRequest{Method: r.GetMethod(), URL: r.GetUrl(), Header: each(r.GetHeader(), headerFromPB), Body: r.GetBody(), BodySize: r.GetBodySize()}
}

func sampleResponseToPB(r *load.SampleResponse) *pb.SampleResponse {
	if r == nil {
		return nil
	}
	return &pb.SampleResponse{Status: int64(r.Status), Header: each(r.Header, headerToPB), Body: r.Body, BodySize: r.BodySize}
}

func sampleResponseFromPB(r *pb.SampleResponse) *load.SampleResponse {
	if r == nil {
		return nil
	}
	return &load.SampleResponse{Status: int(r.GetStatus()), Header: each(r.GetHeader(), headerFromPB), Body: r.GetBody(), BodySize: r.GetBodySize()}
}
