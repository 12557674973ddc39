package run

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/locust-http/locust-http/load"
)

func drawProfile(t *rapid.T) load.Profile {
	p := load.Profile{Model: rapid.SampledFrom([]load.Model{load.UsersModel, load.ArrivalsModel}).Draw(t, "model"), MaxUsers: 50}
	n := rapid.IntRange(1, 4).Draw(t, "stages")
	for i := range n {
		s := load.Stage{
			Target:   float64(rapid.IntRange(0, 200).Draw(t, "target")),
			Duration: time.Duration(rapid.Int64Range(1, 60_000).Draw(t, "ms")) * time.Millisecond,
			Jump:     rapid.Bool().Draw(t, "jump"),
		}
		if i == n-1 && rapid.Bool().Draw(t, "endless") {
			s.Duration = 0
		}
		p.Stages = append(p.Stages, s)
	}
	return p
}

// TestChangedProfiles changes random profiles at random moments: what is left is what
// there was (times scale), at every instant, and the shares of three workers add up.
func TestChangedProfiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProfile(t)
		latest := int64(100_000)
		if l := p.Length(); l > 0 {
			latest = min(latest, int64(l/time.Millisecond)-1) // not over by then
		}
		at := time.Duration(rapid.Int64Range(0, latest).Draw(t, "at")) * time.Millisecond
		scale := float64(rapid.IntRange(0, 5).Draw(t, "scale"))
		longer := time.Duration(rapid.Int64Range(1, 200_000).Draw(t, "duration")) * time.Millisecond
		q := ChangeRequest{Scale: &scale, Duration: &longer}
		rest, err := q.profile(p, at)
		if err != nil {
			t.Fatal(err)
		}
		if rest.Length() != longer {
			t.Fatalf("it lasts %v, want %v", rest.Length(), longer)
		}
		for range 20 {
			d := time.Duration(rapid.Int64Range(0, int64(longer)-1).Draw(t, "d"))
			if got, want := rest.Level(d), scale*p.Level(at+d); math.Abs(got-want) > 1e-3 {
				t.Fatalf("the level %v after the change is %v, want %v\n%+v", d, got, want, rest)
			}
			users, starts := 0, int64(0)
			for i := range 3 {
				users += rest.Share(i, 3).Users(d)
				starts += rest.Share(i, 3).Starts(d)
			}
			if users != rest.Users(d) || starts != rest.Starts(d) {
				t.Fatalf("shares have %d users and %d starts, the whole %d and %d", users, starts, rest.Users(d), rest.Starts(d))
			}
		}
	})
}
