package main

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/locust-http/locust-http/cmd/locust-http/internal/terminal"
	"github.com/locust-http/locust-http/load"
)

// fakeRun is a run that ends when it is stopped in the way endsAt names.
type fakeRun struct {
	endsAt  string
	orders  []string
	done    chan struct{}
	obeying chan struct{} // receives after each order
}

func newFakeRun(endsAt string) *fakeRun {
	return &fakeRun{endsAt: endsAt, done: make(chan struct{}), obeying: make(chan struct{}, 3)}
}

func (f *fakeRun) order(o string) {
	f.orders = append(f.orders, o)
	if o == f.endsAt {
		close(f.done)
	}
	f.obeying <- struct{}{}
}

func (f *fakeRun) Progress() terminal.Progress {
	return terminal.Progress{State: load.StateRunning}
}

func (f *fakeRun) Stop(now bool) {
	if now {
		f.order("now")
	} else {
		f.order("gracefully")
	}
}

func (f *fakeRun) Done() <-chan struct{}         { return f.done }
func (f *fakeRun) Result() (*load.Result, error) { return &load.Result{}, nil }

// Each Ctrl-C asks for more than the one before, and the run is waited for until it
// has ended, or until it clearly does not.
func TestFollowInterrupts(t *testing.T) {
	for _, c := range []struct {
		endsAt string
		want   []string
		says   string
	}{
		{"gracefully", []string{"gracefully"}, "stopping; press Ctrl-C again to stop now"},
		{"now", []string{"gracefully", "now"}, "stopping now; press Ctrl-C again to kill"},
		{"kill", []string{"gracefully", "now", "kill"}, "killed"},
		{"never", []string{"gracefully", "now", "kill"}, "did not end in time"},
	} {
		t.Run(c.endsAt, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var shown bytes.Buffer
				run := newFakeRun(c.endsAt)
				in := &interrupts{make(chan os.Signal, 3)}
				ended := make(chan bool)
				go func() {
					ended <- follow(run, &terminal.Screen{Out: &shown}, true, in, func() { run.order("kill") })
				}()
				for range c.want {
					in.signals <- os.Interrupt
					<-run.obeying
				}
				if interrupted := <-ended; !interrupted {
					t.Error("an interrupted run counts as one that ended by itself")
				}
				if !slices.Equal(run.orders, c.want) {
					t.Errorf("orders %v, want %v", run.orders, c.want)
				}
				if !strings.Contains(shown.String(), c.says) {
					t.Errorf("it said %q, want %q", shown.String(), c.says)
				}
			})
		})
	}
}

func TestFollowToTheEnd(t *testing.T) {
	run := newFakeRun("")
	close(run.done)
	if follow(run, &terminal.Screen{Out: &bytes.Buffer{}}, false, &interrupts{make(chan os.Signal)}, func() { t.Error("killed") }) {
		t.Error("a run that ended by itself counts as interrupted")
	}
}

// Lines of a child come out whole, one by one, safe, however they arrive.
func TestPrefixed(t *testing.T) {
	var b bytes.Buffer
	p := &prefixed{to: &b, prefix: "x: "}
	for _, part := range []string{"on", "e\ntwo\r\n\x1b[31mthr", "ee\nfour"} {
		if n, err := p.Write([]byte(part)); n != len(part) || err != nil {
			t.Fatal(n, err)
		}
	}
	p.flush()
	p.flush()
	if want := "x: one\nx: two\nx: \\x1b[31mthree\nx: four\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
	if got := p.obituary(errors.New("exit status 1")).Error(); got != "exit status 1: one\ntwo\r\n\x1b[31mthree\nfour" {
		t.Errorf("obituary %q", got)
	}
}

// A child that never ends a line cannot fill the memory.
func TestPrefixedBound(t *testing.T) {
	var b bytes.Buffer
	p := &prefixed{to: &b}
	for range 100 {
		p.Write(bytes.Repeat([]byte("x"), 10_000))
	}
	if len(p.rest) >= maxLogLine || len(p.tail) > maxTail {
		t.Errorf("%d bytes of a line and %d of the end are kept", len(p.rest), len(p.tail))
	}
	p.flush()
	if n := strings.Count(b.String(), "x"); n != 1_000_000 {
		t.Errorf("%d of 1,000,000 bytes came out", n)
	}
}
