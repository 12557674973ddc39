package master_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/master"
	"github.com/locust-http/locust-http/master/history"
	"github.com/locust-http/locust-http/master/live/livetest"
)

// socket is a viewer of a house.
type socket struct {
	t *testing.T
	*websocket.Conn
	messages chan heard // closed at the end
}

// heard is a message of the master. A tick is in Tick too.
type heard struct {
	Type, Topic string
	Seq         int64
	From, To    int64
	At          int64
	Data        json.RawMessage
	Tick        master.RunTick `json:"-"`
}

// serve lets viewers connect to the house, on its fake clock; end takes all of it away.
func (h *house) serve() (dial func(http.Header) (*websocket.Conn, *http.Response, error), end func()) {
	pipes := livetest.NewPipes()
	server := &http.Server{Handler: h.handler, ReadTimeout: time.Second, WriteTimeout: time.Second}
	served := make(chan error)
	go func() { served <- server.Serve(pipes) }()
	d := websocket.Dialer{NetDialContext: pipes.Dial, EnableCompression: true}
	dial = func(header http.Header) (*websocket.Conn, *http.Response, error) {
		return d.Dial("ws://localhost:8088/api/v1/ws", header)
	}
	return dial, func() { server.Close(); <-served }
}

// watch lets a viewer in and reads all that it is told.
func (h *house) watch(dial func(http.Header) (*websocket.Conn, *http.Response, error), asks ...string) *socket {
	h.t.Helper()
	conn, _, err := dial(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	s := &socket{h.t, conn, make(chan heard, 10_000)}
	go func() {
		defer close(s.messages)
		for {
			_, text, err := conn.ReadMessage()
			if err != nil {
				return
			}
			var m heard
			if err := json.Unmarshal(text, &m); err != nil {
				h.t.Errorf("%s: %v", text, err)
			}
			if m.Type == "tick" {
				if err := json.Unmarshal(m.Data, &m.Tick); err != nil {
					h.t.Errorf("%s: %v", text, err)
				}
			}
			s.messages <- m
		}
	}()
	for _, ask := range asks {
		if err := conn.WriteMessage(websocket.TextMessage, []byte(ask)); err != nil {
			h.t.Fatal(err)
		}
	}
	synctest.Wait()
	return s
}

// told is all that has been heard so far.
func (s *socket) told() (list []heard) {
	synctest.Wait()
	for {
		select {
		case m, ok := <-s.messages:
			if !ok {
				return list
			}
			list = append(list, m)
		default:
			return list
		}
	}
}

// seconds are those of all ticks, which must follow on one another.
func seconds(t *testing.T, list []heard) (points []history.SecondPoint) {
	t.Helper()
	var last int64
	for _, m := range list {
		if m.Type == "gap" {
			t.Errorf("a gap: %+v", m)
		}
		if m.Type != "tick" {
			continue
		}
		if last != 0 && m.Seq != last+1 {
			t.Errorf("tick %d after %d", m.Seq, last)
		}
		last = m.Seq
		points = append(points, m.Tick.Seconds...)
	}
	return points
}

// TestTicksAreWhatIsStored: each second is told once, as it is in the series; so are
// events. Who comes back is told exactly what it has missed.
func TestTicksAreWhatIsStored(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		dial, end := h.serve()
		defer end()
		var res master.RunResult
		h.want(201, &res, "POST", "/api/v1/runs", inline(shop, `, "name": "nightly", "owner": "ana"`))
		if res.Number != 1 || !res.Live || res.Owner != "ana" || res.CreatedAt.IsZero() {
			t.Errorf("%+v", res)
		}
		sub := fmt.Sprintf(`{"sub":"run:%s"}`, res.ID)
		whole := h.watch(dial, sub, `{"sub":"runs"}`)
		defer whole.Close()
		first := h.watch(dial, sub)
		time.Sleep(7300 * time.Millisecond)
		before := first.told()
		first.Close()
		h.want(204, nil, "POST", "/api/v1/runs/1/notes", `{"text": "look here", "by": "bob"}`)
		h.want(204, nil, "POST", "/api/v1/runs/"+res.ID+"/mark", "")
		time.Sleep(4 * time.Second)
		last := before[len(before)-1].Seq
		again := h.watch(dial, fmt.Sprintf(`{"sub":"run:%s","since":%d}`, res.ID, last))
		defer again.Close()
		time.Sleep(60 * time.Second)
		list := whole.told()
		points := seconds(t, list)
		var series struct {
			N    int
			From int
			Cols map[string][]*float64
		}
		h.want(200, &series, "GET", "/api/v1/runs/1/series?step=1", "")
		if series.N < 20 || len(points) != series.N {
			t.Fatalf("%d seconds were told, %d are stored", len(points), series.N)
		}
		for i, p := range points {
			cols := map[string]*float64{}
			text, _ := json.Marshal(p.Cols)
			if err := json.Unmarshal(text, &cols); err != nil {
				t.Fatal(err)
			}
			for name, v := range cols {
				stored := series.Cols[name][i]
				if (v == nil) != (stored == nil) || v != nil && *v != *stored {
					t.Errorf("second %d: %s was told as %v and is stored as %v", p.T, name, v, stored)
				}
			}
			if p.T != i || len(cols) != len(series.Cols) {
				t.Errorf("second %d with %d columns at %d", p.T, len(cols), i)
			}
		}
		if rejoined := append(seconds(t, before), seconds(t, again.told())...); !slices.EqualFunc(points, rejoined, func(a, b history.SecondPoint) bool { return a.T == b.T }) {
			t.Errorf("who came back has %d seconds", len(rejoined))
		}
		h.wantEvents(list)
		ticks := slices.DeleteFunc(list, func(m heard) bool { return m.Type != "tick" })
		final := ticks[len(ticks)-1].Tick
		if final.State != load.StateCompleted || final.Requests != 400 || final.Storage != "" || len(final.Rows) != 3 || final.Rows[1].Requests != 400 || final.RPS != 0 {
			t.Errorf("%+v", final)
		}
		middle := ticks[len(ticks)/2].Tick
		if all, step := final.Rows[2], final.Rows[1]; all.Kind != history.TotalKind || all.Requests != 400 || all.P95 != step.P95 || all.Max != step.Max || all.BytesIn != step.BytesIn || all.Status["2xx"] != step.Status["2xx"] {
			t.Errorf("the total %+v, the only step %+v", all, step)
		}
		if middle.RPS != 20 || middle.Rows[1].RPS != 20 || middle.Rows[1].Kind != "step" || middle.Rows[2].RPS != 20 || middle.P999 == 0 || middle.Users != 10 || middle.Workers != 2 {
			t.Errorf("%+v", middle)
		}
	})
}

