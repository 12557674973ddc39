package load

import "context"

// RowRange is the rows From ≤ row < To of a data file; rows are counted from 0.
type RowRange struct{ From, To int64 }

// Len is how many rows r has.
func (r RowRange) Len() int64 { return max(0, r.To-r.From) }

// DataState is where one worker stands with a data file whose rows are unique. It is
// in every report while the run lasts: a state, not a difference, so a lost or
// repeated report changes nothing.
//
// At the start of a run the rows are dealt out without a message: every worker knows
// from its Index and Of which are its own. One that has run dry asks (Ask); the master
// takes rows back from others (Dealer.Yield) and gives them on (Dealer.Grant). A row is
// never with two workers, and never given to two users within one round.
type DataState struct {
	Source string
	Rows   int64  // of the file
	Round  int    // 0, or with at_end: loop how often the file has been started again
	Given  int64  // rows given to users, in all rounds
	Left   int64  // rows that this worker may still give in this round
	Ask    uint64 // number of its request for rows that is open; 0: none
}

// Grant answers a worker's request for rows: with rows, or with the word that there
// are none. A second grant with the same Ask changes nothing.
type Grant struct {
	Source string
	Ask    uint64
	Round  int // of the rows; above the worker's own: a new round begins for it
	Ranges []RowRange
	// Exhausted: no worker that can be asked has rows left in the plan's only round.
	// What at_end says now happens.
	Exhausted bool
}

// Dealer is a Session that deals unique rows. Every session of a worker that may
// share data files with others implements it.
type Dealer interface {
	// Yield takes up to n rows of a source away from the worker, from the far end of
	// those that it has not given to a user, and says which. The worker will not give
	// them; from now on they belong to the caller.
	Yield(ctx context.Context, source string, n int64) ([]RowRange, error)

	// Grant answers the worker's open request.
	Grant(ctx context.Context, g Grant) error
}
