package main

import (
	"fmt"
	"time"

	"github.com/locust-http/locust-http/cmd/locust-http/internal/terminal"
)

// byteNews tells people how far long work on bytes has got. What takes no time needs no
// news: the first comes after newsAfter.
type byteNews struct {
	screen *terminal.Screen
	what   string
	next   time.Time
}

// Times of news. A line of a log stays, that of a terminal is written over.
const (
	newsAfter     = time.Second
	newsEvery     = 5 * time.Second
	newsEveryLive = 200 * time.Millisecond
)

func newByteNews(screen *terminal.Screen, what string) *byteNews {
	return &byteNews{screen: screen, what: what, next: time.Now().Add(newsAfter)}
}

// tell is called by one goroutine at a time.
func (n *byteNews) tell(done, total int64) {
	now := time.Now()
	if now.Before(n.next) {
		return
	}
	n.next = now.Add(newsEvery)
	if n.screen.Live {
		n.next = now.Add(newsEveryLive)
	}
	n.screen.Work(fmt.Sprintf("%s: %s of %s", n.what, terminal.Bytes(done), terminal.Bytes(total)))
}
