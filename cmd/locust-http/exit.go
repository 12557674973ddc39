package main

import (
	"fmt"

	"github.com/locust-http/locust-http/load"
)

// The exit codes. Of several the highest wins.
const (
	codeOK          = 0
	codeBroken      = 1   // could not run, or the run broke
	codeUsage       = 2   // bad plan or bad usage; nothing was sent
	codeThreshold   = 3   // a threshold failed
	codeMeasurement = 4   // the measurement is invalid
	codeInterrupted = 130 // Ctrl-C: 128 + SIGINT
)

// exitError ends the process with a code. Without an err everything has been said.
type exitError struct {
	code int
	err  error
	hint string
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usage is a mistake of whoever typed the command.
func usage(hint, format string, args ...any) error {
	return &exitError{code: codeUsage, err: fmt.Errorf(format, args...), hint: hint}
}

// exitOf is the exit code of a run that ended by itself.
func exitOf(r *load.Result) int {
	code := codeOK
	if r.State == load.StateFailed || r.State == load.StateAborted {
		code = codeBroken
	}
	if r.StartedAt == nil { // no load, so nothing to judge
		return code
	}
	if r.Result == load.Failed {
		code = max(code, codeThreshold)
	}
	if r.Measurement.Verdict == load.Invalid {
		code = max(code, codeMeasurement)
	}
	return code
}

// exit is an error that ends the process with code, or nil for codeOK.
func exit(code int) error {
	if code == codeOK {
		return nil
	}
	return &exitError{code: code}
}
