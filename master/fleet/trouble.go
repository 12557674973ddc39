package fleet

import (
	"errors"
	"fmt"

	"github.com/locust-http/locust-http/load"
)

// trouble is what is wrong with a worker: an error that the page can say in its language.
type trouble struct {
	error
	why load.Reason
}

func (t *trouble) Unwrap() error { return t.error }

// incompatible: it speaks another protocol.
func incompatible(theirs int) error {
	err := fmt.Errorf("%w: the worker speaks protocol %d, this master %d", load.ErrProtocol, theirs, load.Protocol)
	return &trouble{err, load.Reason{
		Code: load.WhyIncompatible, Params: load.Params{"theirs": float64(theirs), "ours": float64(load.Protocol)}, Text: err.Error(),
	}}
}

// unreached: it could not be connected to.
func unreached(n *load.Node, err error) error {
	doing := fmt.Sprintf("connect to worker %s at %s", n.ID, n.Address)
	return &trouble{fmt.Errorf("%s: %w", doing, err), load.Reason{
		Code: load.WhyConnect, Params: load.Params{"address": n.Address}, Text: doing, Of: []load.Reason{load.ReasonOf(err)},
	}}
}

// unanswering: it was asked in vain.
func unanswering(id string, err error) error {
	doing := fmt.Sprintf("worker %s does not answer", id)
	return &trouble{fmt.Errorf("%s: %w", doing, err), load.Reason{Code: load.WhyAsked, Text: doing, Of: []load.Reason{load.ReasonOf(err)}}}
}

// unlisted: its registration has run out, or was taken back.
func unlisted() load.Reason {
	return load.Reason{Code: load.WhyUnlisted, Text: "the registry lists it no more"}
}

// whyOf is what an error of a worker says.
func whyOf(err error) *load.Reason {
	var t *trouble
	if errors.As(err, &t) {
		return &t.why
	}
	why := load.ReasonOf(err)
	return &why
}