// wantEvents compares the events that were told with those that are stored.
func (h *house) wantEvents(list []heard) {
	h.t.Helper()
	var told, stored []load.Event
	strip := false
	for _, m := range list {
		var e load.Event
		if m.Type == "event" && json.Unmarshal(m.Data, &e) == nil {
			told = append(told, e)
		}
		strip = strip || m.Topic == "runs" && strings.Contains(string(m.Data), `"state":"running"`)
	}
	h.want(200, &stored, "GET", "/api/v1/runs/1/events", "")
	all := stored // the first ones were before anybody watched
	stored = stored[max(0, len(stored)-len(told)):]
	if len(all) != int(all[len(all)-1].Seq) || len(told) < 5 || !slices.Equal(told, stored) {
		h.t.Errorf("told %+v\nstored %+v", told, stored)
	}
	if !slices.ContainsFunc(stored, func(e load.Event) bool {
		return e.Kind == load.EventNote && e.Text == "look here" && e.By == "bob"
	}) {
		h.t.Error("the note is missing")
	}
	if last := list[len(list)-1]; !strip || last.Type != "beat" {
		h.t.Errorf("the strip was not told, or is never quiet: %+v", last)
	}
}

// TestRecord: what can be asked of a run that only the history has, and done with it.
func TestRecord(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		var res master.RunResult
		h.want(201, &res, "POST", "/api/v1/runs", inline(shop, `, "name": "a", "owner": "ana", "secrets": {"S": "hidden"}, "overrides": {"duration": "3s"}`))
		h.refused(409, "running", "DELETE", "/api/v1/runs/1", "")
		time.Sleep(time.Minute)
		if h.master.InMemory() != 0 {
			t.Fatal("the run is still in memory")
		}
		path := "/api/v1/runs/1"
		h.want(200, &res, "GET", path, "")
		if res.Number != 1 || res.Live || res.State != load.StateCompleted || res.Owner != "ana" || res.Total.Requests == 0 {
			t.Errorf("%+v", res)
		}
		var l struct{ State load.State }
		if h.want(200, &l, "GET", path+"/live", ""); l.State != load.StateCompleted {
			t.Errorf("%+v", l)
		}
		h.want(200, &res, "PATCH", path, `{"name": "b", "tags": {"v": "2"}}`)
		if res.Name != "b" || res.Tags["v"] != "2" {
			t.Errorf("%+v", res)
		}
		h.want(204, nil, "POST", path+"/notes", `{"text": "after all"}`)
		h.refused(400, "bad_request", "POST", path+"/notes", `{"text": " "}`)
		h.refused(409, "not_running", "POST", path+"/mark", "")
		h.refused(409, "not_running", "PATCH", path+"/load", `{"users": 1}`)
		h.want(202, nil, "POST", path+"/stop", "")
		var events []load.Event
		h.want(200, &events, "GET", path+"/events?after=1", "")
		if last := events[len(events)-1]; last.Kind != load.EventNote || last.Second < 3 || events[0].Seq != 2 {
			t.Errorf("%+v", events)
		}
		var rows []history.RowSummary
		if h.want(200, &rows, "GET", path+"/rows?from=1s&to=2", ""); len(rows) != 3 || rows[1].Requests != 20 || rows[2].Kind != history.TotalKind {
			t.Errorf("%+v", rows)
		}
		var series history.Series
		if h.want(200, &series, "GET", path+"/series?transaction=browse&name=list&to=2s", ""); series.N != 2 || series.Cols["rps"][1] != 20 {
			t.Errorf("%+v", series)
		}
		for _, bad := range []string{"/series?from=x", "/series?step=-1", "/series?kind=x", "/rows?to=-1", "/events?after=x", "/logs?limit=100000"} {
			h.refused(400, "bad_request", "GET", path+bad, "")
		}
		w := h.call("GET", path+"/config", "")
		var c master.RunConfig
		if json.Unmarshal(w.Body.Bytes(), &c) != nil || c.PlanText != shop || c.Version != "v0" || !strings.Contains(string(c.Order), `"duration":"3s"`) || strings.Contains(w.Body.String(), "hidden") {
			t.Errorf("%s", w.Body)
		}
		h.want(200, nil, "GET", path+"/logs", "")
		w = h.call("GET", "/api/v1/runs?q=%232&state=completed,stopped&limit=1", "")
		if w.Header().Get("X-Total-Count") != "0" || strings.TrimSpace(w.Body.String()) != "[]" {
			t.Errorf("%v %s", w.Header(), w.Body)
		}
		h.want(204, nil, "DELETE", path, "")
		h.refused(404, "no_run", "GET", path, "")
		h.want(204, nil, "POST", "/api/v1/runs/"+res.ID+"/restore", "")
		h.want(200, nil, "GET", path, "")
		h.refused(404, "no_run", "POST", "/api/v1/runs/none/restore", "")
	})
}

