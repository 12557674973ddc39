// Package e2e tries the real program: its binary, built once, in real processes on
// loopback, against targets that keep a log of their own. What the program reports
// must be what the target has seen, to the last request.
package e2e
