package master

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/locust-http/locust-http/load"
)

func TestStagesAreWrittenAsInAPlan(t *testing.T) {
	for text, want := range map[string]load.Stage{
		`{"target": 50, "duration": "30s"}`:           {Target: 50, Duration: 30 * time.Second},
		`{"jump": 100, "duration": "1m", "name":"a"}`: {Name: "a", Target: 100, Duration: time.Minute, Jump: true},
		`{"target": 0, "duration": "1s"}`:             {Duration: time.Second},
		`{"duration": "1s"}`:                          {},
		`{"target": 1, "jump": 2, "duration": "1s"}`:  {},
	} {
		var s Stage
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			t.Fatal(err)
		}
		got, err := s.load()
		if bad := want == (load.Stage{}); (err != nil) != bad || !bad && got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
}
