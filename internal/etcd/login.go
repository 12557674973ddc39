package etcd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// authenticate is the one call that never carries a token.
const authenticate = "/etcdserverpb.Auth/Authenticate"

// link sits between etcd's client and the connection. It logs in, and remembers why
// etcd cannot be reached, which the client replaces by "context deadline exceeded".
//
// The client's own login sends the old token along when it asks for a new one. An
// etcd 3.4 that has restarted refuses that, and the client then calls itself without
// end. Here a login never carries a token.
type link struct {
	user, password string          // no user: no login
	life           context.Context // the client's; set before there is one

	mu      sync.Mutex
	token   string // empty: none, because there was no login yet or the server has no users
	known   bool   // token is what the last login gave
	running *attempt
	trouble string // why the last try to reach etcd failed; empty: it did not
}

// attempt is a login under way. Its outcome is read after done.
type attempt struct {
	done  chan struct{}
	token string
	err   error
}

func (l *link) options() []grpc.DialOption {
	// Chained interceptors run below those of etcd's client: at each of its tries.
	return []grpc.DialOption{grpc.WithChainUnaryInterceptor(l.unary), grpc.WithChainStreamInterceptor(l.stream)}
}

// unary sends the token along, and logs in again, once, when that is refused. What was
// refused for its token was not done, so it may be sent a second time.
func (l *link) unary(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	if l.user == "" || method == authenticate {
		return l.heard(invoke(ctx, method, req, reply, cc, opts...))
	}
	token, err := l.current(ctx, cc)
	if err != nil {
		return err
	}
	err = l.heard(invoke(withToken(ctx, token), method, req, reply, cc, opts...))
	if !refused(err) {
		return err
	}
	l.forget(token)
	if token, err = l.current(ctx, cc); err != nil {
		return err
	}
	if err = l.heard(invoke(withToken(ctx, token), method, req, reply, cc, opts...)); refused(err) {
		// Of another text than etcd's own, for which the client would try 100 times.
		return status.Errorf(codes.Unauthenticated, "etcd refuses a new login: %v", err)
	}
	return err
}

// stream logs in anew: the stream before ended for a reason, and what a stream says of
// a bad token differs between versions of etcd.
func (l *link) stream(ctx context.Context, desc *grpc.StreamDesc, cc *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	if l.user != "" {
		token, err := l.login(ctx, cc)
		if err != nil {
			return nil, err
		}
		ctx = withToken(ctx, token)
	}
	s, err := open(ctx, desc, cc, method, opts...)
	return s, l.heard(err)
}

func withToken(ctx context.Context, token string) context.Context {
	if token == "" {
		return ctx
	}
	return metadata.AppendToOutgoingContext(ctx, rpctypes.TokenFieldNameGRPC, token)
}

// refused says whether another token may help.
func refused(err error) bool {
	known := []error{rpctypes.ErrInvalidAuthToken, rpctypes.ErrAuthOldRevision, rpctypes.ErrUserEmpty}
	return err != nil && slices.ContainsFunc(known, func(k error) bool { return errors.Is(rpctypes.Error(err), k) })
}

// current is the token of the last login, or of a new one.
func (l *link) current(ctx context.Context, cc *grpc.ClientConn) (string, error) {
	l.mu.Lock()
	token, known := l.token, l.known
	l.mu.Unlock()
	if known {
		return token, nil
	}
	return l.login(ctx, cc)
}

// forget drops the token, unless there is another one already.
func (l *link) forget(token string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.token == token {
		l.token, l.known = "", false
	}
}

// login waits for the login that is under way, or starts one. That goes on when ctx
// ends: a slow one would never succeed otherwise, only be asked for again and again.
func (l *link) login(ctx context.Context, cc *grpc.ClientConn) (string, error) {
	l.mu.Lock()
	a := l.running
	if a == nil {
		a = &attempt{done: make(chan struct{})}
		l.running = a
		go l.try(a, cc) // ends with the client, at the latest
	}
	l.mu.Unlock()
	select {
	case <-a.done:
		return a.token, a.err
	case <-ctx.Done():
		return "", status.FromContextError(ctx.Err()).Err()
	}
}

func (l *link) try(a *attempt, cc *grpc.ClientConn) {
	defer close(a.done)
	err := within(l.life, loginTimeout, func(ctx context.Context) error {
		resp, err := pb.NewAuthClient(cc).Authenticate(ctx, &pb.AuthenticateRequest{Name: l.user, Password: l.password})
		a.token = resp.GetToken()
		return err
	})
	if errors.Is(rpctypes.Error(err), rpctypes.ErrAuthNotEnabled) {
		err = nil // everybody is welcome, without a token
	}
	a.err = err
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running = nil
	l.token, l.known = a.token, err == nil
}

// heard keeps why etcd was not reached, and returns err.
func (l *link) heard(err error) error {
	why := ""
	switch text := status.Convert(err).Message(); status.Code(err) {
	case codes.Unavailable:
		why = text
	case codes.DeadlineExceeded, codes.Canceled: // how waiting for a connection ends
		var found bool
		if _, why, found = strings.Cut(text, "latest balancer error: "); !found {
			return err // tells nothing
		}
	}
	if _, quoted, ok := strings.Cut(why, "desc = "); ok {
		if text, err := strconv.Unquote(quoted); err == nil {
			why = strings.TrimPrefix(text, "transport: Error while dialing: ")
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trouble = why
	return err
}

// explain adds to a timeout what was tried, and what came of it.
func (r *Registry) explain(err error) error {
	if !errors.Is(err, context.DeadlineExceeded) && status.Code(err) != codes.DeadlineExceeded {
		return err
	}
	r.link.mu.Lock()
	why := r.link.trouble
	r.link.mu.Unlock()
	if why != "" {
		why = ": " + why
	}
	hint := "is etcd running there? does it want TLS?"
	if r.cfg.TLS != nil || strings.HasPrefix(r.cfg.Endpoints[0], "https://") {
		hint = "is etcd running there, with TLS?"
	}
	return fmt.Errorf("%w: no answer from %s%s (%s)", err, strings.Join(r.cfg.Endpoints, ", "), why, hint)
}
