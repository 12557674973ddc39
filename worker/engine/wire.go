package engine

import (
	"sync"
	"sync/atomic"

	"github.com/locust-http/locust-http/worker/send"
)

// wire is the network of the users of one scene, or of setup, with the switch that cuts
// all of them off at once.
type wire struct {
	client *send.Client
	cut    atomic.Bool
	once   sync.Once
	off    chan struct{} // closed once cut is set
}

func newWire(o send.Options) *wire {
	return &wire{client: send.NewClient(o), off: make(chan struct{})}
}

// cutOff interrupts what is in flight. From then on user_stop takes other
// connections, which is why the mark comes first.
func (w *wire) cutOff() {
	w.cut.Store(true)
	w.once.Do(func() { close(w.off) })
	w.client.Interrupt()
}
