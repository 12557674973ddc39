package live

import "encoding/json"

// topic is what viewers subscribe to. It is there while something has been said in it, or
// somebody listens.
type topic struct {
	seq     int64           // of the last tick
	ring    []*message      // the last ticks, in order; the last has seq
	kept    json.RawMessage // the data of the last Keep
	viewers map[*viewer]*subscription
}

// subscription is one viewer's place in a topic.
type subscription struct {
	next    int64 // tick that is to be sent next
	catchUp int64 // no tick up to this one is skipped as long as it is kept
	lost    *gap  // to be told before the next tick
	state   *message
	topic   *topic
}

// open is the topic of that name, made if need be. Called with mu held.
func (h *Hub) open(name string) *topic {
	t := h.topics[name]
	if t == nil {
		t = &topic{viewers: map[*viewer]*subscription{}}
		h.topics[name] = t
	}
	return t
}

// Tick gives a topic its next message, which has a number. A viewer that cannot follow
// skips to the newest and is told of the gap.
func (h *Hub) Tick(name string, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		h.fail(name, err)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	t := h.open(name)
	m, err := newMessage(header{Type: "tick", Topic: name, Seq: t.seq + 1, At: h.now(), Data: json.RawMessage(data)}, nil)
	if err != nil {
		h.fail(name, err)
		return
	}
	t.seq++
	m.seq = t.seq
	if len(t.ring) == KeptTicks {
		copy(t.ring, t.ring[1:])
		t.ring = t.ring[:KeptTicks-1]
	}
	t.ring = append(t.ring, m)
	for v := range t.viewers {
		v.rouse()
	}
}

// Tell gives a topic a message of some type that must not be skipped. A viewer for whom
// too many wait is closed.
func (h *Hub) Tell(name, kind string, v any) {
	m, err := newMessage(header{Type: kind, Topic: name, At: h.now(), Data: v}, nil)
	if err != nil {
		h.fail(name, err)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.topics[name]
	if t == nil || h.closed {
		return
	}
	for v := range t.viewers {
		v.push(m)
	}
}

// Keep sets the state of a topic. Who subscribes is sent it at once; only the last state
// is sent to a viewer that cannot follow.
func (h *Hub) Keep(name string, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		h.fail(name, err)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	t := h.open(name)
	t.kept = data
	if len(t.viewers) == 0 {
		return
	}
	m := h.stateOf(name, t)
	for v, s := range t.viewers {
		s.state = m
		v.rouse()
	}
}

// stateOf is the message of a topic's state, with the time of now; nil: it has none.
func (h *Hub) stateOf(name string, t *topic) *message {
	if t.kept == nil {
		return nil
	}
	m, err := newMessage(header{Type: "state", Topic: name, At: h.now(), Data: t.kept}, nil)
	if err != nil {
		h.fail(name, err)
		return nil
	}
	return m
}

// Watched says whether anybody subscribes to a topic.
func (h *Hub) Watched(name string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.topics[name]
	return t != nil && len(t.viewers) > 0
}

// Drop ends a topic: what is kept of it goes, and its ticks would begin with 1 again.
// Viewers that have not been sent its last ticks yet are sent them.
func (h *Hub) Drop(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.topics, name)
}

// subscribe lets v listen to a topic: from the tick after since on, or, without since,
// from the newest one. Called with mu held.
func (h *Hub) subscribe(v *viewer, name string, since *int64) {
	h.unsubscribe(v, name)
	t := h.open(name)
	s := &subscription{next: max(t.seq, 1), topic: t, state: h.stateOf(name, t)}
	if since != nil {
		s.follow(name, t, *since)
	}
	t.viewers[v] = s
	v.subs[name] = s
	v.rouse()
}

// follow goes on after tick since, or says what is missing.
func (s *subscription) follow(name string, t *topic, since int64) {
	oldest := t.seq - int64(len(t.ring)) + 1
	switch {
	case since == t.seq:
		s.next = t.seq + 1
	case since < t.seq && since+1 >= oldest:
		s.next, s.catchUp = since+1, t.seq
	case since < t.seq:
		s.lost = &gap{From: since + 1, To: t.seq - 1}
	default: // ticks of another master, or of nobody
		s.lost = &gap{From: 1, To: max(t.seq-1, 0)}
	}
}

// unsubscribe ends what v hears of a topic. Called with mu held.
func (h *Hub) unsubscribe(v *viewer, name string) {
	s := v.subs[name]
	if s == nil {
		return
	}
	delete(v.subs, name)
	t := s.topic
	delete(t.viewers, v)
	if len(t.viewers) == 0 && t.seq == 0 && t.kept == nil && h.topics[name] == t {
		delete(h.topics, name)
	}
}

// due is what is to be sent next of the topic; nil: nothing. What comes before a tick that
// does not follow on the one before is the gap.
func (s *subscription) due(name string, at int64) (m *message, err error) {
	if m = s.state; m != nil {
		s.state = nil
		return m, nil
	}
	t := s.topic
	if s.lost == nil && s.next <= t.seq {
		oldest := t.seq - int64(len(t.ring)) + 1
		if s.next < oldest || s.next > s.catchUp && t.seq-s.next >= MaxBehind {
			s.lost = &gap{From: s.next, To: t.seq - 1}
		}
	}
	if g := s.lost; g != nil {
		s.lost = nil
		s.next, s.catchUp = max(t.seq, 1), t.seq
		g.Type, g.Topic, g.At, g.To = "gap", name, at, max(t.seq-1, 0)
		return newMessage(g, nil)
	}
	if s.next > t.seq {
		return nil, nil
	}
	m = t.ring[len(t.ring)-1-int(t.seq-s.next)]
	s.next++
	return m, nil
}
