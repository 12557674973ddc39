package live

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/gorilla/websocket"
)

// header is what every message begins with.
type header struct {
	Type    string `json:"type"`
	Topic   string `json:"topic,omitempty"`
	Seq     int64  `json:"seq,omitempty"`
	At      int64  `json:"at"` // ms of the master's clock
	Data    any    `json:"data,omitempty"`
	Message string `json:"message,omitempty"`
}

// gap says that ticks From to To will not come. The next tick is To+1.
type gap struct {
	Type  string `json:"type"`
	Topic string `json:"topic"`
	From  int64  `json:"from"`
	To    int64  `json:"to"`
	At    int64  `json:"at"`
}

// pong answers a ping of a viewer with the number it gave.
type pong struct {
	Type string      `json:"type"`
	Ping json.Number `json:"ping"`
	At   int64       `json:"at"`
}

// message is one that is encoded, and compressed, once for all who get it.
type message struct {
	seq      int64
	prepared *websocket.PreparedMessage
}

// newMessage encodes a header; the fields of extra, an object, follow those of it.
func newMessage(h any, extra any) (*message, error) {
	text, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("encode a message: %w", err)
	}
	if extra != nil {
		more, err := json.Marshal(extra)
		if err != nil {
			return nil, fmt.Errorf("encode a message: %w", err)
		}
		if len(more) < 2 || more[0] != '{' {
			return nil, fmt.Errorf("encode a message: %.20q is no object", more)
		}
		if !bytes.Equal(more, []byte("{}")) {
			text = append(append(text[:len(text)-1], ','), more[1:]...)
		}
	}
	p, err := websocket.NewPreparedMessage(websocket.TextMessage, text)
	if err != nil {
		return nil, fmt.Errorf("encode a message: %w", err)
	}
	return &message{prepared: p}, nil
}
