package load

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const s = time.Second

func users(stages ...Stage) Profile { return Profile{Model: UsersModel, Stages: stages} }
func arrivals(stages ...Stage) Profile {
	return Profile{Model: ArrivalsModel, Stages: stages, MaxUsers: 100}
}

func TestUsers(t *testing.T) {
	ramp := users(Stage{Target: 50, Duration: 10 * s}, Stage{Target: 50, Duration: 10 * s}, Stage{Target: 10, Duration: 10 * s})
	jump := users(Stage{Target: 5, Duration: 10 * s, Jump: true}, Stage{Target: 20, Jump: true})
	for _, c := range []struct {
		name string
		p    Profile
		at   Duration
		want int
	}{
		{"before", ramp, -s, 0},
		{"zero", ramp, 0, 0},
		{"first user at once", ramp, 1, 0}, // within half a microsecond of a steep ramp
		{"first user", ramp, time.Millisecond, 1},
		{"second", ramp, 201 * time.Millisecond, 2},
		{"last at 9.8 s", ramp, 9801 * time.Millisecond, 50},
		{"not before", ramp, 9799 * time.Millisecond, 49},
		{"top", ramp, 15 * s, 50},
		{"half way down", ramp, 25 * s, 30},
		{"end", ramp, 30 * s, 10},
		{"after the end", ramp, time.Hour, 10},
		{"jump", jump, 0, 5},
		{"second jump", jump, 10 * s, 20},
		{"without end", jump, 1000 * time.Hour, 20},
	} {
		if got := c.p.Users(c.at); got != c.want {
			t.Errorf("%s: %d users at %v, want %d", c.name, got, c.at, c.want)
		}
	}
}

func TestStart(t *testing.T) {
	steady := arrivals(Stage{Target: 200, Duration: 10 * s, Jump: true})
	ramp := arrivals(Stage{Target: 100, Duration: 10 * s})
	rest := arrivals(Stage{Target: 10, Duration: 1 * s, Jump: true}, Stage{Target: 0, Duration: 5 * s, Jump: true}, Stage{Target: 10, Duration: 1 * s, Jump: true})
	open := arrivals(Stage{Target: 4, Jump: true})
	few := steady
	few.Iterations = 3
	for _, c := range []struct {
		name string
		p    Profile
		k    int64
		want Duration
	}{
		{"first", steady, 0, 0},
		{"evenly", steady, 1, 5 * time.Millisecond},
		{"last", steady, 1999, 9995 * time.Millisecond},
		{"none after the end", steady, 2000, Never},
		{"negative", steady, -1, 0},
		{"ramp", ramp, 125, 5 * s},
		{"ramp, one", ramp, 5, 1 * s},
		{"before the rest", rest, 9, 900 * time.Millisecond},
		{"after the rest", rest, 10, 6 * s},
		{"without end", open, 4_000_000, 1_000_000 * s},
		{"iterations", few, 2, 10 * time.Millisecond},
		{"iterations used up", few, 3, Never},
	} {
		if got := c.p.Start(c.k); (got - c.want).Abs() > time.Microsecond {
			t.Errorf("%s: start %d at %v, want %v", c.name, c.k, got, c.want)
		}
	}
}

func TestRamp(t *testing.T) {
	for _, c := range []struct {
		level, perSecond float64
		duration         Duration
		want             string
	}{
		{50, 5, 120 * s, "[{ 50 10s false} { 50 1m50s false}]"},
		{50, 0, 120 * s, "[{ 50 2m0s true}]"},
		{50, 5, 0, "[{ 50 10s false} { 50 0s true}]"},
		{50, 5, 4 * s, "[{ 20 4s false}]"},
		{50, 5, 10 * s, "[{ 50 10s false}]"},
		{0, 5, 10 * s, "[{ 0 10s true}]"},
		{1, 1e12, 10 * s, "[{ 1 10s true}]"},
	} {
		if got := fmt.Sprint(Ramp(c.level, c.perSecond, c.duration)); got != c.want {
			t.Errorf("Ramp(%v, %v, %v) = %s, want %s", c.level, c.perSecond, c.duration, got, c.want)
		}
	}
}

func TestLengthAndStageAt(t *testing.T) {
	p := users(Stage{Target: 1, Duration: 10 * s}, Stage{Target: 2, Duration: 5 * s})
	open := users(Stage{Target: 1, Duration: 10 * s}, Stage{Target: 2, Jump: true})
	if p.Length() != 15*s || open.Length() != 0 || (Profile{}).Length() != 0 {
		t.Errorf("lengths %v %v", p.Length(), open.Length())
	}
	for _, c := range []struct {
		p     Profile
		at    Duration
		stage int
		since Duration
	}{{p, 0, 0, 0}, {p, 10*s - 1, 0, 10*s - 1}, {p, 10 * s, 1, 0}, {p, 15 * s, -1, 0}, {open, 1000 * s, 1, 990 * s}} {
		if stage, since := c.p.StageAt(c.at); stage != c.stage || since != c.since {
			t.Errorf("at %v: stage %d since %v, want %d since %v", c.at, stage, since, c.stage, c.since)
		}
	}
}

