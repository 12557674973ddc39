package main

import "golang.org/x/sys/windows"

// addressInUse is what the system answers for a port that is taken.
const addressInUse = windows.WSAEADDRINUSE
