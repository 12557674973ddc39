package live

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/gorilla/websocket"
)

// viewer is one connection: the goroutine of its request reads, one of its own writes.
type viewer struct {
	hub  *Hub
	conn *websocket.Conn
	wake chan struct{} // holds one signal that there is something to do
	gone chan struct{} // closed when the reader has ended

	// What follows is guarded by hub.mu.
	queue   []*message // that must not be skipped
	pongs   int        // of queue: answers to the viewer's own messages
	pulse   *message   // the next beat
	spoken  bool       // something was sent since the last look
	subs    map[string]*subscription
	goodbye []byte // a close frame; nothing else is sent any more
}

// rouse wakes the writer.
func (v *viewer) rouse() {
	select {
	case v.wake <- struct{}{}:
	default:
	}
}

// push queues a message. Called with hub.mu held.
func (v *viewer) push(m *message) {
	if len(v.queue) >= MaxQueue {
		v.end(websocket.CloseTryAgainLater, "too slow")
		return
	}
	v.queue = append(v.queue, m)
	v.rouse()
}

// end has the connection closed, soon even when the viewer takes nothing any more. Called
// with hub.mu held.
func (v *viewer) end(code int, why string) {
	if v.goodbye != nil {
		return
	}
	v.goodbye = websocket.FormatCloseMessage(code, why)
	v.queue = nil
	// Ends a write that hangs; an error is that of a connection that is closed already.
	_ = v.conn.NetConn().SetWriteDeadline(time.Now().Add(closeWait))
	v.rouse()
}

// next is what is to be written next. Without a message and a goodbye there is nothing.
func (v *viewer) next() (m *message, goodbye []byte) {
	v.hub.mu.Lock()
	defer v.hub.mu.Unlock()
	if v.goodbye != nil {
		return nil, v.goodbye
	}
	m = v.choose()
	if m != nil {
		v.spoken, v.pulse = true, nil
	}
	return m, nil
}

// choose takes the next message: what must not be skipped comes first.
func (v *viewer) choose() *message {
	if len(v.queue) > 0 {
		m := v.queue[0]
		v.queue = v.queue[1:]
		v.pongs = min(v.pongs, len(v.queue))
		return m
	}
	for name, s := range v.subs {
		m, err := s.due(name, v.hub.now())
		if err != nil {
			v.hub.fail(name, err)
		}
		if m != nil {
			return m
		}
	}
	return v.pulse
}

// write sends until the reader has ended, or the viewer takes nothing.
func (v *viewer) write() {
	defer v.conn.Close()
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		m, goodbye := v.next()
		var err error
		select {
		case <-ping.C: // also for those that always have something to be sent
			err = v.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWait))
		default:
		}
		switch {
		case err != nil:
		case goodbye != nil:
			v.part(goodbye)
			return
		case m != nil:
			err = v.send(m)
		default:
			select {
			case <-v.wake:
			case <-ping.C:
				err = v.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWait))
			case <-v.gone:
				return
			}
		}
		if err != nil {
			return // the reader notices
		}
	}
}

func (v *viewer) send(m *message) error {
	if err := v.conn.SetWriteDeadline(time.Now().Add(writeWait)); err != nil {
		return err
	}
	return v.conn.WritePreparedMessage(m.prepared)
}

// part says goodbye and gives the viewer a moment to answer.
func (v *viewer) part(goodbye []byte) {
	// It may be gone, or take nothing any more: then it cannot be told.
	_ = v.conn.WriteControl(websocket.CloseMessage, goodbye, time.Now().Add(closeWait))
	last := time.NewTimer(closeWait)
	defer last.Stop()
	select {
	case <-v.gone:
	case <-last.C:
	}
}

// ask is a message of a viewer: exactly one of its words.
type ask struct {
	Sub   string       `json:"sub"`
	Since *int64       `json:"since"`
	Unsub string       `json:"unsub"`
	Ping  *json.Number `json:"ping"`
}

// read takes what the viewer asks for until the connection ends.
func (v *viewer) read() {
	heard := func(string) error { return v.conn.SetReadDeadline(time.Now().Add(readWait)) }
	v.conn.SetPongHandler(heard)
	for {
		if heard("") != nil {
			return
		}
		kind, text, err := v.hear()
		if err != nil {
			return
		}
		if kind != websocket.TextMessage {
			v.complain("messages are JSON text")
			continue
		}
		var a ask
		if err := decode(text, &a); err != nil {
			v.complain("not understood: " + err.Error())
			continue
		}
		if why := v.take(a); why != "" {
			v.complain(why)
		}
	}
}

// hear waits for the next message. A compressed one may not grow beyond the limit either.
func (v *viewer) hear() (kind int, text []byte, err error) {
	kind, r, err := v.conn.NextReader()
	if err != nil {
		return 0, nil, err
	}
	text, err = io.ReadAll(io.LimitReader(r, MaxAsk+1))
	if err == nil && len(text) > MaxAsk {
		err = websocket.ErrReadLimit
	}
	return kind, text, err
}

// decode reads one JSON object strictly.
func decode(text []byte, a *ask) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(a); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON value")
	}
	return nil
}

// take does what the viewer asks for, or says why not.
func (v *viewer) take(a ask) (why string) {
	v.hub.mu.Lock()
	defer v.hub.mu.Unlock()
	switch {
	case a.Sub != "" && a.Unsub == "" && a.Ping == nil:
		if len(a.Sub) > MaxTopicName {
			return "the name of the topic is too long"
		}
		if v.subs[a.Sub] == nil && len(v.subs) >= MaxTopics {
			return "too many topics for one connection: unsubscribe from some"
		}
		if v.goodbye == nil {
			v.hub.subscribe(v, a.Sub, a.Since)
		}
	case a.Unsub != "" && a.Sub == "" && a.Since == nil && a.Ping == nil:
		v.hub.unsubscribe(v, a.Unsub)
	case a.Ping != nil && a.Sub == "" && a.Unsub == "" && a.Since == nil:
		v.answer(pong{Type: "pong", Ping: *a.Ping, At: v.hub.now()})
	default:
		return `say one of {"sub": topic}, {"sub": topic, "since": tick}, {"unsub": topic}, {"ping": number}`
	}
	return ""
}

// complain tells the viewer that it was not understood.
func (v *viewer) complain(why string) {
	v.hub.mu.Lock()
	defer v.hub.mu.Unlock()
	v.answer(header{Type: "error", At: v.hub.now(), Message: why})
}

// answer queues an answer to a message of the viewer. Called with hub.mu held.
func (v *viewer) answer(h any) {
	if v.pongs >= maxPongs {
		v.end(websocket.CloseTryAgainLater, "too many messages at once")
		return
	}
	m, err := newMessage(h, nil)
	if err != nil {
		v.hub.fail("answers", err)
		return
	}
	v.pongs++
	v.push(m)
}
