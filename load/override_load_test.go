package load

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
)

func planWithScenarios() *Plan {
	return &Plan{Scenarios: []Scenario{
		{Name: "base", Load: &Profile{Model: UsersModel, Begin: 1, Stages: []Stage{{Target: 7, Duration: 10 * s}, {Target: 0, Jump: true, Duration: s}}, Iterations: 100}},
		{Name: "spike", StartAt: 5 * s, Load: &Profile{Model: ArrivalsModel, Stages: Ramp(5, 0, 20*s), MaxUsers: 11, ReadyUsers: 3}},
	}}
}

// TestWithScenarios changes the load of one scenario, or scales all, and nothing of the
// plan that it was given.
func TestWithScenarios(t *testing.T) {
	for name, c := range map[string]struct {
		o      Overrides
		change func(base, spike *Profile)
	}{
		"nothing":  {Overrides{BaseURL: "http://o"}, func(_, _ *Profile) {}},
		"users":    {Overrides{Scenario: "base", Users: ptr(2)}, func(b, _ *Profile) { b.Stages = Ramp(2, 0, 11*s) }},
		"duration": {Overrides{Scenario: "spike", Duration: ptr(3 * s)}, func(_, p *Profile) { p.Stages = Ramp(5, 0, 3*s) }},
		"bound":    {Overrides{Scenario: "spike", MaxUsers: ptr(2)}, func(_, p *Profile) { p.MaxUsers, p.ReadyUsers = 2, 2 }},
		"scale all": {Overrides{Scale: 0.1}, func(b, p *Profile) {
			b.Begin, b.Stages = 1, []Stage{{Target: 1, Duration: 10 * s}, {Target: 0, Jump: true, Duration: s}}
			p.Stages, p.MaxUsers, p.ReadyUsers = Ramp(0.5, 0, 20*s), 2, 1
		}},
		"scale up": {Overrides{Scale: 1000}, func(b, p *Profile) {
			b.Begin, b.Stages = 1000, []Stage{{Target: 7000, Duration: 10 * s}, {Target: 0, Jump: true, Duration: s}}
			p.Stages, p.MaxUsers, p.ReadyUsers = Ramp(5000, 0, 20*s), 11000, 3000
		}},
		"scale one":               {Overrides{Scale: 0.5, Scenario: "base"}, func(b, _ *Profile) { b.Begin, b.Stages[0].Target = 1, 4 }},
		"scale one, and its time": {Overrides{Scale: 2, Scenario: "base", Duration: ptr(3 * s)}, func(b, _ *Profile) { b.Begin, b.Stages = 2, Ramp(14, 0, 3*s) }},
	} {
		t.Run(name, func(t *testing.T) {
			given, want := planWithScenarios(), planWithScenarios()
			want.BaseURL = Text(c.o.BaseURL)
			c.change(want.Scenarios[0].Load, want.Scenarios[1].Load)
			got, err := given.With(c.o)
			if err != nil {
				t.Fatal(err)
			}
			for i := range want.Scenarios {
				if !reflect.DeepEqual(got.Scenarios[i], want.Scenarios[i]) {
					t.Errorf("%s: got %+v\nwant %+v", got.Scenarios[i].Name, got.Scenarios[i].Load, want.Scenarios[i].Load)
				}
			}
			if !reflect.DeepEqual(given, planWithScenarios()) {
				t.Errorf("the given plan was changed: %+v", given)
			}
		})
	}
}

// TestWithScale scales the only load of a plan.
func TestWithScale(t *testing.T) {
	given := planForOverrides()
	got, err := given.With(Overrides{Scale: 0.5})
	want := *planForOverrides().Load
	want.Stages = []Stage{{Target: 25, Duration: 10 * s}, {Target: 25, Duration: 110 * s}}
	if err != nil || !reflect.DeepEqual(*got.Load, want) {
		t.Errorf("%+v %v", got.Load, err)
	}
	if !reflect.DeepEqual(given, planForOverrides()) {
		t.Error("the given plan was changed")
	}
}

// TestWithRefusesLoads wants each refusal in words that say what to do.
func TestWithRefusesLoads(t *testing.T) {
	env := &Environment{Name: "stage", Limits: Limits{MaxUsers: 17, MaxRate: 5}}
	for name, c := range map[string]struct {
		plan *Plan
		o    Overrides
		want string
	}{
		"no scenario named":     {planWithScenarios(), Overrides{Users: ptr(1)}, "--scenario base; or change all of them with --scale"},
		"duration without one":  {planWithScenarios(), Overrides{Duration: ptr(s)}, "--scenario base"},
		"bound without one":     {planWithScenarios(), Overrides{MaxUsers: ptr(1)}, "--scenario base"},
		"unknown scenario":      {planWithScenarios(), Overrides{Scenario: "sike", Users: ptr(1)}, `there is no scenario "sike": one of base, spike`},
		"unknown to scale":      {planWithScenarios(), Overrides{Scenario: "sike", Scale: 2}, "one of base, spike"},
		"scenario for nothing":  {planWithScenarios(), Overrides{Scenario: "base"}, "nothing is said about its load"},
		"no scenarios":          {planForOverrides(), Overrides{Scenario: "base", Users: ptr(1)}, "the plan has no scenarios"},
		"scale and users":       {planForOverrides(), Overrides{Scale: 2, Users: ptr(1)}, "scale is of the plan's load"},
		"scale too large":       {planForOverrides(), Overrides{Scale: 1000.1}, "at most 1000, not 1000.1"},
		"scale below":           {planForOverrides(), Overrides{Scale: -1}, "above 0"},
		"scale that is none":    {planForOverrides(), Overrides{Scale: math.NaN()}, "NaN"},
		"users over a limit":    {planWithScenarios(), Overrides{Environment: env}, `"stage" allows at most 17 users: the load asks for 18`},
		"users after scaling":   {planForOverrides(), Overrides{Environment: env, Scale: 0.5}, "the load asks for 25"},
		"rate over a limit":     {planWithScenarios(), Overrides{Environment: env, Scenario: "spike", Rate: ptr(5.5), MaxUsers: ptr(1)}, "at most 5 starts per second: the load asks for 5.5"},
		"users of arrivals":     {planWithScenarios(), Overrides{Environment: env}, "of arrivals its max_users counts"},
		"two models":            {planForOverrides(), Overrides{Users: ptr(1), Rate: ptr(1.0)}, "exclude each other"},
		"two models, scenarios": {planWithScenarios(), Overrides{Scenario: "base", Users: ptr(1), Rate: ptr(1.0)}, "exclude each other"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := c.plan.With(c.o)
			var issue Issue
			if p != nil || !errors.As(err, &issue) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v %v, want %q", p, err, c.want)
			}
		})
	}
	within := Overrides{Environment: env, Scenario: "spike", MaxUsers: ptr(10)}
	if _, err := planWithScenarios().With(within); err != nil {
		t.Errorf("7 and 10 users, 5 starts per second: %v", err)
	}
}
