package engine

import (
	"time"

	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/worker/send"
)

// kit is what playing a user needs and a resting user does not: the exchange, the
// view of its response, and buffers. There are as many as users played at once.
type kit struct {
	exchange send.Exchange
	view     plan.View
	latency  time.Duration // of the response in view
	url      []byte
	header   []byte
	body     []byte
}

func newKit() *kit { return new(kit) }

// build makes the request of r for one user.
func (k *kit) build(r *plan.Request, s *plan.Scope) error {
	var err error
	if k.url, err = r.AppendURL(k.url[:0], s); err != nil {
		return err
	}
	if err := k.exchange.Start(r.Method, k.url); err != nil {
		return err
	}
	for i := range r.Headers {
		h := &r.Headers[i]
		if k.header, err = h.Append(k.header[:0], s); err != nil {
			return err
		}
		k.exchange.AddHeader(h.Name, k.header)
	}
	if r.HasBody {
		if k.body, err = r.AppendBody(k.body[:0], s); err != nil {
			return err
		}
		k.exchange.SetBody(k.body)
	}
	return nil
}

// The methods of plan.Response: what extractors and checks read.

func (k *kit) Status() int                       { return k.exchange.Status() }
func (k *kit) Header(name string) ([]byte, bool) { return k.exchange.Header(name) }
func (k *kit) Cookie(name string) ([]byte, bool) { return k.exchange.Cookie(name) }
func (k *kit) Body() ([]byte, error)             { return k.exchange.Body() }
func (k *kit) Latency() time.Duration            { return k.latency }

// maxKept bounds the buffers that a kit keeps from one user to the next.
const maxKept = 64 << 10

// shed gives back what one large request or response has left behind.
func (k *kit) shed() {
	for _, b := range []*[]byte{&k.url, &k.header, &k.body} {
		if cap(*b) > maxKept {
			*b = nil
		}
	}
}
