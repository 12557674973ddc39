package send

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

func (f *fixture) wantInterrupted(o Outcome, fate load.Fate) {
	f.Helper()
	if !o.Interrupted || o.Class != "" || o.Message != "" || o.Fate != fate {
		f.Errorf("got %+v, want an interruption with fate %v", o, fate)
	}
}

func TestInterruptWhileWaiting(t *testing.T) {
	for _, mode := range []load.ConnectionMode{load.ConnPerUser, load.ConnShared, load.ConnPerRequest} {
		t.Run(string(mode), func(t *testing.T) {
			waiting := make(chan bool, 1)
			s := serve(t, func(p *peer) {
				if p.request(); mode != load.ConnPerRequest {
					p.say(ok)
					p.request()
				}
				waiting <- true
				p.wait()
			})
			f := newFixture(t, mode)
			if mode != load.ConnPerRequest {
				f.wantOK(f.get(s.url("/")), 200, "ok")
			}
			go func() {
				<-waiting
				f.client.Interrupt()
			}()
			begin := time.Now()
			f.wantInterrupted(f.get(s.url("/")), load.Sent)
			if took := time.Since(begin); took >= f.target.Total {
				t.Errorf("took %v", took)
			}
			f.wantInterrupted(f.get(s.url("/")), load.UnsentInterrupted)
			f.client.Interrupt() // a second one is harmless
		})
	}
}

func TestInterruptWhileDialing(t *testing.T) {
	dialing := make(chan bool)
	f := &fixture{T: t, client: NewClient(Options{
		Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			close(dialing)
			<-ctx.Done()
			return nil, ctx.Err()
		},
	})}
	f.conns = f.client.NewConns()
	defer f.conns.Close()
	go func() {
		<-dialing
		f.client.Interrupt()
	}()
	f.wantInterrupted(f.get("http://example.test/"), load.UnsentInterrupted)
}

func TestInterruptWhileShakingHands(t *testing.T) {
	accepted := make(chan bool)
	s := serve(t, func(p *peer) {
		close(accepted)
		p.wait()
	})
	f := newFixture(t, load.ConnPerUser)
	go func() {
		<-accepted
		f.client.Interrupt()
	}()
	f.wantInterrupted(f.get("https://"+s.Addr().String()), load.UnsentInterrupted)
}

func TestInterruptWhileWriting(t *testing.T) {
	accepted, stop := make(chan bool), make(chan bool)
	s := serve(t, func(p *peer) {
		close(accepted)
		<-stop
	})
	defer close(stop)
	f := newFixture(t, load.ConnPerUser)
	go func() {
		<-accepted
		f.client.Interrupt()
	}()
	f.wantInterrupted(f.do("POST", s.url("/"), make([]byte, 64<<20)), load.UnsentInterrupted)
}

// Interrupt against many users at any moment: every attempt ends, in one of the two
// ways that are allowed, and nothing is sent afterwards. Run it with -race.
func TestInterruptRace(t *testing.T) {
	for range 30 {
		s := serve(t, answer(ok))
		client := NewClient(Options{})
		var wg sync.WaitGroup
		begun := make(chan bool, 16)
		for range 16 {
			wg.Go(func() {
				conns := client.NewConns()
				defer conns.Close()
				var x Exchange
				target := Target{Total: time.Minute}
				for i := 0; ; i++ {
					if err := x.Start("GET", []byte(s.url("/"))); err != nil {
						t.Error(err)
						return
					}
					o := conns.Do(&x, &target)
					if i == 0 {
						begun <- true
					}
					if o.Interrupted {
						return
					}
					if o.Class != "" {
						t.Errorf("%+v", o)
						return
					}
				}
			})
		}
		<-begun
		client.Interrupt()
		wg.Wait()
		client.Close()
		s.stop()
	}
}
