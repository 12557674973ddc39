// Package workersuite is the contract of load.Worker and load.Session as tests. It
// runs over any Worker: in this process, in a child process, behind a connection.
// Fake is a Worker for tests of what carries one.
package workersuite
