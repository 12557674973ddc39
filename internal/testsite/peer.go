package testsite

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// peer is one connection of a faulty server.
type peer struct {
	net.Conn
	in    *bufio.Reader
	log   *Log
	pause time.Duration
	ended <-chan struct{} // the end of the server
	place place           // of the last request
	path  string          // of the last request
}

// request reads one request in full and counts it; false when none came.
func (p *peer) request() bool {
	r, err := http.ReadRequest(p.in)
	if err != nil {
		return false
	}
	defer r.Body.Close()
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return false
	}
	p.path = r.URL.Path
	p.place = p.log.read(Entry{Method: r.Method, Path: p.path, ID: r.Header.Get(IDHeader)})
	return true
}

// send writes text; false when the connection is gone.
func (p *peer) send(text string) bool {
	_, err := io.WriteString(p.Conn, text)
	return err == nil
}

// answer is a complete response, counted as such.
func (p *peer) answer() bool {
	if !p.send(response(p.path)) {
		return false
	}
	p.log.done(p.place, http.StatusOK)
	return true
}

func response(body string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

// reset closes with an RST: what was not delivered is lost.
func (p *peer) reset() {
	if tcp, ok := p.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	p.Conn.Close()
}

// wait pauses; false when the server has ended.
func (p *peer) wait() bool {
	timer := time.NewTimer(p.pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-p.ended:
		return false
	}
}

// hold keeps the connection open, reading and counting what comes, until the other
// side or the server ends it.
func (p *peer) hold() {
	for p.request() {
	}
	// What was no request is read too, so that the other side's close is noticed.
	_, _ = io.Copy(io.Discard, p.in)
}

const (
	okHeader    = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
	chunked     = okHeader + "Transfer-Encoding: chunked\r\n\r\n"
	bombMember  = 1 << 20
	bombMembers = 256
	hugeLine    = 1 << 20
	bodyPortion = 32 << 10
)

// plays is what each fault does on one connection, until it returns and the
// connection is closed.
func plays() map[Fault]func(*peer) {
	after := func(play func(*peer)) func(*peer) {
		return func(p *peer) {
			if p.request() {
				play(p)
			}
		}
	}
	says := func(text string) func(*peer) { return after(func(p *peer) { p.send(text) }) }
	return map[Fault]func(*peer){
		ResetOnAccept:     (*peer).reset,
		ResetAfterRequest: after((*peer).reset),
		CloseOnAccept:     (*peer).closeOnAccept,
		CloseAfterRequest: after(func(*peer) {}),
		HalfHeader:        says("HTTP/1.1 200 OK\r\nContent-Ty"),
		HalfBody:          says(okHeader + "Content-Length: 1000\r\n\r\n" + strings.Repeat("x", 500)),
		HalfChunk:         says(chunked + "400\r\n" + strings.Repeat("x", 500)),
		Garbage:           says("\x00\x01\x02 this is no HTTP at all\r\n\r\n\xff\xfe"),
		Silent:            (*peer).hold,
		Deaf:              func(p *peer) { <-p.ended },
		DripHeader:        after((*peer).dripHeader),
		DripBody:          after((*peer).dripBody),
		EndlessBody: after(func(p *peer) {
			p.endless(okHeader+"Connection: close\r\n\r\n", strings.Repeat("x", bodyPortion))
		}),
		EndlessChunks: after(func(p *peer) {
			p.endless(chunked, fmt.Sprintf("%x\r\n%s\r\n", bodyPortion, strings.Repeat("x", bodyPortion)))
		}),
		HugeLength:     after(func(p *peer) { p.send(okHeader + "Content-Length: 1000000000000\r\n\r\nfew"); p.hold() }),
		HugeChunk:      after(func(p *peer) { p.send(chunked + "1000000000000000\r\nfew"); p.hold() }),
		HugeHeader:     after((*peer).hugeHeader),
		EndlessHeader:  after(func(p *peer) { p.endless(okHeader, "X-More: "+strings.Repeat("x", 1000)+"\r\n") }),
		GzipBomb:       after((*peer).gzipBomb),
		LateSecond:     (*peer).lateSecond,
		TwoAtOnce:      (*peer).twoAtOnce,
		ShortKeepAlive: (*peer).shortKeepAlive,
		CloseEach:      after(func(p *peer) { p.answer() }),
	}
}

// closeOnAccept says that nothing will come. It reads on, so that the close stays a
// FIN: data that nobody reads would make it an RST.
func (p *peer) closeOnAccept() {
	if tcp, ok := p.Conn.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
	p.hold()
}

// endless sends start and then portions until nobody reads them.
func (p *peer) endless(start, portion string) {
	for ok := p.send(start); ok; {
		ok = p.send(portion)
	}
}

func (p *peer) dripHeader() {
	for ok := p.send(okHeader + "X-Slow: "); ok; {
		ok = p.wait() && p.send("x")
	}
}

func (p *peer) dripBody() {
	ok := p.send(okHeader + "Content-Length: 1000\r\n\r\n")
	for i := 0; ok && i < 1000; i++ {
		ok = p.wait() && p.send("x")
	}
	if ok {
		p.log.done(p.place, http.StatusOK)
	}
}

func (p *peer) hugeHeader() {
	if p.send(okHeader + "X-Huge: " + strings.Repeat("x", hugeLine) + "\r\nContent-Length: 0\r\n\r\n") {
		p.log.done(p.place, http.StatusOK)
	}
}

// gzipBomb is the same packed MiB over and over: members of a gzip file add up (RFC
// 1952, 2.2).
func (p *peer) gzipBomb() {
	var member bytes.Buffer
	w := gzip.NewWriter(&member)
	_, _ = w.Write(make([]byte, bombMember)) // to memory
	_ = w.Close()
	packed := strings.Repeat(member.String(), bombMembers)
	if p.send(fmt.Sprintf("%sContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n", okHeader, len(packed))) && p.send(packed) {
		p.log.done(p.place, http.StatusOK)
	}
}

// lateSecond sends its second answer while the connection is idle. A client that uses
// the connection again takes it for the answer to its next request.
func (p *peer) lateSecond() {
	for p.request() && p.answer() && p.wait() {
		if !p.send(response("late")) {
			return
		}
	}
}

func (p *peer) twoAtOnce() {
	if !p.request() || !p.send(response(p.path)+response("second")) {
		return
	}
	p.log.done(p.place, http.StatusOK)
	p.hold()
}

// shortKeepAlive closes a connection that was idle for Pause, as servers do; a request
// that is written in that moment is lost.
func (p *peer) shortKeepAlive() {
	for p.request() && p.answer() {
		_ = p.SetReadDeadline(time.Now().Add(p.pause))
		if _, err := p.in.Peek(1); err != nil {
			return
		}
		_ = p.SetReadDeadline(time.Time{})
	}
}
