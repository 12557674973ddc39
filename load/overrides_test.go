package load

import (
	"reflect"
	"testing"
	"time"
)

func planForOverrides() *Plan {
	return &Plan{
		BaseURL:   "http://plan",
		Variables: []Variable{{"a", "1"}, {"b", "2"}},
		Load:      &Profile{Model: UsersModel, Stages: Ramp(50, 5, 120*s), MaxWait: 7 * s, GracefulStop: 3 * s},
		Run:       RunSettings{Tags: []Label{{"team", "x"}}},
	}
}

func ptr[T any](v T) *T { return &v }

// TestWith changes what it is told to, and nothing of the plan that it was given.
func TestWith(t *testing.T) {
	for name, c := range map[string]struct {
		o      Overrides
		change func(*Plan)
	}{
		"nothing":  {Overrides{}, func(*Plan) {}},
		"base url": {Overrides{BaseURL: "http://o"}, func(p *Plan) { p.BaseURL = "http://o" }},
		"variables": {Overrides{Variables: map[string]string{"b": "x\"\n\\", "c": "{{new"}}, func(p *Plan) {
			p.Variables = []Variable{{"c", `"{{'{{'}}new"`}, {"a", "1"}, {"b", `"x\"\u000a\\"`}}
		}},
		"tags":  {Overrides{Tags: map[string]string{"team": "y", "z": "1"}}, func(p *Plan) { p.Run.Tags = []Label{{"team", "y"}, {"z", "1"}} }},
		"seed":  {Overrides{Seed: ptr(uint64(9))}, func(p *Plan) { p.Run.Seed = ptr(uint64(9)) }},
		"users": {Overrides{Users: ptr(10)}, func(p *Plan) { p.Load.Stages = Ramp(10, 0, 120*s) }},
		"users and spawn rate": {Overrides{Users: ptr(10), SpawnRate: ptr(2.0)}, func(p *Plan) {
			p.Load.Stages = []Stage{{Target: 10, Duration: 5 * s}, {Target: 10, Duration: 115 * s}}
		}},
		"graceful stop": {Overrides{GracefulStop: ptr(Duration(0))}, func(p *Plan) { p.Load.GracefulStop = 0 }},
		"graceful stop and users": {Overrides{GracefulStop: ptr(9 * s), Users: ptr(10)}, func(p *Plan) {
			p.Load.GracefulStop, p.Load.Stages = 9*s, Ramp(10, 0, 120*s)
		}},
		"duration": {Overrides{Duration: ptr(10 * s)}, func(p *Plan) { p.Load.Stages = Ramp(50, 0, 10*s) }},
		"rate": {Overrides{Rate: ptr(200.0), Duration: ptr(10 * s)}, func(p *Plan) {
			p.Load.Model, p.Load.MaxUsers, p.Load.Stages = ArrivalsModel, 200, Ramp(200, 0, 10*s)
		}},
		"rate and max users": {Overrides{Rate: ptr(200.0), MaxUsers: ptr(7)}, func(p *Plan) {
			p.Load.Model, p.Load.MaxUsers, p.Load.Stages = ArrivalsModel, 7, Ramp(200, 0, 120*s)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			given, want := planForOverrides(), planForOverrides()
			c.change(want)
			got, err := given.With(c.o)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v %+v\nwant %+v %+v", got, got.Load, want, want.Load)
			}
			if !reflect.DeepEqual(given, planForOverrides()) {
				t.Errorf("the given plan was changed: %+v", given)
			}
		})
	}
}

func TestWithRefuses(t *testing.T) {
	if _, err := planForOverrides().With(Overrides{Users: ptr(1), Rate: ptr(1.0)}); err == nil {
		t.Error("users and rate together")
	}
	p := planForOverrides()
	p.Load, p.Scenarios = nil, []Scenario{{Name: "s"}}
	if _, err := p.With(Overrides{Users: ptr(1)}); err == nil {
		t.Error("users of a plan with scenarios")
	}
	if _, err := p.With(Overrides{GracefulStop: ptr(s), Scenario: "t"}); err == nil {
		t.Error("how a scenario ends that there is not")
	}
	if _, err := p.With(Overrides{GracefulStop: ptr(-s)}); err == nil {
		t.Error("a negative time")
	}
}

// TestWithGracefulStop is of all scenarios, or of the one that is named.
func TestWithGracefulStop(t *testing.T) {
	ends := func(o Overrides) (found []Duration) {
		p := &Plan{Scenarios: []Scenario{{Name: "a", Load: &Profile{GracefulStop: s}}, {Name: "b", Load: &Profile{GracefulStop: s}}}}
		got, err := p.With(o)
		if err != nil {
			t.Fatal(err)
		}
		for _, sc := range got.Scenarios {
			found = append(found, sc.Load.GracefulStop)
		}
		if p.Scenarios[0].Load.GracefulStop != s {
			t.Error("the given plan was changed")
		}
		return found
	}
	if got := ends(Overrides{GracefulStop: ptr(5 * s)}); !reflect.DeepEqual(got, []Duration{5 * s, 5 * s}) {
		t.Error(got)
	}
	if got := ends(Overrides{GracefulStop: ptr(5 * s), Scenario: "b"}); !reflect.DeepEqual(got, []Duration{s, 5 * s}) {
		t.Error(got)
	}
	got, err := (&Plan{}).With(Overrides{Users: ptr(3), GracefulStop: ptr(5 * s)})
	if err != nil || got.Load.GracefulStop != 5*s {
		t.Errorf("%+v %v", got, err)
	}
}

// TestWithOtherModel drops what only the other model knows.
func TestWithOtherModel(t *testing.T) {
	p := &Plan{Load: &Profile{Model: ArrivalsModel, Stages: Ramp(5, 0, s), MaxUsers: 9, ReadyUsers: 4}}
	got, err := p.With(Overrides{Users: ptr(3)})
	want := &Profile{Model: UsersModel, Stages: Ramp(3, 0, s)}
	if err != nil || !reflect.DeepEqual(got.Load, want) {
		t.Errorf("users over arrivals: %+v %v", got.Load, err)
	}
	p = &Plan{Load: &Profile{Model: UsersModel, Stages: Ramp(5, 0, s), IterationsPerUser: 2}}
	got, err = p.With(Overrides{Rate: ptr(3.0)})
	want = &Profile{Model: ArrivalsModel, Stages: Ramp(3, 0, s), MaxUsers: 50}
	if err != nil || !reflect.DeepEqual(got.Load, want) {
		t.Errorf("arrivals over users: %+v %v", got.Load, err)
	}
}

// TestWithoutLoad gives a plan without a load the short form with its defaults.
func TestWithoutLoad(t *testing.T) {
	got, err := (&Plan{}).With(Overrides{Users: ptr(3)})
	want := &Profile{Model: UsersModel, MaxWait: DefaultMaxWait, GracefulStop: DefaultGracefulStop, Stages: []Stage{{Target: 3, Jump: true}}}
	if err != nil || !reflect.DeepEqual(got.Load, want) {
		t.Errorf("%+v %v", got.Load, err)
	}
	for rate, users := range map[float64]int{1: 50, 49: 50, 200.4: 200, 1e9: MaxUsers} {
		if got := DefaultArrivalUsers(rate); got != users {
			t.Errorf("%v per second: %d users, want %d", rate, got, users)
		}
	}
	if DefaultMaxWait != 10*time.Second {
		t.Error("the documentation says 10s")
	}
}
