//go:build race

package engine

import "sync"

// pool is the twin of the boomer pool for builds with the race detector: the same
// loop behind the same gate.
type pool struct {
	gate *gate
	wg   sync.WaitGroup
}

func startPool(size int, turn func(*seat)) *pool {
	p := &pool{gate: newGate(size)}
	for range size {
		p.wg.Go(func() {
			for !p.gate.Acquire() {
				s := p.gate.seat()
				turn(s)
				p.gate.free(s)
			}
		})
	}
	<-p.gate.full
	return p
}

func (p *pool) stop() {
	close(p.gate.closing)
	<-p.gate.empty
	p.gate.Stop()
	p.wg.Wait()
}
