package run

import (
	"fmt"
	"testing"

	"github.com/locust-http/locust-http/load"
)

// TestDealerBeginsEachRequestAnew: a worker that has used up a grant whose answer was
// lost asks again, and everybody with rows is asked for that request too.
func TestDealerBeginsEachRequestAnew(t *testing.T) {
	d := newDealer(source{"s", false}, 2)
	d.report(0, &load.DataState{Rows: 100, Given: 50, Ask: 1})
	d.report(1, &load.DataState{Rows: 100, Left: 50})
	d.next()
	d.yielded(1, []load.RowRange{{From: 75, To: 100}})
	if o := d.next(); o.grant == nil || o.grant.Ask != 1 {
		t.Fatalf("%+v, want a grant", o)
	}
	d.report(0, &load.DataState{Rows: 100, Given: 75, Ask: 2})
	d.granted(0, 1, false)
	if o := d.next(); !o.yield || o.to != 1 || o.n != 13 {
		t.Fatalf("%+v, want 13 rows of the other worker, which has 25", o)
	}
}

// TestDealerAsksWhoIsBack: a worker that was lost while it was asked for rows is asked
// again when it is back in time.
func TestDealerAsksWhoIsBack(t *testing.T) {
	d := newDealer(source{"s", false}, 3)
	d.report(0, &load.DataState{Rows: 100, Ask: 1})
	d.report(1, &load.DataState{Rows: 100, Left: 60})
	d.report(2, &load.DataState{Rows: 100, Left: 40})
	if o := d.next(); !o.yield || o.to != 1 {
		t.Fatalf("%+v, want rows of the second worker", o)
	}
	d.lose(1, true)
	d.unanswered(1)
	if o := d.next(); !o.yield || o.to != 2 {
		t.Fatalf("%+v, want rows of the third worker", o)
	}
	d.lose(1, false)
	d.yielded(2, nil)
	if o := d.next(); !o.yield || o.to != 1 {
		t.Fatalf("%+v, want rows of the second worker, which is back", o)
	}
}

// TestDealerFetchesLateAnswers: rows that a worker has given up, in an answer that nobody
// waited for, are fetched when it has no others any more; also for itself.
func TestDealerFetchesLateAnswers(t *testing.T) {
	for asks := range 2 {
		t.Run(fmt.Sprint(asks), func(t *testing.T) {
			d := newDealer(source{"s", false}, 2)
			d.report(0, &load.DataState{Rows: 10, Given: 5, Ask: 1})
			d.report(1, &load.DataState{Rows: 10, Left: 5})
			if o := d.next(); !o.yield || o.n != 3 {
				t.Fatalf("%+v", o)
			}
			d.lose(0, true) // its request is open: it asks again when it is back
			d.lose(1, true)
			d.unanswered(1)
			d.lose(1, false)
			d.lose(0, false)
			d.report(1, &load.DataState{Rows: 10, Given: 2})
			if asks == 0 {
				d.report(0, &load.DataState{Rows: 10, Given: 5, Ask: 1})
			} else {
				d.report(1, &load.DataState{Rows: 10, Given: 2, Ask: 1})
			}
			if o := d.next(); !o.yield || o.to != 1 {
				t.Fatalf("%+v, want the late answer of the second worker", o)
			}
			if err := d.yielded(1, []load.RowRange{{From: 7, To: 10}}); err != nil {
				t.Fatal(err)
			}
			if o := d.next(); o.grant == nil || o.to != asks || fmt.Sprint(o.grant.Ranges) != "[{7 10}]" {
				t.Fatalf("%+v, want rows 7 to 9 for worker %d", o, asks)
			}
			d.granted(asks, 1, true)
			if r := d.result(); r.Lost != 0 || r.Left != 3 {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestDealerRefusesRowsTwice(t *testing.T) {
	for _, rows := range [][]load.RowRange{{{From: 0, To: 2}, {From: 1, To: 3}}, {{From: 4, To: 5}, {From: 1, To: 2}, {From: 4, To: 5}}} {
		d := newDealer(source{"s", false}, 2)
		d.report(0, &load.DataState{Rows: 10, Ask: 1})
		d.report(1, &load.DataState{Rows: 10, Left: 10})
		d.next()
		if err := d.yielded(1, rows); err == nil || len(d.pool) > 0 {
			t.Errorf("%v was taken: %v", rows, d.pool)
		}
	}
}
