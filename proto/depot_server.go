package proto

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

// storeStall is how long the sender of a file may be silent.
const storeStall = 30 * time.Second

var errNoDepot = errors.New("this worker keeps no files")

func (s *Server) depot(protocol int64) (load.Depot, error) {
	if err := checkProtocol(protocol); err != nil {
		return nil, err
	}
	d, ok := s.worker.(load.Depot)
	if !ok {
		return nil, errNoDepot
	}
	return d, nil
}

// Missing says which files the worker does not have.
func (s *Server) Missing(ctx context.Context, r *pb.MissingRequest) (*pb.MissingReply, error) {
	bits, err := s.missing(ctx, r)
	if err != nil {
		return &pb.MissingReply{Outcome: &pb.MissingReply_Fault{Fault: faultToPB(err)}}, nil
	}
	return &pb.MissingReply{Outcome: &pb.MissingReply_Missing{Missing: bits}}, nil
}

func (s *Server) missing(ctx context.Context, r *pb.MissingRequest) ([]byte, error) {
	d, err := s.depot(r.GetProtocol())
	if err != nil {
		return nil, err
	}
	files := each(r.GetFiles(), fileFromPB)
	missing, err := d.Missing(ctx, files)
	if err != nil {
		return nil, err
	}
	return bitsOf(files, missing), nil
}

// Store keeps one file.
func (s *Server) Store(stream grpc.ClientStreamingServer[pb.StoreRequest, pb.StoreReply]) error {
	first, err := stream.Recv()
	if err != nil {
		return err
	}
	if first.GetFile() == nil {
		return status.Error(codes.InvalidArgument, "the first message must say which file it is")
	}
	d, err := s.depot(first.GetProtocol())
	if err == nil {
		content := s.receive(stream)
		err = d.Store(stream.Context(), fileFromPB(first.GetFile()), content)
	}
	if stream.Context().Err() != nil {
		return stream.Context().Err() // nobody listens
	}
	if err != nil {
		return stream.SendAndClose(&pb.StoreReply{Outcome: &pb.StoreReply_Fault{Fault: faultToPB(err)}})
	}
	return stream.SendAndClose(&pb.StoreReply{Outcome: &pb.StoreReply_Done{Done: &pb.Empty{}}})
}

// receive is the content that comes on stream, for the time of the call. The goroutine
// that receives it takes one chunk ahead, no more, and ends with the call.
func (s *Server) receive(stream grpc.ClientStreamingServer[pb.StoreRequest, pb.StoreReply]) io.Reader {
	in := &incoming{ctx: stream.Context(), stopping: s.life.Done(), parts: make(chan part), stall: s.storeStall}
	s.tasks.Add(1)
	go func() {
		defer s.tasks.Done()
		for {
			m, err := stream.Recv()
			p := part{m.GetChunk(), err}
			if err == nil && (len(p.chunk) == 0 || len(p.chunk) > chunkSize) {
				p.err = fmt.Errorf("a chunk of %d bytes; at most %d", len(p.chunk), chunkSize)
			}
			select {
			case in.parts <- p:
			case <-stream.Context().Done():
				return
			}
			if p.err != nil {
				return
			}
		}
	}()
	return in
}

// incoming is a file on its way.
type incoming struct {
	ctx      context.Context
	stopping <-chan struct{}
	parts    chan part
	stall    time.Duration
	rest     []byte
	err      error
}

// part is a chunk, or how the stream ended: io.EOF in order.
type part struct {
	chunk []byte
	err   error
}

// Read implements io.Reader.
func (in *incoming) Read(b []byte) (int, error) {
	if len(in.rest) == 0 && in.err == nil {
		in.rest, in.err = in.next()
	}
	if in.err != nil {
		return 0, in.err
	}
	n := copy(b, in.rest)
	in.rest = in.rest[n:]
	return n, nil
}

func (in *incoming) next() ([]byte, error) {
	timer := time.NewTimer(in.stall)
	defer timer.Stop()
	select {
	case p := <-in.parts:
		return p.chunk, p.err
	case <-timer.C:
		return nil, fmt.Errorf("nothing came for %v", in.stall)
	case <-in.ctx.Done():
		return nil, in.ctx.Err()
	case <-in.stopping:
		return nil, errStopping
	}
}
