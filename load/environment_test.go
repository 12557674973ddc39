package load

import (
	"reflect"
	"testing"
)

// TestWithEnvironment puts the environment over the plan and everything else over it.
func TestWithEnvironment(t *testing.T) {
	plan := func() *Plan {
		return &Plan{
			BaseURL:   "http://plan",
			Variables: []Variable{{"a", "1"}, {"b", "2"}, {"c", "3"}},
			Defaults:  Defaults{Headers: []Pair{{Name: "accept", Value: "x"}, {Name: "ACCEPT", Value: "y"}, {Name: "X-Keep", Value: "1"}, {Name: "X-Drop", Value: "1"}, {Name: "X-Off", Value: "1"}}},
		}
	}
	e := &Environment{
		Name: "stage", BaseURL: "http://env",
		Variables: []Variable{{"new", `"n"`}, {"b", "20"}, {"c", "30"}},
		Headers:   []Pair{{Name: "Accept", Value: "z"}, {Name: "x-drop", Drop: true}, {Name: "X-Off", Value: "2", Off: true}, {Name: "X-New", Value: "3"}},
		Limits:    Limits{MaxUsers: 1, MaxRate: 1},
	}
	given := plan()
	got, err := given.With(Overrides{Environment: e, Variables: map[string]string{"c": "flag"}})
	if err != nil {
		t.Fatal(err)
	}
	want := plan()
	want.BaseURL = "http://env"
	want.Variables = []Variable{{"new", `"n"`}, {"a", "1"}, {"b", "20"}, {"c", `"flag"`}}
	want.Defaults.Headers = []Pair{{Name: "X-Keep", Value: "1"}, {Name: "X-Off", Value: "1"}, {Name: "Accept", Value: "z"}, {Name: "X-New", Value: "3"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if !reflect.DeepEqual(given, plan()) {
		t.Errorf("the given plan was changed: %+v", given)
	}
	if got, err := given.With(Overrides{Environment: e, BaseURL: "http://flag"}); err != nil || got.BaseURL != "http://flag" {
		t.Errorf("base URL %v %v", got, err)
	}
	if got, err := given.With(Overrides{Environment: &Environment{}}); err != nil || !reflect.DeepEqual(got, plan()) {
		t.Errorf("an environment that says nothing: %+v %v", got, err)
	}
}

func TestIsSecretName(t *testing.T) {
	for name, want := range map[string]bool{"A": true, "_a1": true, "a_B": true, "": false, "1": true, "a-b": false, "a b": false, "é": false, "a=b": false} {
		if IsSecretName(name) != want {
			t.Errorf("%q: %v", name, !want)
		}
	}
}
