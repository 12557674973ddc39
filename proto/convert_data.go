package proto

import (
	"fmt"
	"math"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

func dataStateToPB(d load.DataState) *pb.DataState {
	return &pb.DataState{Source: d.Source, Rows: d.Rows, Round: int64(d.Round), Given: d.Given, Left: d.Left, Ask: d.Ask}
}

func dataStateFromPB(d *pb.DataState) (load.DataState, error) {
	if d.GetRows() < 0 || d.GetGiven() < 0 || d.GetLeft() < 0 {
		return load.DataState{}, fmt.Errorf("%d rows, %d given, %d left", d.GetRows(), d.GetGiven(), d.GetLeft())
	}
	round, err := roundFromPB(d.GetRound())
	return load.DataState{Source: d.GetSource(), Rows: d.GetRows(), Round: round, Given: d.GetGiven(), Left: d.GetLeft(), Ask: d.GetAsk()}, err
}

func roundFromPB(round int64) (int, error) {
	if round < 0 || round > math.MaxInt32 {
		return 0, fmt.Errorf("round %d of a data file", round)
	}
	return int(round), nil
}

func grantToPB(g load.Grant) *pb.Grant {
	return &pb.Grant{Source: g.Source, Ask: g.Ask, Round: int64(g.Round), Ranges: each(g.Ranges, rangeToPB), Exhausted: g.Exhausted}
}

func grantFromPB(g *pb.Grant) (load.Grant, error) {
	round, err := roundFromPB(g.GetRound())
	if err != nil {
		return load.Grant{}, err
	}
	ranges, err := rangesFromPB(g.GetRanges())
	return load.Grant{Source: g.GetSource(), Ask: g.GetAsk(), Round: round, Ranges: ranges, Exhausted: g.GetExhausted()}, err
}

func rangeToPB(r load.RowRange) *pb.RowRange { return &pb.RowRange{From: r.From, To: r.To} }

// rangesFromPB refuses what would count rows below 0.
func rangesFromPB(ranges []*pb.RowRange) ([]load.RowRange, error) {
	return eachChecked(ranges, "ranges", func(r *pb.RowRange) (load.RowRange, error) {
		if r.GetFrom() < 0 || r.GetTo() < r.GetFrom() {
			return load.RowRange{}, fmt.Errorf("rows from %d to %d", r.GetFrom(), r.GetTo())
		}
		return load.RowRange{From: r.GetFrom(), To: r.GetTo()}, nil
	})
}