// TestTrends: what the small lines of tables are made of, while a run goes on and after.
func TestTrends(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		for _, w := range h.workers {
			w.Failing = 1
		}
		h.want(201, nil, "POST", "/api/v1/runs", inline(shop, `, "overrides": {"duration": "30s"}`))
		time.Sleep(10 * time.Second)
		var trends history.Trends
		h.want(200, &trends, "GET", "/api/v1/runs/1/trends", "")
		if n := trends.N; trends.From != 0 || n < 7 || len(trends.Rows) != 2 || trends.Total[n-1] != 20 || len(trends.Rows[0]) != n || trends.Rows[1][n-1] != 20 {
			t.Errorf("%+v", trends)
		}
		type group struct {
			Count     int64    `json:"count"`
			FirstSeen float64  `json:"first_seen"`
			LastSeen  float64  `json:"last_seen"`
			Workers   []string `json:"workers"`
			Trend     []int64  `json:"trend"`
			Samples   []any    `json:"samples"`
		}
		var groups []group
		h.want(200, &groups, "GET", "/api/v1/runs/1/errors", "")
		if len(groups) != 1 || len(groups[0].Workers) != 2 || len(groups[0].Samples) != 0 || groups[0].Count != 2*int64(len(groups[0].Trend)) || groups[0].Trend[3] != 2 {
			t.Errorf("%+v", groups)
		}
		time.Sleep(time.Minute)
		if h.master.InMemory() != 0 {
			t.Fatal("the run is still in memory")
		}
		h.want(200, &groups, "GET", "/api/v1/runs/1/errors", "")
		if g := groups[0]; len(groups) != 1 || g.Count != 60 || g.FirstSeen != 0 || g.LastSeen != 29_000 || len(g.Workers) != 2 || g.Trend == nil || len(g.Trend) != 0 {
			t.Errorf("%+v", groups)
		}
	})
}

