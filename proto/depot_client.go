package proto

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"google.golang.org/grpc"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

// chunkSize is how much of a file goes into one message.
const chunkSize = 256 << 10

var _ load.Depot = (*Client)(nil)

// Missing asks which of the files the worker does not have. It changes nothing, so it
// is repeated until it is answered or ctx ends.
func (c *Client) Missing(ctx context.Context, files []load.File) ([]load.File, error) {
	if len(files) == 0 {
		return nil, nil
	}
	msg := &pb.MissingRequest{Protocol: load.Protocol, Files: each(files, fileToPB)}
	if err := checkSize("list of files", msg); err != nil {
		return nil, err
	}
	reply, err := retry(ctx, c, func() (*pb.MissingReply, error) {
		return pb.NewWorkerClient(c.link.shared()).Missing(ctx, msg, grpc.WaitForReady(c.link.network()))
	})
	if err != nil {
		return nil, fmt.Errorf("ask worker which files are missing: %w", err)
	}
	if f := reply.GetFault(); f != nil {
		return nil, faultFromPB(f)
	}
	return pick(files, reply.GetMissing())
}

// pick is the files whose bit is set.
func pick(files []load.File, bits []byte) ([]load.File, error) {
	if len(bits) > (len(files)+7)/8 {
		return nil, fmt.Errorf("the worker speaks of %d files; it was asked for %d", 8*len(bits), len(files))
	}
	var out []load.File
	for i, f := range files {
		if i/8 < len(bits) && bits[i/8]>>(i%8)&1 == 1 {
			out = append(out, f)
		}
	}
	return out, nil
}

// bitsOf is the other way round: files that are in chosen have their bit set.
func bitsOf(files, chosen []load.File) []byte {
	in := make(map[load.File]bool, len(chosen))
	for _, f := range chosen {
		in[f] = true
	}
	bits := make([]byte, (len(files)+7)/8)
	for i, f := range files {
		if in[f] {
			bits[i/8] |= 1 << (i % 8)
		}
	}
	return bits
}

// Store sends one file. What content has been read of is on its way, so a reader that
// counts shows the progress. After a broken connection it begins again from where
// content stood, if that is an io.Seeker; else it fails, and may be called again.
func (c *Client) Store(ctx context.Context, f load.File, content io.Reader) error {
	rewind := func() error { return errNoRewind }
	if s, ok := content.(io.Seeker); ok {
		if start, err := s.Seek(0, io.SeekCurrent); err == nil {
			rewind = func() error {
				_, err := s.Seek(start, io.SeekStart)
				return err
			}
		}
	}
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		err := c.storeOnce(ctx, f, content)
		var broken *brokenStore
		if err == nil || !errors.As(err, &broken) || ctx.Err() != nil || rewind() != nil {
			return err
		}
		select {
		case <-time.After(jitter(pause)):
		case <-ctx.Done():
			return fmt.Errorf("%w (%w)", ctx.Err(), err)
		}
	}
}

var errNoRewind = errors.New("the content cannot be read again")

// brokenStore is a connection that broke while a file was on its way.
type brokenStore struct{ error }

func (b *brokenStore) Unwrap() error { return b.error }

// storeOnce sends f on one stream.
func (c *Client) storeOnce(ctx context.Context, f load.File, content io.Reader) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // a stream that is left half way ends: the worker keeps nothing
	stream, err := pb.NewWorkerClient(c.link.shared()).Store(ctx, grpc.WaitForReady(c.link.network()))
	if err != nil {
		return c.storeFailed(f, err)
	}
	if err := sendFile(stream, f, content); err != nil {
		return fmt.Errorf("send %s to worker: %w", f.Path, err)
	}
	reply, err := stream.CloseAndRecv() // also says why the worker did not want more
	if err != nil {
		return c.storeFailed(f, err)
	}
	if fault := reply.GetFault(); fault != nil {
		return faultFromPB(fault)
	}
	return nil
}

func (c *Client) storeFailed(f load.File, err error) error {
	err, fatal := c.link.explain(err)
	err = fmt.Errorf("send %s to worker: %w", f.Path, err)
	if fatal || !c.link.network() {
		return err
	}
	return &brokenStore{err}
}

// sendFile sends the file's name and its content, until the end of both or until the
// worker has ended the stream. An error is one of reading content.
func sendFile(stream grpc.ClientStreamingClient[pb.StoreRequest, pb.StoreReply], f load.File, content io.Reader) error {
	first := &pb.StoreRequest{Protocol: load.Protocol, Body: &pb.StoreRequest_File{File: fileToPB(f)}}
	if stream.Send(first) != nil {
		return nil // the reply has the reason
	}
	for left := f.Size; left > 0; {
		chunk := make([]byte, min(chunkSize, left)) // a new one: gRPC may look at it later
		n, err := io.ReadFull(content, chunk)
		left -= int64(n)
		if n > 0 && stream.Send(&pb.StoreRequest{Body: &pb.StoreRequest_Chunk{Chunk: chunk[:n]}}) != nil {
			return nil
		}
		switch {
		case err == nil:
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil // the worker refuses what is too short
		default:
			return err
		}
	}
	return nil
}
