package main

import (
	"context"
	"errors"
	"os"
	"testing"
	"testing/synctest"
)

// untilEnd is work that ends with its context.
func untilEnd(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestDuring(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &interrupts{make(chan os.Signal, 3)}
		broken := errors.New("broken")
		if err := in.during(t.Context(), "interrupted", func(context.Context) error { return broken }); err != broken {
			t.Errorf("work that breaks: %v", err)
		}
		if err := in.during(t.Context(), "interrupted", func(context.Context) error { return nil }); err != nil {
			t.Errorf("work that is done: %v", err)
		}
		in.signals <- os.Interrupt
		err := in.during(t.Context(), "interrupted; nothing was sent", untilEnd)
		var e *exitError
		if !errors.As(err, &e) || e.code != codeInterrupted || e.Error() != "interrupted; nothing was sent" {
			t.Errorf("work that is interrupted: %#v", err)
		}
	})
}

// Work that comes to its end although it was interrupted is no success.
func TestDuringHeedsNoEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &interrupts{make(chan os.Signal, 3)}
		err := in.during(t.Context(), "interrupted", func(ctx context.Context) error {
			in.signals <- os.Interrupt
			<-ctx.Done()
			return nil
		})
		if err == nil {
			t.Error("an interrupted preparation goes on with the run")
		}
	})
}

// An order that is on its way is not cut off by the first Ctrl-C, which whoever follows
// the run gets to know of; the second ends it.
func TestDuringOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &interrupts{make(chan os.Signal, 3)}
		noted := 0
		note := func() { noted++ }
		err := in.duringOrder(t.Context(), "interrupted", note, func(ctx context.Context) error {
			in.signals <- os.Interrupt
			synctest.Wait()
			return ctx.Err()
		})
		if err != nil || noted != 1 || len(in.signals) != 1 {
			t.Errorf("one Ctrl-C: error %v, noted %d times, kept %d", err, noted, len(in.signals))
		}
		in.signals <- os.Interrupt // beside the one that was kept
		if err := in.duringOrder(t.Context(), "interrupted", note, untilEnd); exitCode(err) != codeInterrupted || noted != 2 {
			t.Errorf("two: error %v, noted %d times", err, noted)
		}
	})
}

func exitCode(err error) int {
	var e *exitError
	if errors.As(err, &e) {
		return e.code
	}
	return codeOK
}
