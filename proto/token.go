package proto

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

const bearer = "Bearer "

// token is the client's side: a credential of every call (RFC 6750, section 2.1).
type token string

// GetRequestMetadata adds the header.
func (t token) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": bearer + string(t)}, nil
}

// RequireTransportSecurity is false: within a private network a fleet may go without
// TLS, which is said aloud on the command line.
func (t token) RequireTransportSecurity() bool { return false }

// authorize compares the caller's token with the server's. The comparison takes the
// same time wherever they differ; the hashes make their lengths equal.
func (s *Server) authorize(ctx context.Context, method string) error {
	if s.o.Token == "" || strings.HasPrefix(method, "/grpc.health.v1.") {
		return nil
	}
	shown := metadata.ValueFromIncomingContext(ctx, "authorization")
	if len(shown) == 0 || !strings.HasPrefix(shown[0], bearer) {
		return status.Error(codes.Unauthenticated, "this worker wants a token and the caller showed none; start it with --token-file")
	}
	want, got := sha256.Sum256([]byte(s.o.Token)), sha256.Sum256([]byte(shown[0][len(bearer):]))
	if subtle.ConstantTimeCompare(want[:], got[:]) != 1 {
		return status.Error(codes.Unauthenticated, "this worker has another token than the caller")
	}
	return nil
}

func (s *Server) checkUnary(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if err := s.authorize(ctx, info.FullMethod); err != nil {
		return nil, err
	}
	return next(ctx, req)
}

func (s *Server) checkStream(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	if err := s.authorize(stream.Context(), info.FullMethod); err != nil {
		return err
	}
	return next(srv, stream)
}
