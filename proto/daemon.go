package proto

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

var _ load.Daemon = (*Client)(nil)

// errNoDaemon is the answer of what has nobody who looks after it: the engine of a run.
var errNoDaemon = errors.New("this worker is no daemon")

// errOlder is what a worker is told to be that speaks the protocol, but was built before
// this call was.
var errOlder = errors.New("the worker is of an older version, which cannot do this")

func (s *Server) daemon(protocol int64) (load.Daemon, error) {
	if err := checkProtocol(protocol); err != nil {
		return nil, err
	}
	d, ok := s.worker.(load.Daemon)
	if !ok {
		return nil, errNoDaemon
	}
	return d, nil
}

// Inspect says how the process was set up, and what its log has.
func (s *Server) Inspect(ctx context.Context, r *pb.InspectRequest) (*pb.InspectReply, error) {
	d, err := s.daemon(r.GetProtocol())
	var i *load.Inspection
	if err == nil {
		i, err = d.Inspect(ctx, load.LogQuery{After: r.GetAfter(), Level: r.GetLevel(), Limit: int(min(r.GetLimit(), load.MaxDaemonLines))})
	}
	if err != nil {
		return &pb.InspectReply{Outcome: &pb.InspectReply_Fault{Fault: faultToPB(err)}}, nil
	}
	return &pb.InspectReply{Outcome: &pb.InspectReply_Inspection{Inspection: inspectionToPB(i)}}, nil
}

// Drain makes the worker finish what it has, and end.
func (s *Server) Drain(ctx context.Context, r *pb.DrainRequest) (*pb.DrainReply, error) {
	d, err := s.daemon(r.GetProtocol())
	if err == nil {
		err = d.Drain(ctx)
	}
	if err != nil {
		return &pb.DrainReply{Outcome: &pb.DrainReply_Fault{Fault: faultToPB(err)}}, nil
	}
	return &pb.DrainReply{Outcome: &pb.DrainReply_Done{Done: &pb.Empty{}}}, nil
}

// Inspect asks the worker's process about itself.
func (c *Client) Inspect(ctx context.Context, q load.LogQuery) (*load.Inspection, error) {
	reply, err := retry(ctx, c, func() (*pb.InspectReply, error) {
		r := &pb.InspectRequest{Protocol: load.Protocol, After: q.After, Level: q.Level, Limit: int64(q.Limit)}
		return known(pb.NewWorkerClient(c.link.shared()).Inspect(ctx, r, grpc.WaitForReady(c.link.network())))
	})
	if err != nil {
		return nil, fmt.Errorf("inspect worker: %w", err)
	}
	if f := reply.GetFault(); f != nil {
		return nil, faultFromPB(f)
	}
	return inspectionFromPB(reply.GetInspection()), nil
}

// Drain tells the worker to finish what it has, and to end. To say so twice changes
// nothing, so it is repeated until it is answered or ctx ends.
func (c *Client) Drain(ctx context.Context) error {
	reply, err := retry(ctx, c, func() (*pb.DrainReply, error) {
		return known(pb.NewWorkerClient(c.link.shared()).Drain(ctx, &pb.DrainRequest{Protocol: load.Protocol}, grpc.WaitForReady(c.link.network())))
	})
	if err != nil {
		return fmt.Errorf("drain worker: %w", err)
	}
	if f := reply.GetFault(); f != nil {
		return faultFromPB(f)
	}
	return nil
}

// known words the error of a worker that does not know the call: that it is a worker of
// locust-http is sure, since others are not asked.
func known[T any](reply T, err error) (T, error) {
	if status.Code(err) == codes.Unimplemented {
		return reply, status.Error(codes.InvalidArgument, errOlder.Error())
	}
	return reply, err
}
