package main

import (
	"io"
	"strings"
	"sync"

	"github.com/locust-http/locust-http/master"
)

// ownWorker is the worker that a master starts on its own machine when it is asked to: for
// those who try it, and for small loads. It ends with the master, or when it is drained.
type ownWorker struct {
	args []string
	log  io.Writer

	mu    sync.Mutex // guards child
	child *child     // nil: none was started
}

// start starts it; master.ErrHere when it is there already.
func (o *ownWorker) start() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.child != nil {
		select {
		case <-o.child.done:
		default:
			return master.ErrHere
		}
	}
	cmd, err := self(o.args...)
	if err != nil {
		return err
	}
	o.child, err = startChild("worker", cmd, o.log)
	return err
}

// end ends it, if it is there, and waits for that.
func (o *ownWorker) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.child != nil {
		o.child.end()
	}
}

// ownWorkerArgs are how it is called. Only this machine reaches it.
func (c *masterCommand) ownWorkerArgs(endpoints []string) []string {
	args := []string{"worker", "--until-eof", "--etcd", strings.Join(endpoints, ","), "--listen", "127.0.0.1:0", "--log-level", c.Level.String()}
	for _, f := range []struct{ name, value string }{
		{"token-file", c.TokenFile}, {"etcd-user", c.User}, {"etcd-password-file", c.PasswordFile}, {"etcd-ca", c.CA},
		{"etcd-cert", c.Cert}, {"etcd-key", c.Key}, {"etcd-prefix", c.Prefix},
	} {
		if f.value != "" {
			args = append(args, "--"+f.name, f.value)
		}
	}
	return args
}
