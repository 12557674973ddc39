//go:build !race

package engine

import (
	"io"
	"log"

	"github.com/myzhan/boomer"
)

// pool is boomer, used as a pool of goroutines and nothing more; this is the only
// file that knows it. What its source at the pinned version forces:
//
//   - Its goroutines all start at once whatever its spawn rate, so our gate is its
//     RateLimiter and who plays when is decided by our queue.
//   - Quit before all goroutines run panics or is lost, so the gate waits for all of
//     them first; Quit twice panics, so stop is called once (crowd owns it).
//   - Nothing says when its goroutines have ended, so the gate counts them out.
//   - It recovers panics of a task to stderr; a turn never panics (see user.play).
//   - It races with itself on Quit (an unguarded counter), so builds with the race
//     detector use the twin in pool_twin.go behind the same gate.
type pool struct {
	gate   *gate
	boomer *boomer.Boomer
	done   chan struct{} // closed when Run has returned
}

func startPool(size int, turn func(*seat)) *pool {
	p := &pool{
		gate:   newGate(size),
		boomer: boomer.NewStandaloneBoomer(size, float64(size)).WithLogger(log.New(io.Discard, "", 0)),
		done:   make(chan struct{}),
	}
	p.boomer.SetRateLimiter(p.gate)
	task := &boomer.Task{Name: "user", Weight: 1, Fn: func() {
		s := p.gate.seat()
		turn(s)
		p.gate.free(s)
	}}
	go func() {
		defer close(p.done)
		p.boomer.Run(task)
	}()
	<-p.gate.full
	return p
}

// stop ends the pool. The queue must be closed already, or goroutines that wait
// there never come back to the gate.
func (p *pool) stop() {
	close(p.gate.closing)
	<-p.gate.empty
	p.boomer.Quit()
	<-p.done
}
