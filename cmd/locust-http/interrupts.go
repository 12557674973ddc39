package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// interrupts are the signals that ask this process to end. While a run is under way the
// first Ctrl-C ends gracefully, the second now, the third kills; what comes after that
// ends the process as if nobody listened.
type interrupts struct{ signals chan os.Signal }

func listenForInterrupts() *interrupts {
	i := &interrupts{make(chan os.Signal, 3)}
	signal.Notify(i.signals, os.Interrupt, syscall.SIGTERM)
	return i
}

func (i *interrupts) close() { signal.Stop(i.signals) }

// during does work that the first Ctrl-C ends, by the end of its context: what comes
// after that ends the process as if nobody listened. Work that was interrupted is an
// error of exit code 130 in these words, however it ended.
func (i *interrupts) during(ctx context.Context, words string, work func(context.Context) error) error {
	return i.guard(ctx, words, nil, work)
}

// duringOrder is during for work that should not be cut off, since nobody would know
// then what came of it: the first Ctrl-C is told by note and kept for whoever listens
// next, the second ends the work.
func (i *interrupts) duringOrder(ctx context.Context, words string, note func(), work func(context.Context) error) error {
	return i.guard(ctx, words, note, work)
}

func (i *interrupts) guard(ctx context.Context, words string, note func(), work func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done, cut := make(chan struct{}), make(chan bool)
	go func() { cut <- i.await(done, note, cancel) }()
	err := work(ctx)
	close(done)
	if <-cut {
		return &exitError{code: codeInterrupted, err: errors.New(words)}
	}
	return err
}

// await calls cancel at the Ctrl-C that ends the work, and says whether there was one
// before done was closed.
func (i *interrupts) await(done <-chan struct{}, note, cancel func()) bool {
	if note != nil {
		select {
		case first := <-i.signals:
			note()
			defer func() {
				select {
				case i.signals <- first:
				default: // others have come
				}
			}()
		case <-done:
			return false
		}
	}
	select {
	case <-i.signals:
		i.close()
		cancel()
		return true
	case <-done:
		return false
	}
}