// TestDiscard: a run is ended at once and deleted, which can be taken back before and after.
func TestDiscard(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		begin := func() (res master.RunResult) {
			h.want(201, &res, "POST", "/api/v1/runs", inline(shop, `, "overrides": {"duration": "1h"}`))
			time.Sleep(5 * time.Second)
			return res
		}
		listed := func() string { return strings.TrimSpace(h.call("GET", "/api/v1/runs", "").Body.String()) }
		for range 2 {
			h.want(202, nil, "POST", "/api/v1/runs/"+begin().ID+"/stop", `{"discard": true, "by": "ana"}`)
			time.Sleep(5 * time.Second)
		}
		h.refused(404, "no_run", "GET", "/api/v1/runs/1", "")
		if list := listed(); list != "[]" || h.master.InMemory() != 0 {
			t.Errorf("%s, %d in memory", list, h.master.InMemory())
		}
		var res master.RunResult
		id := begin().ID
		h.want(202, nil, "POST", "/api/v1/runs/3/stop", `{"discard": true}`)
		h.want(204, nil, "POST", "/api/v1/runs/"+id+"/restore", "")
		time.Sleep(time.Minute)
		if h.want(200, &res, "GET", "/api/v1/runs/3", ""); res.State != load.StateStopped || res.Total.Requests == 0 {
			t.Errorf("%+v", res)
		}
		h.want(202, nil, "POST", "/api/v1/runs/3/stop", `{"discard": true}`)
		h.refused(404, "no_run", "GET", "/api/v1/runs/3", "")
		h.want(204, nil, "POST", "/api/v1/runs/"+id+"/restore", "")
		h.want(200, nil, "GET", "/api/v1/runs/3", "")
	})
}

