package proto

import (
	"context"
	"errors"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

// Unique rows on the wire. A range that a worker has yielded belongs to the caller and
// to nobody else, so an answer must not be lost: the worker keeps it until it is
// confirmed, as with every command, and here what comes too late for its caller is
// kept for the next.

var errNoDealer = errors.New("this worker deals no rows")

var _ load.Dealer = (*session)(nil)

// Yield takes up to n rows of source from the worker. When ctx ends while the worker
// is at it, the next call for the same source gets the rows of this one, as many as
// were asked for here; only the end of the session loses them.
func (s *session) Yield(ctx context.Context, source string, n int64) ([]load.RowRange, error) {
	late, k := s.takeLate(source)
	if len(late) > 0 {
		return late, nil
	}
	if k == nil {
		k = &call{cmd: &pb.Command{Body: &pb.Command_Yield{Yield: &pb.Yield{Source: source, N: n}}}, answer: make(chan *pb.Answer, 1)}
		if err := s.submit(k); err != nil {
			return nil, err
		}
	}
	a, err := s.await(ctx, k, s.abandonYield)
	if err != nil {
		return nil, err
	}
	return rangesFromPB(a.GetRanges().GetRanges())
}

// abandonYield withdraws k if it was never sent; else its answer is kept when it comes.
func (s *session) abandonYield(k *call, why error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case a := <-k.answer: // it came at the same time
		s.keepLate(k, a)
		return why
	default:
	}
	if k.stream == 0 {
		delete(s.calls, k.cmd.Id)
	} else {
		k.late = true
	}
	return s.withTrouble(why)
}

// keepLate keeps what k has brought. mu is held.
func (s *session) keepLate(k *call, a *pb.Answer) {
	ranges, err := rangesFromPB(a.GetRanges().GetRanges())
	if err != nil || len(ranges) == 0 {
		return
	}
	source := k.cmd.GetYield().GetSource()
	s.late[source] = append(s.late[source], ranges...)
}

// takeLate is what is kept of source, or else a yield under way that nobody waits for.
func (s *session) takeLate(source string) ([]load.RowRange, *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if late := s.late[source]; len(late) > 0 {
		delete(s.late, source)
		return late, nil
	}
	for _, k := range s.calls {
		if k.late && k.cmd.GetYield().GetSource() == source {
			k.late = false
			return nil, k
		}
	}
	return nil, nil
}

// Grant answers the worker's open request.
func (s *session) Grant(ctx context.Context, g load.Grant) error {
	_, err := s.call(ctx, &pb.Command{Body: &pb.Command_Grant{Grant: grantToPB(g)}})
	return err
}

// yield carries out a yield at the worker's end.
func yield(ctx context.Context, inner load.Session, id uint64, y *pb.Yield) *pb.Answer {
	d, ok := inner.(load.Dealer)
	if !ok {
		return failed(id, errNoDealer)
	}
	ranges, err := d.Yield(ctx, y.GetSource(), y.GetN())
	if err != nil {
		return failed(id, err)
	}
	return &pb.Answer{Id: id, Outcome: &pb.Answer_Ranges{Ranges: &pb.Ranges{Ranges: each(ranges, rangeToPB)}}}
}

// grant carries out a grant at the worker's end.
func grant(ctx context.Context, inner load.Session, msg *pb.Grant) error {
	d, ok := inner.(load.Dealer)
	if !ok {
		return errNoDealer
	}
	g, err := grantFromPB(msg)
	if err != nil {
		return err
	}
	return d.Grant(ctx, g)
}
