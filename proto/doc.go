// Package proto puts load.Worker on a wire: over gRPC between a master and its
// workers (Server, Dial), and over the standard streams of a child process between a
// worker and the engine of a run (ServePipe, DialPipe). Both ends are a load.Worker,
// and one suite of tests (internal/workersuite) runs over all of them.
//
// A run is one bidirectional stream. The stream may break as often as it likes: the
// client's session connects again, says who it is by run and epoch, and sends again
// what was not answered; the server remembers the outcome of every command until it
// has been received, and offers the report that is not acknowledged. So a command is
// carried out once, and a report reaches the caller once.
//
// Generated types stay below internal/pb; convert.go holds both directions of every
// noun side by side.
package proto

//go:generate ./generate.sh