// TestAfterACrash: what was stored of a run is there when the next master begins.
func TestAfterACrash(t *testing.T) {
	left := t.TempDir()
	var id string
	inHouse(t, nil, func(h *house) {
		var res master.RunResult
		h.want(201, &res, "POST", "/api/v1/runs", inline(shop, ""))
		id = res.ID
		time.Sleep(12 * time.Second)
		// What a master that is killed leaves.
		for _, end := range []string{"", "-wal"} {
			text, err := os.ReadFile(filepath.Join(filepath.Dir(h.plans), "history.db"+end))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(left, "history.db"+end), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	})
	inHouse(t, func(c *master.Config) { c.Workspace = left }, func(h *house) {
		var list []master.RunInfo
		h.want(200, &list, "GET", "/api/v1/runs", "")
		if len(list) != 1 || list[0].ID != id || list[0].State != load.StateFailed || list[0].Reason != "the master ended before the run did" {
			t.Errorf("%+v", list)
		}
		var series history.Series
		h.want(200, &series, "GET", "/api/v1/runs/"+id+"/series", "")
		if series.N < 10 || series.Cols["rps"][5] != 20 {
			t.Errorf("%+v", series)
		}
		var res master.RunResult
		h.want(200, &res, "GET", "/api/v1/runs/1", "")
		if res.Live || res.Total.Requests < 100 {
			t.Errorf("%+v", res)
		}
		h.want(201, &res, "POST", "/api/v1/runs", inline(shop, ""))
		if res.Number != 2 {
			t.Errorf("number %d", res.Number)
		}
	})
}

// TestHistoryFails: a run goes on without it, and says so.
func TestHistoryFails(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		dial, end := h.serve()
		defer end()
		var res master.RunResult
		h.want(201, &res, "POST", "/api/v1/runs", inline(shop, ""))
		s := h.watch(dial, fmt.Sprintf(`{"sub":"run:%s"}`, res.ID))
		defer s.Close()
		time.Sleep(3 * time.Second)
		h.master.BreakHistory()
		time.Sleep(time.Minute)
		list := s.told()
		points := seconds(t, list)
		ticks := slices.DeleteFunc(list, func(m heard) bool { return m.Type != "tick" })
		if last := ticks[len(ticks)-1].Tick; last.State != load.StateCompleted || last.Storage == "" || len(points) < 20 {
			t.Errorf("%d seconds, %+v", len(points), last)
		}
		h.want(200, &res, "GET", "/api/v1/runs/"+res.ID, "")
		if res.State != load.StateCompleted || res.Total.Requests != 400 {
			t.Errorf("%+v", res)
		}
		h.refused(500, "history", "GET", "/api/v1/runs/"+res.ID+"/series", "")
	})
}

// TestViewersAtTheEnd: they see the runs come to their end, and are then told to go.
func TestViewersAtTheEnd(t *testing.T) {
	var list []heard
	var s *socket
	inHouse(t, nil, func(h *house) {
		dial, end := h.serve()
		h.t.Cleanup(end)
		h.workers[0].StopTakes = 3 * time.Second
		var res master.RunResult
		h.want(201, &res, "POST", "/api/v1/runs", inline(shop, ""))
		s = h.watch(dial, fmt.Sprintf(`{"sub":"run:%s"}`, res.ID))
		time.Sleep(5 * time.Second)
		h.t.Cleanup(func() {
			for m := range s.messages {
				list = append(list, m)
			}
			s.Close()
			ticks := slices.DeleteFunc(list, func(m heard) bool { return m.Type != "tick" })
			if last := ticks[len(ticks)-1].Tick; last.State != load.StateStopped {
				t.Errorf("%+v", last)
			}
		})
	})
}

