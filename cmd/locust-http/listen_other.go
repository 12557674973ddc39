//go:build !windows

package main

import "syscall"

// addressInUse is what the system answers for a port that is taken.
const addressInUse = syscall.EADDRINUSE
