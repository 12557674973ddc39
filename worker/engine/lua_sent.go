package engine

import (
	"fmt"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/scripting"
	"github.com/locust-http/locust-http/worker/send"
)

// sentRequest is a request of a script as it was sent: it can be read only.
type sentRequest struct {
	reply *send.Reply
	name  string
}

var _ scripting.Request = (*sentRequest)(nil)

func (r *sentRequest) Method() string                            { return r.reply.Method() }
func (r *sentRequest) URL() string                               { return r.reply.URL() }
func (r *sentRequest) Path() string                              { return r.reply.RequestTarget() }
func (r *sentRequest) Name() string                              { return r.name }
func (r *sentRequest) Header(name string) (string, bool)         { return r.reply.RequestHeader(name) }
func (r *sentRequest) EachHeader(visit func(name, value string)) { r.reply.EachRequestHeader(visit) }
func (r *sentRequest) SetMethod(string) error                    { return errSent }
func (r *sentRequest) SetURL(string) error                       { return errSent }
func (r *sentRequest) SetPath(string) error                      { return errSent }
func (r *sentRequest) SetName(string) error                      { return errSent }
func (r *sentRequest) SetHeader(string, string) error            { return errSent }
func (r *sentRequest) DropHeader(string) error                   { return errSent }
func (r *sentRequest) SetBody([]byte) error                      { return errSent }
func (r *sentRequest) Skip(string) error                         { return errSent }

// Body is what was sent, where it was kept whole.
func (r *sentRequest) Body() ([]byte, error) {
	body := r.reply.RequestBody()
	if int64(len(body)) < r.reply.RequestSize {
		return nil, fmt.Errorf("the body that was sent has %d bytes: over %d are not kept", r.reply.RequestSize, load.MaxSampleBody)
	}
	return body, nil
}