func TestSocketIsGuarded(t *testing.T) {
	inHouse(t, nil, func(h *house) {
		dial, end := h.serve()
		defer end()
		for _, bad := range []http.Header{
			{"Origin": {"http://evil.example"}}, {"Origin": {"http://localhost:9999"}}, {"Origin": {"null"}},
			{"Host": {"evil.example"}}, {"Host": {"evil.example"}, "Origin": {"http://evil.example"}},
			{"Sec-Fetch-Site": {"cross-site"}},
		} {
			if _, res, err := dial(bad); err == nil || res == nil || res.StatusCode != http.StatusForbidden {
				t.Errorf("%v: %v %v", bad, res, err)
			}
		}
		conn, _, err := dial(http.Header{"Origin": {"http://localhost:8088"}})
		if err != nil {
			t.Fatal(err)
		}
		conn.Close()
		h.refused(426, "upgrade", "GET", "/api/v1/ws", "")
	})
}

func TestLogin(t *testing.T) {
	inHouse(t, func(c *master.Config) { c.Token = "s3cret" }, func(h *house) {
		dial, end := h.serve()
		defer end()
		session := func(header ...string) (s master.Session) {
			h.want(200, &s, "GET", "/api/v1/session", "", header...)
			return s
		}
		if s := session(); !s.Auth || s.LoggedIn || s.Version != "v0" || s.ServerTime == 0 || s.Started == 0 {
			t.Errorf("%+v", s)
		}
		if _, res, err := dial(nil); err == nil || res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%v %v", res, err)
		}
		for range 10 {
			h.refused(401, "wrong_token", "POST", "/api/v1/login", `{"token": "wrong"}`)
		}
		h.refused(429, "too_many_logins", "POST", "/api/v1/login", `{"token": "wrong"}`)
		h.refused(403, "origin", "POST", "/api/v1/login", `{"token": "s3cret"}`, "Origin: http://evil.example")
		w := h.call("POST", "/api/v1/login", `{"token": "s3cret"}`)
		set := w.Header().Get("Set-Cookie")
		if w.Code != 204 || !strings.Contains(set, "HttpOnly") || !strings.Contains(set, "SameSite=Strict") || strings.Contains(set, "s3cret") {
			t.Fatalf("%d %s", w.Code, set)
		}
		cookie, _, _ := strings.Cut(set, ";")
		with := "Cookie: " + cookie
		own := "Origin: http://localhost:8088"
		if !session(with).LoggedIn {
			t.Error("not logged in")
		}
		h.want(200, nil, "GET", "/api/v1/runs", "", with)
		h.refused(401, "unauthorized", "GET", "/api/v1/runs", "", with+"x")
		h.refused(403, "origin", "POST", "/api/v1/check", `{"text": ""}`, with)
		h.refused(403, "origin", "POST", "/api/v1/check", `{"text": ""}`, with, "Sec-Fetch-Site: same-site")
		h.want(200, nil, "POST", "/api/v1/check", `{"text": ""}`, with, own)
		h.want(200, nil, "POST", "/api/v1/check", `{"text": ""}`, with, "Sec-Fetch-Site: same-origin")
		h.want(200, nil, "POST", "/api/v1/check", `{"text": ""}`, "Authorization: Bearer s3cret")
		if _, res, err := dial(http.Header{"Cookie": {cookie}}); err == nil || res.StatusCode != http.StatusForbidden {
			t.Errorf("%v %v", res, err)
		}
		conn, _, err := dial(http.Header{"Cookie": {cookie}, "Origin": {"http://localhost:8088"}})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		h.want(204, nil, "POST", "/api/v1/logout", "", with, own)
		for err == nil {
			_, _, err = conn.ReadMessage()
		}
		if !websocket.IsCloseError(err, websocket.ClosePolicyViolation) {
			t.Errorf("the socket of a session that has ended: %v", err)
		}
		h.refused(401, "unauthorized", "GET", "/api/v1/runs", "", with)
		w = h.call("POST", "/api/v1/login", `{"token": "s3cret"}`)
		cookie, _, _ = strings.Cut(w.Header().Get("Set-Cookie"), ";")
		time.Sleep(12 * time.Hour)
		h.refused(401, "unauthorized", "GET", "/api/v1/runs", "", "Cookie: "+cookie)
	})
}
