package e2e

import (
	"fmt"
	"testing"

	"github.com/locust-http/locust-http/internal/testsite"
	"github.com/locust-http/locust-http/load"
)

// Each target is bad in its own way. Two users make five attempts each, one by one,
// and every one of them must end as named, neither tried again nor lost.
func TestBadTargets(t *testing.T) {
	t.Parallel()
	const users, each = 2, 5
	for name, c := range map[string]struct {
		url    string // of no server at all
		fault  testsite.Fault
		class  load.Class
		unsent int64 // attempts that the target cannot have seen
	}{
		"unknown host":      {url: "http://no-such-host.invalid/", class: load.ClassDNSNotFound, unsent: users * each},
		"closed port":       {class: load.ClassConnRefused, unsent: users * each},
		"garbage":           {fault: testsite.Garbage, class: load.ClassProtocol},
		"silent":            {fault: testsite.Silent, class: load.ClassTimeoutRead},
		"huge length":       {fault: testsite.HugeLength, class: load.ClassBodyTooLarge},
		"endless body":      {fault: testsite.EndlessBody, class: load.ClassBodyTooLarge},
		"endless chunks":    {fault: testsite.EndlessChunks, class: load.ClassBodyTooLarge},
		"huge header":       {fault: testsite.HugeHeader, class: load.ClassHeaderTooLarge},
		"endless header":    {fault: testsite.EndlessHeader, class: load.ClassHeaderTooLarge},
		"close":             {fault: testsite.CloseAfterRequest, class: load.ClassConnClosed},
		"reset":             {fault: testsite.ResetAfterRequest, class: load.ClassConnReset},
		"half body":         {fault: testsite.HalfBody, class: load.ClassConnClosed},
		"half header":       {fault: testsite.HalfHeader, class: load.ClassConnClosed},
		"header by driblet": {fault: testsite.DripHeader, class: load.ClassTimeoutRead},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := c.url
			var seen func() int64
			switch {
			case c.fault != "":
				site := testsite.RunFaulty(t, c.fault, testsite.DefaultPause)
				url, seen = site.URL, site.Log.Seen
			case url == "":
				addr, release, err := testsite.ClosedPort()
				if err != nil {
					t.Fatal(err)
				}
				defer release()
				url = "http://" + addr + "/"
			}
			code, r := runLocal(t, fmt.Sprintf(`
version: 1
defaults: {timeout: 1s, max_response_body: 1MiB}
transactions: [{name: t, steps: [{name: s, request: {url: "%s"}}]}]
load: {users: %d, iterations: {per_user: %d}}
`, url, users, each))
			if code != 3 {
				t.Errorf("exit %d, want 3", code)
			}
			equal(t, "attempts", r.Attempts, users*each)
			equal(t, "failures", r.Total.Failures, users*each)
			equal(t, "sent", r.Sent, users*each-c.unsent)
			if seen != nil {
				account(t, r, seen())
			}
			if len(r.Errors) != 1 || r.Errors[0].Class != c.class || r.Errors[0].Count != users*each {
				t.Errorf("errors %+v, want %d of class %s", r.Errors, users*each, c.class)
			}
			for _, e := range r.Errors {
				if n := len(e.Samples); n > load.MaxSamples {
					t.Errorf("%d samples of class %s", n, e.Class)
				}
				length := float64(r.EndedAt.Sub(*r.StartedAt)) / 1e6
				if first := e.Samples[0].At; e.FirstSeen > first || e.LastSeen < e.Samples[len(e.Samples)-1].At || e.LastSeen > length || len(e.Workers) != 1 || e.Workers[0] != e.Samples[0].Worker {
					t.Errorf("seen from %v to %v ms by %v, the first sample is of %v, the run took %v", e.FirstSeen, e.LastSeen, e.Workers, first, length)
				}
			}
			for _, w := range r.Workers {
				if w.MemMax > 300<<20 {
					t.Errorf("the engine took %d MiB", w.MemMax>>20)
				}
			}
		})
	}
}
