//go:build !linux

package engine

import "time"

// lockThread does nothing where nap does not need a thread of its own.
func lockThread() (unlock func()) { return func() {} }

// nap sleeps for d, as precisely as the runtime's timers are.
func nap(d time.Duration) { time.Sleep(d) }
