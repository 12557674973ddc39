package engine

import (
	"time"

	"github.com/locust-http/locust-http/plan"
	"github.com/locust-http/locust-http/worker/record"
	"github.com/locust-http/locust-http/worker/send"
)

// kit is what playing a user needs and a resting user does not: the exchange, the
// view of its response, and buffers. There are as many as users played at once.
type kit struct {
	exchange send.Exchange
	view     plan.View
	latency  time.Duration // of the response in view
	outcome  send.Outcome  // of the last attempt of the step, when there was one
	sent     bool          // there was one
	moved    traffic       // by the request in view
	files    []*bodyFile   // that the request reads
	parts    []send.BodyPart

	ownTarget bool // the proxy is of this attempt only
	proxy     *send.Proxy
	target    send.Target

	url    []byte
	header []byte
	body   []byte
}

func newKit() *kit { return new(kit) }

// build makes the request of r for one user. Files that it opens are let go by letGo.
func (k *kit) build(r *plan.Request, s *plan.Scope, f *files) error {
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
	if r.Parts != nil {
		return k.buildParts(r.Parts, s, f)
	}
	if r.HasBody {
		if k.body, err = r.AppendBody(k.body[:0], s); err != nil {
			return err
		}
		k.exchange.SetBody(k.body)
	}
	return nil
}

// buildParts makes a body that reads files.
func (k *kit) buildParts(parts []plan.Part, s *plan.Scope, f *files) error {
	// The bytes of all parts share one buffer, which may move while it grows: the
	// stretches are cut out of it at the end.
	k.body, k.parts = k.body[:0], k.parts[:0]
	for i := range parts {
		start := len(k.body)
		var err error
		if k.body, err = parts[i].Append(k.body, s); err != nil {
			return err
		}
		if !parts[i].File {
			k.parts = append(k.parts, send.BodyPart{Size: int64(len(k.body) - start)})
			continue
		}
		file, err := f.body(k.body[start:])
		if err != nil {
			return err
		}
		k.body = k.body[:start]
		k.files = append(k.files, file)
		k.parts = append(k.parts, file.part())
	}
	at := 0
	for i := range k.parts {
		if p := &k.parts[i]; p.File == nil {
			p.Bytes = k.body[at : at+int(p.Size)]
			at += int(p.Size)
		}
	}
	k.exchange.SetParts(k.parts)
	return nil
}

// done counts the request in view as one of s.
func (k *kit) done(s *step, fail failure) {
	s.row.Done(record.Outcome{
		Latency: k.latency, Failed: fail.class != "", Status: k.moved.status,
		BytesIn: k.moved.in, BytesOut: k.moved.out,
	})
}

// letGo ends the use of the request's files.
func (k *kit) letGo(f *files) {
	if len(k.files) == 0 {
		return
	}
	for _, file := range k.files {
		f.release(file)
	}
	clear(k.files)
	clear(k.parts)
	k.files, k.parts = k.files[:0], k.parts[:0]
}

// The methods of plan.Response: what extractors and checks read.

func (k *kit) Status() int                       { return k.exchange.Status() }
func (k *kit) Header(name string) ([]byte, bool) { return k.exchange.Header(name) }
func (k *kit) Headers(name string) []string      { return k.exchange.Headers(name) }
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