// genProfile draws a profile with ramps, jumps and rests, with or without an end.
func genProfile(t *rapid.T, model Model) Profile {
	p := Profile{Model: model, Begin: rapid.SampledFrom([]float64{0, 0, 7.5}).Draw(t, "begin"), MaxUsers: rapid.OneOf(rapid.IntRange(1, 8), rapid.IntRange(1, 1000)).Draw(t, "max users")}
	for range rapid.IntRange(1, 5).Draw(t, "stages") {
		p.Stages = append(p.Stages, Stage{
			Target:   float64(rapid.IntRange(0, 5000).Draw(t, "target")) / 10,
			Duration: Duration(rapid.Int64Range(1, int64(30*s)).Draw(t, "duration")),
			Jump:     rapid.Bool().Draw(t, "jump"),
		})
	}
	if rapid.Bool().Draw(t, "open") {
		p.Stages = append(p.Stages, Stage{Target: float64(rapid.IntRange(0, 100).Draw(t, "last")), Jump: true})
	}
	return p
}

func genInstant(t *rapid.T) Duration {
	return Duration(rapid.Int64Range(-int64(s), int64(200*s)).Draw(t, "at"))
}

// TestSharesAddUp wants the shares of a profile to add up to it at every instant.
func TestSharesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "workers")
		at := genInstant(t)
		u, a := genProfile(t, UsersModel), genProfile(t, ArrivalsModel)
		a.Iterations = rapid.SampledFrom([]int64{0, 0, 10, 1000}).Draw(t, "iterations")
		var sumUsers, sumPeak int
		var sumStarts int64
		for i := range n {
			sumUsers += u.Share(i, n).Users(at)
			sumStarts += a.Share(i, n).Starts(at)
			sumPeak += a.Share(i, n).PeakUsers()
			if share := a.Share(i, n); share.PeakUsers() == 0 && (share.Starts(at) > 0 || share.Start(0) != Never) {
				t.Fatalf("share %d of %d has starts and no users to take them", i, n)
			}
			if got := u.Share(i, n).Users(at); got > u.Share(i, n).PeakUsers() {
				t.Fatalf("share %d of %d has %d users at %v, over its peak", i, n, got, at)
			}
		}
		if sumUsers != u.Users(at) || sumStarts != a.Starts(at) || sumPeak != a.MaxUsers {
			t.Fatalf("at %v: users %d of %d, starts %d of %d, peak %d of %d", at, sumUsers, u.Users(at), sumStarts, a.Starts(at), sumPeak, a.MaxUsers)
		}
	})
}

// TestStartAgreesWithStarts wants Start and Starts to be each other's inverse: when
// start k happens, k starts were before it.
func TestStartAgreesWithStarts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := genProfile(t, ArrivalsModel)
		n := rapid.IntRange(1, 5).Draw(t, "workers")
		p = p.Share(rapid.IntRange(0, n-1).Draw(t, "index"), n)
		k := rapid.Int64Range(0, 20_000).Draw(t, "k")
		at := p.Start(k)
		if at == Never {
			if total := p.Starts(200 * s); p.Length() > 0 && total > k {
				t.Fatalf("start %d never happens, but there are %d", k, total)
			}
			return
		}
		// A microsecond before, and where the rate is next to nothing a little more.
		if got := p.Starts(at - time.Microsecond); got > k {
			t.Fatalf("%d starts before start %d at %v", got, k, at)
		}
		if got := p.Starts(at + time.Millisecond); got < k+1 && p.Level(at+time.Millisecond) > 1 {
			t.Fatalf("%d starts after start %d at %v", got, k, at)
		}
		if next := p.Start(k + 1); next < at {
			t.Fatalf("start %d at %v is after start %d at %v", k, at, k+1, next)
		}
	})
}

// TestStartsAreEven wants the starts of a steady load on a grid, over all workers:
// no burst a second.
func TestStartsAreEven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.IntRange(1, 20_000).Draw(t, "rate")
		n := rapid.IntRange(1, 7).Draw(t, "workers")
		p := arrivals(Stage{Target: float64(rate), Duration: 60 * s, Jump: true})
		for i := range n {
			share := p.Share(i, n)
			k := rapid.Int64Range(0, max(int64(rate*60/n)-2, 0)).Draw(t, "k")
			want := float64(k*int64(n)+int64(i)) / float64(rate)
			if at := share.Start(k); at != Never && math.Abs(at.Seconds()-want) > 1e-6 {
				t.Fatalf("start %d of share %d/%d at %v, want %.6fs", k, i, n, at, want)
			}
		}
		// Whole seconds hold exactly rate starts.
		second := Duration(rapid.IntRange(0, 58).Draw(t, "second")) * s
		if got := p.Starts(second+s) - p.Starts(second); got != int64(rate) {
			t.Fatalf("%d starts in a second, want %d", got, rate)
		}
	})
}

// TestLevelIsContinuous wants no jump in the level where the plan has none.
func TestLevelIsContinuous(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := genProfile(t, UsersModel)
		steepest := 0.0
		level := p.Begin
		for i := range p.Stages {
			st := &p.Stages[i]
			if st.Duration == 0 {
				st.Target = level // a hold
			}
			st.Jump = false
			if st.Duration > 0 {
				steepest = max(steepest, math.Abs(st.Target-level)/float64(st.Duration))
			}
			level = st.Target
		}
		at := genInstant(t)
		const step = 1000
		if diff := math.Abs(p.Level(at+step) - p.Level(at)); diff > steepest*step*1.000001+1e-9 {
			t.Fatalf("the level changes by %v within %v at %v", diff, Duration(step), at)
		}
	})
}
