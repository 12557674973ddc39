package scripting

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

// A frame goes from user to user; nothing of one that had it reaches the next.
func TestFramesOfOthersAreEmpty(t *testing.T) {
	p := program(t, Config{}, map[string]string{"script": `
function before(req, user) check(req.name .. " " .. user.id, true) end
function after(res, user)
  check(res.status .. " " .. res:json("$.token") .. " " .. user.id, true)
  if user.id == 2 then pcall(metric, "one_too_many", 1) fail("of the second") end
  if user.id == 3 then pcall(metric, "one_too_many", 1) error("of the third") end
  if user.id == 0 then error("of the first") end
end`})
	script := p.Script("script")
	classes := [4]load.Class{load.ClassLuaError, "", load.ClassCheck, load.ClassLuaLimit}
	for round := range 3 {
		for id := range int64(4) {
			h := newFakeHost()
			h.who.ID = id
			h.request.name, h.response.status = fmt.Sprint("r", id), 200+int(id)
			h.response.body = fmt.Sprintf(`{"token": "t%d"}`, id)
			s := p.NewState(h, [2]uint64{})
			_, f := s.Call(Before, script, nil, false)
			if f == nil {
				_, f = s.Call(After, script, nil, false)
			}
			var class load.Class
			if f != nil {
				class = f.Class
			}
			if class != classes[id] {
				t.Errorf("round %d, user %d: %+v", round, id, f)
			}
			got, want := fmt.Sprint(h.checks), fmt.Sprintf("[{r%d %d true  } {%d t%d %d true  }]", id, id, 200+id, id, id)
			if got != want {
				t.Errorf("round %d: %s, want %s", round, got, want)
			}
		}
	}
	if all := len(p.watch.shards[0].all); all != 1 {
		t.Fatalf("%d frames: nothing was used again", all)
	}
}

// Too much memory ends also the calls that wait for the Host, and none that is over.
func TestAllCallsAreEnded(t *testing.T) {
	w := newWatch(time.Second, 0)
	w.awake.Store(true) // so that it stays away
	p := program(t, Config{}, map[string]string{"script": ""})
	s := p.NewState(newFakeHost(), [2]uint64{})
	runs, waits, over := w.begin(s), w.begin(s), w.begin(s)
	waits.pause()
	over.release()
	w.endAll(causeHeap)
	waits.resume()
	if runs.Err() != causes[causeHeap] || waits.Err() != causes[causeHeap] || over.Err() != nil {
		t.Error(runs.Err(), waits.Err(), over.Err())
	}
	for _, f := range []*frame{runs, waits} {
		if why, _, _ := f.release(); why != causeHeap {
			t.Error(why)
		}
		f.begin(s)
		if f.Err() != nil || f.over() {
			t.Error("the next call in that frame has ended before it began")
		}
	}
}

// A call may end by itself at the very moment at which it is ended. Whichever comes first,
// the next call in its frame knows nothing of it.
func TestCallsThatEndAsTheyAreEnded(t *testing.T) {
	w := newWatch(time.Second, 0)
	w.awake.Store(true)
	p := program(t, Config{}, map[string]string{"script": ""})
	s := p.NewState(newFakeHost(), [2]uint64{})
	stop := make(chan struct{})
	var ends sync.WaitGroup
	for range 2 {
		ends.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					w.endAll(causeHeap)
				}
			}
		})
	}
	for i := 0; i < 20000; i++ {
		f := w.begin(s)
		f.pause()
		f.resume()
		mine := i%3 == 0 && f.end(causeFailure, &Failure{})
		why, failure, _ := f.release()
		if mine != (why == causeFailure) || mine != (failure != nil) || why != causeNone && why != causeFailure && why != causeHeap {
			t.Errorf("ended by itself: %v; cause %v, failure %v", mine, why, failure)
		}
		select {
		case <-f.done:
			t.Fatal("the frame was not made ready")
		default:
		}
		f.shard.put(f)
	}
	close(stop)
	ends.Wait()
}
