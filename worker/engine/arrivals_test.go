package engine

import (
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

func rate(perSecond float64) load.Profile {
	return load.Profile{Model: load.ArrivalsModel, MaxUsers: 10, Stages: []load.Stage{{Target: perSecond, Jump: true}}}
}

// instants empties b and gives the instants of its starts.
func (b *backlog) instants() (out []time.Duration) {
	for {
		at, ok := b.oldest()
		if !ok {
			return out
		}
		out = append(out, at)
		b.take()
	}
}

func TestBacklogOverChanges(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct {
		name  string
		seen  time.Duration // run time at which the change comes
		at    time.Duration // from which it holds
		taken int           // starts that have begun until then
		want  int           // starts in all by 2 s
	}{
		{"ahead", 500 * ms, time.Second, 0, 100 + 11},
		{"ahead, served", 500 * ms, time.Second, 51, 100 + 11},
		{"now", 995 * ms, 995 * ms, 0, 100 + 10}, // the old one's at 990 ms; the new one's at 1095 ms
		{"late", time.Second, 500 * ms, 0, 101 + 10},
		{"late, served", time.Second, 500 * ms, 101, 101 + 10},
	} {
		var b backlog
		b.profiles(rate(100), 0)
		b.due(tt.seen)
		for range tt.taken {
			b.take()
		}
		if tt.at > tt.seen {
			b.due(tt.at - 1)
		}
		b.profiles(rate(10), tt.at)
		b.due(2 * time.Second)
		left := b.instants()
		if n := tt.taken + len(left); n != tt.want {
			t.Errorf("%s: %d starts in 2 s, want %d", tt.name, n, tt.want)
		}
		for i, at := range left {
			if at > 2*time.Second || i > 0 && at <= left[i-1] {
				t.Errorf("%s: start %d of %d waits for %v", tt.name, i, len(left), at)
				break
			}
		}
	}
}

func TestBacklogOfAMillionTakesNoMemory(t *testing.T) {
	var b backlog
	b.profiles(rate(1e6), 0)
	if n := testing.AllocsPerRun(1, func() { b.due(time.Second) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if n := b.size(); n != 1_000_001 {
		t.Errorf("%d starts wait", n)
	}
	if n := b.expire(3*time.Second, time.Second); n != 1_000_001 || b.size() != 0 {
		t.Errorf("%d expired, %d left", n, b.size())
	}
}

// A start beyond all times is none; it must not come round as one long ago.
func TestBacklogOfARateNextToNothing(t *testing.T) {
	for _, r := range []float64{1e-9, 1e-10, 1e-11, 1e-300} {
		p := rate(r)
		p.Stages = append([]load.Stage{{Target: 1, Duration: time.Second, Jump: true}}, p.Stages...)
		var b backlog
		b.profiles(p, time.Hour)
		b.due(2 * time.Hour)
		if n := b.size(); n < 1 || n > 2 {
			t.Errorf("rate %v: %d starts", r, n)
		}
	}
}

func TestDeserted(t *testing.T) {
	stages := func(s ...load.Stage) load.Profile { return load.Profile{Model: load.UsersModel, Stages: s} }
	for _, tt := range []struct {
		name    string
		p       load.Profile
		retired int
		at      time.Duration
		want    bool
	}{
		{"nobody has retired", stages(load.Stage{Target: 2, Jump: true}), 0, 0, false},
		{"some", stages(load.Stage{Target: 2, Jump: true}), 1, 0, false},
		{"all", stages(load.Stage{Target: 2, Jump: true}), 2, 0, true},
		{"changed to none", stages(load.Stage{Target: 0, Jump: true}), 2, 0, false},
		{"more to come", stages(load.Stage{Target: 2, Duration: time.Second, Jump: true}, load.Stage{Target: 3, Jump: true}), 2, 0, false},
		{"fewer to come", stages(load.Stage{Target: 4, Duration: time.Second, Jump: true}, load.Stage{Target: 2, Jump: true}), 2, 2 * time.Second, true},
		{"arrivals", rate(10), 10, 0, true},
		{"arrivals, some", rate(10), 9, 0, false},
	} {
		sc := &scene{profile: tt.p, retired: tt.retired}
		if got := sc.deserted(tt.at); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
